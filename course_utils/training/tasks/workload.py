"""A server's workload by the hour, generated, to forecast: daily and weekly seasons and noise.

    load_t = base · (1 + growth · t) · day(hour) · week(day) · exp(a_t) + bursts,
    a_t = 0.9 a_{t-1} + noise

The noise remembers itself for about ten hours, so that the last hours tell more than the season
alone; bursts come without warning and die away within hours.
"""

from typing import NamedTuple

import numpy as np

from course_utils.cells import CellInputError
from course_utils.cells.checks import Array
from course_utils.training.model import Batch

DAY, WEEK = 24, 168


class Workload(NamedTuple):
    """Requests a second, hour by hour."""

    load: Array
    """(N,)"""
    hour: Array
    """(N,), 0 to 167: the hour of the week, Monday 00:00 first"""


class Scale(NamedTuple):
    """What makes a load a number near zero: (log load - mean) / spread, from the training part."""

    mean: float
    spread: float

    def apply(self, load: Array) -> Array:
        """Return the scaled logarithm."""
        scaled: Array = (np.log(load) - self.mean) / self.spread
        return scaled

    def undo(self, scaled: Array) -> Array:
        """The way back."""
        load: Array = np.exp(scaled * self.spread + self.mean)
        return load


def workload(rng: np.random.Generator, weeks: int = 12) -> Workload:
    """Generate `weeks` weeks. Raises CellInputError for fewer than two."""
    if weeks < 2:
        raise CellInputError(f"weeks is {weeks}, expected at least 2: a season and one to forecast")
    t = np.arange(weeks * WEEK)
    hour = t % DAY
    work = np.exp(-0.5 * ((hour - 14) / 4.0) ** 2)
    evening = 0.5 * np.exp(-0.5 * ((hour - 20.5) / 1.5) ** 2)
    weekend = (t % WEEK) >= 5 * DAY
    season = 0.35 + np.where(weekend, 0.35 * work, work) + evening
    noise = np.zeros(len(t))
    steps = rng.normal(scale=0.06, size=len(t))
    for k in range(1, len(t)):
        noise[k] = 0.9 * noise[k - 1] + steps[k]
    load = 100 * (1 + 0.1 * t / len(t)) * season * np.exp(noise)
    for start in np.flatnonzero(rng.random(len(t)) < 0.005):
        length = min(6, len(t) - int(start))
        load[int(start) : int(start) + length] += rng.uniform(20, 60) * 0.5 ** np.arange(length)
    return Workload(load, (t % WEEK).astype(float))


def scale_of(load: Array) -> Scale:
    """Return the scale of a training part."""
    logs = np.log(load)
    return Scale(float(logs.mean()), float(logs.std()))


def features(series: Workload, scale: Scale) -> Array:
    """Return what a model reads each hour (N, 6): scaled load, clock, day of the week, weekend."""
    day = 2 * np.pi * series.hour / DAY
    week = 2 * np.pi * series.hour / WEEK
    columns = [np.sin(day), np.cos(day), np.sin(week), np.cos(week), series.hour >= 5 * DAY]
    return np.stack([scale.apply(series.load), *columns], axis=-1)


def forecast_windows(
    rng: np.random.Generator, series: Workload, scale: Scale, count: int, steps: int = 72
) -> Batch:
    """Draw `count` windows: inputs (T, B, 6), targets the next hour's scaled load (T, B, 1).

    The first 12 hours of a window are for the state to settle: the mask leaves them out. Raises
    CellInputError when the series is too short.
    """
    if len(series.load) <= steps or steps <= 12:
        raise CellInputError(f"got {len(series.load)} hours and windows of {steps}, expected more")
    x = features(series, scale)
    starts = rng.integers(0, len(x) - steps, count)
    rows = starts + np.arange(steps + 1)[:, None]
    mask = np.broadcast_to(np.arange(steps)[:, None] >= 12, (steps, count))
    return Batch(x[rows[:-1]], x[rows[1:], :1], mask)


def mean_absolute_error(forecast: Array, load: Array) -> float:
    """The mean of |forecast - load|, in requests a second."""
    return float(np.abs(forecast - load).mean())


def naive_baseline(series: Workload, start: int) -> float:
    """The error of "as the hour before", from hour `start` on."""
    return mean_absolute_error(series.load[start - 1 : -1], series.load[start:])


def seasonal_naive_baseline(series: Workload, start: int, season: int = WEEK) -> float:
    """The error of "as one season before", from hour `start` on.

    Raises CellInputError when there is no season before.
    """
    if start < season:
        raise CellInputError(f"start is {start}, expected at least one season, {season}")
    return mean_absolute_error(series.load[start - season : -season], series.load[start:])
