"""How many parameters the three cells have, by convention."""

from collections.abc import Generator
from typing import Any

import numpy.typing as npt

from course_utils.cells import count_gru, count_lstm, count_rnn
from course_utils.cells.checks import Array
from course_utils.exercises.catalogue.count_rules import count_part, count_slip, different
from course_utils.exercises.definition import Exercise
from course_utils.exercises.drawing import Draws
from course_utils.exercises.rules import Rule

RULES = (
    Rule(
        "reads",
        lambda D, H: D + H,
        (
            count_slip(
                "recurrent weights left out",
                lambda D, H: D,
                "Only the weights that read x were counted.",
                "Every block reads [h, x]: H numbers of the state and D of the input.",
            ),
            count_slip(
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
            count_slip(
                "biases forgotten",
                0,
                "The biases are missing.",
                "Every block has a bias vector, one number per unit, and this question counts it.",
            ),
        ),
    ),
    Rule(
        "lstm",
        4,
        (
            count_slip(
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
            count_slip(
                "GRU with two blocks",
                2,
                "Two blocks were counted for the GRU.",
                "Two gates and the candidate make three blocks.",
            ),
            count_slip(
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
            count_slip(
                "no second bias in PyTorch",
                "none",
                "PyTorch's second bias vectors are missing.",
                "It has two bias vectors per block, b_ih and b_hh, though one would do.",
            ),
            count_slip(
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
            count_slip(
                "no second bias in Keras",
                "none",
                "The GRU's second bias vectors are missing.",
                "By default Keras resets after the product (reset_after=True), and then each block "
                "has two bias vectors.",
            ),
            count_slip(
                "one second bias in Keras",
                "one",
                "One second bias vector was counted for the whole cell.",
                "By default Keras has two bias vectors for each of the three blocks.",
            ),
        ),
    ),
)


def sample(draws: Draws, D: int, H: int) -> dict[str, npt.ArrayLike]:
    return {"D": D + draws.integer(0, 12), "H": H + draws.integer(0, 15)}


def reference(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    D, H = int(given.D), int(given.H)
    block = H * rule.reads(D, H) + rule.bias * H
    yield "rnn", block
    lstm = yield "lstm", rule.lstm * block
    gru = yield "gru", rule.gru * block
    more = {"each block": 1.0, "none": 0.0}
    yield "lstm_pytorch", lstm + H * more.get(rule.pytorch, 1 / rule.lstm) * rule.lstm
    yield "gru_keras", gru + H * more.get(rule.keras, 1 / rule.gru) * rule.gru


def statement(given: Any) -> str:
    return (
        f"A recurrent layer has D = {given.D} inputs and H = {given.H} units. How many parameters "
        "does it have, weights and biases (no embedding, no output layer)?\n\n"
        "- `rnn`, `lstm`, `gru`: as in the textbook, with one bias vector per block\n"
        "- `lstm_pytorch`: the LSTM in PyTorch\n"
        "- `gru_keras`: the GRU in Keras, by its defaults"
    )


def worked(given: Any, value: Any) -> list[str]:
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


EXERCISES = (
    Exercise(
        id="cell_counts",
        title="Counting the three cells",
        parts=tuple(
            count_part(name, rf"\text{{{name.replace('_', ' ')}}}")
            for name in ("rnn", "lstm", "gru", "lstm_pytorch", "gru_keras")
        ),
        rules=RULES,
        reference=reference,
        sample=sample,
        sizes={"D": 3, "H": 4},
        accept=different,
        statement_text=statement,
        worked=worked,
        whole=("D", "H"),
    ),
)
