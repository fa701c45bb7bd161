"""The latch problem (Bengio 1994): hold one bit against noise."""

import numpy as np

from course_utils.training.model import Batch

CHANCE = 1 / 2


def latch(
    rng: np.random.Generator, count: int, steps: int = 50, shown: int = 3, noise: float = 0.2
) -> Batch:
    """Draw `count` sequences: inputs (T, B, 1), classes (B,).

    The class sets the sign of the first `shown` inputs; all others are noise about zero.
    """
    classes = rng.integers(2, size=count)
    inputs = noise * rng.normal(size=(steps, count, 1))
    inputs[:shown, :, 0] += np.where(classes == 1, 1.0, -1.0)
    return Batch(inputs, classes)
