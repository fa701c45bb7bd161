"""Lecture 8 as stored: its numbers against plain Python and a fit of our own, its claims against
the recipe of the series."""

import json
import re
from itertools import pairwise
from math import log, sqrt
from statistics import fmean, median

import numpy as np
import pytest

from course_utils.training.forecasting import Forecast, fit_workload
from course_utils.training.forecasting_runs import STORED
from course_utils.training.tasks.workload import workload
from tests.notebooks.lecture_checks import (
    boxes,
    cells_since_question,
    check_lines,
    code_cells,
    figures,
)
from tests.notebooks.stored import (
    cell,
    displayed,
    notebook,
    numbers,
    predicted,
    printed,
    shown_right,
    words_of_figure,
)

LECTURE = notebook("08_forecasting_workload.ipynb")
Vector = list[float]
LOAD: Vector = workload(np.random.default_rng(0), 12).load.tolist()
VALIDATION, TEST = 7 * 168, 9 * 168
TRUTH = LOAD[TEST:]
LIVE = {"days-live", "forecast-train"}
PRACTICE = {"practise-lstm-step"}


def mae(forecast: Vector, truth: Vector) -> float:
    return fmean(abs(y - f) for f, y in zip(forecast, truth, strict=True))


def rmse(forecast: Vector, truth: Vector) -> float:
    return sqrt(fmean((y - f) ** 2 for f, y in zip(forecast, truth, strict=True)))


def autocorrelation(x: Vector, lag: int) -> float:
    mean = fmean(x)
    x = [v - mean for v in x]
    return fmean(a * b for a, b in zip(x, x[lag:], strict=False)) / fmean(v * v for v in x)


def before(lag: int) -> Vector:
    """The test weeks, forecast as `lag` hours before."""
    return [LOAD[t - lag] for t in range(TEST, len(LOAD))]


def unit(period: int) -> float:
    """What MASE divides by."""
    known = LOAD[:VALIDATION]
    return fmean(abs(b - a) for a, b in zip(known, known[period:], strict=False))


def regression(*columns: Vector) -> Vector:
    """Forecasts of the test weeks from columns at t - 1 and a constant an hour of the week.

    The constants are taken out first (Frisch & Waugh): deviations from the hour's own mean are
    regressed on deviations, by the normal equations.
    """
    logs = [log(v) for v in LOAD]
    hours = range(1, VALIDATION)
    mean = {
        (k, hour): fmean(column[t - 1 + shift] for t in hours if t % 168 == hour)
        for k, (column, shift) in enumerate([*((c, 0) for c in columns), (logs, 1)])
        for hour in range(168)
    }
    x = np.array([[c[t - 1] - mean[k, t % 168] for k, c in enumerate(columns)] for t in hours])
    y = np.array([logs[t] - mean[len(columns), t % 168] for t in hours])
    w = np.linalg.solve(x.T @ x, x.T @ y)
    return [
        float(
            np.exp(
                mean[len(columns), t % 168]
                + sum(w[k] * (c[t - 1] - mean[k, t % 168]) for k, c in enumerate(columns))
            )
        )
        for t in range(TEST, len(LOAD))
    ]


LOGS = [log(v) for v in LOAD]
LINEAR = regression(LOGS)


def season(t: int) -> float:
    """The recipe's, from the text of its module."""
    clock, weekend = t % 24, t % 168 >= 120
    work = np.exp(-0.5 * ((clock - 14) / 4) ** 2) * (0.35 if weekend else 1)
    return float(100 * (0.35 + work + 0.5 * np.exp(-0.5 * ((clock - 20.5) / 1.5) ** 2)))


def knowing() -> Vector:
    """The forecast of who knows season and growth, and takes 0.9 of yesterday's deviation."""
    trend = [season(t) * (1 + 0.1 * t / len(LOAD)) for t in range(len(LOAD))]
    return [trend[t] * (LOAD[t - 1] / trend[t - 1]) ** 0.9 for t in range(TEST, len(LOAD))]


