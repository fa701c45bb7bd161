"""Sequences and all their gradients against PyTorch, in float64, on random shapes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import generators, gru_params, lstm_params, rnn_params

from course_utils.cells import (
    LSTMState,
    gru_sequence,
    gru_sequence_backward,
    lstm_sequence,
    lstm_sequence_backward,
    rnn_sequence,
    rnn_sequence_backward,
)
from course_utils.cells.conventions import Stacked, stack_gru, stack_lstm

pytestmark = pytest.mark.torch
shapes = st.tuples(
    st.integers(1, 12), st.integers(1, 5), st.integers(1, 6), st.integers(1, 7)
)  # T, B, D, H
equal = {"rtol": 1e-10, "atol": 1e-10}


def loaded(module, stacked: Stacked):
    """Give a PyTorch module the weights of `stacked`."""
    import torch

    module = module.double()
    with torch.no_grad():
        for p, value in zip(module.parameters(), stacked, strict=True):
            p.copy_(torch.tensor(np.ascontiguousarray(value)))
    return module


def theirs(module, xs, states, d_hs, d_last=None):
    """Run PyTorch forward and backward; return states and every gradient as arrays."""
    import torch

    x = torch.tensor(xs, requires_grad=True)
    initial = [torch.tensor(s[None], requires_grad=True) for s in states]
    hs, last = module(x, tuple(initial) if len(initial) > 1 else initial[0])
    loss = (hs * torch.tensor(d_hs)).sum()
    if d_last is not None:
        loss = loss + (last[1][0] * torch.tensor(d_last)).sum()
    loss.backward()
    gradients = Stacked(*(p.grad.numpy() for p in module.parameters()))
    last = last[1] if isinstance(last, tuple) else last
    return (
        hs.detach().numpy(),
        last[0].detach().numpy(),
        gradients,
        x.grad.numpy(),
        [s.grad[0].numpy() for s in initial],
    )


def assert_stacked(ours: Stacked, their: Stacked, both_biases: bool = True) -> None:
    np.testing.assert_allclose(ours.W_x, their.W_x, **equal)
    np.testing.assert_allclose(ours.W_h, their.W_h, **equal)
    np.testing.assert_allclose(ours.b_x, their.b_x, **equal)
    if both_biases:
        np.testing.assert_allclose(ours.b_h, their.b_h, **equal)


@settings(max_examples=40)
@given(generators, shapes)
def test_lstm(rng, shape) -> None:
    import torch

    T, B, D, H = shape
    params = lstm_params(rng, D, H)
    xs, d_hs = rng.normal(size=(T, B, D)), rng.normal(size=(T, B, H))
    h, c, d_c = rng.normal(size=(3, B, H))
    module = loaded(torch.nn.LSTM(D, H), stack_lstm(params, "pytorch"))
    hs, c_last, gradients, d_xs, d_state = theirs(module, xs, [h, c], d_hs, d_c)

    states, trace = lstm_sequence(params, xs, LSTMState(h, c))
    ours = lstm_sequence_backward(params, trace, d_hs, d_c)
    np.testing.assert_allclose(states.h, hs, **equal)
    np.testing.assert_allclose(states.c[-1], c_last, **equal)
    assert_stacked(stack_lstm(ours.params, "pytorch"), gradients, both_biases=False)
    np.testing.assert_allclose(ours.xs, d_xs, **equal)
    np.testing.assert_allclose(ours.state.h, d_state[0], **equal)
    np.testing.assert_allclose(ours.state.c, d_state[1], **equal)


@settings(max_examples=40)
@given(generators, shapes)
def test_gru_reset_after(rng, shape) -> None:
    import torch

    T, B, D, H = shape
    params = gru_params(rng, D, H, "after")
    xs, d_hs, h = rng.normal(size=(T, B, D)), rng.normal(size=(T, B, H)), rng.normal(size=(B, H))
    module = loaded(torch.nn.GRU(D, H), stack_gru(params, "pytorch", "after"))
    hs, _, gradients, d_xs, (d_h,) = theirs(module, xs, [h], d_hs)

    states, trace = gru_sequence(params, xs, h, reset="after")
    ours = gru_sequence_backward(params, trace, d_hs)
    np.testing.assert_allclose(states, hs, **equal)
    stacked = stack_gru(ours.params, "pytorch", "after")
    assert_stacked(stacked, gradients, both_biases=False)
    np.testing.assert_allclose(stacked.b_h[2 * H :], gradients.b_h[2 * H :], **equal)
    np.testing.assert_allclose(ours.xs, d_xs, **equal)
    np.testing.assert_allclose(ours.state, d_h, **equal)


@settings(max_examples=40)
@given(generators, shapes)
def test_rnn(rng, shape) -> None:
    import torch

    T, B, D, H = shape
    params = rnn_params(rng, D, H)
    xs, d_hs, h = rng.normal(size=(T, B, D)), rng.normal(size=(T, B, H)), rng.normal(size=(B, H))
    stacked = Stacked(params.W_x, params.W_h, params.b, np.zeros(H))
    hs, _, gradients, d_xs, (d_h,) = theirs(loaded(torch.nn.RNN(D, H), stacked), xs, [h], d_hs)

    states, trace = rnn_sequence(params, xs, h)
    ours = rnn_sequence_backward(params, trace, d_hs)
    np.testing.assert_allclose(states, hs, **equal)
    np.testing.assert_allclose(ours.params.W_x, gradients.W_x, **equal)
    np.testing.assert_allclose(ours.params.W_h, gradients.W_h, **equal)
    np.testing.assert_allclose(ours.params.b, gradients.b_x, **equal)
    np.testing.assert_allclose(ours.xs, d_xs, **equal)
    np.testing.assert_allclose(ours.state, d_h, **equal)


@settings(max_examples=40)
@given(generators, shapes)
def test_gru_reset_before_against_autograd(rng, shape) -> None:
    """PyTorch has no such module; its autograd differentiates the formula as it is written."""
    import torch

    T, B, D, H = shape
    params = gru_params(rng, D, H)
    xs, d_hs, h = rng.normal(size=(T, B, D)), rng.normal(size=(T, B, H)), rng.normal(size=(B, H))

    def tensor(a):
        return torch.tensor(a, requires_grad=True)

    gates = [(tensor(p.W), tensor(p.b)) for p in params[:3]]
    x, h_0 = tensor(xs), tensor(h)
    h_t, hs = h_0, []
    for x_t in x:
        hx = torch.cat([h_t, x_t], 1)
        r, u = (torch.sigmoid(hx @ W.T + b) for W, b in gates[:2])
        W, b = gates[2]
        g = torch.tanh(torch.cat([r * h_t, x_t], 1) @ W.T + b)
        h_t = u * h_t + (1 - u) * g
        hs.append(h_t)
    (torch.stack(hs) * torch.tensor(d_hs)).sum().backward()

    states, trace = gru_sequence(params, xs, h)
    ours = gru_sequence_backward(params, trace, d_hs)
    np.testing.assert_allclose(states, torch.stack(hs).detach().numpy(), **equal)
    for p, (W, b) in zip(ours.params[:3], gates, strict=True):
        np.testing.assert_allclose(p.W, W.grad.numpy(), **equal)
        np.testing.assert_allclose(p.b, b.grad.numpy(), **equal)
    np.testing.assert_allclose(ours.xs, x.grad.numpy(), **equal)
    np.testing.assert_allclose(ours.state, h_0.grad.numpy(), **equal)
