"""What a kernel costs in time: stock, in a cold sandbox, in a warm one, one after another.

The same three cells run in each: the usual imports, a small sum, an error. The first round is not
counted: in it the warm process is started.
"""

import itertools
import logging
import os
import statistics
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing

from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import Execute
from traitlets.config import Config

from nbexaminer.sandbox import Sandbox, cell

ROUNDS = 15
CELLS = ("import numpy as np, matplotlib.pyplot as plt", "np.zeros(3).sum()", "1 / 0")
STEPS = ("ready", "imports", "cell", "error", "shutdown")
WAYS = ("stock", "cold", "warm")
SECONDS = 60


def _timed(
    start: Callable[[], AbstractContextManager[object]], run: Callable[[int], object]
) -> list[float]:
    """Return how long each of STEPS takes, in milliseconds."""
    times = [time.perf_counter()]
    with start():
        times.append(time.perf_counter())
        for index in range(len(CELLS)):
            run(index)
            times.append(time.perf_counter())
    times.append(time.perf_counter())
    return [1000 * (after - before) for before, after in itertools.pairwise(times)]


def _stock() -> list[float]:
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook = new_notebook(
        cells=[new_code_cell(source) for source in CELLS], metadata={"kernelspec": kernel}
    )
    step = Execute(shutdown_kernel="immediate")
    NotebookClient.__init__(step, notebook, None)
    return _timed(step.setup_kernel, lambda k: step.execute_cell(notebook.cells[k], k))


def _sandboxed(warm: bool) -> list[float]:
    kernel = Sandbox(config=Config({"SandboxProvisioner": {"warm": warm}})).kernel()

    def start() -> AbstractContextManager[object]:
        kernel.start()
        return closing(kernel)

    return _timed(start, lambda k: kernel.run(cell(CELLS[k]), SECONDS, SECONDS))


def main() -> None:
    logging.getLogger("traitlets").setLevel(logging.ERROR)
    found: dict[str, list[list[float]]] = {way: [] for way in WAYS}
    for round_ in range(ROUNDS + 1):
        for way in WAYS:
            row = _stock() if way == "stock" else _sandboxed(way == "warm")
            if round_:
                found[way].append([*row, sum(row)])
    load = ", ".join(f"{number:.1f}" for number in os.getloadavg())
    print(f"milliseconds, medians of {ROUNDS}; load of the machine {load}")
    print(f"{'':6}" + "".join(f"{step:>10}" for step in (*STEPS, "together")))
    for way, rows in found.items():
        medians = [statistics.median(column) for column in zip(*rows, strict=True)]
        print(f"{way:6}" + "".join(f"{number:10.0f}" for number in medians))


if __name__ == "__main__":
    main()
