"""How far back a gradient reaches, in an RNN, an LSTM and a GRU on the same inputs: the numbers."""

from typing import NamedTuple

import numpy as np

from course_utils.cells import Affine, CellInputError, GRUParams, LSTMParams, RNNParams
from course_utils.cells.any_cell import CellParams
from course_utils.cells.checks import Array
from course_utils.cells.gradient_flow import gradient_norms, last_step_only, reach

UNITS, INPUTS = 16, 4
FRACTION = 0.01
"""A gradient reaches as far back as it keeps this share of its size at the last step."""


class Flow(NamedTuple):
    """One cell's gradient."""

    name: str
    norms: Array
    """||dL/dh_t|| for t = 1 … T, with L at step T; of an LSTM of h and C together"""
    reach: int
    """the steps back at which it still has FRACTION of its size at T"""


def cells(
    radius: float, forget_bias: float, update_bias: float, draw: int
) -> dict[str, CellParams]:
    """Return the three cells of one random draw.

    Every block that reads h, of shape (UNITS, UNITS), is scaled to the spectral radius `radius`;
    biases are 0 but for the forget gate's and the update gate's.
    """
    rng = np.random.default_rng(draw)
    recurrent = [_unit_radius(rng.normal(size=(UNITS, UNITS))) for _ in range(4)]
    inputs = 0.5 * rng.normal(size=(4, UNITS, INPUTS)) / np.sqrt(INPUTS)
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
    xs = np.random.default_rng(1000 + draw).normal(size=(steps, INPUTS))
    found = []
    for name, params in cells(radius, forget_bias, update_bias, draw).items():
        norms = gradient_norms(params, xs, last_step_only((steps, UNITS)))
        if not np.isfinite(norms).all():
            raise CellInputError(f"the gradient of the {name} is too large for 64 bits")
        found.append(Flow(name, norms, reach(norms, FRACTION)))
    return tuple(found)


def _unit_radius(W: Array) -> Array:
    scaled: Array = W / np.abs(np.linalg.eigvals(W)).max()
    return scaled
