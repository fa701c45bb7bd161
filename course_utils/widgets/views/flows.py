"""How far back a gradient reaches, in an RNN, an LSTM and a GRU on the same inputs: the numbers."""

from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import NamedTuple

import numpy as np

from course_utils.cells import Affine, CellInputError, GRUParams, LSTMParams, RNNParams
from course_utils.cells.any_cell import CellParams
from course_utils.cells.checks import Array
from course_utils.cells.gradient_flow import gradient_norms, last_step_only, reach

UNITS, INPUTS, LONGEST, DRAWS = 16, 4, 120, 21
FRACTION = 0.01
"""A gradient reaches as far back as it keeps this share of its size at the last step."""
_MODULUS = 2**31 - 1


class Flow(NamedTuple):
    """One cell's gradient."""

    name: str
    norms: Array
    """||dL/dh_t|| for t = 1 … T, with L at step T; of an LSTM of h and C together"""
    reach: int
    """the steps back at which it still has FRACTION of its size at T"""


class Draw(NamedTuple):
    """What is random: four blocks that read h, four that read x, and the inputs."""

    recurrent: Array
    """(4, UNITS, UNITS), each of spectral radius 1"""
    inputs: Array
    """(4, UNITS, INPUTS)"""
    xs: Array
    """(LONGEST, INPUTS)"""
    radii: Array
    """(4,): the spectral radii that the recurrent blocks had as they were drawn"""


@cache
def drawn(draw: int) -> Draw:
    """Return one random draw, counted from 0. The browser draws the same, but for the radii."""
    shapes = ((4, UNITS, UNITS), (4, UNITS, INPUTS), (LONGEST, INPUTS))
    sizes = [int(np.prod(shape)) for shape in shapes]
    numbers = np.array(list(islice(_unit_variance(), sum(sizes) * draw, sum(sizes) * (draw + 1))))
    parts = np.split(numbers, np.cumsum(sizes)[:-1])
    W, U, xs = (part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))
    radii = np.abs(np.linalg.eigvals(W)).max(axis=1)
    return Draw(W / radii[:, None, None], 0.5 * U / np.sqrt(INPUTS), xs, radii)


def cells(
    radius: float, forget_bias: float, update_bias: float, draw: int
) -> dict[str, CellParams]:
    """Return the three cells of one random draw.

    Every block that reads h, of shape (UNITS, UNITS), is scaled to the spectral radius `radius`;
    biases are 0 but for the forget gate's and the update gate's.
    """
    recurrent, inputs, _, _ = drawn(draw)
    blocks = [np.hstack([radius * W, U]) for W, U in zip(recurrent, inputs, strict=True)]
    none = np.zeros(UNITS)
    content, f, i, o = (Affine(block, none) for block in blocks)
    return {
        "RNN": RNNParams(W_h=radius * recurrent[0], W_x=inputs[0], b=none),
        "LSTM": LSTMParams(
            forget=f._replace(b=none + forget_bias), input=i, candidate=content, output=o
        ),
        "GRU": GRUParams(reset=i, update=f._replace(b=none + update_bias), candidate=content),
    }


def flows(
    radius: float, forget_bias: float, update_bias: float, steps: int, draw: int
) -> tuple[Flow, ...]:
    """Return the flow of each cell. Raises CellInputError where a gradient overflows."""
    xs = drawn(draw).xs[:steps]
    found = []
    for name, params in cells(radius, forget_bias, update_bias, draw).items():
        norms = gradient_norms(params, xs, last_step_only((steps, UNITS)))
        if not np.isfinite(norms).all():
            raise CellInputError(f"the gradient of the {name} is too large for 64 bits")
        found.append(Flow(name, norms, reach(norms, FRACTION)))
    return tuple(found)


def _unit_variance() -> Iterator[float]:
    """Yield even numbers of mean 0 and variance 1, by Lehmer's generator: exact in any language."""
    state = 1
    while True:
        state = 48271 * state % _MODULUS
        yield (state / _MODULUS - 0.5) * np.sqrt(12)
