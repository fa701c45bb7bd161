"""Figures of lecture 8: a workload, its forecasts and their errors, and one more run at a button.

Each function draws one figure and tells it in words. What is measured comes from course_utils;
here it is only drawn.
"""

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from blackboard import show
from live_figure import live
from train_yourself import Attempt, TrainYourself

from course_utils.training.forecasting import Forecast, fit_workload
from course_utils.training.forecasting_runs import TRIALS, stored_forecasts
from course_utils.training.tasks.workload import mean_absolute_error

Series = npt.NDArray[np.float64]

CELLS = {"RNN": "rnn", "GRU": "gru", "LSTM": "lstm"}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
UNIT = "requests per second"
_LSTM = {"color": "C0", "marker": "D", "label": "LSTM"}
_KIND = "26 weeks, days off"


def two_weeks(load: Series) -> None:
    """Draw the first two weeks of the load."""
    fig, ax = plt.subplots(figsize=(7.2, 2.8), layout="constrained")
    for week in (0, 1):
        ax.axvspan(7 * week + 5, 7 * week + 7, color="#e4e4e0", linewidth=0)
        ax.text(7 * week + 6, 232, "weekend", ha="center", va="top")
    ax.plot(np.arange(336) / 24, load[:336], color="C0", linewidth=1.4)
    ax.set(xlabel="day", ylabel=UNIT, xlim=(0, 14), ylim=(0, 240), xticks=range(15))
    ax.set_title("Five working days, two quiet ones, and again")
    by_day = load[:336].reshape(2, 7, 24)
    peaks, quiet = by_day[:, :5].max(axis=2).ravel(), by_day[:, 5:]
    show(
        fig,
        f"The load over two weeks. Each working day rises to a peak in the afternoon, "
        f"{min(peaks):.0f} to {max(peaks):.0f}, has a shoulder in the evening and falls at night. "
        f"On the weekends it stays below {np.ceil(quiet.max()):.0f}.",
    )


def split_in_three(load: Series, validation: int, test: int) -> None:
    """Draw the series cut into training, validation and test."""
    parts = {
        "training": (0, validation, "C0", "#004d78"),
        "validation": (validation, test, "C2", "#00694d"),
        "test": (test, len(load), "C1", "#8f3e00"),
    }
    fig, ax = plt.subplots(figsize=(7.2, 2.6), layout="constrained")
    days = np.arange(len(load)) / 24
    for name, (first, end, colour, dark) in parts.items():
        ax.plot(days[first:end], load[first:end], color=colour, linewidth=0.8)
        middle, label = (first + end) / 48, f"{name}\n{end - first:,} h"
        ax.text(middle, 262, label, ha="center", va="top", color=dark)
    for edge in (validation, test):
        ax.axvline(edge / 24, color="#333333", linewidth=1)
    ax.set(xlabel="day", ylabel=UNIT, xlim=(0, 84), ylim=(0, 265), xticks=range(0, 85, 7))
    ax.set_title("Learn, choose, test: in this order in time")
    lengths = [f"{name} {end - first:,} hours" for name, (first, end, *_) in parts.items()]
    show(fig, f"The whole series, cut in time: {', '.join(lengths)}.")


def three_days(truth: Series, forecasts: Mapping[str, Series]) -> None:
    """Draw three test days of truth, LSTM and "as the hour before"."""
    window = slice(24, 96)
    true, lstm = truth[window], forecasts["model"][window]
    naive = forecasts["as the hour before"][window]
    fig, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
    ax.plot(true, color="#333333", linewidth=2.6, label="truth")
    ax.plot(lstm, markersize=3, linewidth=1.3, **_LSTM)
    ax.plot(naive, "--", color="C3", linewidth=1.8, label="as the hour before")
    ax.set(xlabel="hour", ylabel=UNIT, xlim=(0, 71), ylim=(0, 215), xticks=range(0, 72, 12))
    ax.legend(ncols=3, loc="upper left")
    ax.set_title("The naive forecast is the truth, an hour late", pad=14)
    late = mean_absolute_error(true[:-1], naive[1:])
    show(
        fig,
        f"Three days from Tuesday. The LSTM's dots follow the truth, with an error of "
        f"{mean_absolute_error(lstm, true):.1f}. The naive forecast has the same shape shifted by "
        f"an hour: against the truth its error is {mean_absolute_error(naive, true):.1f}, against "
        f"the truth of the hour before {late:.1f}.",
    )


