"""One gate, or the candidate: an activation of W [h, x] + b. Four exercises of one shape."""

from collections.abc import Generator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells.checks import Array
from course_utils.exercises.catalogue.common_rules import (
    BIAS,
    INPUTS,
    ORDER,
    SIGMOID,
    TANH,
    activated,
    pre_activation,
)
from course_utils.exercises.definition import Data, Exercise, Part
from course_utils.exercises.drawing import Draws
from course_utils.exercises.latex import display, matrix
from course_utils.exercises.one_unit import one_unit
from course_utils.exercises.seed_exams import EXAM_1
from course_utils.formulas.textbook import LSTM


class Gate(NamedTuple):
    """What tells the four exercises apart."""

    id: str
    words: str
    letter: str
    part: str
    latex: str
    sigmoid: bool = True

    @property
    def function(self) -> str:
        return r"\sigma" if self.sigmoid else r"\tanh"


FORGET = Gate("forget_gate", "the forget gate", "f", "f_t", "f_t")
INPUT = Gate("input_gate", "the input gate", "i", "i_t", "i_t")
CANDIDATE = Gate("candidate", "the candidate", "c", "c_tilde", r"\tilde{C}_t", sigmoid=False)
OUTPUT = Gate("output_gate", "the output gate", "o", "o_t", "o_t")


def gate_exercise(gate: Gate, **fixed: Any) -> Exercise:
    """Return the exercise that asks for one gate; `fixed` overrides fields, for an exam's."""
    W, b, z = f"W_{gate.letter}", f"b_{gate.letter}", f"z_{gate.letter}"

    def sample(draws: Draws, H: int, D: int) -> dict[str, npt.ArrayLike]:
        return {
            W: draws.grid(-1.5, 1.5, 0.5, (H, H + D)),
            b: draws.grid(-1, 1, 0.5, H),
            "h_prev": draws.grid(-0.9, 0.9, 0.1, H),
            "x": draws.grid(-2, 2, 0.5, D),
        }

    def accept(given: Any, value: Any) -> bool:
        """|z| at most 2, no two units alike, and no input or bias of zero."""
        zs = np.sort(getattr(value, z))
        inputs = np.concatenate([given.h_prev, given.x])
        return bool(
            np.abs(zs).max() <= 2
            and np.diff(zs).min(initial=np.inf) >= 0.15
            and np.abs(inputs).min() > 0
            and np.abs(getattr(given, b)).max() > 0
        )

    def reference(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
        weights, bias = getattr(given, W), getattr(given, b)
        pre = yield z, pre_activation(weights, bias, given.h_prev, given.x, rule)
        yield gate.part, activated(pre, bias, rule)

    def statement(given: Any) -> str:
        return (
            f"Compute {gate.words} `{gate.part}` from its weights, which read "
            f"$[h_{{t-1}}, x_t]$, and its bias. (Its pre-activation `{z}` may be given too.)\n\n"
            + display(
                rf"W_{gate.letter} = {matrix(getattr(given, W))}",
                rf"b_{gate.letter} = {matrix(getattr(given, b))}",
                rf"h_{{t-1}} = {matrix(given.h_prev)}",
                rf"x_t = {matrix(given.x)}",
            )
        )

    def worked(given: Any, value: Any) -> list[str]:
        return worked_gate(
            gate,
            getattr(given, W),
            getattr(given, b),
            np.concatenate([given.h_prev, given.x]),
            getattr(value, z),
            getattr(value, gate.part),
        )

    fields: dict[str, Any] = {
        "id": gate.id,
        "title": gate.words.removeprefix("the ").capitalize(),
        "parts": (
            Part(z, f"z_{gate.letter}", optional=True),
            Part(gate.part, gate.latex),
        ),
        "rules": (SIGMOID if gate.sigmoid else TANH, BIAS, INPUTS, ORDER),
        "reference": reference,
        "sample": sample,
        "sizes": {"H": 3, "D": 2},
        "accept": accept,
        "statement_text": statement,
        "worked": worked,
        "arguments": (W, b, "h_prev", "x"),
        "returns": (gate.part,),
        "batched": ("h_prev", "x"),
        "formulas": LSTM.taking(z, gate.part),
    }
    return Exercise(**(fields | fixed))


def worked_gate(gate: Gate, W: Array, b: Array, hx: Array, z: Array, result: Array) -> list[str]:
    """Return the lines from the formula to the gate's value, in the handwritten layout."""
    letter = gate.letter
    return [
        rf"{gate.latex} &= {gate.function}(W_{letter} \cdot [h_{{t-1}}, x_t] + b_{letter})",
        rf"&= {gate.function}\left( {matrix(W)} {matrix(hx)} + {matrix(b)} \right)",
        rf"&= {gate.function} {matrix(z)}",
        rf"&= {matrix(result)}",
    ]


def _exam_1() -> Data:
    from_lookup = {"x": np.einsum("v,ve->e", EXAM_1["one_hot"], EXAM_1["E"])}
    from_lookup["x"].setflags(write=False)
    return {name: EXAM_1[name] for name in ("W_i", "b_i", "h_prev")} | from_lookup


EXERCISES = (
    gate_exercise(FORGET),
    gate_exercise(INPUT),
    gate_exercise(CANDIDATE),
    gate_exercise(OUTPUT),
    one_unit(gate_exercise(FORGET)),
    gate_exercise(
        INPUT,
        id="exam_1_gate",
        title="Exam 1: the gate",
        fixed=_exam_1(),
        sample=None,
        warning=(
            "Every pre-activation of exam 1 is beyond 30, so σ gives 1 in every unit, also without "
            "the bias, without x, or with h and x in the wrong order. A right answer here does not "
            "show that the gate was computed rightly; a drawn input_gate does."
        ),
    ),
)