def smoothed() -> Vector:
    padded = [0.0, *LOAD, 0.0]
    return [log(fmean(padded[t : t + 3])) for t in range(len(LOAD))]


def bob() -> float:
    """The straight line between the nearest known hours, on a shuffled fifth."""
    order = np.random.default_rng(0).permutation(len(LOAD)).tolist()
    asked, known = sorted(order[: len(LOAD) // 5]), set(order[len(LOAD) // 5 :])
    errors = []
    for t in asked:
        left = next((s for s in range(t, -1, -1) if s in known), None)
        right = next((s for s in range(t, len(LOAD)) if s in known), None)
        if left is None or right is None:
            forecast = LOAD[right if left is None else left]  # type: ignore[index]
        else:
            forecast = LOAD[left] + (t - left) / (right - left) * (LOAD[right] - LOAD[left])
        errors.append(abs(LOAD[t] - forecast))
    return fmean(errors)


def row(name: str, forecast: Vector) -> tuple[str, Vector]:
    error = mae(forecast, TRUTH)
    return name, [error, rmse(forecast, TRUTH), error / unit(1), error / unit(168)]


def spread(logs: Vector) -> float:
    return sqrt(fmean((v - fmean(logs)) ** 2 for v in logs))


LAGS = (1, 12, 24, 84, 168)
PRINTED = {
    "acf-values": [
        ("lag in hours    autocorrelation", []),
        *((f"{lag} ", [autocorrelation(LOAD, lag)]) for lag in LAGS),
    ],
    "by-hand": [
        ("Today was", [10, 24, 18, 4]),
        ("naive", [4, 10, 24, 18]),
        ("  its errors", [6, 14, -6, -14]),
        ("  MAE", [10, sqrt(116), 10, 28 / 3, 30 / 28]),
        ("seasonal naive", [8, 20, 16, 4]),
        ("  its errors", [2, 4, 2, 0]),
        ("  MAE", [2, sqrt(6), 2, 28 / 3, 6 / 28]),
    ],
    "my-measures": [("naive: MASE", [30 / 28]), ("seasonal naive: MASE", [6 / 28])],
    "baseline-values": [
        ("mean absolute error, ahead by   1 hour   24 hours", []),
        ("the latest known hour", [mae(before(1), TRUTH), mae(before(24), TRUTH)]),
        ("the same hour, a day before", [mae(before(24), TRUTH)] * 2),
        ("the same hour, a week before", [mae(before(168), TRUTH)] * 2),
    ],
    "scaling-values": [
        ("                        mean    spread", []),
        ("training weeks", [fmean(LOGS[:VALIDATION]), spread(LOGS[:VALIDATION])]),
        ("all weeks: a leak", [fmean(LOGS), spread(LOGS)]),
    ],
    "windows-values": [
        ("window     answer", []),
        *(("", [k, k + 1, k + 2, k + 4]) for k in (1, 2, 3, 4)),
        ("of 72 hours in the training part:", [VALIDATION - 72]),
    ],
    "leak-values": [
        ("reported error", []),
        ("Ann: smoothed first", [mae(regression(smoothed(), LOGS), TRUTH)]),
        ("the same, not smoothed", [mae(LINEAR, TRUTH)]),
        ("Bob: shuffled hours", [bob()]),
        ("Cem: split in time", [mae([LOAD[TEST - 1]] * len(TRUTH), TRUTH)]),
    ],
}


@pytest.mark.parametrize("cell_id", PRINTED)
def test_every_printed_number_agrees_with_plain_python(cell_id: str) -> None:
    check_lines(printed(cell(LECTURE, cell_id)), PRINTED[cell_id])


@pytest.fixture(scope="module")
def fitted() -> Forecast:
    """The lecture's LSTM, trained again."""
    return fit_workload("lstm", seed=0, weeks=12, steps=600, progress=False)


def rounded_alike(found: Vector | list[str], expected: Vector, *, within: float) -> None:
    """For numbers that a training run's rounding may move in the last digit."""
    assert [float(n) for n in found] == pytest.approx(expected, abs=within)


@pytest.mark.slow
def test_the_lstm_of_the_lecture_learns_as_it_says(fitted: Forecast) -> None:
    lines = printed(cell(LECTURE, "train"))
    assert numbers(lines[1]) == [str(4 * 16 * (6 + 16 + 1)), str(16 + 1)]
    curve = [numbers(text) for text in lines[3:-1]]
    scores = {e.step: -e.score for e in fitted.fit.evaluations}
    rounded_alike([e for _, e in curve], [scores[int(s)] for s, _ in curve], within=0.03)
    rounded_alike(numbers(lines[-1]), [min(scores.values())], within=0.03)


@pytest.mark.slow
def test_the_test_weeks(fitted: Forecast) -> None:
    lstm = fitted.forecasts["model"].tolist()
    lines = printed(cell(LECTURE, "test-values"))
    check_lines(
        [lines[0], *lines[2:]],
        [
            ("an hour ahead          MAE   RMSE   MASE  MASE, week", []),
            ("linear, ", [169, *row("", LINEAR)[1]]),
            row("as the hour before", before(1)),
            row("as the week before", before(168)),
            row("as the day before", before(24)),
        ],
    )
    assert lines[1].startswith("LSTM")
    rounded_alike(numbers(lines[1]), row("", lstm)[1], within=0.02)
    floor = printed(cell(LECTURE, "floor-values"))
    assert shown_right(numbers(floor[1])[0], mae(knowing(), TRUTH))
    rounded_alike(numbers(floor[2]), [mae(lstm, TRUTH)], within=0.02)
    assert shown_right(numbers(floor[3])[0], mae(LINEAR, TRUTH))


def test_the_lstm_halves_the_naive_error_and_so_does_a_line() -> None:
    found = [numbers(text) for text in printed(cell(LECTURE, "test-values"))[1:]]
    lstm, linear = float(found[0][0]), float(found[1][1])
    assert lstm < mae(before(1), TRUTH) / 2
    assert linear < mae(before(1), TRUTH) / 2
    assert abs(lstm - linear) < 0.1


def test_only_the_smoothed_forecast_is_below_what_can_be_known() -> None:
    lines = printed(cell(LECTURE, "leak-values"))
    assert [text for text in lines if "below the floor" in text] == [lines[1]]
    assert mae(regression(smoothed(), LOGS), TRUTH) < mae(knowing(), TRUTH) < mae(LINEAR, TRUTH)


@pytest.mark.slow
def test_residuals(fitted: Forecast) -> None:
    def of(forecast: Vector) -> Vector:
        e = [y - f for f, y in zip(forecast, TRUTH, strict=True)]
        return [fmean(e), *(autocorrelation(e, lag) for lag in (1, 24, 168))]

    lines = printed(cell(LECTURE, "residual-values"))[1:]
    check_lines(
        lines[:3],
        [
            ("as the hour before", of(before(1))),
            ("as the week before", of(before(168))),
            ("linear, 169 numbers", of(LINEAR)),
        ],
    )
    assert lines[3].startswith("LSTM")
    rounded_alike(numbers(lines[3]), of(fitted.forecasts["model"].tolist()), within=0.05)


@pytest.mark.slow
def test_the_largest_misses_are_the_bursts(fitted: Forecast) -> None:
    """The bursts begin where the recipe's second draw says so."""
    rng = np.random.default_rng(0)
    rng.normal(size=len(LOAD))
    bursts = np.flatnonzero(rng.random(len(LOAD)) < 0.005) - TEST
    residual = np.array(TRUTH) - fitted.forecasts["model"]
    largest = np.argsort(-np.abs(residual))[:3]
    assert set(largest) == set(bursts[bursts >= 0])
    said = words_of_figure(cell(LECTURE, "figure-residuals"))
    assert "3 of them are above 0" in said
    assert f"to {residual.max():.0f} requests" in said


@pytest.mark.slow
def test_errors_over_the_horizon() -> None:
    said = words_of_figure(cell(LECTURE, "figure-horizons"))
    shown = {
        name: [float(n) for n in numbers(said[said.index(name) + len(name) :])[:5]]
        for name in ("the latest hour", "as the week before", "LSTM", "linear")
    }
    horizons = (1, 3, 6, 12, 24)
    assert shown["the latest hour"] == [round(mae(before(k), TRUTH), 1) for k in horizons]
    assert set(shown["as the week before"]) == {round(mae(before(168), TRUTH), 1)}
    for name in ("LSTM", "linear"):
        assert all(a < b for a, b in pairwise(shown[name]))
        assert shown[name][-1] < shown["as the week before"][0]
    day = fit_workload("lstm", horizon=24, progress=False)
    rounded_alike([shown["LSTM"][-1]], [day.errors["model"]], within=0.2)
    by_day = np.abs(np.array(TRUTH) - day.forecasts["model"]).reshape(21, 24).mean(axis=1)
    assert by_day[6] < 5  # day 7: "the two hardly differ"
    assert min(by_day[4], by_day[15]) > 14  # days 5 and 16: nobody could know


def stored(trial: str) -> tuple[Vector, Vector, Vector]:
    """Errors of LSTM, line and the best naive forecast, straight from the file."""
    runs = [r["errors"] for r in json.loads(STORED.read_text())["runs"] if r["trial"] == trial]
    naive = [min(v for k, v in e.items() if k[:2] == "as") for e in runs]
    return [e["model"] for e in runs], [e["linear"] for e in runs], naive


def test_ten_series_of_each_kind() -> None:
    lines = printed(cell(LECTURE, "wins-values"))[2:]
    wins = {}
    for text in lines:
        trial = re.sub(r"3 h$", "3 hours ahead", text[:25].strip())
        lstm, linear, naive = stored(trial)
        wins[trial] = sum(a < b for a, b in zip(lstm, linear, strict=True))
        check_lines(
            [text[25:]], [("", [median(lstm), median(linear), median(naive), wins[trial], 10])]
        )
    assert len(wins) == len({r["trial"] for r in json.loads(STORED.read_text())["runs"]}) == 6
    # what the text says of them
    assert wins["7 weeks"] == 0
    assert 3 <= wins["12 weeks"] <= 7
    assert 3 <= wins["26 weeks"] <= 7
    assert wins["26 weeks, days off"] == wins["26 weeks, days off, 3 hours ahead"] == 10


def test_the_figure_of_ratios() -> None:
    said = words_of_figure(cell(LECTURE, "figure-wins"))
    for part in said.split("wins. ")[1].split("; "):
        trial, found = re.fullmatch(r"(.*) (\d\.\d+ to .*)", part.strip(". ")).groups()  # type: ignore[union-attr]
        lstm, linear, _ = stored(trial)
        ratios = [a / b for a, b in zip(lstm, linear, strict=True)]
        expected = [min(ratios), max(ratios), median(ratios)]
        assert all(map(shown_right, numbers(found), expected)), part


def test_other_figures_in_words() -> None:
    assert "training 1,176 hours, validation 336 hours, test 504 hours" in words_of_figure(
        cell(LECTURE, "figure-split")
    )
    said = words_of_figure(cell(LECTURE, "figure-three-days"))
    assert f"its error is {mae(before(1)[24:96], TRUTH[24:96]):.1f}" in said
    assert "of the hour before 0.0" in said
    peaks = [
        max(LOAD[24 * d : 24 * d + 24]) for week in (0, 7) for d in range(week, week + 5)
    ]  # fmt: skip
    said = words_of_figure(cell(LECTURE, "figure-series"))
    assert f"{min(peaks):.0f} to {max(peaks):.0f}" in said


def test_live_views_read_without_a_kernel() -> None:
    for cell_id in LIVE:
        assert displayed(cell(LECTURE, cell_id), "image/png")
    (text,) = displayed(cell(LECTURE, "days-live"), "text/plain")
    assert text.startswith("Test day 3, a Wednesday, 6 hours ahead")
    lstm, *_ = stored("26 weeks, days off")
    (text,) = displayed(cell(LECTURE, "forecast-train"), "text/plain")
    assert f"{min(lstm):.2f} to {max(lstm):.2f}" in text


def test_answers_to_check_yourself() -> None:
    text = cell(LECTURE, "check-yourself").source
    errors = [abs(a - b) for a, b in zip([5, 9, 7], [6, 10, 6], strict=True)]
    assert fmean(errors) == 1
    assert f"{fmean(errors) / fmean([4, 2]):.2f}" in text
    assert f"= {len(range(100 - 24 - 6 + 1))}$" in text


SEVEN_LSTM, SEVEN_LINEAR, _ = stored("7 weeks")
PREDICTED: dict[str, float | Vector] = {
    "predict-mase": 2 / (28 / 3),
    "predict-windows": len(range(72, VALIDATION)),  # the places of the answers
    "predict-floor": mae(knowing(), TRUTH),
    "predict-horizon": [mae(before(k), TRUTH) for k in (1, 3, 6, 12, 24)],
    "predict-wins": sum(a < b for a, b in zip(SEVEN_LSTM, SEVEN_LINEAR, strict=True)),
}
LAG_NAMES = {"12 hours": 12, "a day": 24, "half a week": 84, "a week": 168}
CHOSEN = {
    "predict-acf": max(LAG_NAMES, key=lambda name: autocorrelation(LOAD, LAG_NAMES[name])),
    "predict-comparison": "by less than 5 %",
    "predict-leaks": "Ann's",
}


@pytest.mark.parametrize(("cell_id", "expected"), PREDICTED.items())
def test_what_a_prediction_opens_is_right(cell_id: str, expected: float | Vector) -> None:
    assert predicted(cell(LECTURE, cell_id)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("cell_id", "expected"), CHOSEN.items())
def test_the_choice_that_a_prediction_opens_is_right(cell_id: str, expected: str) -> None:
    assert predicted(cell(LECTURE, cell_id)) == expected


def test_the_two_that_learn_are_as_near_as_the_prediction_says() -> None:
    """The LSTM's error as shown, the linear one computed anew; only one colleague is too good."""
    shown = float(numbers(printed(cell(LECTURE, "test-values"))[1])[0])
    assert 0 < 1 - shown / mae(LINEAR, TRUTH) < 0.05
    below = [mae(regression(smoothed(), LOGS), TRUTH), bob(), mae([LOAD[TEST - 1]] * 504, TRUTH)]
    assert [error < mae(knowing(), TRUTH) for error in below] == [True, False, False]


def test_every_prediction_has_its_oracle() -> None:
    assert {c.id for c in boxes(LECTURE)} == PREDICTED.keys() | CHOSEN.keys()


def test_a_question_stands_before_every_result() -> None:
    for code in code_cells(LECTURE):
        if code.id not in {"setup", "leak-methods", "predictions-made"} | PRACTICE:
            since = cells_since_question(LECTURE, code)
            assert since == [], code.id


def test_no_result_goes_without_a_test() -> None:
    trained = {"train", "test-values", "floor-values", "residual-values", "wins-values"}
    known = PRINTED.keys() | trained | LIVE | PRACTICE | {"setup", "leak-methods"}
    known |= {"predictions-made", *PREDICTED, *CHOSEN}
    assert {c.id for c in code_cells(LECTURE)} - {c.id for c in figures(LECTURE)} == known
