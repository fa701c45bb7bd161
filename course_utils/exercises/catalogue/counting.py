"""How many numbers does training set: the RNN language model, and the three cells by convention."""

from collections.abc import Generator
from dataclasses import replace
from math import prod
from typing import Any

import numpy.typing as npt

from course_utils.cells import count_gru, count_lstm, count_rnn, count_rnn_language_model
from course_utils.cells.checks import Array
from course_utils.exercises.definition import Exercise, Part, frozen
from course_utils.exercises.drawing import Draws
from course_utils.exercises.rules import Rule, Slip
from course_utils.exercises.tolerance import EXACT


def _slip(name: str, use: Any, did: str, why: str) -> Slip:
    return Slip(name, use, did, why, "counts")


def _count(name: str, latex: str) -> Part:
    return Part(name, latex, tolerance=EXACT, method_marks=False)


# The RNN language model ---------------------------------------------------------------------------

LANGUAGE_MODEL_RULES = (
    Rule(
        "embedding",
        lambda V, E, H: V * E,
        (
            _slip(
                "embedding by units",
                lambda V, E, H: V * H,
                "The embedding was given H numbers a word.",
                "Every word has a vector of E numbers; the units come later.",
            ),
            _slip(
                "embedding not counted",
                lambda V, E, H: 0,
                "The embedding was left out.",
                "It is learned with the rest: one vector of E numbers a word.",
            ),
        ),
    ),
    Rule(
        "input",
        lambda V, E, H: H * E,
        (
            _slip(
                "one-hot read directly",
                lambda V, E, H: H * V,
                "W_x was made to read the one-hot vector.",
                "With an embedding in front, W_x reads its E numbers. Without one there is no "
                "embedding to count: those are two models.",
            ),
            _slip(
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
            _slip(
                "recurrent matrix as a vector",
                lambda H, T: H,
                "W_h was counted as one number a unit.",
                "Every unit reads every unit of the previous state: W_h is square.",
            ),
            _slip(
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
            _slip(
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
            _slip(
                "output bias left out",
                lambda V, H: H,
                "The output's bias b_2 is missing.",
                "There are two bias vectors: b_1, one number a unit, and b_2, one a word.",
            ),
            _slip(
                "cell bias left out",
                lambda V, H: V,
                "The cell's bias b_1 is missing.",
                "There are two bias vectors: b_1, one number a unit, and b_2, one a word.",
            ),
            _slip(
                "two numbers for two biases",
                lambda V, H: 2,
                "Each bias was counted as one number.",
                "A bias is a vector: one number a unit, or one a word.",
            ),
        ),
    ),
    Rule(
        "total",
        lambda weights, biases: weights + biases,
        (
            _slip(
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
            _slip(
                "PyTorch's second bias forgotten",
                lambda H, V: 0,
                "PyTorch's second bias is missing.",
                "Its cells have two bias vectors, b_ih and b_hh.",
            ),
            _slip(
                "every bias doubled",
                lambda H, V: H + V,
                "The output's bias was doubled too.",
                "Only the recurrent cell has two bias vectors in PyTorch; a linear layer has one.",
            ),
        ),
    ),
)


def sample_model(draws: Draws, V: int, E: int, H: int) -> dict[str, npt.ArrayLike]:
    """Sizes a person can multiply, all different; `V`, `E` and `H` are the least."""
    return {
        "V": V + draws.integer(0, 70),
        "E": E + draws.integer(0, 9),
        "H": H + draws.integer(0, 12),
        "T": draws.integer(3, 9),
    }


def reference_model(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    V, E, H, T = (int(n) for n in (given.V, given.E, given.H, given.T))
    embedding = yield "embedding", rule.embedding(V, E, H)
    inputs = yield "input", rule.input(V, E, H)
    recurrent = yield "recurrent", rule.recurrent(H, T)
    output = yield "output", rule.output(V, E, H)
    biases = yield "biases", rule.biases(V, H)
    total = yield "total", rule.total(embedding + inputs + recurrent + output, biases)
    yield "pytorch", total + rule.pytorch(H, V)


def statement_model(given: Any) -> str:
    g = given
    return (
        f"An RNN language model has a vocabulary of V = {g.V} words, embeddings of E = {g.E} "
        f"numbers and H = {g.H} units, and reads sequences of {g.T} words. How many numbers does "
        "training set? Nothing is tied; the embedding, the output layer and the biases count.\n\n"
        "- `embedding`, `input` ($W_x$), `recurrent` ($W_h$), `output` ($U$): the weights of each\n"
        "- `biases`: $b_1$ and $b_2$ together\n"
        "- `total`: all of them\n"
        "- `pytorch`: the same model in PyTorch, whose recurrent cell has two bias vectors"
    )


def worked_model(given: Any, value: Any) -> list[str]:
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


# The three cells ----------------------------------------------------------------------------------


CELL_RULES = (
    Rule(
        "reads",
        lambda D, H: D + H,
        (
            _slip(
                "recurrent weights left out",
                lambda D, H: D,
                "Only the weights that read x were counted.",
                "Every block reads [h, x]: H numbers of the state and D of the input.",
            ),
            _slip(
                "input weights left out",
                lambda D, H: H,
                "Only the weights that read h were counted.",
                "Every block reads [h, x]: H numbers of the state and D of the input.",
            ),
        ),
    ),
    Rule(
        "bias",
        1,
        (
            _slip(
                "biases forgotten",
                0,
                "The biases are missing.",
                "Every block has a bias vector, one number a unit, and this question counts it.",
            ),
        ),
    ),
    Rule(
        "lstm",
        4,
        (
            _slip(
                "LSTM with three blocks",
                3,
                "Three blocks were counted for the LSTM.",
                "Three gates and the candidate make four blocks.",
            ),
        ),
    ),
    Rule(
        "gru",
        3,
        (
            _slip(
                "GRU with two blocks",
                2,
                "Two blocks were counted for the GRU.",
                "Two gates and the candidate make three blocks.",
            ),
            _slip(
                "GRU with four blocks",
                4,
                "Four blocks were counted for the GRU.",
                "That is the LSTM; a GRU has two gates and the candidate.",
            ),
        ),
    ),
    Rule(
        "pytorch",
        "each block",
        (
            _slip(
                "no second bias in PyTorch",
                "none",
                "PyTorch's second bias vectors are missing.",
                "It has two bias vectors a block, b_ih and b_hh, though one would do.",
            ),
            _slip(
                "one second bias in PyTorch",
                "one",
                "One second bias vector was counted for the whole cell.",
                "It has two bias vectors for each of the four blocks.",
            ),
        ),
    ),
    Rule(
        "keras",
        "each block",
        (
            _slip(
                "no second bias in Keras",
                "none",
                "The GRU's second bias vectors are missing.",
                "By default Keras resets after the product (reset_after=True), and then each block "
                "has two bias vectors.",
            ),
            _slip(
                "one second bias in Keras",
                "one",
                "One second bias vector was counted for the whole cell.",
                "By default Keras has two bias vectors for each of the three blocks.",
            ),
        ),
    ),
)


def sample_cells(draws: Draws, D: int, H: int) -> dict[str, npt.ArrayLike]:
    return {"D": D + draws.integer(0, 12), "H": H + draws.integer(0, 15)}


def reference_cells(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    D, H = int(given.D), int(given.H)
    block = H * rule.reads(D, H) + rule.bias * H
    yield "rnn", block
    lstm = yield "lstm", rule.lstm * block
    gru = yield "gru", rule.gru * block
    more = {"each block": 1.0, "none": 0.0}
    yield "lstm_pytorch", lstm + H * more.get(rule.pytorch, 1 / rule.lstm) * rule.lstm
    yield "gru_keras", gru + H * more.get(rule.keras, 1 / rule.gru) * rule.gru


def statement_cells(given: Any) -> str:
    return (
        f"A recurrent layer has D = {given.D} inputs and H = {given.H} units. How many parameters "
        "does it have, weights and biases (no embedding, no output layer)?\n\n"
        "- `rnn`, `lstm`, `gru`: as in the textbook, with one bias vector a block\n"
        "- `lstm_pytorch`: the LSTM in PyTorch\n"
        "- `gru_keras`: the GRU in Keras, by its defaults"
    )


def worked_cells(given: Any, value: Any) -> list[str]:
    D, H = int(given.D), int(given.H)
    block = rf"{H} \cdot ({D} + {H})"
    return [
        rf"\text{{one block}} &= H (D + H) + H = {block} + {H} = {count_rnn(D, H).total}",
        rf"\text{{RNN}} &= {int(value.rnn)}",
        rf"\text{{LSTM}} &= 4 \cdot {count_rnn(D, H).total} = {count_lstm(D, H).total}",
        rf"\text{{GRU}} &= 3 \cdot {count_rnn(D, H).total} = {count_gru(D, H).total}",
        rf"\text{{LSTM in PyTorch}} &= {int(value.lstm)} + 4 \cdot {H} = {int(value.lstm_pytorch)}",
        rf"\text{{GRU in Keras}} &= {int(value.gru)} + 3 \cdot {H} = {int(value.gru_keras)}",
    ]


def _different(given: Any, value: Any) -> bool:
    sizes = [int(n) for n in vars(given).values()]
    return len(set(sizes)) == len(sizes)


_MODEL = Exercise(
    id="rnn_lm_counts",
    title="Counting an RNN language model",
    parts=(
        _count("embedding", r"V \cdot E"),
        _count("input", r"H \cdot E"),
        _count("recurrent", r"H \cdot H"),
        _count("output", r"V \cdot H"),
        _count("biases", "H + V"),
        _count("total", r"\text{total}"),
        _count("pytorch", r"\text{PyTorch}"),
    ),
    rules=LANGUAGE_MODEL_RULES,
    reference=reference_model,
    sample=sample_model,
    sizes={"V": 20, "E": 4, "H": 5},
    accept=_different,
    statement_text=statement_model,
    worked=worked_model,
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
    Exercise(
        id="cell_counts",
        title="Counting the three cells",
        parts=tuple(
            _count(name, rf"\text{{{name.replace('_', ' ')}}}")
            for name in ("rnn", "lstm", "gru", "lstm_pytorch", "gru_keras")
        ),
        rules=CELL_RULES,
        reference=reference_cells,
        sample=sample_cells,
        sizes={"D": 3, "H": 4},
        accept=_different,
        statement_text=statement_cells,
        worked=worked_cells,
        whole=("D", "H"),
    ),
)
