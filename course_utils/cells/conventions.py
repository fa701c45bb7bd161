"""The same cell in other people's layouts: where each library puts which gate, and what it adds.

Libraries stack the blocks of all gates, keep the two halves of W apart, and have up to two biases.
Row-vector texts (d2l, Keras, CS231n) hold the transpose of W_x and W_h as given here.
"""

from typing import Literal, NamedTuple

import numpy as np

from course_utils.cells.affine import Affine, input_size
from course_utils.cells.checks import Array
from course_utils.cells.gru import GRUParams, Reset, checked_gru
from course_utils.cells.lstm import LSTMParams, checked_lstm

LSTMLibrary = Literal["pytorch", "keras", "onnx", "cs231n"]
GRULibrary = Literal["pytorch", "keras", "onnx"]

LSTM_ORDER: dict[LSTMLibrary, tuple[str, ...]] = {
    "pytorch": ("input", "forget", "candidate", "output"),
    "keras": ("input", "forget", "candidate", "output"),
    "onnx": ("input", "output", "forget", "candidate"),
    "cs231n": ("input", "forget", "output", "candidate"),
}
GRU_ORDER: dict[GRULibrary, tuple[str, ...]] = {
    "pytorch": ("reset", "update", "candidate"),
    "keras": ("update", "reset", "candidate"),
    "onnx": ("update", "reset", "candidate"),
}


class Stacked(NamedTuple):
    """All gates of a cell, block under block; G gates of H units."""

    W_x: Array
    """(G·H, D)"""
    W_h: Array
    """(G·H, H)"""
    b_x: Array
    """(G·H,): b_ih in PyTorch, the first half of ONNX's B"""
    b_h: Array
    """(G·H,): b_hh in PyTorch, the second half of ONNX's B; zero where one bias is enough"""


def stack_lstm(params: LSTMParams, library: LSTMLibrary) -> Stacked:
    """Lay `params` out as `library` does. Raises CellInputError when their shapes do not fit."""
    params = checked_lstm(params)
    return _stack([getattr(params, gate) for gate in LSTM_ORDER[library]])


def unstack_lstm(stacked: Stacked, library: LSTMLibrary) -> LSTMParams:
    """Read `library`'s layout; its two biases are added into one, which computes the same."""
    return LSTMParams(**_unstack(stacked, LSTM_ORDER[library]))


def stack_gru(params: GRUParams, library: GRULibrary, reset: Reset) -> Stacked:
    """Lay `params` out as `library` does. Raises CellInputError when their shapes do not fit."""
    params = checked_gru(params, reset)
    order = GRU_ORDER[library]
    stacked = _stack([getattr(params, gate) for gate in order])
    if params.b_recurrent is None:
        return stacked
    units = params.b_recurrent.shape[0]
    start = order.index("candidate") * units
    b_h = stacked.b_h.copy()
    b_h[start : start + units] = params.b_recurrent
    return stacked._replace(b_h=b_h)


def unstack_gru(stacked: Stacked, library: GRULibrary, reset: Reset) -> GRUParams:
    """Read `library`'s layout. With reset="after" the candidate's second bias is b_recurrent."""
    order = GRU_ORDER[library]
    if reset == "before":
        return GRUParams(**_unstack(stacked, order), b_recurrent=None)
    units = stacked.W_h.shape[1]
    inner = slice(order.index("candidate") * units, (order.index("candidate") + 1) * units)
    b_h = stacked.b_h.copy()
    b_h[inner] = 0.0
    return GRUParams(**_unstack(stacked._replace(b_h=b_h), order), b_recurrent=stacked.b_h[inner])


def swap_gru_mix(params: GRUParams) -> GRUParams:
    """Translate to or from H_t = (1 - Z) ∘ H_{t-1} + Z ∘ H~_t (Chung 2014): Z becomes 1 - Z.

    The update gate's W and b change sign, because σ(-z) = 1 - σ(z).
    """
    return params._replace(update=Affine(-params.update.W, -params.update.b))


def swap_concatenation(p: Affine, units: int) -> Affine:
    """Translate a gate from [h, x] to [x, h]: the column blocks of W change places.

    For the way back, call it with D in the place of H.
    """
    return p._replace(W=np.concatenate([p.W[:, units:], p.W[:, :units]], axis=1))


def _stack(gates: list[Affine]) -> Stacked:
    units, _ = input_size("gate", gates[0])
    W = np.concatenate([p.W for p in gates])
    b = np.concatenate([p.b for p in gates])
    return Stacked(W[:, units:], W[:, :units], b, np.zeros_like(b))


def _unstack(stacked: Stacked, order: tuple[str, ...]) -> dict[str, Affine]:
    W = np.concatenate([stacked.W_h, stacked.W_x], axis=1)
    b = stacked.b_x + stacked.b_h
    blocks = zip(np.split(W, len(order)), np.split(b, len(order)), strict=True)
    return {gate: Affine(*block) for gate, block in zip(order, blocks, strict=True)}