def left_over(errors: Series, hour_of_week: Series) -> None:
    """Draw the residuals of a forecast over the test weeks, the three largest marked."""
    largest = np.argsort(-np.abs(errors))[:3]
    fig, ax = plt.subplots(figsize=(7.2, 2.9), layout="constrained")
    ax.axhline(0, color="#333333", linewidth=0.8)
    ax.vlines(np.arange(len(errors)) / 24, 0, errors, color="C0", linewidth=0.9)
    ax.plot(largest / 24, errors[largest], "o", color="C1", markersize=6)
    ax.set(xlabel="day of the test weeks", ylabel="truth − forecast")
    ax.set(xlim=(0, 21), xticks=range(0, 22, 7))
    ax.set_title("The three largest misses are bursts: nobody sees them coming")
    hour, sizes = hour_of_week % 24, np.abs(errors)
    day, night = sizes[(hour >= 8) & (hour < 20)].mean(), sizes[hour < 6].mean()
    show(
        fig,
        f"Residuals over three weeks. The three largest, from {sizes[largest].min():.0f} to "
        f"{sizes[largest].max():.0f} {UNIT}, are marked; {(errors[largest] > 0).sum()} of them are "
        f"above 0. The mean size is {day:.1f} from 8 to 20 o'clock and {night:.1f} from 0 to 6.",
    )


def over_horizons(ahead: Mapping[int, Forecast]) -> None:
    """Draw the errors of four forecasts over the hours ahead."""
    curves = {
        "as the hour before": {"label": "the latest hour", "color": "C3", "marker": "s"},
        "as the week before": {"label": "as the week before", "color": "#555555", "marker": "X"},
        "model": _LSTM,
        "linear": {"label": "linear", "color": "C5", "marker": "v", "linestyle": "--"},
    }
    fig, ax = plt.subplots(figsize=(7.2, 3.4), layout="constrained")
    errors = {name: [run.errors[name] for run in ahead.values()] for name in curves}
    for name, look in curves.items():
        ax.plot(list(ahead), errors[name], **look)
    ax.set(xlabel="hours ahead", ylabel="mean absolute error", xticks=list(ahead), yscale="log")
    ax.set(yticks=[5, 10, 20, 40], yticklabels=["5", "10", "20", "40"], ylim=(4, 130))
    ax.minorticks_off()
    ax.legend(loc="upper left", ncols=2)
    ax.set_title("The further ahead, the more the season has to say")
    told = [f"{look['label']} {', '.join(f'{e:.1f}' for e in errors[name])}"
            for name, look in curves.items()]  # fmt: skip
    show(
        fig,
        "Mean absolute errors on a logarithmic scale for 1, 3, 6, 12 and 24 hours ahead. "
        f"{'; '.join(told)}.",
    )


