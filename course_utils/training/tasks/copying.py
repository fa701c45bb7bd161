"""The copy task (Hochreiter & Schmidhuber 1997; as in Arjovsky 2016): say again what came first."""

import math

import numpy as np

from course_utils.training.model import Batch

SYMBOLS, LENGTH = 8, 10
BLANK, SIGNAL = 8, 9
VOCABULARY = 10


def copy_task(rng: np.random.Generator, count: int, delay: int = 20) -> Batch:
    """Draw `count` sequences of T + 20 tokens, T the delay: inputs and targets (T + 20, B).

    Ten symbols, T - 1 blanks, a signal, ten blanks in; T + 10 blanks, then the ten symbols out.
    """
    symbols = rng.integers(SYMBOLS, size=(LENGTH, count))
    steps = delay + 2 * LENGTH
    inputs = np.full((steps, count), BLANK)
    inputs[:LENGTH] = symbols
    inputs[delay + LENGTH - 1] = SIGNAL
    targets = np.full((steps, count), BLANK)
    targets[-LENGTH:] = symbols
    return Batch(inputs, targets)


def memoryless_baseline(delay: int) -> float:
    """10 ln 8 / (T + 20): the mean cross-entropy of blanks known and symbols guessed, in nats."""
    return LENGTH * math.log(SYMBOLS) / (delay + 2 * LENGTH)
