"""An exercise, defined once: data, reference over rules, parts, statement and worked steps."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.cells.checks import Array
from course_utils.exercises import functions, marking
from course_utils.exercises.drawing import Draws
from course_utils.exercises.latex import aligned
from course_utils.exercises.rules import Rule, Slip, Slips, choices
from course_utils.exercises.separation import draw_apart
from course_utils.exercises.tolerance import HAND, Tolerance
from course_utils.exercises.verdict import Verdict

Reference = Callable[[Any, Any], Generator[tuple[str, npt.ArrayLike], Array, None]]
"""``reference(given, rule)`` yields (part, value) in order of working and goes on with what it is
sent back: its own value, or the student's where an error is to be followed through."""

Data = Mapping[str, Array]


@dataclass(frozen=True)
class Part:
    """One value that is asked for."""

    name: str
    latex: str
    optional: bool = False
    """An intermediate value: missing, it costs nothing; given, it is marked."""
    stands_alone: bool = False
    """As easily worked from the data as from the parts before: right, it says nothing of them."""
    weight: float = 1.0
    tolerance: Tolerance = HAND
    method_marks: bool = True
    """Half the marks where one entry of three or more is off and the others are right."""
    read: Callable[[str, Any, Data, tuple[int, ...]], Array] | None = None
    """Reads an answer that is no array of numbers (an equation, a line's name): (name, answer,
    data, shape) -> array, or AnswerError."""
    model: str = ""
    """The model answer of such a part."""


def _accept_all(given: Any, value: Any) -> bool:
    return True


@dataclass(frozen=True)
class Exercise:
    """See :mod:`course_utils.exercises.catalogue` for how one is written."""

    id: str
    title: str
    parts: tuple[Part, ...]
    rules: tuple[Rule, ...]
    reference: Reference
    statement_text: Callable[[Any], str]
    """given -> Markdown."""
    worked: Callable[[Any, Any], list[str]]
    """(given, values) -> LaTeX lines, each with one `&`."""
    sample: Callable[..., dict[str, npt.ArrayLike]] | None = None
    """(draws, **sizes) -> data. None for a fixed instance."""
    fixed: Data | None = None
    """The data of a fixed instance: a question of the seed's exams."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """The dimensions of drawn data by their letter, H=3, D=2."""
    accept: Callable[[Any, Any], bool] = _accept_all
    """(given, values) -> whether these numbers are fit for hand work."""
    arguments: tuple[str, ...] = ()
    """A student's function takes these data, in this order or by these names."""
    returns: tuple[str, ...] = ()
    """...and returns these parts."""
    batched: tuple[str, ...] = ()
    """The arguments that may have batch axes in front."""
    whole: tuple[str, ...] = ()
    """Data that are whole numbers: kept as integers, and sent to functions as int."""
    warning: str = ""
    """What these data cannot tell apart, for fixed instances that saturate."""
    detectors: tuple[Callable[[Any, str, Array, Array], Slip | None], ...] = ()
    """(given, part, answer, right value) -> a slip that is no choice of a rule, or None."""

    def draw(self, student: str = "class", attempt: int = 0) -> Data:
        """Return the data of one student's attempt: frozen arrays, the same on every machine.

        Numbers are small and have few digits, and are drawn again until every slip and every pair
        of slips gives another answer than the right one. A fixed instance has one set of data.
        """
        return self.fixed if self.fixed is not None else _drawn(self, str(student), int(attempt))

    def given(self, data: Mapping[str, Any]) -> SimpleNamespace:
        """Return `data` as attributes, for the reference. Raises ValueError if it is not ours."""
        expected = self.fixed if self.fixed is not None else _example(self)
        arrays: dict[str, Array] = {}
        for name, example in expected.items():
            if not isinstance(data, Mapping) or name not in data:
                raise ValueError(f"the data of {self.id} have no {name}; take them from draw()")
            try:
                array = np.asarray(data[name], dtype=np.float64)
            except (TypeError, ValueError):
                array = np.array(np.nan)
            if array.ndim != example.ndim or not np.isfinite(array).all():
                raise ValueError(f"{name} is not as {self.id} drew it; take the data from draw()")
            arrays[name] = array.astype(example.dtype)
        return SimpleNamespace(**arrays)

    def run(
        self, given: Any, slips: Slips = (), own: Mapping[str, Array] | None = None
    ) -> dict[str, Array]:
        """Run the reference with `slips`; go on with the values of `own` where there are any.

        What is returned is what the reference computed, part by part, before it was overruled.
        """
        values: dict[str, Array] = {}
        working = self.reference(given, choices(self.rules, slips))
        with np.errstate(all="ignore"):
            step = next(working, None)
            while step is not None:
                name, value = step
                values[name] = np.asarray(value, dtype=np.float64)
                try:
                    step = working.send((own or {}).get(name, values[name]))
                except StopIteration:
                    step = None
        return values

    def solve(self, data: Data) -> Data:
        """Return every named part, in order of working; a text's model answer as an array of it."""
        values: dict[str, Any] = dict(frozen(self.run(self.given(data))))
        texts = {part.name: np.array(part.model) for part in self.parts if part.model}
        return MappingProxyType(values | texts)

    def mark(self, data: Data, answers: Any) -> Verdict:
        """Mark answers by part name. Never raises for what a student hands in."""
        return marking.mark(self, data, answers)

    def mark_function(
        self, function: Any, *, trials: int = 5, seed: object = 0, batch: bool = False
    ) -> Verdict:
        """Mark a function on fresh draws and by its properties; see functions.mark_function."""
        return functions.mark_function(self, function, trials=trials, seed=seed, batch=batch)

    def statement(self, data: Data) -> str:
        """Return the problem with its numbers, as Markdown."""
        return self.statement_text(self.given(data))

    def steps(self, data: Data, slips: Slips = ()) -> str:
        """Return the worked solution with every number filled in, as LaTeX.

        `slips` works it wrongly, for the exercise that asks where the slip is.
        """
        given = self.given(data)
        return aligned(self.worked(given, SimpleNamespace(**self.run(given, slips))))

    def part(self, name: str) -> Part:
        """Return the part called `name`. Raises KeyError."""
        return {part.name: part for part in self.parts}[name]

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return f"exercise({self.id!r})"


def frozen(values: Mapping[str, npt.ArrayLike], whole: tuple[str, ...] = ()) -> Data:
    """Return read-only arrays in a read-only mapping: float64, and int64 for those in `whole`."""
    arrays: dict[str, Array] = {
        name: np.array(value, dtype=np.int64 if name in whole else np.float64)
        for name, value in values.items()
    }
    for array in arrays.values():
        array.setflags(write=False)
    return MappingProxyType(arrays)


@lru_cache(maxsize=256)
def _example(exercise: Exercise) -> Data:
    """Return some data, for their names, kinds and axes: not drawn until every slip shows."""
    assert exercise.sample is not None
    return frozen(exercise.sample(Draws(exercise.id), **exercise.sizes), exercise.whole)


@lru_cache(maxsize=4096)
def _drawn(exercise: Exercise, student: str, attempt: int) -> Data:
    draws = Draws(exercise.id, student, attempt)
    return frozen(draw_apart(exercise, draws), exercise.whole)
