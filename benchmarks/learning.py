"""What the small experiments reach, beside their baselines, and in how many seconds.

Usage: python -m benchmarks learning. The floors: temporal order in 20 s, Reber in 15 s, and the
agreement experiment of all three cells in 90 s, on two cores. Seconds depend on what else the
machine does: its load stands in the first line.
"""

import os
import time

from course_utils.training.experiments import (
    fit_adding,
    fit_agreement,
    fit_copying,
    fit_latch,
    fit_reber,
    fit_temporal_order,
    fit_tickets,
)
from course_utils.training.forecasting import fit_workload
from course_utils.training.initialisation import CellName
from course_utils.training.language_model import fit_language_model

CELLS: tuple[CellName, ...] = ("rnn", "gru", "lstm")
SCORED = {
    "temporal order": (fit_temporal_order, 3),
    "embedded Reber": (fit_reber, 3),
    "adding": (fit_adding, 3),
    "latch": (fit_latch, 3),
    "tickets": (fit_tickets, 3),
    "copying": (fit_copying, 1),
}


def main() -> None:
    if hasattr(os, "getloadavg"):
        print(f"load when it began: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for name, (experiment, seeds) in SCORED.items():
        for seed in range(seeds):
            start = time.perf_counter()
            done = experiment("lstm", seed, progress=False)
            _say(
                f"{name}, LSTM, seed {seed}: score {done.score:.4f} (baseline "
                f"{done.baseline:.4f}) after {done.fit.steps} steps",
                start,
            )
    begin = time.perf_counter()
    for cell in CELLS:
        start = time.perf_counter()
        result = fit_agreement(cell, progress=False)
        shown = ", ".join(f"{100 * e:.1f} %" for e in result.errors)
        _say(f"agreement, {cell}: error with 0 to 4 attractors {shown}", start)
    _say("agreement, all three", begin)
    for level in ("word", "character"):
        start = time.perf_counter()
        model = fit_language_model(level, progress=False)
        shown = ", ".join(f"{name} {p:.1f}" for name, p in model.perplexity.items())
        _say(f"{level}s, LSTM, {model.fit.steps} steps: perplexity of {shown}", start)
    for cell in CELLS:
        start = time.perf_counter()
        forecast = fit_workload(cell, progress=False)
        shown = ", ".join(f"{name} {error:.2f}" for name, error in forecast.errors.items())
        _say(f"workload, {cell}: mean absolute error {shown}", start)


def _say(text: str, start: float) -> None:
    print(f"{text}; {time.perf_counter() - start:.1f} s", flush=True)
