"""Temporal order (Hochreiter & Schmidhuber 1997, task 6a): in which order did X and Y come?"""

import numpy as np

from course_utils.training.model import Batch

SYMBOLS = "abcdXYBE"
CLASSES = ("XX", "XY", "YX", "YY")
CHANCE = 1 / len(CLASSES)


def temporal_order(rng: np.random.Generator, count: int, steps: int = 50) -> Batch:
    """Draw `count` sequences of 50 symbols, one-hot: inputs (T, B, 8), classes (B,).

    B, then a, b, c, d at random, X or Y at one place in steps 3 to 12 and one in 25 to 40 (scaled
    where T is not 50), E at the end. The class is the pair.
    """
    tokens = rng.integers(4, size=(steps, count))
    tokens[0], tokens[-1] = SYMBOLS.index("B"), SYMBOLS.index("E")
    pair = rng.integers(2, size=(2, count))
    places = [(3, 12), (25, 40)]
    for symbols, (low, high) in zip(pair, places, strict=True):
        at = rng.integers(low * steps // 50, high * steps // 50 + 1, count)
        tokens[at, np.arange(count)] = SYMBOLS.index("X") + symbols
    return Batch(np.eye(len(SYMBOLS))[tokens], 2 * pair[0] + pair[1])
