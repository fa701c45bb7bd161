"""A model that forecasts the coming hour's workload, measured beside the naive forecasts."""

from typing import NamedTuple

import numpy as np

from course_utils.cells.checks import Array
from course_utils.training.fit import Fit, fit
from course_utils.training.initialisation import CellName, start_model
from course_utils.training.model import Batch, ModelParams, loss_and_gradients, predict
from course_utils.training.optimisers import Adam
from course_utils.training.schedules import cosine
from course_utils.training.tasks.workload import (
    DAY,
    WEEK,
    Workload,
    features,
    forecast_windows,
    mean_absolute_error,
    naive_baseline,
    scale_of,
    seasonal_naive_baseline,
    workload,
)


class Forecast(NamedTuple):
    """A fit on the first part of a series, and its forecasts of the rest."""

    fit: Fit[ModelParams]
    series: Workload
    start: int
    """the first hour that was held out"""
    forecast: Array
    """(N - start,), requests a second, each made the hour before"""
    errors: dict[str, float]
    """mean absolute errors on the held-out hours, of the model and of the baselines"""


def fit_workload(
    cell: CellName = "lstm",
    seed: int = 0,
    *,
    units: int = 16,
    weeks: int = 12,
    steps: int = 600,
    progress: bool = True,
) -> Forecast:
    """Train on all but the last three weeks of a generated series; forecast those hour by hour.

    The squared error of the scaled logarithm is minimised; what is reported is the absolute error
    in requests a second, as a person running the server would ask.
    """
    series = workload(np.random.default_rng(seed), weeks)
    start = (weeks - 3) * WEEK
    known = Workload(series.load[:start], series.hour[:start])
    scale = scale_of(known.load)
    x = features(series, scale)
    params = start_model(np.random.default_rng(seed), cell, units, 1, inputs=x.shape[1])

    def gradients(current: ModelParams, batch: Batch) -> tuple[float, ModelParams]:
        return loss_and_gradients(current, batch, loss="squared-error")

    done = fit(
        params,
        lambda rng: forecast_windows(rng, known, scale, 32),
        gradients,
        steps=steps,
        optimiser=Adam(0.01),
        schedule=cosine(steps, end=0.02),
        seed=seed,
        progress=progress,
        description=f"workload, {cell}",
    )
    outputs = predict(done.params, x[:-1, None])[:, 0, 0]  # at t for t + 1, from the beginning
    forecast = scale.undo(outputs[start - 1 :])
    errors = {
        "model": mean_absolute_error(forecast, series.load[start:]),
        "as the hour before": naive_baseline(series, start),
        "as the day before": seasonal_naive_baseline(series, start, DAY),
        "as the week before": seasonal_naive_baseline(series, start, WEEK),
    }
    return Forecast(done, series, start, forecast, errors)
