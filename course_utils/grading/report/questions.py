"""How hard each question was, and whether it tells those who know from those who do not."""

from dataclasses import dataclass

import numpy as np

from course_utils.cells.checks import Array
from course_utils.grading.report.gathering import ClassRecord, Question

FEWEST = 10
"""Below so many marks a correlation says nothing, and none is given."""


@dataclass(frozen=True)
class QuestionStatistics:
    """One question over all who handed in and whose answer is marked."""

    question: Question
    marked: int
    """How many marks there are."""
    open: int
    """How many a person has still to give."""
    mean: float
    """The mean share of its points, 0 to 1: its difficulty index, high where it was easy. NaN where
    nothing is marked."""
    full: float
    """The share of students with all of its points."""
    none: float
    """The share of students with none."""
    discrimination: float
    """The correlation of this question's points with the points of all the others (corrected
    item-total correlation). NaN where there are too few marks or everybody has the same."""

    @property
    def advice(self) -> str:
        """What the figures ask for, or "" where nothing stands out."""
        if self.open:
            return f"{self.open} are still to be marked."
        if self.discrimination < 0:
            return (
                "Those who are good at the rest lose points here: look at the question and its key."
            )
        if self.mean < 0.3:
            return "Most points were lost: take it up in class."
        return "Everybody has it: it tells nobody apart." if self.mean > 0.97 else ""


def question_statistics(record: ClassRecord) -> list[QuestionStatistics]:
    """Return the statistics of each question, in the order of the assignment.

    Allen and Yen, Introduction to Measurement Theory, 1979, chapter 6.
    """
    marks = mark_table(record)
    return [_one(question, marks, k) for k, question in enumerate(record.questions)]


def mark_table(record: ClassRecord) -> Array:
    """Return points (students, questions); NaN where a person has still to give them."""
    return np.array(
        [[s.marks.get(q, np.nan) for q in record.questions] for s in record.submissions], np.float64
    ).reshape(len(record.submissions), len(record.questions))


def _one(question: Question, marks: Array, k: int) -> QuestionStatistics:
    known = ~np.isnan(marks[:, k])
    own, left = marks[known, k], int((~known).sum())
    if not len(own) or question.points <= 0:
        return QuestionStatistics(question, len(own), left, np.nan, np.nan, np.nan, np.nan)
    rest = np.nansum(np.delete(marks[known], k, axis=1), axis=1)
    return QuestionStatistics(
        question,
        len(own),
        left,
        float(own.mean() / question.points),
        float((own >= question.points).mean()),
        float((own <= 0).mean()),
        _correlation(own, rest),
    )


def _correlation(a: Array, b: Array) -> float:
    if len(a) < FEWEST or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])
