"""Forecasts of many series, LSTM and linear regression: run once, stored, read by lecture 8.

    python -m course_utils.training.forecasting_runs

runs everything (a few minutes on one core) and writes forecasting_runs.json beside this file.
"""

import json
import platform
from functools import partial
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np

from course_utils.training.forecasting import Forecast, fit_workload

STORED = Path(__file__).with_name("forecasting_runs.json")
SEEDS = 10
TRIALS = {
    "7 weeks": partial(fit_workload, weeks=7),
    "12 weeks": partial(fit_workload, weeks=12),
    "26 weeks": partial(fit_workload, weeks=26),
    "12 weeks, days off": partial(fit_workload, weeks=12, days_off=0.2),
    "26 weeks, days off": partial(fit_workload, weeks=26, days_off=0.2),
    "26 weeks, days off, 3 hours ahead": partial(
        fit_workload, weeks=26, days_off=0.2, horizon=3
    ),
}  # fmt: skip
"""Each with a series of its own a seed; an LSTM of 16 units, 600 updates."""


class ForecastRun(NamedTuple):
    """One LSTM on one series."""

    trial: str
    seed: int
    steps: tuple[int, ...]
    """after which it was measured on the validation weeks"""
    validation: tuple[float, ...]
    """the mean absolute error there, in requests a second"""
    errors: dict[str, float]
    """mean absolute errors on the test weeks, of the model and of what it is held against"""


def as_run(trial: str, seed: int, done: Forecast) -> ForecastRun:
    """Return what is stored of a forecast."""
    evaluations = done.fit.evaluations
    return ForecastRun(
        trial,
        seed,
        tuple(e.step for e in evaluations),
        tuple(round(-e.score, 3) for e in evaluations),
        {name: round(error, 3) for name, error in done.errors.items()},
    )


def stored_forecasts(trial: str) -> list[ForecastRun]:
    """Return the stored runs of a trial, by seed. Raises KeyError where there is none."""
    found = [
        run for run in map(_read, json.loads(STORED.read_text())["runs"]) if run.trial == trial
    ]
    if not found:
        raise KeyError(f"no stored run of {trial!r}, expected one of {', '.join(TRIALS)}")
    return found


def _read(stored: dict[str, object]) -> ForecastRun:
    fields = {k: tuple(v) if isinstance(v, list) else v for k, v in stored.items()}
    return ForecastRun(**fields)  # type: ignore[arg-type]


@click.command()
def main() -> None:
    """Run every trial with every seed, and store what came out."""
    about = {
        "made by": "python -m course_utils.training.forecasting_runs",
        "python": platform.python_version(),
        "numpy": np.__version__,
    }
    lines = []
    for trial, forecast in TRIALS.items():
        for seed in range(SEEDS):
            run = as_run(trial, seed, forecast(seed=seed, progress=False))
            lines.append("  " + json.dumps(run._asdict()))
            click.echo(f"{trial}, seed {seed}: {run.errors}")
    runs = ",\n".join(lines)
    STORED.write_text(f'{json.dumps(about, indent=1)[:-2]},\n "runs": [\n{runs}\n ]\n}}\n')


if __name__ == "__main__":
    main()
