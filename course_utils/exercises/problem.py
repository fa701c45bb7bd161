"""What an exercise asks: data, reference over rules, and parts. Marking and drawing rest on it."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.cells.checks import Array
from course_utils.exercises.drawing import Draws
from course_utils.exercises.rules import Noted, Rule, Slip, Slips, Staged, choices
from course_utils.exercises.tolerance import HAND, Tolerance
from course_utils.formulas import Formulas

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
    remark: Callable[[str, Any, Data], str] | None = None
    """What is to be said, beside the mark, of how such an answer was written: (name, answer, data)
    -> a sentence, or "". It is asked of answers that were read."""
    model: str = ""
    """The model answer of such a part."""
    formerly: str = ""
    """Its name in assignments that were given out before: an answer is taken under it, too."""


def _accept_all(given: Any, value: Any) -> bool:
    return True


@dataclass(frozen=True)
class Problem:
    """The fields of an exercise, and its reference at work."""

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
    drawing: int = 1
    """The version of the rules by which data are drawn: see drawing.LATEST."""
    unseen: bool = False
    """Whether the numbers that answers are judged on are shown to nobody: equations are asked."""
    warning: str = ""
    """What these data cannot tell apart, for fixed instances that saturate."""
    formulas: Formulas | None = None
    """The textbook's lines of this exercise, by its names: their neighbours explain what the rules
    do not."""
    detectors: tuple[Callable[[Any, str, Array, Array], Slip | None], ...] = ()
    """(given, part, answer, right value) -> a slip that is no choice of a rule, or None."""

    def given(self, data: Mapping[str, Any]) -> SimpleNamespace:
        """Return `data` as attributes, for the reference. Raises ValueError if it is not ours."""
        expected = self.fixed if self.fixed is not None else any_data(self)
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
        self,
        given: Any,
        slips: Slips = (),
        own: Mapping[str, Array] | None = None,
        only: frozenset[str] | None = None,
        read: dict[str, frozenset[str]] | None = None,
    ) -> dict[str, Array]:
        """Run the reference with `slips`; go on with the values of `own` where there are any.

        The slips are made throughout, or in the working of the parts named in `only`. What is
        returned is what the reference computed, part by part, before it was overruled. `read` is
        filled in with the names of the rules that were read on the way to each part.
        """
        values: dict[str, Array] = {}
        staged = (
            None
            if only is None
            else Staged(self.rules, slips, [part.name for part in self.parts], only)
        )
        rule: Any = staged or choices(self.rules, slips)
        noted: set[str] = set()
        rule = rule if read is None else Noted(rule, noted)
        working = self.reference(given, rule)
        with np.errstate(all="ignore"):
            step = next(working, None)
            while step is not None:
                name, value = step
                if read is not None:
                    read[name] = frozenset(noted)
                values[name] = np.asarray(value, dtype=np.float64)
                if staged is not None:
                    staged.after(name)
                try:
                    step = working.send((own or {}).get(name, values[name]))
                except StopIteration:
                    step = None
        return values

    @property
    def drawn_rules(self) -> tuple[Rule, ...]:
        """The rules whose slips these data tell apart; marking knows the others as well."""
        return tuple(rule for rule in self.rules if rule.since <= self.drawing)

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


@lru_cache(maxsize=512)
def another_sample(exercise: Problem, k: int) -> Data:
    """Return the k-th of some other data, of any numbers: not drawn to tell slips apart."""
    assert exercise.sample is not None
    return frozen(exercise.sample(Draws(exercise.id, "another", k), **exercise.sizes))


@lru_cache(maxsize=256)
def any_data(exercise: Problem) -> Data:
    """Return some data, for their names, kinds and axes: not drawn until every slip shows."""
    assert exercise.sample is not None
    return frozen(exercise.sample(Draws(exercise.id), **exercise.sizes), exercise.whole)
