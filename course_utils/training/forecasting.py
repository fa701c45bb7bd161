"""A model that forecasts the coming workload, measured beside forecasts that need no network."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from course_utils.cells import CellInputError
from course_utils.cells.checks import Array
from course_utils.training.fit import Evaluation, Fit, fit
from course_utils.training.initialisation import CellName, start_model
from course_utils.training.model import Batch, ModelParams, loss_and_gradients, predict
from course_utils.training.optimisers import Adam
from course_utils.training.schedules import cosine
from course_utils.training.tasks.workload import (
    DAY,
    WEEK,
    Scale,
    Workload,
    features,
    forecast_windows,
    mean_absolute_error,
    scale_of,
    workload,
)

VALIDATION_WEEKS, TEST_WEEKS = 2, 3
"""The last weeks of a series: first those that choose, then those that are looked at once."""


class Split(NamedTuple):
    """A series cut in time: the hours before `validation` train, those from `test` on test."""

    validation: int
    test: int


class Forecast(NamedTuple):
    """A fit on the first part of a series, and forecasts of the last."""

    fit: Fit[ModelParams]
    series: Workload
    split: Split
    horizon: int
    """each forecast is made so many hours before"""
    forecasts: dict[str, Array]
    """of the hours from split.test on, in requests a second: "model", then what it is held to"""

    @property
    def errors(self) -> dict[str, float]:
        """Mean absolute errors on the test part."""
        load = self.series.load[self.split.test :]
        return {name: mean_absolute_error(f, load) for name, f in self.forecasts.items()}


def split_in_time(series: Workload) -> Split:
    """Cut off the last weeks. Raises CellInputError where no two weeks are left to train on."""
    test = len(series.load) - TEST_WEEKS * WEEK
    validation = test - VALIDATION_WEEKS * WEEK
    if validation < 2 * WEEK:
        raise CellInputError(
            f"got {len(series.load) // WEEK} weeks, expected at least "
            f"{2 + VALIDATION_WEEKS + TEST_WEEKS}"
        )
    return Split(validation, test)


def fit_workload(
    cell: CellName = "lstm",
    seed: int = 0,
    *,
    units: int = 16,
    weeks: int = 12,
    steps: int = 600,
    horizon: int = 1,
    days_off: float = 0.0,
    watch: Callable[[Evaluation], bool] | None = None,
    progress: bool = True,
) -> Forecast:
    """Train on the first weeks of a generated series, forecast the last hour by hour.

    The squared error of the scaled logarithm is minimised; the parameters kept are those with the
    smallest absolute error, in requests a second, on the validation weeks. The test weeks are
    touched once. Raises CellInputError where the series is too short.
    """
    series = workload(np.random.default_rng(seed), weeks, days_off=days_off)
    split = split_in_time(series)
    known = Workload(series.load[: split.validation], series.hour[: split.validation])
    scale = scale_of(known.load)
    params = start_model(
        np.random.default_rng(seed), cell, units, 1, inputs=features(known, scale).shape[1]
    )

    def gradients(current: ModelParams, batch: Batch) -> tuple[float, ModelParams]:
        return loss_and_gradients(current, batch, loss="squared-error")

    def evaluate(current: ModelParams) -> float:
        seen = Workload(series.load[: split.test], series.hour[: split.test])
        forecast = model_forecast(current, seen, scale, split.validation, horizon)
        return -mean_absolute_error(forecast, seen.load[split.validation :])

    done = fit(
        params,
        lambda rng: forecast_windows(rng, known, scale, 32, horizon=horizon),
        gradients,
        steps=steps,
        optimiser=Adam(0.01),
        schedule=cosine(steps, end=0.02),
        evaluate=evaluate,
        watch=watch,
        every=25,
        seed=seed,
        progress=progress,
        description=f"workload, {cell}",
    )
    forecasts = {
        "model": model_forecast(done.params, series, scale, split.test, horizon),
        "linear": linear_forecast(series, split.validation, split.test, horizon),
        "as the hour before": as_before(series, split.test, horizon),
        "as the day before": as_before(series, split.test, _whole(DAY, horizon)),
        "as the week before": as_before(series, split.test, _whole(WEEK, horizon)),
    }
    return Forecast(done, series, split, horizon, forecasts)


def model_forecast(
    params: ModelParams, series: Workload, scale: Scale, start: int, horizon: int = 1
) -> Array:
    """Forecast the hours from `start` on; each from what was known `horizon` hours before.

    The state runs from the beginning of the series. Raises CellInputError when start < horizon.
    """
    _check_start(start, horizon)
    x = features(series, scale)
    outputs = predict(params, x[:-horizon, None])[:, 0, 0]  # at t for t + horizon
    return scale.undo(outputs[start - horizon :])


def linear_forecast(series: Workload, known: int, start: int, horizon: int = 1) -> Array:
    """Forecast the hours from `start` on by one linear regression, fitted on the first `known`.

    The logarithm of the load, from the logarithm `horizon` hours before and a constant for each
    hour of the week: 169 numbers, by least squares. Raises CellInputError when start < horizon.
    """
    _check_start(start, horizon)
    logs, hours = np.log(series.load), series.hour.astype(int)
    x = np.column_stack([logs[:-horizon], np.eye(WEEK)[hours[horizon:]]])
    y = logs[horizon:]
    weights = np.linalg.lstsq(x[: known - horizon], y[: known - horizon], rcond=None)[0]
    forecast: Array = np.exp(x[start - horizon :] @ weights)
    return forecast


def as_before(series: Workload, start: int, lag: int) -> Array:
    """Forecast each hour from `start` on as the one `lag` hours before it.

    Raises CellInputError when there is none.
    """
    _check_start(start, lag)
    return series.load[start - lag : len(series.load) - lag]


def _whole(season: int, horizon: int) -> int:
    """The smallest whole number of seasons that are known `horizon` hours ahead."""
    return season * -(-horizon // season)


def _check_start(start: int, lag: int) -> None:
    if start < lag or lag < 1:
        raise CellInputError(f"start is {start}, expected at least {max(lag, 1)}")
