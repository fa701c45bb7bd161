"""What each check of a submission was given and said, kept in the graded notebook's metadata.

Written by the judge's side after the run, never by the student's; read by the class report.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from nbformat import NotebookNode

from nbexaminer.exercises import Verdict
from nbexaminer.notebook.remarks import KEY

_MOST_NUMBERS = 1000


@dataclass(frozen=True)
class MarkedPart:
    """What was said of one part of an answer."""

    score: float
    slips: tuple[str, ...]
    followed_through: bool
    message: str
    weight: float = 1.0
    """Its share of the marks; 0 for an optional part that was left out."""


@dataclass(frozen=True)
class MarkedAnswer:
    """One call of a check: what it asked about, what it was given, what it said."""

    cell: str
    """The test cell's grade id."""
    exercise: str
    attempt: int
    answers: dict[str, Any] = field(default_factory=dict)
    """Nested lists of numbers or short texts; empty for a function."""
    parts: dict[str, MarkedPart] = field(default_factory=dict)
    notebook: str = ""
    """The notebook it stands in, where answers of several are together."""

    @property
    def slips(self) -> tuple[str, ...]:
        """Every slip that was named, each once, in order of working."""
        return tuple(dict.fromkeys(slip for part in self.parts.values() for slip in part.slips))


def marked_answer(
    cell: str, exercise: str, attempt: int, answers: Any, verdict: Verdict
) -> MarkedAnswer:
    """Return the record of a check; `answers` is None for a function."""
    plain = {str(k): _plain(v) for k, v in answers.items()} if isinstance(answers, dict) else {}
    parts = {
        name: MarkedPart(part.score, part.slips, part.followed_through, part.text, part.weight)
        for name, part in verdict.parts.items()
    }
    return MarkedAnswer(cell, exercise, attempt, plain, parts)


def keep_marked_answers(nb: NotebookNode, answers: list[MarkedAnswer]) -> None:
    """Write `answers` into the metadata of `nb`, in the place of what was there.

    Parts are a list there: a notebook's file sorts the keys of a dictionary, and what went wrong
    first would be lost.
    """
    nb.metadata.setdefault(KEY, {})["marked"] = [
        {
            "cell": answer.cell,
            "exercise": answer.exercise,
            "attempt": answer.attempt,
            "answers": answer.answers,
            "parts": [{"name": n} | asdict(p) for n, p in answer.parts.items()],
        }
        for answer in answers
    ]


def marked_answers(nb: NotebookNode, notebook: str = "") -> list[MarkedAnswer]:
    """Return what a graded notebook keeps; empty for one graded before there was such a record.

    `notebook` is its name, where answers of several are together.
    """
    kept = nb.metadata.get(KEY, {}).get("marked", [])
    return [
        MarkedAnswer(
            one["cell"], one["exercise"], one["attempt"], dict(one["answers"]),
            {
                part["name"]: MarkedPart(
                    part["score"], tuple(part["slips"]), part["followed_through"],
                    part["message"], part.get("weight", 1.0),
                )
                for part in one["parts"]
            },
            notebook,
        )
        for one in kept
    ]  # fmt: skip


def _plain(value: Any) -> Any:
    """Nested lists of floats, or a short text; None for anything else."""
    if isinstance(value, str):
        return value[:_MOST_NUMBERS]
    try:
        with np.errstate(over="ignore"):
            array = np.asarray(value, dtype=np.float64)
    except Exception:  # a number too large for a float, and whatever else is no array of numbers
        return None
    return array.tolist() if array.size <= _MOST_NUMBERS and np.isfinite(array).all() else None
