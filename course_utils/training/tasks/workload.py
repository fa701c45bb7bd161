"""A server's workload by the hour, generated, to forecast: daily and weekly seasons and noise.

    load_t = base · (1 + growth · t) · day(hour) · week(day) · exp(a_t) + bursts,
    a_t = 0.9 a_{t-1} + noise

The noise remembers itself for about ten hours, so that the last hours tell more than the season
alone; bursts come without warning and die away within hours.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

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


def workload(rng: np.random.Generator, weeks: int = 12, *, days_off: float = 0.0) -> Workload:
    """Generate `weeks` weeks; of the working days a share of `days_off`, unannounced, looks like a
    Sunday. Raises CellInputError for fewer than two weeks, or a share outside 0 to 1."""
    if not 0 <= days_off <= 1:
        raise CellInputError(f"days_off is {days_off}, expected a share from 0 to 1")
    if weeks < 2:
        raise CellInputError(f"weeks is {weeks}, expected at least 2: a season and one to forecast")
    t = np.arange(weeks * WEEK)
    noise = np.zeros(len(t))
    steps = rng.normal(scale=0.06, size=len(t))
    for k in range(1, len(t)):
        noise[k] = 0.9 * noise[k - 1] + steps[k]
    growth = 1 + 0.1 * t / len(t)
    bursts = np.zeros(len(t))
    for start in np.flatnonzero(rng.random(len(t)) < 0.005):
        length = min(6, len(t) - int(start))
        bursts[int(start) : int(start) + length] += rng.uniform(20, 60) * 0.5 ** np.arange(length)
    off = np.repeat(rng.random(len(t) // DAY) < days_off, DAY)
    hour = (t % WEEK).astype(float)
    shape = season(np.where(off, 6 * DAY + t % DAY, hour))
    return Workload(growth * shape * np.exp(noise) + bursts, hour)


def season(hour: npt.ArrayLike) -> Array:
    """Return what the recipe gives for an hour of the week, in requests a second: no noise, no
    growth, no bursts."""
    hour = np.asarray(hour, dtype=float)
    clock = hour % DAY
    work = np.exp(-0.5 * ((clock - 14) / 4.0) ** 2)
    evening = 0.5 * np.exp(-0.5 * ((clock - 20.5) / 1.5) ** 2)
    weekend = (hour % WEEK) >= 5 * DAY
    load: Array = 100 * (0.35 + np.where(weekend, 0.35 * work, work) + evening)
    return load


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
    rng: np.random.Generator,
    series: Workload,
    scale: Scale,
    count: int,
    steps: int = 72,
    horizon: int = 1,
) -> Batch:
    """Draw `count` windows: inputs (T, B, 6), targets the scaled load `horizon` hours later
    (T, B, 1).

    The first 12 hours of a window are for the state to settle: the mask leaves them out. Raises
    CellInputError when the series is too short.
    """
    if len(series.load) < steps + horizon or steps <= 12:
        raise CellInputError(f"got {len(series.load)} hours and windows of {steps}, expected more")
    x = features(series, scale)
    starts = rng.integers(0, len(x) - steps - horizon + 1, count)
    rows = starts + np.arange(steps)[:, None]
    mask = np.broadcast_to(np.arange(steps)[:, None] >= 12, (steps, count))
    return Batch(x[rows], x[rows + horizon, :1], mask)


def mean_absolute_error(forecast: Array, load: Array) -> float:
    """The mean of |forecast - load|, in requests a second."""
    return float(np.abs(forecast - load).mean())


def root_mean_square_error(forecast: Array, load: Array) -> float:
    """The root of the mean of (forecast - load)², in requests a second."""
    return float(np.sqrt(np.square(forecast - load).mean()))


def mean_absolute_scaled_error(
    forecast: Array, load: Array, known: Array, period: int = 1
) -> float:
    """The mean absolute error in units of what "as `period` hours before" missed by in `known`,
    the training part (Hyndman & Koehler 2006). Below 1 is better than that on average.

    Raises CellInputError when `known` holds no more than one period, or repeats itself exactly.
    """
    if len(known) <= period:
        raise CellInputError(f"got {len(known)} known hours, expected more than {period}")
    unit = float(np.abs(known[period:] - known[:-period]).mean())
    if unit == 0:
        raise CellInputError(
            f"the known hours repeat every {period}: there is no error to scale by"
        )
    return mean_absolute_error(forecast, load) / unit
