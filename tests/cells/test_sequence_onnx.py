"""Sequences against ONNX's reference operators: random weights, h_0 not 0."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator
from strategies import generators, gru_params, lstm_params, lstm_state, rnn_params

from course_utils.cells import gru_sequence, lstm_sequence, rnn_sequence
from course_utils.cells.conventions import Stacked, stack_gru, stack_lstm

shapes = st.tuples(*(st.integers(1, 6) for _ in range(4)))  # T, B, D, H


def onnx_sequence(operator: str, stacked: Stacked, xs, *states, **attributes):
    """Run the operator; return Y as (T, B, H) and the last states as (B, H)."""
    values = {
        "X": xs,
        "W": stacked.W_x[None],
        "R": stacked.W_h[None],
        "B": np.concatenate([stacked.b_x, stacked.b_h])[None],
        "h": states[0][None],
    } | ({"c": states[1][None]} if operator == "LSTM" else {})
    inputs = ["X", "W", "R", "B", "", *list(values)[4:]]
    outputs = ["Y", "Y_h"] + ["Y_c"] * (operator == "LSTM")
    node = helper.make_node(
        operator, inputs, outputs, hidden_size=stacked.W_h.shape[1], **attributes
    )

    def info(name, shape=None):
        return helper.make_tensor_value_info(name, TensorProto.DOUBLE, shape)

    graph = helper.make_graph(
        [node], "cell", [info(n, v.shape) for n, v in values.items()], [info(n) for n in outputs]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)])
    ys, *last = ReferenceEvaluator(model).run(None, values)
    return ys[:, 0], *(state[0] for state in last)


@settings(max_examples=25)
@given(generators, shapes)
def test_lstm(rng, shape) -> None:
    T, B, D, H = shape
    params, state = lstm_params(rng, D, H), lstm_state(rng, (B,), H)
    xs = rng.normal(size=(T, B, D))
    ys, h, c = onnx_sequence("LSTM", stack_lstm(params, "onnx"), xs, *state)
    states, _ = lstm_sequence(params, xs, state)
    np.testing.assert_allclose(states.h, ys, atol=1e-10)
    np.testing.assert_allclose(states.h[-1], h, atol=1e-10)
    np.testing.assert_allclose(states.c[-1], c, atol=1e-10)


@pytest.mark.parametrize("reset", ["before", "after"])
@settings(max_examples=25)
@given(rng=generators, shape=shapes)
def test_gru(reset, rng, shape) -> None:
    T, B, D, H = shape
    params = gru_params(rng, D, H, reset)
    xs, h = rng.normal(size=(T, B, D)), rng.normal(size=(B, H))
    stacked, after = stack_gru(params, "onnx", reset), int(reset == "after")
    ys, _ = onnx_sequence("GRU", stacked, xs, h, linear_before_reset=after)
    np.testing.assert_allclose(gru_sequence(params, xs, h, reset=reset)[0], ys, atol=1e-10)


@settings(max_examples=25)
@given(generators, shapes)
def test_rnn(rng, shape) -> None:
    T, B, D, H = shape
    params = rnn_params(rng, D, H)
    xs, h = rng.normal(size=(T, B, D)), rng.normal(size=(B, H))
    stacked = Stacked(params.W_x, params.W_h, params.b, np.zeros(H))
    ys, _ = onnx_sequence("RNN", stacked, xs, h)
    np.testing.assert_allclose(rnn_sequence(params, xs, h)[0], ys, atol=1e-10)
