"""The report as one page that opens without a server."""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np

from nbexaminer.feedback.template import page_template
from nbexaminer.points import as_points
from nbexaminer.report import figures
from nbexaminer.report.gathering import ClassRecord, Submission
from nbexaminer.report.questions import (
    Headline,
    QuestionStatistics,
    headline,
    question_statistics,
)
from nbexaminer.report.similarity import (
    OthersData,
    SameCode,
    SameNotebook,
    others_data,
    same_code,
    same_notebooks,
)
from nbexaminer.report.slips import SlipCount, count_slips, first_trouble

STUCK = 0.5
"""Who has less than this share of the points is listed."""


@dataclass(frozen=True)
class Stuck:
    """A student with few points, and where the trouble begins."""

    student: str
    total: float
    on: list[tuple[str, str]]


@dataclass(frozen=True)
class Report:
    """Everything on the page."""

    record: ClassRecord
    statistics: list[QuestionStatistics]
    slips: list[SlipCount]
    change: dict[str, dict[str, float]]
    stuck: list[Stuck]
    others: list[OthersData]
    code: list[SameCode]
    notebooks: list[SameNotebook]

    @property
    def headline(self) -> Headline:
        """The class's points, as far as they are marked."""
        return headline(self.record)

    @property
    def summary(self) -> dict[str, float]:
        """Mean, quartiles, least and most of the headline's points; NaN where nothing is marked."""
        totals = self.headline.totals
        if not len(totals):
            return dict.fromkeys(("mean", "least", "low", "median", "high", "most"), float("nan"))
        low, median, high = np.percentile(totals, [25, 50, 75])
        return {
            "mean": float(totals.mean()), "least": float(totals.min()), "low": float(low),
            "median": float(median), "high": float(high), "most": float(totals.max()),
        }  # fmt: skip


def report(
    record: ClassRecord, earlier: list[ClassRecord] | None = None, *, personal: bool = False
) -> Report:
    """Work out the report of an assignment, beside those that came before it.

    `personal` says that each student had numbers of their own.
    """
    slips = count_slips(record)
    change = {
        one.assignment: {slip.name: slip.share for slip in count_slips(one)}
        for one in earlier or []
    } | {record.assignment: {slip.name: slip.share for slip in slips}}
    trouble = first_trouble(record)
    stuck = [
        Stuck(submission.student, submission.total, trouble[submission.student])
        for submission in sorted(record.submissions, key=lambda one: (one.total, one.student))
        if submission.total < STUCK * _marked_points(record, submission)
    ]
    return Report(
        record,
        question_statistics(record),
        slips,
        change,
        stuck,
        others_data(record) if personal else [],
        same_code(record),
        same_notebooks(record),
    )


def page(work: Report) -> str:
    """Return the report as HTML: no scripts, pictures inside the file."""
    pictures = {
        "scores": figures.scores_figure(work.headline),
        "time": figures.time_figure(work.record),
        "questions": figures.questions_figure(work.statistics) if work.statistics else None,
        "slips": figures.slips_figure(work.slips),
        "change": figures.change_figure(work.change),
    }
    here = files(__package__)
    style = files("nbexaminer.feedback").joinpath("page.css").read_text("utf-8")
    style += here.joinpath("page.css").read_text("utf-8")
    template = page_template(__package__, percent=_percent, short=_number, answer=_answer)
    return template.render(work=work, record=work.record, pictures=pictures, style=style)


def _marked_points(record: ClassRecord, one: Submission) -> float:
    return sum(question.points for question in record.questions if question.id in one.marks.settled)


def _percent(share: float) -> str:
    return "" if np.isnan(share) else f"{share * 100:.0f} %"


def _number(value: float) -> str:
    return "" if np.isnan(value) else as_points(value)


def _answer(value: Any) -> str:
    """Return an answer as one would write it down, with four digits."""
    if isinstance(value, list):
        return "[" + ", ".join(_answer(one) for one in value) + "]"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
