"""Lines of a textbook worked out step after step, on single numbers."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from course_utils.cells import CellInputError
from course_utils.formulas import FormulaError, Formulas, read
from course_utils.formulas.naming import text_of
from course_utils.formulas.nodes import symbols

_MOST_STEPS = 200
_OPERATIONS = {
    *("add", "multiply", "divide", "power", "negate", "copy"),
    *("sigmoid", "tanh", "exp", "log", "relu", "abs"),
}
"""Those on one number that the browser's program knows."""


class Found(NamedTuple):
    """All numbers of one run."""

    steps: int
    once: dict[str, float]
    """what is the same at every step, by name"""
    series: dict[str, list[float]]
    """by the letter of a quantity, its numbers"""
    first: dict[str, int]
    """by letter, the step of the first of them: 0 where it has a start"""


class Stepping:
    """Lines that are ready to be worked out; see `Recurrence` for what they may hold.

    `given` are the names of numbers that are set. Raises CellInputError where the lines read what
    nothing gives, or have no numbers in them.
    """

    def __init__(
        self,
        lines: str,
        given: Sequence[str],
        steps: int,
        inputs: Mapping[str, Sequence[float]],
        delayed: Mapping[str, tuple[str, str]],
    ) -> None:
        if not 1 <= steps <= _MOST_STEPS:
            raise CellInputError(f"steps is {steps}, expected 1 to {_MOST_STEPS}")
        self._steps, self._delayed = steps, dict(delayed)
        self._inputs = {letter: [float(v) for v in values] for letter, values in inputs.items()}
        self._from_outside = {_now(letter) for letter in (*self._inputs, *self._delayed)}
        try:
            formulas = read(lines)
        except FormulaError as error:
            raise CellInputError(f"in the lines, {error}") from None
        self._each, self._once = self._parted(formulas)
        self._starts = {_letter(name): name for name in self._once if name.endswith("_0")}
        self._past = {n: _letter(n) for n in self._each.inputs if n.endswith("_prev")}
        self._check(given)

    def values(self, settings: Mapping[str, Any]) -> Found:
        """Return all numbers. Raises CellInputError where one is too large, or none."""
        once = {**settings, **_finite(self._once.evaluate(settings), "")}
        series: dict[str, list[float]] = {_letter(name): [] for name in self._each}
        first = {letter: 0 if letter in self._starts else 1 for letter in series}
        for letter, name in self._starts.items():
            series[letter].append(once[name])
        for t in range(1, self._steps + 1):
            known = once | self._inputs_at(t) | self._delayed_at(t, once, series, first)
            known |= {name: series[letter][-1] for name, letter in self._past.items()}
            for name, value in _finite(self._each.evaluate(known), f" at step {t}").items():
                series[_letter(name)].append(value)
        return Found(self._steps, once, series, first)

    def program(self) -> dict[str, Any]:
        """Return the same for the browser."""
        return {
            "steps": self._steps,
            "once": _program(self._once),
            "each": _program(self._each),
            "called": {name: text_of(name) for name in (*self._once, *self._each)},
            "letters": {name: _letter(name) for name in self._each},
            "starts": self._starts,
            "past": self._past,
            "inputs": {_now(letter): values for letter, values in self._inputs.items()},
            "delayed": {_now(letter): list(of) for letter, of in self._delayed.items()},
        }

    def _parted(self, formulas: Formulas) -> tuple[Formulas, Formulas]:
        """Return the lines that have another value at each step, and the others."""
        moving = {*self._from_outside}
        for formula in formulas.values():
            used = symbols(formula.tree)
            if formula.name.endswith("_t") or any(u in moving or u.endswith("_prev") for u in used):
                moving.add(formula.name)
        each = [name for name in formulas if name in moving]
        return formulas.taking(*each), formulas.taking(*(n for n in formulas if n not in moving))

    def _check(self, given: Sequence[str]) -> None:
        numbers = {*given, *self._once}
        for name in self._past.values():
            if name not in self._starts:
                raise CellInputError(f"{name}_{{t-1}} has no start, expected a line {name}_0 = …")
        for name in self._starts:
            if name not in map(_letter, self._each):
                raise CellInputError(f"{name}_0 starts nothing, expected a line {name}_t = …")
        for name in given:
            if name in self._once or name in self._each:
                raise CellInputError(f"{name} has a line and a slider, expected one of them")
        for name in (*self._once.inputs, *self._each.inputs):
            if name not in numbers | self._from_outside | self._past.keys():
                raise CellInputError(f"{text_of(name)} is not given, expected a slider or a line")
        for of, by in self._delayed.values():
            if of not in map(_letter, self._each) or by not in numbers:
                raise CellInputError(
                    f"delayed has ({of!r}, {by!r}), expected a line of each step and a number"
                )
        for lines in (self._once, self._each):
            for _, operation, *_ in _program(lines):
                if operation not in _OPERATIONS:
                    known = ", ".join(sorted(_OPERATIONS))
                    raise CellInputError(f"{operation} is none of {known}")

    def _inputs_at(self, t: int) -> dict[str, float]:
        return {_now(x): v[t - 1] if t <= len(v) else 0.0 for x, v in self._inputs.items()}

    def _delayed_at(
        self,
        t: int,
        once: Mapping[str, float],
        series: Mapping[str, Sequence[float]],
        first: Mapping[str, int],
    ) -> dict[str, float]:
        found = {}
        for letter, (of, by) in self._delayed.items():
            at = t - round(once[by]) - first[of]
            found[_now(letter)] = series[of][at] if 0 <= at < len(series[of]) else 0.0
        return found


def _letter(name: str) -> str:
    """What a quantity is called without its step: h_t, h_prev and h_0 are all h."""
    for end in ("_t", "_prev", "_0"):
        name = name.removesuffix(end)
    return {"c": "C", "H": "h"}.get(name, name)  # as course_utils.formulas names the two states


def _now(letter: str) -> str:
    return letter if letter == "x" else f"{letter}_t"


def _finite(values: Mapping[str, Any], when: str) -> dict[str, float]:
    """Return single numbers. Raises CellInputError where one is none."""
    found = {name: float(value.item()) for name, value in values.items()}
    for name, value in found.items():
        if not math.isfinite(value):
            raise CellInputError(f"{text_of(name)} is no finite number{when}")
    return found


def _program(lines: Formulas) -> list[list[Any]]:
    steps: Iterable[Mapping[str, Any]] = lines.program()["steps"]
    return [[step["name"], step["op"], *step["args"]] for step in steps]
