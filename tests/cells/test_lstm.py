"""The LSTM step against published numbers, its own formula, and the two exams."""

import numpy as np
from hypothesis import given
from strategies import generators, lstm_params, lstm_state, sizes

from course_utils.cells import Affine, LSTMParams, LSTMState, lstm_step, sigmoid, softmax_output
from course_utils.cells.conventions import Stacked, unstack_lstm
from course_utils.exercises.seed_exams import EXAM_2, EXAM_2_PARAMS, EXAM_2_STATE


def coursera_parameters(rng: np.random.RandomState) -> tuple[LSTMParams, Affine]:
    """Draw Wf, bf, Wi, bi, Wo, bo, Wc, bc, Wy, by in the order the exercise draws them."""
    f, i, o, c = (Affine(rng.randn(5, 8), rng.randn(5, 1)[:, 0]) for _ in range(4))
    return LSTMParams(forget=f, input=i, candidate=c, output=o), Affine(
        rng.randn(2, 5), rng.randn(2, 1)[:, 0]
    )


def test_coursera_published_step() -> None:
    rng = np.random.RandomState(1)
    x, a_prev, c_prev = rng.randn(3, 10), rng.randn(5, 10), rng.randn(5, 10)
    params, readout = coursera_parameters(rng)
    state, _ = lstm_step(params, x.T, LSTMState(a_prev.T, c_prev.T))
    h, c = state.h.T, state.c.T
    np.testing.assert_allclose(h[4][:3], [-0.66408471, 0.0036921, 0.02088357], atol=5e-9)
    np.testing.assert_allclose(c[2][:3], [0.63267805, 1.00570849, 0.35504474], atol=5e-9)
    np.testing.assert_allclose(softmax_output(readout, state.h).T[1][0], 0.79913913, atol=5e-9)


def test_coursera_published_sequence() -> None:
    rng = np.random.RandomState(1)
    x, a0 = rng.randn(3, 10, 7), rng.randn(5, 10)
    params, _ = coursera_parameters(rng)
    state, hs, cs = LSTMState(a0.T, np.zeros((10, 5))), [], []
    for t in range(7):
        state, _ = lstm_step(params, x[:, :, t].T, state)
        hs.append(state.h.T)
        cs.append(state.c.T)
    np.testing.assert_allclose(hs[6][4][3], 0.172117767533, atol=5e-13)
    np.testing.assert_allclose(cs[1][1][2], -0.855544916718, atol=5e-13)


def test_cs231n_published_rows() -> None:
    x = np.linspace(-0.4, 1.2, 12).reshape(3, 4)
    h = np.linspace(-0.3, 0.7, 15).reshape(3, 5)
    c = np.linspace(-0.4, 0.9, 15).reshape(3, 5)
    W_x = np.linspace(-2.1, 1.3, 80).reshape(4, 20).T
    W_h = np.linspace(-0.7, 2.2, 100).reshape(5, 20).T
    stacked = Stacked(W_x, W_h, np.linspace(0.3, 0.7, 20), np.zeros(20))
    state, _ = lstm_step(unstack_lstm(stacked, "cs231n"), x, LSTMState(h, c))
    np.testing.assert_allclose(
        state.h[0], [0.24635157, 0.28610883, 0.32240467, 0.35525807, 0.38474904], atol=5e-9
    )
    np.testing.assert_allclose(
        state.c[0], [0.32986176, 0.39145139, 0.451556, 0.51014116, 0.56717407], atol=5e-9
    )


@given(generators, sizes)
def test_the_trace_holds_the_formula(rng, size) -> None:
    params = lstm_params(rng, size.inputs, size.units)
    state = lstm_state(rng, size.batch, size.units)
    new, t = lstm_step(params, rng.normal(size=(*size.batch, size.inputs)), state)
    np.testing.assert_array_equal(t.hx, np.concatenate([t.h_prev, t.x], axis=-1))
    gates = [("f", params.forget), ("i", params.input), ("o", params.output)]
    for name, p in gates:
        z = np.einsum("un,...n->...u", p.W, t.hx) + p.b
        np.testing.assert_allclose(getattr(t, f"z_{name}"), z, atol=1e-12)
        np.testing.assert_allclose(getattr(t, name), 1 / (1 + np.exp(-z)), atol=1e-12)
    z = np.einsum("un,...n->...u", params.candidate.W, t.hx) + params.candidate.b
    np.testing.assert_allclose(t.c_tilde, np.tanh(z), atol=1e-12)
    np.testing.assert_allclose(new.c, t.f * state.c + t.i * t.c_tilde, atol=1e-15)
    np.testing.assert_allclose(t.kept + t.written, new.c, atol=1e-15)
    np.testing.assert_allclose(new.h, t.o * np.tanh(new.c), atol=1e-15)