def day_by_day(ahead: Mapping[int, Forecast], truth: Series) -> None:
    """Display a test day and its forecasts; sliders choose the day and the horizon."""
    fig, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
    clock = np.arange(24)
    (true_line,) = ax.plot(clock, truth[:24], color="#333333", linewidth=2.6, label="truth")
    (lstm_line,) = ax.plot(clock, truth[:24], markersize=4, **_LSTM)
    (line_line,) = ax.plot(clock, truth[:24], color="C5", linestyle="--", label="linear")
    ax.set(xlim=(0, 23), ylim=(0, 260), xticks=range(0, 24, 3), xlabel="hour", ylabel=UNIT)
    ax.legend(ncols=3, loc="upper left")

    def move(day: int, horizon: int) -> str:
        hours = slice(24 * (day - 1), 24 * day)
        here = {kind: ahead[horizon].forecasts[kind][hours] for kind in ("model", "linear")}
        true_line.set_ydata(truth[hours])
        lstm_line.set_ydata(here["model"])
        line_line.set_ydata(here["linear"])
        name, plural = DAYS[(day - 1) % 7], "hour" if horizon == 1 else "hours"
        ax.set_title(f"Test day {day}, a {name}: {horizon} {plural} ahead")
        lstm, linear = (mean_absolute_error(forecast, truth[hours]) for forecast in here.values())
        return (
            f"Test day {day}, a {name}, {horizon} {plural} ahead: mean absolute error of the LSTM "
            f"{lstm:.1f}, of the linear forecast {linear:.1f}."
        )

    live(
        fig,
        move,
        day=widgets.IntSlider(3, min=1, max=21, description="test day"),
        horizon=widgets.Dropdown(options=list(ahead), value=6, description="horizon"),
    )


def ratios() -> None:
    """Draw the LSTM's error over the linear forecast's, a dot for each stored series."""
    fig, ax = plt.subplots(figsize=(7.2, 3.4), layout="constrained")
    ax.axvline(1, color="#333333", linewidth=1)
    told = []
    for row, trial in enumerate(TRIALS):
        runs = stored_forecasts(trial)
        ratio = np.array([run.errors["model"] / run.errors["linear"] for run in runs])
        colour = "C0" if "days off" in trial else "C1"
        ax.plot(ratio, np.full(len(ratio), -row), "o", color=colour, alpha=0.6)
        ax.plot(np.median(ratio), -row, "|", color="#1a1a1a", markersize=20, markeredgewidth=2.5)
        told.append(
            f"{trial} {ratio.min():.2f} to {ratio.max():.2f}, median {np.median(ratio):.2f}"
        )
    ax.set(
        xlabel="error of the LSTM / error of the linear forecast", ylim=(-len(TRIALS) + 0.4, 0.6)
    )
    ax.set_yticks([-row for row in range(len(TRIALS))], list(TRIALS))
    ax.set_title("Left of the line the LSTM wins; a bar marks the median")
    show(fig, "Ratios of ten series each, below 1 where the LSTM wins. " + "; ".join(told) + ".")


def forecast_trainer() -> TrainYourself:
    """Return the stored LSTMs' validation errors, with a button that trains a cell of one's own."""
    fig, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
    runs = stored_forecasts(_KIND)
    for run in runs:
        ax.plot(run.steps, run.validation, color="#999999", linewidth=1)
    (own,) = ax.plot([], [], color="black", marker="s", markersize=4)
    ax.set(xlabel="updates of 32 windows", ylabel="error on the validation weeks")
    ax.set(xlim=(0, 610), ylim=(3, 12))
    ends = [run.errors["model"] for run in runs]
    stored = f"Ten stored LSTMs, {_KIND}: on the test weeks {min(ends):.2f} to {max(ends):.2f}."

    def draw(attempt: Attempt | None) -> str:
        if attempt is None:
            return stored
        own.set_data(attempt.steps, [-score for score in attempt.scores])
        text = f"{stored} Yours, {attempt.cell}, seed {attempt.seed}"
        if attempt.scores:
            now, steps = -attempt.scores[-1], attempt.steps[-1]
            text += f": {now:.2f} on the validation weeks after {steps} updates"
        if attempt.outcome is not None:
            mine, line = (attempt.outcome.errors[kind] for kind in ("model", "linear"))
            text += f"; on the test weeks {mine:.2f}, the linear one {line:.2f}"
        return text + "."

    def train(label: str, seed: int, watch: Callable[[Any], bool]) -> Forecast:
        cell = CELLS[label]
        return fit_workload(cell, seed, weeks=26, days_off=0.2, progress=False, watch=watch)

    return TrainYourself(fig, draw, train, cells=list(CELLS))
