"""Other people's layouts, held against their own programs: random weights, T >= 2, h_0 not 0."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import generators, gru_params, lstm_params, lstm_state, rnn_params, sizes

from course_utils.cells import LSTMState, gru_step, lstm_step, rnn_step
from course_utils.cells.conventions import (
    GRU_ORDER,
    LSTM_ORDER,
    stack_gru,
    stack_lstm,
    swap_concatenation,
    swap_gru_mix,
    unstack_gru,
    unstack_lstm,
)

resets = st.sampled_from(["before", "after"])
STEPS, BATCH = 3, 2


def assert_trees_equal(got, expected) -> None:
    """Compare named tuples of named tuples of arrays."""
    for name, g, e in zip(expected._fields, got, expected, strict=True):
        if e is None:
            assert g is None, name
        elif hasattr(e, "_fields"):
            assert_trees_equal(g, e)
        else:
            np.testing.assert_array_equal(g, e, err_msg=name)


@pytest.mark.parametrize("library", LSTM_ORDER)
@given(rng=generators, size=sizes)
def test_an_lstm_comes_back_from_every_layout(library, rng, size) -> None:
    params = lstm_params(rng, size.inputs, size.units)
    assert_trees_equal(unstack_lstm(stack_lstm(params, library), library), params)


@pytest.mark.parametrize("library", GRU_ORDER)
@given(rng=generators, size=sizes, reset=resets)
def test_a_gru_comes_back_from_every_layout(library, rng, size, reset) -> None:
    params = gru_params(rng, size.inputs, size.units, reset)
    assert_trees_equal(unstack_gru(stack_gru(params, library, reset), library, reset), params)


@given(generators, sizes)
def test_the_other_mix_of_a_gru(rng, size) -> None:
    params = gru_params(rng, size.inputs, size.units)
    x, h = rng.normal(size=size.inputs), rng.normal(size=size.units)
    ours, _ = gru_step(params, x, h)
    _, t = gru_step(swap_gru_mix(params), x, h)
    np.testing.assert_allclose((1 - t.u) * h + t.u * t.h_tilde, ours, atol=1e-12)


@given(generators, sizes)
def test_the_other_order_of_concatenation(rng, size) -> None:
    p = lstm_params(rng, size.inputs, size.units).forget
    x, h = rng.normal(size=size.inputs), rng.normal(size=size.units)
    swapped = swap_concatenation(p, size.units)
    np.testing.assert_allclose(
        swapped.W @ np.concatenate([x, h]), p.W @ np.concatenate([h, x]), atol=1e-12
    )
    np.testing.assert_array_equal(swap_concatenation(swapped, size.inputs).W, p.W)


@pytest.mark.torch
@given(generators, sizes)
def test_lstm_against_pytorch(rng, size) -> None:
    import torch

    params = lstm_params(rng, size.inputs, size.units)
    cell = torch.nn.LSTMCell(size.inputs, size.units, dtype=torch.float64)
    stacked = stack_lstm(params, "pytorch")
    cell.load_state_dict(_torch_state(stacked))
    x = rng.normal(size=(BATCH, size.inputs))
    state = lstm_state(rng, (BATCH,), size.units)
    h, c = cell(torch.tensor(x), (torch.tensor(state.h), torch.tensor(state.c)))
    new, _ = lstm_step(params, x, state)
    np.testing.assert_allclose(new.h, h.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(new.c, c.detach().numpy(), atol=1e-12)


@pytest.mark.torch
@given(generators, sizes)
def test_gru_against_pytorch(rng, size) -> None:
    import torch

    params = gru_params(rng, size.inputs, size.units, "after")
    cell = torch.nn.GRUCell(size.inputs, size.units, dtype=torch.float64)
    cell.load_state_dict(_torch_state(stack_gru(params, "pytorch", "after")))
    x, h = rng.normal(size=(BATCH, size.inputs)), rng.normal(size=(BATCH, size.units))
    new, _ = gru_step(params, x, h, reset="after")
    expected = cell(torch.tensor(x), torch.tensor(h)).detach().numpy()
    np.testing.assert_allclose(new, expected, atol=1e-12)


@pytest.mark.torch
@given(generators, sizes)
def test_rnn_against_pytorch(rng, size) -> None:
    import torch

    params = rnn_params(rng, size.inputs, size.units)
    cell = torch.nn.RNNCell(size.inputs, size.units, dtype=torch.float64)
    state = {"weight_ih": params.W_x, "weight_hh": params.W_h, "bias_ih": params.b}
    state["bias_hh"] = np.zeros(size.units)
    cell.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    x, h = rng.normal(size=(BATCH, size.inputs)), rng.normal(size=(BATCH, size.units))
    expected = cell(torch.tensor(x), torch.tensor(h)).detach().numpy()
    np.testing.assert_allclose(rnn_step(params, x, h)[0], expected, atol=1e-12)


@pytest.mark.torch
@given(generators, st.integers(1, 6), st.integers(1, 6))
def test_embedding_and_softmax_against_pytorch(rng, vocabulary, width) -> None:
    import torch

    from course_utils.cells import embedding_lookup, sigmoid, softmax

    E = rng.normal(size=(vocabulary, width))
    tokens = rng.integers(vocabulary, size=(2, 3))
    expected = torch.nn.functional.embedding(torch.tensor(tokens), torch.tensor(E)).numpy()
    np.testing.assert_array_equal(embedding_lookup(E, tokens), expected)
    np.testing.assert_allclose(softmax(E), torch.softmax(torch.tensor(E), -1).numpy(), atol=1e-14)
    np.testing.assert_allclose(sigmoid(E), torch.sigmoid(torch.tensor(E)).numpy(), atol=1e-14)


def _torch_state(stacked):
    import torch

    return {
        "weight_ih": torch.tensor(stacked.W_x),
        "weight_hh": torch.tensor(stacked.W_h),
        "bias_ih": torch.tensor(stacked.b_x),
        "bias_hh": torch.tensor(stacked.b_h),
    }


def _run_onnx(operator, inputs, units, **attributes):
    """Run one operator in ONNX's own reference evaluator; returns Y of (T, 1, B, H), and more."""
    from onnx import TensorProto, helper
    from onnx.reference import ReferenceEvaluator

    used = [name if value is not None else "" for name, value in inputs.items()]
    outputs = ["Y", "Y_h"] + (["Y_c"] if operator == "LSTM" else [])
    node = helper.make_node(operator, used, outputs, hidden_size=units, **attributes)
    given_ = {name: value for name, value in inputs.items() if value is not None}
    graph = helper.make_graph(
        [node],
        "cell",
        [helper.make_tensor_value_info(n, TensorProto.DOUBLE, v.shape) for n, v in given_.items()],
        [helper.make_tensor_value_info(n, TensorProto.DOUBLE, None) for n in outputs],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)])
    return ReferenceEvaluator(model).run(None, given_)


