"""The mathematics of the course: recurrent cells as pure functions over named tuples.

Every function takes and gives NumPy arrays with the **feature axis last**: ``x`` of shape (..., D),
``h`` and ``c`` of shape (..., H). Leading axes are batch axes and may be absent, so that the same
code runs on the 4-vector of an exam and on a batch. Gates read the concatenation ``[h, x]``, in
that order. Other libraries decide otherwise; :mod:`course_utils.cells.conventions` translates.

Dimensions: V vocabulary, E embedding, D inputs of one step, H units.
"""

from course_utils.cells.activations import sigmoid, softmax, tanh
from course_utils.cells.affine import Affine, affine
from course_utils.cells.checks import CellInputError
from course_utils.cells.counts import (
    ParameterCount,
    count_gru,
    count_lstm,
    count_rnn,
    count_rnn_language_model,
)
from course_utils.cells.embedding import embedding_lookup, one_hot
from course_utils.cells.gru import GRUParams, GRUTrace, gru_step
from course_utils.cells.lstm import LSTMParams, LSTMState, LSTMTrace, lstm_step
from course_utils.cells.rnn import RNNParams, RNNTrace, rnn_step, softmax_output

__all__ = [
    "Affine",
    "CellInputError",
    "GRUParams",
    "GRUTrace",
    "LSTMParams",
    "LSTMState",
    "LSTMTrace",
    "ParameterCount",
    "RNNParams",
    "RNNTrace",
    "affine",
    "count_gru",
    "count_lstm",
    "count_rnn",
    "count_rnn_language_model",
    "embedding_lookup",
    "gru_step",
    "lstm_step",
    "one_hot",
    "rnn_step",
    "sigmoid",
    "softmax",
    "softmax_output",
    "tanh",
]
