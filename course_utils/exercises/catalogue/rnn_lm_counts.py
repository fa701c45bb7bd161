"""How many numbers the RNN language model learns."""

from collections.abc import Generator
from dataclasses import replace
from math import prod
from typing import Any

import numpy.typing as npt

from course_utils.cells import count_rnn_language_model
from course_utils.cells.checks import Array
from course_utils.exercises.catalogue.count_rules import count_part, count_slip, different
from course_utils.exercises.definition import Exercise, frozen
from course_utils.exercises.drawing import Draws
from course_utils.exercises.rules import Rule

RULES = (
    Rule(
        "embedding",
        lambda V, E, H: V * E,
        (
            count_slip(
                "embedding by units",
                lambda V, E, H: V * H,
                "The embedding was given H numbers per word.",
                "Every word has a vector of E numbers; the units come later.",
            ),
            count_slip(
                "embedding not counted",
                lambda V, E, H: 0,
                "The embedding was left out.",
                "It is learned with the rest: one vector of E numbers per word.",
            ),
        ),
    ),
    Rule(
        "input",
        lambda V, E, H: H * E,
        (
            count_slip(
                "one-hot read directly",
                lambda V, E, H: H * V,
                "W_x was made to read the one-hot vector.",
                "With an embedding in front, W_x reads its E numbers. Without one there is no "
                "embedding to count: those are two models.",
            ),
            count_slip(
                "input and units added",
                lambda V, E, H: H + E,
                "The two sides of W_x were added.",
                "A matrix has as many weights as its sides multiplied.",
            ),
        ),
    ),
    Rule(
        "recurrent",
        lambda H, T: H * H,
        (
            count_slip(
                "recurrent matrix as a vector",
                lambda H, T: H,
                "W_h was counted as one number per unit.",
                "Every unit reads every unit of the previous state: W_h is square.",
            ),
            count_slip(
                "a matrix for every step",
                lambda H, T: T * H * H,
                "W_h was counted once for every step of the sequence.",
                "The same matrix serves every step: the length of the sequence does not enter.",
            ),
        ),
    ),
    Rule(
        "output",
        lambda V, E, H: V * H,
        (
            count_slip(
                "output from the embedding",
                lambda V, E, H: V * E,
                "The output layer was made to read the embedding.",
                "U reads the state h, of H numbers, and gives a score to each of the V words.",
            ),
        ),
    ),
    Rule(
        "biases",
        lambda V, H: V + H,
        (
            count_slip(
                "output bias left out",
                lambda V, H: H,
                "The output's bias b_2 is missing.",
                "There are two bias vectors: b_1, one number per unit, and b_2, one per word.",
            ),
            count_slip(
                "cell bias left out",
                lambda V, H: V,
                "The cell's bias b_1 is missing.",
                "There are two bias vectors: b_1, one number per unit, and b_2, one per word.",
            ),
            count_slip(
                "two numbers for two biases",
                lambda V, H: 2,
                "Each bias was counted as one number.",
                "A bias is a vector: one number per unit, or one per word.",
            ),
        ),
    ),
    Rule(
        "total",
        lambda weights, biases: weights + biases,
        (
            count_slip(
                "biases not added",
                lambda weights, biases: weights,
                "The total leaves the biases out.",
                "This question counts them: the weights and both bias vectors.",
            ),
        ),
    ),
    Rule(
        "pytorch",
        lambda H, V: H,
        (
            count_slip(
                "PyTorch's second bias forgotten",
                lambda H, V: 0,
                "PyTorch's second bias is missing.",
                "Its cells have two bias vectors, b_ih and b_hh.",
            ),
            count_slip(
                "every bias doubled",
                lambda H, V: H + V,
                "The output's bias was doubled too.",
                "Only the recurrent cell has two bias vectors in PyTorch; a linear layer has one.",
            ),
        ),
    ),
)


def sample(draws: Draws, V: int, E: int, H: int) -> dict[str, npt.ArrayLike]:
    """Sizes a person can multiply, all different; `V`, `E` and `H` are the least."""
    return {
        "V": V + draws.integer(0, 70),
        "E": E + draws.integer(0, 9),
        "H": H + draws.integer(0, 12),
        "T": draws.integer(3, 9),
    }


def reference(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    V, E, H, T = (int(n) for n in (given.V, given.E, given.H, given.T))
    embedding = yield "embedding", rule.embedding(V, E, H)
    inputs = yield "input", rule.input(V, E, H)
    recurrent = yield "recurrent", rule.recurrent(H, T)
    output = yield "output", rule.output(V, E, H)
    biases = yield "biases", rule.biases(V, H)
    total = yield "total", rule.total(embedding + inputs + recurrent + output, biases)
    yield "pytorch", total + rule.pytorch(H, V)


def statement(given: Any) -> str:
    g = given
    return (
        f"An RNN language model has a vocabulary of V = {g.V} words, embeddings of E = {g.E} "
        f"numbers and H = {g.H} units, and reads sequences of {g.T} words. How many numbers does "
        "it learn? Nothing is tied; the embedding, the output layer and the biases count.\n\n"
        "- `embedding`, `input` ($W_x$), `recurrent` ($W_h$), `output` ($U$): the weights of each\n"
        "- `biases`: $b_1$ and $b_2$ together\n"
        "- `total`: all of them\n"
        "- `pytorch`: the same model in PyTorch, whose recurrent cell has two bias vectors"
    )


def worked(given: Any, value: Any) -> list[str]:
    g = given
    V, E, H = int(g.V), int(g.E), int(g.H)
    shapes = count_rnn_language_model(V, E, H).shapes
    named = {"embedding": "E", "input": "W_hx", "recurrent": "W_hh", "output": "U"}
    times = r" \times "
    lines = [
        rf"\text{{{part}}} &= {times.join(map(str, shapes[name]))} = {prod(shapes[name])}"
        for part, name in named.items()
    ]
    weights = sum(prod(shapes[name]) for name in named.values())
    return [
        *lines,
        rf"\text{{biases}} &= {H} + {V} = {H + V}",
        rf"\text{{total}} &= {weights} + {H + V} = {int(value.total)}",
        rf"\text{{PyTorch}} &= {int(value.total)} + {H} = {int(value.pytorch)}",
    ]


_MODEL = Exercise(
    id="rnn_lm_counts",
    title="Counting an RNN language model",
    parts=(
        count_part("embedding", r"V \cdot E"),
        count_part("input", r"H \cdot E"),
        count_part("recurrent", r"H \cdot H"),
        count_part("output", r"V \cdot H"),
        count_part("biases", "H + V"),
        count_part("total", r"\text{total}"),
        replace(count_part("pytorch", r"\text{PyTorch}"), stands_alone=True),
    ),
    rules=RULES,
    reference=reference,
    sample=sample,
    sizes={"V": 20, "E": 4, "H": 5},
    accept=different,
    statement_text=statement,
    worked=worked,
    whole=("V", "E", "H", "T"),
)

EXERCISES = (
    _MODEL,
    replace(
        _MODEL,
        id="notes_counts_9",
        title="The notes' first example: V = 9",
        fixed=frozen({"V": 9, "E": 6, "H": 5, "T": 4}, _MODEL.whole),
    ),
    replace(
        _MODEL,
        id="notes_counts_8",
        title="The notes' second example: V = 8",
        fixed=frozen({"V": 8, "E": 6, "H": 5, "T": 3}, _MODEL.whole),
    ),
)
