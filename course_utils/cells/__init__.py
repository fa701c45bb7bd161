"""The mathematics of the course: recurrent cells as pure functions over named tuples.

Every function takes and gives NumPy arrays with the **feature axis last**: ``x`` of shape (..., D),
``h`` and ``c`` of shape (..., H). Leading axes are batch axes and may be absent, so that the same
code runs on the 4-vector of an exam and on a batch. Gates read the concatenation ``[h, x]``, in
that order. Other libraries decide otherwise; :mod:`course_utils.cells.conventions` translates.

Dimensions: V vocabulary, E embedding, D inputs of one step, H units.
"""

from course_utils.cells.activations import sigmoid, softmax, tanh
from course_utils.cells.affine import Affine, affine, affine_backward
from course_utils.cells.any_cell import sequence, sequence_backward
from course_utils.cells.checks import CellInputError
from course_utils.cells.counts import (
    ParameterCount,
    count_gru,
    count_lstm,
    count_rnn,
    count_rnn_language_model,
)
from course_utils.cells.embedding import embedding_backward, embedding_lookup, one_hot
from course_utils.cells.gradient_check import (
    Checked,
    GradientError,
    central_difference,
    check_gradients,
)
from course_utils.cells.gru import GRUParams, GRUTrace, gru_step, gru_step_backward
from course_utils.cells.gru_sequence import (
    GRUGradients,
    GRUSequenceTrace,
    gru_sequence,
    gru_sequence_backward,
)
from course_utils.cells.lstm import LSTMParams, LSTMState, LSTMTrace, lstm_step, lstm_step_backward
from course_utils.cells.lstm_sequence import (
    LSTMGradients,
    LSTMSequenceTrace,
    lstm_sequence,
    lstm_sequence_backward,
)
from course_utils.cells.rnn import RNNParams, RNNTrace, rnn_step, rnn_step_backward, softmax_output
from course_utils.cells.rnn_sequence import (
    RNNGradients,
    RNNSequenceTrace,
    rnn_sequence,
    rnn_sequence_backward,
)
from course_utils.cells.stack import stack_sequence, stack_sequence_backward
from course_utils.cells.tree import flatten, leaves, map_leaves, unflatten

__all__ = [
    "Affine",
    "CellInputError",
    "Checked",
    "GRUGradients",
    "GRUParams",
    "GRUSequenceTrace",
    "GRUTrace",
    "GradientError",
    "LSTMGradients",
    "LSTMParams",
    "LSTMSequenceTrace",
    "LSTMState",
    "LSTMTrace",
    "ParameterCount",
    "RNNGradients",
    "RNNParams",
    "RNNSequenceTrace",
    "RNNTrace",
    "affine",
    "affine_backward",
    "central_difference",
    "check_gradients",
    "count_gru",
    "count_lstm",
    "count_rnn",
    "count_rnn_language_model",
    "embedding_backward",
    "embedding_lookup",
    "flatten",
    "gru_sequence",
    "gru_sequence_backward",
    "gru_step",
    "gru_step_backward",
    "leaves",
    "lstm_sequence",
    "lstm_sequence_backward",
    "lstm_step",
    "lstm_step_backward",
    "map_leaves",
    "one_hot",
    "rnn_sequence",
    "rnn_sequence_backward",
    "rnn_step",
    "rnn_step_backward",
    "sequence",
    "sequence_backward",
    "sigmoid",
    "softmax",
    "softmax_output",
    "stack_sequence",
    "stack_sequence_backward",
    "tanh",
    "unflatten",
]
