"""What the small experiments reach, and in how many seconds: temporal order, Reber, agreement.

Usage: python -m benchmarks learning. The floors: temporal order in 20 s, Reber in 15 s, and the
agreement experiment of all three cells in 90 s, on two cores.
"""

import time

from course_utils.training.experiments import fit_agreement, fit_reber, fit_temporal_order
from course_utils.training.forecasting import fit_workload


def main() -> None:
    for seed in range(3):
        start = time.perf_counter()
        done = fit_temporal_order("lstm", seed, progress=False)
        _print(f"temporal order, LSTM, seed {seed}", done.evaluations[-1].score, done.steps, start)
    for seed in range(3):
        start = time.perf_counter()
        done = fit_reber("lstm", seed, progress=False)
        _print(f"embedded Reber, LSTM, seed {seed}", done.evaluations[-1].score, done.steps, start)
    begin = time.perf_counter()
    for cell in ("rnn", "gru", "lstm"):
        start = time.perf_counter()
        result = fit_agreement(cell, progress=False)
        _print(f"agreement, {cell}", 1 - result.errors[-1].mean(), result.fit.steps, start)
        half = result.steps.index(100)
        shown = ", ".join(f"{100 * e:.0f} %" for e in result.errors[half])
        print(f"    error after 100 steps with 0 to 4 attractors: {shown}")
    print(f"agreement, all three: {time.perf_counter() - begin:.1f} s")
    for cell in ("rnn", "gru", "lstm"):
        start = time.perf_counter()
        forecast = fit_workload(cell, progress=False)
        shown = ", ".join(f"{name} {error:.2f}" for name, error in forecast.errors.items())
        print(f"workload, {cell}: {time.perf_counter() - start:.1f} s; mean absolute error {shown}")


def _print(name: str, score: float, steps: int, start: float) -> None:
    seconds = time.perf_counter() - start
    print(f"{name}: score {score:.3f} after {steps} steps in {seconds:.1f} s", flush=True)