def _onnx_inputs(stacked, xs, h0, c0=None):
    inputs = {
        "X": xs,
        "W": stacked.W_x[None],
        "R": stacked.W_h[None],
        "B": np.concatenate([stacked.b_x, stacked.b_h])[None],
        "sequence_lens": None,
        "initial_h": h0[None],
    }
    return inputs if c0 is None else inputs | {"initial_c": c0[None]}


@settings(max_examples=30)
@given(generators, sizes)
def test_lstm_against_onnx(rng, size) -> None:
    params = lstm_params(rng, size.inputs, size.units)
    xs = rng.normal(size=(STEPS, BATCH, size.inputs))
    state = lstm_state(rng, (BATCH,), size.units)
    inputs = _onnx_inputs(stack_lstm(params, "onnx"), xs, *state)
    ys, _, last_c = _run_onnx("LSTM", inputs, size.units)
    for t in range(STEPS):
        state, _ = lstm_step(params, xs[t], state)
        np.testing.assert_allclose(ys[t, 0], state.h, atol=1e-12)
    np.testing.assert_allclose(last_c[0], state.c, atol=1e-12)


@settings(max_examples=30)
@given(generators, sizes, resets)
def test_gru_against_onnx(rng, size, reset) -> None:
    params = gru_params(rng, size.inputs, size.units, reset)
    xs = rng.normal(size=(STEPS, BATCH, size.inputs))
    h = rng.normal(size=(BATCH, size.units))
    inputs = _onnx_inputs(stack_gru(params, "onnx", reset), xs, h)
    after = int(reset == "after")
    ys = _run_onnx("GRU", inputs, size.units, linear_before_reset=after)[0]
    for t in range(STEPS):
        h, _ = gru_step(params, xs[t], h, reset=reset)
        np.testing.assert_allclose(ys[t, 0], h, atol=1e-12)


@settings(max_examples=30)
@given(generators, sizes)
def test_rnn_against_onnx(rng, size) -> None:
    from course_utils.cells.conventions import Stacked

    params = rnn_params(rng, size.inputs, size.units)
    xs = rng.normal(size=(STEPS, BATCH, size.inputs))
    h = rng.normal(size=(BATCH, size.units))
    stacked = Stacked(params.W_x, params.W_h, params.b, np.zeros(size.units))
    ys = _run_onnx("RNN", _onnx_inputs(stacked, xs, h), size.units)[0]
    for t in range(STEPS):
        h, _ = rnn_step(params, xs[t], h)
        np.testing.assert_allclose(ys[t, 0], h, atol=1e-12)


def test_no_two_lstm_layouts_but_pytorch_and_keras_agree() -> None:
    rng = np.random.default_rng(0)
    params = lstm_params(rng, 2, 3)
    x, state = rng.normal(size=2), LSTMState(rng.normal(size=3), rng.normal(size=3))
    right, _ = lstm_step(params, x, state)
    for wrong in ("onnx", "cs231n"):
        got, _ = lstm_step(unstack_lstm(stack_lstm(params, "pytorch"), wrong), x, state)
        assert np.abs(got.h - right.h).max() > 1e-3
