"""A trained network as the browser needs it, which runs it with static/network.js."""

import base64
from typing import Any

import numpy as np

from course_utils.cells import leaves
from course_utils.cells.checks import Array
from course_utils.training.initialisation import CellName
from course_utils.training.model import ModelParams
from course_utils.training.small_weights import packed
from course_utils.widgets.families import FAMILIES

CELLS: tuple[CellName, ...] = ("rnn", "gru", "lstm")


def for_browser(params: ModelParams, cell: CellName, *, small: bool = False) -> dict[str, Any]:
    """Return a network of one layer: the program of its cell, what a step hands on, its numbers.

    `small` says that the numbers went through 8 bits, and can go so again; otherwise they are sent
    in float32, as which they are stored.
    """
    family = FAMILIES[cell].under({})
    return {
        "program": family.program,
        "carried": {before: now for before, (now, _) in family.carried.items()},
        "arrays": {
            name.removeprefix("layers[0]."): _stored(array, small) for name, array in leaves(params)
        },
    }


def _stored(array: Array, small: bool) -> dict[str, Any]:
    whole, scales = packed(array) if small else (array.astype("<f4"), None)
    found = {"columns": array.shape[-1], "isVector": array.ndim == 1, "numbers": _text(whole)}
    return found if scales is None else {**found, "scales": _text(scales.astype("<f4"))}


def _text(array: Array) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