@given(generators, sizes)
def test_a_batch_is_its_members(rng, size) -> None:
    params = lstm_params(rng, size.inputs, size.units)
    x = rng.normal(size=(*size.batch, size.inputs))
    state = lstm_state(rng, size.batch, size.units)
    new, _ = lstm_step(params, x, state)
    for index in np.ndindex(*size.batch):
        one, _ = lstm_step(params, x[index], LSTMState(state.h[index], state.c[index]))
        np.testing.assert_allclose(one.h, new.h[index], atol=1e-14)
        np.testing.assert_allclose(one.c, new.c[index], atol=1e-14)


@given(generators, sizes)
def test_an_open_forget_gate_and_a_shut_input_gate_remember(rng, size) -> None:
    params = lstm_params(rng, size.inputs, size.units)
    large = np.full(size.units, 1e3)
    params = params._replace(
        forget=params.forget._replace(b=large), input=params.input._replace(b=-large)
    )
    state = lstm_state(rng, size.batch, size.units)
    new, _ = lstm_step(params, rng.normal(size=(*size.batch, size.inputs)), state)
    np.testing.assert_allclose(new.c, state.c, rtol=1e-12)


@given(generators, sizes)
def test_the_hidden_state_stays_inside_one(rng, size) -> None:
    params = lstm_params(rng, size.inputs, size.units)
    state = lstm_state(rng, size.batch, size.units)
    new, _ = lstm_step(params, 10 * rng.normal(size=(*size.batch, size.inputs)), state)
    assert (np.abs(new.h) <= 1).all()


def test_float32_stays_float32() -> None:
    single = [Affine(p.W.astype(np.float32), p.b.astype(np.float32)) for p in EXAM_2_PARAMS]
    state = LSTMState(*(s.astype(np.float32) for s in EXAM_2_STATE))
    new, trace = lstm_step(LSTMParams(*single), EXAM_2["x"].astype(np.float32), state)
    assert {np.asarray(a).dtype for a in (*new, *trace)} == {np.dtype(np.float32)}


def test_exam_2_from_the_given_weights() -> None:
    state, trace = lstm_step(EXAM_2_PARAMS, EXAM_2["x"], EXAM_2_STATE)
    np.testing.assert_allclose(trace.z_c, [12.28537, 12.09490], atol=5e-6)
    np.testing.assert_allclose(trace.f, [0.97727, 0.42905], atol=5e-6)
    np.testing.assert_allclose(trace.i, [0.99621, 0.96966], atol=5e-6)
    np.testing.assert_allclose(trace.o, [0.99999, 0.99890], atol=5e-6)
    np.testing.assert_allclose(state.c, [1.42967, 1.82777], atol=5e-6)
    np.testing.assert_allclose(state.h, [0.89159, 0.94856], atol=5e-6)


def test_exam_2_from_the_given_gates() -> None:
    c = EXAM_2["f_t"] * EXAM_2["c_prev"] + EXAM_2["i_t"] * 1.0
    np.testing.assert_allclose(c, [1.14729, 2.13622], atol=5e-6)
    np.testing.assert_allclose(EXAM_2["o_t"] * np.tanh(c), [0.27228, 0.97248], atol=5e-6)
    # and the given gates are not what the given weights make, as the course says
    _, trace = lstm_step(EXAM_2_PARAMS, EXAM_2["x"], EXAM_2_STATE)
    assert np.abs(sigmoid(trace.z_f) - EXAM_2["f_t"]).min() > 0.4
