"""Peepholes, coupled gates, no forget gate: each against the LSTM it varies, and its gradients."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import affine_params, generators, lstm_state

from course_utils.cells import CellInputError, LSTMParams, check_gradients, flatten, lstm_sequence
from course_utils.cells.lstm_variants import (
    CoupledLSTMParams,
    NoForgetLSTMParams,
    PeepholeLSTMParams,
    lstm_variant_sequence,
    lstm_variant_sequence_backward,
    lstm_variant_step,
    lstm_variant_step_backward,
)
from tests.tiers import one_in


def draw(variant, rng, inputs=2, units=3):
    gates = [affine_params(rng, units, units + inputs) for _ in range(4)]
    if variant is PeepholeLSTMParams:
        return variant(*gates, *rng.normal(size=(3, units)))
    return variant(*gates[:3])


VARIANTS = [PeepholeLSTMParams, CoupledLSTMParams, NoForgetLSTMParams]
variants = pytest.mark.parametrize("variant", VARIANTS)
a_variant = pytest.mark.parametrize("variant", one_in(3, VARIANTS, lambda one: one.__name__))


@a_variant
@settings(max_examples=10)
@given(rng=generators, batch=st.sampled_from([(), (2,), (2, 1)]), steps=st.integers(1, 5))
def test_gradients_are_derivatives(variant, rng, batch, steps) -> None:
    params, state = draw(variant, rng), lstm_state(rng, batch, 3)
    xs, d_hs = rng.normal(size=(steps, *batch, 2)), rng.normal(size=(steps, *batch, 3))
    _, trace = lstm_variant_sequence(params, xs, state)
    gradients = lstm_variant_sequence_backward(params, trace, d_hs)
    check_gradients(
        lambda p: float((lstm_variant_sequence(*p)[0].h * d_hs).sum()),
        (params, xs, state),
        tuple(gradients),
    )


@variants
@settings(max_examples=15)
@given(rng=generators, batch=st.sampled_from([(), (2,), (2, 1)]))
def test_the_gradients_of_one_step_are_derivatives(variant, rng, batch) -> None:
    params, x, state = draw(variant, rng), rng.normal(size=(*batch, 2)), lstm_state(rng, batch, 3)
    _, trace = lstm_variant_step(params, x, state)
    d_state = lstm_state(rng, batch, 3)
    check_gradients(
        lambda p: float(flatten(d_state) @ flatten(lstm_variant_step(*p)[0])),
        (params, x, state),
        lstm_variant_step_backward(params, trace, d_state),
    )


@given(generators)
def test_without_their_difference_they_are_the_lstm(rng) -> None:
    peephole = draw(PeepholeLSTMParams, rng)
    zero = peephole._replace(p_forget=np.zeros(3), p_input=np.zeros(3), p_output=np.zeros(3))
    xs, state = rng.normal(size=(6, 4, 2)), lstm_state(rng, (4,), 3)
    expected, _ = lstm_sequence(LSTMParams(*zero[:4]), xs, state)
    got, _ = lstm_variant_sequence(zero, xs, state)
    np.testing.assert_allclose(got.h, expected.h, atol=1e-13)

    saturated = zero.forget._replace(W=0 * zero.forget.W, b=np.full(3, 1e3))
    expected, _ = lstm_sequence(LSTMParams(saturated, *zero[1:4]), xs, state)
    got, _ = lstm_variant_sequence(NoForgetLSTMParams(*zero[1:4]), xs, state)
    np.testing.assert_allclose(got.h, expected.h, atol=1e-13)

    i = zero.input
    minus = i._replace(W=-i.W, b=-i.b)  # σ(-z) = 1 - σ(z)
    expected, _ = lstm_sequence(LSTMParams(minus, *zero[1:4]), xs, state)
    got, _ = lstm_variant_sequence(CoupledLSTMParams(*zero[1:4]), xs, state)
    np.testing.assert_allclose(got.h, expected.h, atol=1e-13)


@given(generators)
def test_peepholes_against_onnx(rng) -> None:
    """ONNX's reference LSTM takes the same three vectors, in the order input, output, forget."""
    from onnx import TensorProto, helper
    from onnx.reference import ReferenceEvaluator

    from course_utils.cells.conventions import stack_lstm

    params, state = draw(PeepholeLSTMParams, rng), lstm_state(rng, (2,), 3)
    xs = rng.normal(size=(5, 2, 2))
    s = stack_lstm(LSTMParams(*params[:4]), "onnx")
    values = {
        "X": xs, "W": s.W_x[None], "R": s.W_h[None], "B": np.concatenate([s.b_x, s.b_h])[None],
        "h": state.h[None], "c": state.c[None],
        "P": np.concatenate([params.p_input, params.p_output, params.p_forget])[None],
    }  # fmt: skip
    node = helper.make_node("LSTM", ["X", "W", "R", "B", "", "h", "c", "P"], ["Y"], hidden_size=3)

    def info(name, shape=None):
        return helper.make_tensor_value_info(name, TensorProto.DOUBLE, shape)

    graph = helper.make_graph(
        [node], "g", [info(n, v.shape) for n, v in values.items()], [info("Y")]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)])
    (ys,) = ReferenceEvaluator(model).run(None, values)
    got, _ = lstm_variant_sequence(params, xs, state)
    np.testing.assert_allclose(got.h, ys[:, 0], atol=1e-10)


@variants
def test_bad_input_is_named(variant) -> None:
    params = draw(variant, np.random.default_rng(0))
    state = lstm_state(np.random.default_rng(1), (), 3)
    with pytest.raises(CellInputError, match=r"x has shape \(3,\)"):
        lstm_variant_step(params, np.zeros(3), state)
    with pytest.raises(CellInputError, match="no time steps"):
        lstm_variant_sequence(params, np.zeros((0, 2)))
    with pytest.raises(CellInputError, match="output"):
        lstm_variant_step(
            params._replace(output=params.output._replace(b=np.zeros(2))), [0.0, 0.0], state
        )
    with pytest.raises(CellInputError, match="expected a variant"):
        lstm_variant_step(LSTMParams(*params[:3], params[0]), [0.0, 0.0], state)
    _, trace = lstm_variant_sequence(params, np.zeros((4, 2)))
    with pytest.raises(CellInputError, match="d_hs has shape"):
        lstm_variant_sequence_backward(params, trace, np.zeros((3, 3)))
