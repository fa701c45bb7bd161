"""Writing the equations for C_t and h_t: read as text, worked out, and marked like numbers."""

from collections.abc import Generator
from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.cells.checks import Array
from course_utils.exercises.answers import AnswerError
from course_utils.exercises.catalogue.state_rules import STATE_RULES
from course_utils.exercises.definition import Data, Exercise, Part
from course_utils.exercises.drawing import Draws
from course_utils.exercises.equations.evaluating import Reading, evaluate
from course_utils.exercises.equations.read_as import sentence
from course_utils.exercises.equations.symbols import UnknownSymbolError
from course_utils.exercises.tolerance import CODE
from course_utils.formulas import FormulaError

_SYMBOLS = ("f_t", "i_t", "o_t", "c_tilde", "c_prev", "h_prev")


def read(name: str, value: Any, data: Data, shape: tuple[int, ...]) -> Array:
    """Return what the equation in `value` gives on `data`. Raises AnswerError."""
    text = _text(value)
    if text is None:
        raise AnswerError(
            f"{name} is of type {type(value).__name__}, expected an equation as text, "
            f'such as "{name} = ...".'
        )
    try:
        value = _worked_out(name, text, data).value
        return np.array(np.broadcast_to(value, shape), dtype=np.float64)
    except UnknownSymbolError as error:
        raise AnswerError(
            f"The equation for {name} {error}; expected one of f_t, i_t, o_t, C_t, C_prev, C~, "
            "with +, *, brackets and tanh."
        ) from None
    except FormulaError as error:
        raise AnswerError(f"The equation for {name} {error}.") from None


def remark(name: str, value: Any, data: Data) -> str:
    """Return what an equation was read as, and what is to be said of a way of writing it."""
    text = _text(value) or ""
    reading = _worked_out(name, text, data)
    if name == "C_t" and "C_t" in reading.symbols:
        return (
            "C_t on its own right side is the usual misprint, and was read as C_{t-1}: "
            "the old cell state is what the forget gate keeps."
        )
    return sentence(reading.left, reading.right)


def _text(value: Any) -> str | None:
    text = value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value
    return text if isinstance(text, str) else None


def _worked_out(name: str, text: str, data: Data) -> Reading:
    symbols = {symbol: data[symbol] for symbol in _SYMBOLS}
    symbols["C_t"] = data["C_t"] if name == "h_t" else data["c_prev"]
    reading = evaluate(text, name, symbols)
    if name == "C_t" and {"C_t", "c_prev"} <= reading.symbols:
        raise FormulaError(
            "has both C_t and C_{t-1} on its right side; expected the candidate with its tilde, C~"
        )
    return reading


def sample(draws: Draws, H: int) -> dict[str, npt.ArrayLike]:
    """Numbers on which two different equations do not agree."""
    drawn: dict[str, Any] = {name: draws.grid(0.11, 0.97, 0.01, H) for name in _SYMBOLS}
    drawn["c_prev"] = drawn["c_prev"] * (-1.0) ** draws.grid(0, 1, 1, H) * 1.7
    drawn["c_tilde"] = drawn["c_tilde"] * (-1.0) ** draws.grid(0, 1, 1, H)
    C_t = drawn["f_t"] * drawn["c_prev"] + drawn["i_t"] * drawn["c_tilde"]
    return drawn | {"C_t": C_t}


def reference(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    """As the states are computed, but for h_t, which an equation states for any C_t."""
    g = given
    forget, enter = rule.gates(g.f_t, g.i_t)
    kept = rule.kept(forget, g.c_prev, g.h_prev)
    yield "C_t", rule.joined(kept, rule.written(enter, g.c_tilde, forget))
    yield "h_t", rule.shown(g.o_t, g.C_t, g.c_prev, g.f_t)


def statement(given: Any) -> str:
    return (
        "Write the equations of the LSTM for the cell state `C_t` and the hidden state `h_t`, each "
        'as text: `"C_t = ..."`. Use `f_t`, `i_t`, `o_t`, `C_prev` and `C~`, or LaTeX; `*` or '
        r"`\circ` stands for the product element by element."
    )


def worked(given: Any, value: Any) -> list[str]:
    return [r"C_t &= f_t \circ C_{t-1} + i_t \circ \tilde{C}_t", r"h_t &= o_t \circ \tanh(C_t)"]


def _equation(name: str, model: str) -> Part:
    return Part(
        name, name, tolerance=CODE, method_marks=False, read=read, remark=remark, model=model
    )


EXERCISES = (
    Exercise(
        id="equations",
        title="The equations of the two states",
        parts=(
            _equation("C_t", "C_t = f_t * C_prev + i_t * C~"),
            _equation("h_t", "h_t = o_t * tanh(C_t)"),
        ),
        rules=STATE_RULES,
        reference=reference,
        sample=sample,
        sizes={"H": 4},
        unseen=True,
        statement_text=statement,
        worked=worked,
    ),
)
