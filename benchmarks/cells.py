"""Cells over sequences, forward and backward: time and memory beside PyTorch and bare products.

Usage: python -m benchmarks cells. Prints one table and writes it to docs/benchmarks-cells.md.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "benchmarks-cells.md"
HEADER = (
    "| cell | T, B, D, H | forward | PyTorch | ratio | step | PyTorch | bare products "
    "| step / PyTorch | step / bare | peak / trace |\n"
    "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
)
EXPLANATION = """\
`step` is forward and backward: gradients of every parameter, of the inputs and of the initial
state, on both sides. Times are milliseconds, medians of bursts of calls that alternate between the
libraries; ratios are medians of the ratios of neighbouring bursts, in one process, with the same
weights, data, dtype and number of threads. With one thread it is processor time, with two wall
time, which other work on the machine disturbs. Processor time counts PyTorch's autograd thread
too, so that on a quiet machine wall time is kinder to it at the smallest sizes.

`bare products` are the matrix products alone, the recurrent ones step by step and the others in
one. `peak / trace` is the largest memory a step takes (tracemalloc) over what its trace must hold:
x, and for each unit h, the gates, and an LSTM's C.

The floors: at most 1.0 of PyTorch at every size, 0.5 up to H = 32; at most 2.0 of the bare products
and 1.5 of the trace at H ≥ 64. A figure in **bold** misses its floor; memory below H = 64 is shown
without one, because at a few kilobytes Python's objects outweigh the numbers.
"""


def main() -> None:
    if find_spec("torch") is None:
        print(
            "PyTorch is not installed: there is nothing to compare with. pip install torch==2.13.0"
        )
        return
    parts = [f"# Cells: time and memory\n\n{_machine()}\n\n{EXPLANATION}"]
    print(parts[0])
    for count in sorted({1, min(2, os.cpu_count() or 1)}):
        for dtype in ("float64", "float32"):
            title = f"## {dtype}, {count} thread{'s' if count > 1 else ''}"
            print(f"{title}\n\n{HEADER}", flush=True)
            lines = []
            for row in _measure(count, dtype):
                lines.append(_line(row))
                print(lines[-1], flush=True)
            parts.append("\n".join([title, "", HEADER, *lines, ""]))
            DOCUMENT.parent.mkdir(exist_ok=True)
            DOCUMENT.write_text("\n".join(parts), encoding="utf-8")
    print(f"\nwritten to {DOCUMENT.relative_to(ROOT)}")


def _measure(threads: int, dtype: str) -> Iterator[dict[str, Any]]:
    """Run the measuring process and yield its rows as they come."""
    command = [sys.executable, "-m", "benchmarks._cells_measure", str(threads), dtype]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield json.loads(line)
    if process.returncode:
        raise SystemExit(f"the measuring process ended with {process.returncode}")


def _line(row: dict[str, Any]) -> str:
    T, B, D, H = row["size"]
    large = H >= 64
    times = [f"{1e3 * row[name]:.3g}" for name in ("forward", "torch_forward")]
    steps = [f"{1e3 * row[name]:.3g}" for name in ("step", "torch_step", "bare_step")]
    cells = [
        row["cell"], f"{T}, {B}, {D}, {H}", *times, f"{row['forward_ratio']:.2f}", *steps,
        _floor(row["step_ratio"], 1.0 if large else 0.5),
        _floor(row["bare_ratio"], 2.0 if large else None),
        _floor(row["memory"], 1.5 if large else None),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _floor(value: float, floor: float | None) -> str:
    shown = f"{value:.2f}"
    return f"**{shown}**" if floor is not None and float(shown) > floor else shown


def _machine() -> str:
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        models = [x for x in cpuinfo.read_text().splitlines() if x.startswith("model name")]
        name = models[0].partition(":")[2].strip() if models else name
    versions = ", ".join(f"{p} {version(p)}" for p in ("numpy", "torch"))
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {name}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, {versions}. Load when it began: {load}."
    )
