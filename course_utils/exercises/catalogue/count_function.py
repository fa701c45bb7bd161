"""A function that counts the parameters of the three cells, by the textbook: one bias per block."""

from collections.abc import Generator
from typing import Any

import numpy.typing as npt

from course_utils.cells.checks import Array
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.drawing import Draws
from course_utils.exercises.rules import Rule, Slip
from course_utils.exercises.tolerance import EXACT

_SQUARE = "A block reads [h, x], H + D numbers, with one row per unit."


def _slip(name: str, use: Any, did: str, why: str) -> Slip:
    return Slip(name, use, did, why, "counts")


RULES = (
    Rule(
        "weights",
        lambda D, H: H * (D + H),
        (
            _slip("input only", lambda D, H: H * D, "The recurrent weights are missing.", _SQUARE),
            _slip("state only", lambda D, H: H * H, "The weights of x are missing.", _SQUARE),
            _slip(
                "rows for D", lambda D, H: D * (D + H), "There is a row for each input.", _SQUARE
            ),
        ),
    ),
    Rule(
        "bias",
        lambda H: H,
        (
            _slip("no bias", lambda H: 0, "The biases are missing.", "A block has one per unit."),
            _slip("two biases", lambda H: 2 * H, "Each block has two biases.", "Here it has one."),
            _slip("one number", lambda H: 1, "A bias was counted as one number.", "It has H."),
        ),
    ),
    Rule(
        "lstm",
        4,
        (
            _slip(
                "candidate forgotten",
                3,
                "The LSTM has three blocks.",
                "Three gates and the candidate are four blocks.",
            ),
        ),
    ),
    Rule(
        "gru",
        3,
        (
            _slip(
                "candidate of the GRU forgotten",
                2,
                "The GRU has two blocks.",
                "Two gates and the candidate are three blocks.",
            ),
        ),
    ),
)


def sample(draws: Draws, D: int, H: int) -> dict[str, npt.ArrayLike]:
    """Two sizes, which differ, and are large enough that no two slips meet by chance."""
    inputs = draws.integer(11, 28 + D)
    return {"inputs": inputs, "units": inputs + draws.integer(3, 11 + H)}


def reference(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    block = yield "rnn", rule.weights(given.inputs, given.units) + rule.bias(given.units)
    yield "lstm", rule.lstm * block
    yield "gru", rule.gru * block


def statement(given: Any) -> str:
    return (
        f"How many parameters have an RNN, an LSTM and a GRU with D = {int(given.inputs)} inputs "
        f"and H = {int(given.units)} units? By the textbook: one bias vector per block."
    )


def worked(given: Any, value: Any) -> list[str]:
    D, H = int(given.inputs), int(given.units)
    return [
        rf"\text{{RNN}} &= H (D + H) + H = {H} \cdot ({D} + {H}) + {H} = {int(value.rnn)}",
        rf"\text{{LSTM}} &= 4 \cdot {int(value.rnn)} = {int(value.lstm)}",
        rf"\text{{GRU}} &= 3 \cdot {int(value.rnn)} = {int(value.gru)}",
    ]


EXERCISES = (
    Exercise(
        id="count_function",
        title="Counting the three cells, as a function",
        parts=tuple(
            Part(name, rf"\text{{{name.upper()}}}", tolerance=EXACT, method_marks=False)
            for name in ("rnn", "lstm", "gru")
        ),
        rules=RULES,
        reference=reference,
        sample=sample,
        sizes={"D": 2, "H": 3},
        statement_text=statement,
        worked=worked,
        arguments=("inputs", "units"),
        returns=("rnn", "lstm", "gru"),
        whole=("inputs", "units"),
    ),
)
