"""What the judge says of each test, as data: from the run to the gradebook, the page, the report.

It stands in the graded notebook's metadata, written over whatever a submission has put there. Of a
notebook that was graded before there was such a record, nothing is known but its outputs.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from nbformat import NotebookNode
from nbgrader.utils import determine_grade, is_task

from nbexaminer.notebook.released import grade_id, is_test
from nbexaminer.notebook.remarks import KEY

_PLACE = "judgements"
_LONGEST = 30_000
"""Characters kept of one text; a page shows fewer."""


class Failure(NamedTuple):
    """The error that a test ended in."""

    name: str
    reason: str


class Said(NamedTuple):
    """Something that a test has printed."""

    text: str
    """Of a verdict without its headline, which has the points."""
    exercise: str | None = None
    """Whose verdict it is; None for everything that is no verdict."""


@dataclass(frozen=True)
class Judgement:
    """What became of one test."""

    score: float | None = None
    """The number that it ended in, whatever that is; None where it ended in none."""
    error: Failure | None = None
    said: tuple[Said, ...] = ()
    """What it printed, in order; in a row, of one kind, as one."""

    def marks(self, points: float) -> float:
        """Return what the test brings: its number, from 0 to `points`.

        An error brings nothing, and so does what is no amount; a test that names no number and runs
        through brings everything.
        """
        if self.error is not None:
            return 0.0
        if self.score is None:
            return points
        return 0.0 if math.isnan(self.score) else min(max(self.score, 0.0), points)

    @property
    def printed(self) -> str:
        """What is no verdict, as one text."""
        return "\n".join(one.text for one in self.said if one.exercise is None)

    @property
    def last_said(self) -> tuple[Said, ...]:
        """What was said, without verdicts on an exercise that was checked again."""
        last = {one.exercise: place for place, one in enumerate(self.said)}
        return tuple(
            one
            for place, one in enumerate(self.said)
            if one.exercise is None or last[one.exercise] == place
        )


def begin_judgements(nb: NotebookNode) -> None:
    """Forget what `nb` says of its tests: it is about to be run."""
    nb.metadata.setdefault(KEY, {})[_PLACE] = {}


def keep_judgement(nb: NotebookNode, cell: NotebookNode, judgement: Judgement) -> None:
    """Write what became of a test of `nb` beside the others."""
    error, said = judgement.error, judgement.said
    score = judgement.score
    kept = nb.metadata.setdefault(KEY, {}).setdefault(_PLACE, {})
    kept[str(grade_id(cell))] = {
        "score": score if score is None or math.isfinite(score) else str(score),
        "error": None if error is None else list(error),
        "said": [[one.text[:_LONGEST], one.exercise] for one in said],
    }


def judgement_of(nb: NotebookNode, cell: NotebookNode) -> Judgement | None:
    """Return what became of a test of `nb`; None of what the judge has not run."""
    if not is_test(cell):
        return None
    kept = nb.metadata.get(KEY, {}).get(_PLACE, {}).get(grade_id(cell))
    if kept is None:
        return None
    score, error = kept["score"], kept["error"]
    return Judgement(
        None if score is None else float(score),
        None if error is None else Failure(*error),
        tuple(Said(*one) for one in kept["said"]),
    )


def marks_of(nb: NotebookNode, cell: NotebookNode) -> tuple[float | None, float]:
    """Return what a cell of `nb` brings by itself, None where a person decides, and its points.

    An answer in words, and a test that the judge has not run, are marked as nbgrader marks them.
    """
    judgement = judgement_of(nb, cell)
    if is_task(cell):
        return None, float(cell.metadata.nbgrader["points"])
    if judgement is None:
        score, points = determine_grade(cell)
        return None if score is None else float(score), float(points)
    points = float(cell.metadata.nbgrader["points"])
    return judgement.marks(points), points


def joined(pieces: Iterable[Said]) -> tuple[Said, ...]:
    """Return the pieces without empty ones, those of one kind in a row as one.

    Two verdicts in a row stay two.
    """
    found: list[Said] = []
    for piece in pieces:
        if found and piece.exercise is None and found[-1].exercise is None:
            found[-1] = Said(found[-1].text + piece.text)
        elif piece.text or piece.exercise is not None:
            found.append(piece)
    return tuple(found)
