"""What the small experiments reach, and in how many seconds: temporal order, Reber, agreement.

Usage: python -m benchmarks learning. The floors: temporal order in 20 s, Reber in 15 s, and the
agreement experiment of all three cells in 90 s, on two cores.
"""

import time

from course_utils.training.experiments import fit_agreement, fit_reber, fit_temporal_order
from course_utils.training.forecasting import fit_workload


def main() -> None:
    for name, experiment in (("temporal order", fit_temporal_order), ("embedded Reber", fit_reber)):
        for seed in range(3):
            start = time.perf_counter()
            done = experiment("lstm", seed, progress=False)
            seconds = time.perf_counter() - start
            print(
                f"{name}, LSTM, seed {seed}: score {done.score:.3f} after {done.fit.steps} steps "
                f"in {seconds:.1f} s",
                flush=True,
            )
    begin = time.perf_counter()
    for cell in ("rnn", "gru", "lstm"):
        start = time.perf_counter()
        result = fit_agreement(cell, progress=False)
        shown = ", ".join(f"{100 * e:.1f} %" for e in result.errors)
        print(
            f"agreement, {cell}: {time.perf_counter() - start:.1f} s; "
            f"error with 0 to 4 attractors: {shown}",
            flush=True,
        )
    print(f"agreement, all three: {time.perf_counter() - begin:.1f} s")
    for cell in ("rnn", "gru", "lstm"):
        start = time.perf_counter()
        forecast = fit_workload(cell, progress=False)
        shown = ", ".join(f"{name} {error:.2f}" for name, error in forecast.errors.items())
        print(f"workload, {cell}: {time.perf_counter() - start:.1f} s; mean absolute error {shown}")
