"""What a kernel costs in time: stock, in a cold sandbox, in a warm one, one after another.

The same three cells run in each, as nbgrader's Execute runs them: the usual imports, a small sum,
an error. The first round is not counted: in it the warm process is started.
"""

import itertools
import logging
import os
import statistics
import time
from typing import Any

from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import Execute
from traitlets.config import Config

from course_utils.grading.sandbox import Sandbox

ROUNDS = 15
CELLS = ("import numpy as np, matplotlib.pyplot as plt", "np.zeros(3).sum()", "1 / 0")
STEPS = ("ready", "imports", "cell", "error", "shutdown")
WAYS = ("stock", "cold", "warm")


class Timed(Execute):  # type: ignore[misc]
    """nbgrader's Execute, in one of the three ways, with a clock."""

    way = "stock"

    def create_kernel_manager(self) -> Any:
        manager = super().create_kernel_manager()
        return manager if self.way == "stock" else Sandbox(parent=self).prepare(manager)

    def milliseconds(self) -> list[float]:
        """Return how long each of STEPS takes."""
        kernel = {"name": "python3", "display_name": "Python 3"}
        notebook = new_notebook(
            cells=[new_code_cell(source) for source in CELLS], metadata={"kernelspec": kernel}
        )
        NotebookClient.__init__(self, notebook, None)
        self.resources = {}
        times = [time.perf_counter()]
        with self.setup_kernel():
            times.append(time.perf_counter())
            for index, cell in enumerate(notebook.cells):
                self.execute_cell(cell, index)
                times.append(time.perf_counter())
        times.append(time.perf_counter())
        return [1000 * (after - before) for before, after in itertools.pairwise(times)]


def main() -> None:
    logging.getLogger("traitlets").setLevel(logging.ERROR)
    found: dict[str, list[list[float]]] = {way: [] for way in WAYS}
    for round_ in range(ROUNDS + 1):
        for way in WAYS:
            config = Config(Execute={"shutdown_kernel": "immediate"})
            config.SandboxProvisioner.warm = way == "warm"
            timed = Timed(config=config)
            timed.way = way
            row = timed.milliseconds()
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
