"""The report's figures, fit for a slide: one idea each, with a text that says what is seen."""

import base64
import io
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nbexaminer.points import as_points
from nbexaminer.report.gathering import ClassRecord
from nbexaminer.report.questions import Headline, QuestionStatistics
from nbexaminer.report.slips import SlipCount

_BLUE, _ORANGE, _GREEN = "#0072B2", "#D55E00", "#009E73"  # Okabe and Ito
_STYLE: dict[Any, Any] = {
    "figure.facecolor": "white",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 13,
    "font.size": 11,
    "svg.hashsalt": "report",
}
MOST_SLIPS = 12


class Picture(NamedTuple):
    """A figure as it stands on the page."""

    address: str
    """A data address: the picture itself."""
    text: str
    """What is to be seen, in words."""


def scores_figure(headline: Headline) -> Picture | None:
    """How the points are spread, as far as they are marked; None where nothing is."""
    totals = headline.totals
    if not len(totals):
        return None
    figure, axes = _figure(3.4)
    most = max(headline.points, float(totals.max()), 1.0)  # a bonus comes on top
    bins = np.linspace(0, most, min(21, int(most) + 1))
    counts, _ = np.histogram(totals, bins)
    axes.bar(bins[:-1], counts, np.diff(bins), align="edge", color=_BLUE, edgecolor="white")
    median = float(np.median(totals))
    axes.axvline(median, color=_ORANGE, linewidth=2)
    axes.annotate(
        f" median {as_points(median)}",
        (median, counts.max()),
        color=_ORANGE,
        va="bottom",
        fontsize=11,
    )
    worth = as_points(headline.points)
    axes.set(xlabel=f"points, of {worth}", ylabel="students", title="Points")
    low, high = np.percentile(totals, [25, 75])
    return _picture(
        figure,
        f"Histogram of the points of {len(totals)} students. Median {as_points(median)} of "
        f"{worth}; the middle half has {as_points(low)} to {as_points(high)}.",
    )


def time_figure(record: ClassRecord) -> Picture | None:
    """When work came in; None where no time is known."""
    hours = np.array(
        [s.hours_before_due for s in record.submissions if s.hours_before_due is not None]
    )
    if not len(hours):
        return None
    figure, axes = _figure(3.0)
    order = np.sort(-hours)
    axes.step(order / 24, np.arange(1, len(order) + 1) / len(order) * 100, color=_BLUE, lw=2)
    axes.axvline(0, color=_ORANGE)
    axes.annotate(" due", (0, 2), color=_ORANGE)
    axes.set(xlabel="days from the due date", ylabel="handed in, %", ylim=(0, 102))
    axes.set_title("When it was handed in")
    late, last_day = (hours < 0).mean() * 100, ((hours >= 0) & (hours < 24)).mean() * 100
    return _picture(
        figure,
        f"Share of the class that had handed in, against time. {last_day:.0f} % came on the last "
        f"day and {late:.0f} % late.",
    )


def questions_figure(statistics: list[QuestionStatistics]) -> Picture:
    """How much of each question was earned."""
    figure, axes = _figure(0.9 + 0.42 * len(statistics))
    names = [one.question.title for one in statistics]
    shares = [0.0 if np.isnan(one.mean) else one.mean * 100 for one in statistics]
    places = np.arange(len(names))[::-1]
    axes.barh(places, shares, color=[_ORANGE if share < 50 else _BLUE for share in shares])
    for place, share, one in zip(places, shares, statistics, strict=True):
        axes.annotate(f" {_said(one)}", (share, place), va="center")
    axes.set_yticks(places, [_short(name) for name in names])
    axes.set(xlim=(0, 112), xlabel="mean share of the points, %", title="Question by question")
    listed = "; ".join(f"{one.question.title}: {_said(one)}" for one in statistics)
    return _picture(figure, f"Mean share of the points of each question. {listed}.")


def _said(one: QuestionStatistics) -> str:
    """Return the share, where there are marks, and how many are missing."""
    share = [] if np.isnan(one.mean) else [f"{one.mean * 100:.0f} %"]
    if one.open:
        share += [f"of {one.marked}," for _ in share] + [f"{one.open} to be marked"]
    return " ".join(share) or "out of the total"


def slips_figure(slips: list[SlipCount]) -> Picture | None:
    """The most frequent slips; None where none was named."""
    if not slips:
        return None
    shown = slips[:MOST_SLIPS]
    figure, axes = _figure(0.9 + 0.38 * len(shown))
    places = np.arange(len(shown))[::-1]
    axes.barh(places, [one.share * 100 for one in shown], color=_GREEN)
    for place, one in zip(places, shown, strict=True):
        axes.annotate(f" {len(one.students)}", (one.share * 100, place), va="center")
    axes.set_yticks(places, [_short(one.name) for one in shown])
    axes.set(xlabel="share of the class, %", title="Slips")
    listed = "; ".join(f"{one.name}: {len(one.students)}" for one in shown)
    return _picture(figure, f"How many students made each slip. {listed}.")


def change_figure(shares: dict[str, dict[str, float]]) -> Picture | None:
    """How often slips were made in one assignment after the other; None for a single assignment.

    `shares` is by assignment, in order, then by slip.
    """
    assignments = list(shares)
    names = list(dict.fromkeys(name for one in shares.values() for name in one))
    repeated = [n for n in names if sum(n in one for one in shares.values()) > 1][:MOST_SLIPS]
    if len(assignments) < 2 or not repeated:
        return None
    figure, axes = _figure(3.6)
    for name, line in zip(repeated, _lines(), strict=False):
        values = [shares[assignment].get(name, 0.0) * 100 for assignment in assignments]
        axes.plot(assignments, values, line, label=name)
    axes.set(ylabel="share of the class, %", title="The same slips, assignment by assignment")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, fontsize=9)
    listed = "; ".join(
        f"{name}: " + ", ".join(f"{shares[a].get(name, 0.0) * 100:.0f} %" for a in assignments)
        for name in repeated
    )
    return _picture(figure, f"Share of the class with each slip, by assignment. {listed}.")


def _lines() -> list[str]:
    return [mark + style for style in ("-", "--", ":") for mark in ("o", "s", "^", "D")]


def _figure(height: float) -> tuple[Figure, Axes]:
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(8, height), layout="constrained")
        return figure, figure.subplots()


def _picture(figure: Figure, text: str) -> Picture:
    out = io.BytesIO()
    with mpl.rc_context(_STYLE):
        figure.savefig(out, format="svg", metadata={"Date": None})
    return Picture(f"data:image/svg+xml;base64,{base64.b64encode(out.getvalue()).decode()}", text)


def _short(name: str, length: int = 34) -> str:
    return name if len(name) <= length else name[: length - 1].rstrip() + "…"
