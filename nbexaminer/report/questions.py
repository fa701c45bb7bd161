"""How hard each question was, and whether it tells those who know from those who do not."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nbexaminer.gradebook import Question
from nbexaminer.report.gathering import ClassRecord, Submission

Array = npt.NDArray[np.float64]

FEWEST = 10
"""Below so many marks a correlation says nothing, and none is given."""


@dataclass(frozen=True)
class QuestionStatistics:
    """One question over all who handed in and whose answer is marked."""

    question: Question
    marked: int
    """How many marks the figures rest on: see `mark_table`."""
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
            return f"{self.open} still to be marked."
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
    return [
        _one(question, marks, k, count_open(record, question))
        for k, question in enumerate(record.questions)
    ]


def mark_table(record: ClassRecord) -> Array:
    """Return points (students, questions); NaN where there is no mark that says anything.

    None does where a person has still to give it, where the file could not be read, and, until a
    person has marked half of the answers to a question, where it was left blank: those alone, with
    their 0, are not the class.
    """
    waiting = {
        q for q in record.questions if q.by_hand and count_open(record, q) > _by_a_person(record, q)
    }

    def points(one: Submission, question: Question) -> float:
        mark = one.marks.settled.get(question.id)
        if mark is None or question.notebook in one.unread:
            return float("nan")
        return float("nan") if question in waiting and mark.manual is None else mark.score

    return np.array(
        [[points(s, q) for q in record.questions] for s in record.submissions], np.float64
    ).reshape(len(record.submissions), len(record.questions))


def count_open(record: ClassRecord, question: Question) -> int:
    """Return how many answers to the question a person has still to mark."""
    return sum(question.id not in one.marks.settled for one in record.submissions)


def _by_a_person(record: ClassRecord, question: Question) -> int:
    marks = (one.marks.settled.get(question.id) for one in record.submissions)
    return sum(mark is not None and mark.manual is not None for mark in marks)


@dataclass(frozen=True)
class Headline:
    """The class's points, as far as they are marked."""

    totals: Array
    """Of each student whose work is marked as far as that."""
    points: float
    """What is marked so far; what the assignment is worth where all is."""
    students: int
    """How many are graded."""
    open: dict[Question, int]
    """How many answers a person has still to mark, of questions where there are any."""
    unread: int
    """How many files could not be read."""


def headline(record: ClassRecord) -> Headline:
    """Return the totals over the questions that are marked for more than half of the class.

    Of those students for whom all of these are marked, and whose files could be read.
    """
    known = ~np.isnan(mark_table(record))
    read = np.array([not one.unread for one in record.submissions], dtype=bool)
    places = [k for k in range(known.shape[1]) if known[read, k].sum() > read.sum() / 2]
    counted = [record.questions[k] for k in places]
    whole = read & known[:, places].all(axis=1) & bool(places)
    totals = [
        one.marks.total_of(question.id for question in counted)
        for one, is_whole in zip(record.submissions, whole, strict=True)
        if is_whole
    ]
    return Headline(
        np.array(totals, dtype=np.float64),
        sum(question.points for question in counted),
        len(record.submissions),
        {q: count for q in record.questions if (count := count_open(record, q))},
        int((~read).sum()),
    )


def _one(question: Question, marks: Array, k: int, left: int) -> QuestionStatistics:
    known = ~np.isnan(marks[:, k])
    own = marks[known, k]
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
