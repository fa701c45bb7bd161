"""Sequence functions for whichever cell the parameters belong to, so that others need not ask."""

from typing import Any

import numpy.typing as npt

from course_utils.cells.affine import Affine
from course_utils.cells.checks import Array, CellInputError, as_matrix
from course_utils.cells.gru import GRUParams
from course_utils.cells.gru_sequence import (
    GRUGradients,
    GRUSequenceTrace,
    gru_sequence,
    gru_sequence_backward,
)
from course_utils.cells.lstm import LSTMParams, LSTMState
from course_utils.cells.lstm_sequence import (
    LSTMGradients,
    LSTMSequenceTrace,
    lstm_sequence,
    lstm_sequence_backward,
)
from course_utils.cells.rnn import RNNParams
from course_utils.cells.rnn_sequence import (
    RNNGradients,
    RNNSequenceTrace,
    rnn_sequence,
    rnn_sequence_backward,
)

CellParams = RNNParams | GRUParams | LSTMParams
SequenceTrace = RNNSequenceTrace | GRUSequenceTrace | LSTMSequenceTrace
SequenceGradients = RNNGradients | GRUGradients | LSTMGradients
State = Array | LSTMState


def sequence(
    params: CellParams, xs: npt.ArrayLike, state: Any = None
) -> tuple[State, SequenceTrace]:
    """Run rnn_sequence, gru_sequence or lstm_sequence, by the type of `params`.

    A GRU with b_recurrent has its reset after the product, one without before it. Raises
    CellInputError when `params` belong to no cell, or as those functions do.
    """
    if isinstance(params, LSTMParams):
        return lstm_sequence(params, xs, state)
    if isinstance(params, GRUParams):
        return gru_sequence(
            params, xs, state, reset="before" if params.b_recurrent is None else "after"
        )
    if isinstance(params, RNNParams):
        return rnn_sequence(params, xs, state)
    raise _no_cell(params)


def sequence_backward(
    params: CellParams,
    trace: SequenceTrace,
    d_hs: npt.ArrayLike,
    *,
    d_hs_total: Array | None = None,
) -> SequenceGradients:
    """Go back through :func:`sequence`: from dL/dh_t at every step to every argument."""
    if isinstance(params, LSTMParams) and isinstance(trace, LSTMSequenceTrace):
        return lstm_sequence_backward(params, trace, d_hs, d_hs_total=d_hs_total)
    if isinstance(params, GRUParams) and isinstance(trace, GRUSequenceTrace):
        return gru_sequence_backward(params, trace, d_hs, d_hs_total=d_hs_total)
    if isinstance(params, RNNParams) and isinstance(trace, RNNSequenceTrace):
        return rnn_sequence_backward(params, trace, d_hs, d_hs_total=d_hs_total)
    raise CellInputError(
        f"params is a {type(params).__name__} and trace a {type(trace).__name__}: not of one cell"
    )


def sizes_of(params: CellParams) -> tuple[int, int]:
    """Return (H, D), the units and the inputs of one step.

    Raises CellInputError when `params` belong to no cell or hold something else than matrices.
    """
    if isinstance(params, RNNParams):
        units, inputs = as_matrix("W_x", params.W_x, (None, None)).shape
        return units, inputs
    if not isinstance(params, GRUParams | LSTMParams):
        raise _no_cell(params)
    gates = {name: gate for name, gate in params._asdict().items() if name != "b_recurrent"}
    for name, gate in gates.items():
        if not isinstance(gate, Affine):
            raise CellInputError(f"{name} is a {type(gate).__name__}, expected an Affine(W, b)")
    first, gate = next(iter(gates.items()))
    units, width = as_matrix(f"{first}.W", gate.W, (None, None)).shape
    return units, width - units


def _no_cell(params: object) -> CellInputError:
    return CellInputError(
        f"params is a {type(params).__name__}, expected RNNParams, GRUParams or LSTMParams"
    )
