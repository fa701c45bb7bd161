"""The functions that stand in formulas, on arrays with the feature axis last.

`course_utils.cells` defines the course's own; these are the same, tested equal, and do not check
their arguments: a formula that somebody mistook may well overflow.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]


def _sigmoid(z: Array) -> Array:
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def _softmax(z: Array) -> Array:
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    shares: Array = e / np.sum(e, axis=-1, keepdims=True)
    return shares


def _total(z: Array) -> Array:
    total: Array = np.sum(z, axis=-1, keepdims=True)
    return total


def _largest(z: Array) -> Array:
    largest: Array = np.max(z, axis=-1, keepdims=True)
    return largest


def _spread(z: Array) -> Array:
    mean: Array = np.mean(z, axis=-1, keepdims=True)
    return np.broadcast_to(mean, z.shape)


def _summed(z: Array) -> Array:
    return np.broadcast_to(_total(z), z.shape)


def _without(entry: int) -> Callable[[Array], Array]:
    def without(z: Array) -> Array:
        kept = z.copy()
        kept[..., entry] = 0.0
        return kept

    return without


def _rounded(steps: float) -> Callable[[Array], Array]:
    """Round to so many steps in one, halves away from 0 as by hand; 0.55 may be a little less."""

    def rounded(z: Array) -> Array:
        return np.copysign(np.floor(np.abs(z) * steps + 0.5 + 1e-9), z) / steps

    return rounded


WHOLE = ("total", "largest", "mean")
"""These give one number for all entries."""
ON_MATRICES = ("abs", "negative")
"""These may stand around a matrix, too."""
ROUNDED = {"tenths": "to one decimal", "whole": "to whole numbers"}
"""Functions that round, and to what."""


class Function(NamedTuple):
    """One function of a vector."""

    compute: Callable[[Array], Array]
    text: str
    latex: str


FUNCTIONS: dict[str, Function] = {
    "sigmoid": Function(_sigmoid, "σ", r"\sigma"),
    "tanh": Function(np.tanh, "tanh", r"\tanh"),
    "softmax": Function(_softmax, "softmax", r"\mathrm{softmax}"),
    "relu": Function(lambda z: np.maximum(z, 0.0), "ReLU", r"\mathrm{ReLU}"),
    "exp": Function(np.exp, "exp", r"\exp"),
    "exp10": Function(lambda z: np.power(10.0, z), "exp10", r"\mathrm{exp10}"),
    "exp2": Function(np.exp2, "exp2", r"\mathrm{exp2}"),
    "tan": Function(np.tan, "tan", r"\tan"),
    "tandegrees": Function(lambda z: np.tan(np.radians(z)), "tandeg", r"\mathrm{tandeg}"),
    "log": Function(np.log, "log", r"\log"),
    "softplus": Function(lambda z: np.logaddexp(0.0, z), "softplus", r"\mathrm{softplus}"),
    "softsign": Function(lambda z: z / (1 + np.abs(z)), "softsign", r"\mathrm{softsign}"),
    "abs": Function(np.abs, "abs", r"\mathrm{abs}"),
    "negative": Function(lambda z: np.maximum(-z, 0.0), "neg", r"\mathrm{neg}"),
    "tenths": Function(_rounded(10.0), "tenths", r"\mathrm{tenths}"),
    "whole": Function(_rounded(1.0), "whole", r"\mathrm{whole}"),
    "clip": Function(lambda z: np.clip(z, 0.0, 1.0), "clip01", r"\mathrm{clip}_{01}"),
    "hardtanh": Function(lambda z: np.clip(z, -1.0, 1.0), "hardtanh", r"\mathrm{hardtanh}"),
    "leakyrelu": Function(
        lambda z: np.where(z > 0, z, 0.01 * z), "LeakyReLU", r"\mathrm{LeakyReLU}"
    ),
    "elu": Function(
        lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))), "ELU", r"\mathrm{ELU}"
    ),
    "arctan": Function(np.arctan, "arctan", r"\arctan"),
    "largest": Function(_largest, "largest", r"\mathrm{largest}"),
    "reversed": Function(lambda z: z[..., ::-1], "reversed", r"\mathrm{reversed}"),
    "mean": Function(lambda z: np.mean(z, axis=-1, keepdims=True), "mean", r"\mathrm{mean}"),
    "total": Function(_total, "total", r"\mathrm{total}"),
    "sin": Function(np.sin, "sin", r"\sin"),
    "sign": Function(np.sign, "sign", r"\mathrm{sign}"),
    "overroot": Function(lambda z: z / np.sqrt(1 + z**2), "overroot", r"\mathrm{overroot}"),
    "next": Function(lambda z: np.roll(z, -1, axis=-1), "next", r"\mathrm{next}"),
    "previous": Function(lambda z: np.roll(z, 1, axis=-1), "previous", r"\mathrm{previous}"),
    "first": Function(lambda z: np.broadcast_to(z[..., :1], z.shape), "first", r"\mathrm{first}"),
    "running": Function(lambda z: np.cumsum(z, axis=-1), "running", r"\mathrm{running}"),
    "spread": Function(_spread, "spread", r"\mathrm{spread}"),
    "summed": Function(_summed, "summed", r"\mathrm{summed}"),
    "firstless": Function(_without(0), "firstless", r"\mathrm{firstless}"),
    "lastless": Function(_without(-1), "lastless", r"\mathrm{lastless}"),
}
"""By name; `total` adds up the entries of a vector, `largest` is the largest of
them, `mean` their mean, `clip` cuts to 0..1, `overroot` divides by the root of 1 + z², `negative`
keeps what is below 0, without its sign, `tenths` and `whole` round, `tandegrees` takes degrees."""

ENTRIES: dict[str, str] = {
    "reversed": "reads {} from the last entry to the first",
    "next": "has the next entry in the place of each of {}",
    "previous": "has the entry before in the place of each of {}",
    "first": "has the first entry of {} for all",
    "running": "adds the entries of {} up, each to those before",
    "spread": "has the mean of {} for every entry",
    "summed": "has the sum of {} for every entry",
    "firstless": "leaves the first entry of {} out",
    "lastless": "leaves the last entry of {} out",
}
"""Functions that mix up the entries of a vector, and what they do to it, in words."""
