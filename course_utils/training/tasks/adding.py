"""The adding problem (Hochreiter & Schmidhuber 1997; as in Le 2015): add the two marked numbers."""

import numpy as np

from course_utils.cells import CellInputError
from course_utils.training.model import Batch

CONSTANT_BASELINE = 1 / 6
"""The squared error of always answering 1: the variance of a sum of two U(0, 1)."""


def adding_problem(rng: np.random.Generator, count: int, steps: int = 50) -> Batch:
    """Draw `count` sequences: inputs (T, B, 2), a number in U(0, 1) and a mark; targets (B, 1).

    One number is marked in each half; the target is their sum. Raises CellInputError for fewer than
    two steps.
    """
    if steps < 2:
        raise CellInputError(
            f"steps is {steps}, expected at least 2: one marked number in each half"
        )
    inputs = np.zeros((steps, count, 2))
    inputs[:, :, 0] = rng.uniform(size=(steps, count))
    sequences, half = np.arange(count), steps // 2
    first, second = rng.integers(0, half, count), rng.integers(half, steps, count)
    inputs[first, sequences, 1] = inputs[second, sequences, 1] = 1
    targets = inputs[first, sequences, 0] + inputs[second, sequences, 0]
    return Batch(inputs, targets[:, None])
