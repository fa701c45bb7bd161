"""Products of Jacobians, their singular values, and how far a gradient reaches."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sequence_cells import CELLS, LSTM, RNN
from strategies import generators

from course_utils.cells import (
    Affine,
    CellInputError,
    LSTMParams,
    LSTMState,
    RNNParams,
    leaves,
    map_leaves,
    rnn_sequence,
)
from course_utils.cells.any_cell import sequence
from course_utils.cells.gradient_flow import (
    gradient_norms,
    last_step_only,
    matrix_growth,
    reach,
    rnn_step_jacobians,
    singular_values,
    state_jacobians,
)

cells = pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)


@cells
@settings(max_examples=10)
@given(generators, st.integers(1, 6))
def test_state_jacobians_are_derivatives_of_the_last_state(cell, rng, steps) -> None:
    params, xs, state = cell.params(rng, 2, 3), rng.normal(size=(steps, 2)), cell.state(rng, (), 3)
    jacobians = state_jacobians(params, xs, state)
    states, _ = sequence(params, xs, state)
    is_lstm = cell is LSTM

    def after(t, s):
        """The last state when the state after step t is s."""
        if t == steps - 1:
            return s
        start = LSTMState(s[:3], s[3:]) if is_lstm else s
        last, _ = sequence(params, xs[t + 1 :], start)
        return np.concatenate([last.h[-1], last.c[-1]]) if is_lstm else last[-1]

    for t in range(steps):
        s = np.concatenate([states.h[t], states.c[t]]) if is_lstm else states[t]
        step = 1e-6 * np.eye(len(s))
        slopes = [(after(t, s + d) - after(t, s - d)) / 2e-6 for d in step]
        np.testing.assert_allclose(jacobians[t], np.array(slopes).T, atol=1e-7)


@given(generators, st.integers(1, 8))
def test_an_rnn_product_is_the_product_of_its_steps(rng, steps) -> None:
    params, xs = RNN.params(rng, 2, 3), rng.normal(size=(steps, 2))
    _, trace = rnn_sequence(params, xs)
    each, product = rnn_step_jacobians(params, trace), np.eye(3)
    for t in range(steps - 1, -1, -1):
        np.testing.assert_allclose(state_jacobians(params, xs)[t], product, atol=1e-12)
        product = product @ each[t]


@given(generators, st.integers(2, 30))
def test_the_largest_singular_value_bounds_the_product(rng, steps) -> None:
    params, xs = RNN.params(rng, 2, 4), rng.normal(size=(steps, 2))
    largest = singular_values(state_jacobians(params, xs))[:, 0]
    bound = np.linalg.norm(params.W_h, 2) ** np.arange(steps - 1, -1, -1)
    assert (largest <= bound * (1 + 1e-9)).all()


def test_a_radius_below_one_can_grow_at_first() -> None:
    W = np.array([[0.9, 4.0], [0.0, 0.9]])
    growth = matrix_growth(W, steps=200)
    assert growth.spectral_radius == pytest.approx(0.9)
    assert growth.largest_singular_value > 4
    assert growth.norms.max() > 10  # grows, although every eigenvalue is 0.9
    assert growth.norms[-1] < 1e-5  # and vanishes in the end
    np.testing.assert_allclose(growth.norms[1], growth.largest_singular_value)


def test_a_rotation_neither_grows_nor_shrinks() -> None:
    a = 0.3
    growth = matrix_growth([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    np.testing.assert_allclose(growth.norms, 1, atol=1e-12)
    assert growth.spectral_radius == pytest.approx(1)


def test_powers_that_overflow_are_said() -> None:
    with pytest.raises(CellInputError, match="explode"):
        matrix_growth(1e200 * np.eye(2), steps=5)
    with pytest.raises(CellInputError, match="square"):
        matrix_growth(np.ones((2, 3)))


@cells
def test_gradient_norms_are_those_of_the_jacobians(cell) -> None:
    rng = np.random.default_rng(1)
    params, xs = cell.params(rng, 2, 3), rng.normal(size=(8, 2))
    v = rng.normal(size=3)
    norms = gradient_norms(params, xs, last_step_only((8, 3), v))
    full = np.pad(v, (0, 3)) if cell is LSTM else v
    expected = np.linalg.norm(full @ state_jacobians(params, xs), axis=-1)
    np.testing.assert_allclose(norms, expected, rtol=1e-9)
    assert norms[-1] == pytest.approx(np.linalg.norm(v))


def test_a_linear_rnn_reaches_as_far_as_its_factor_says() -> None:
    """With tiny states tanh' = 1, so that the norm falls by exactly 0.8 a step."""
    params = RNNParams(0.8 * np.eye(2), np.zeros((2, 1)), np.zeros(2))
    norms = gradient_norms(params, np.zeros((40, 1)), last_step_only((40, 2)))
    np.testing.assert_allclose(norms, 0.8 ** np.arange(39, -1, -1))
    assert reach(norms, 0.01) == int(np.log(0.01) / np.log(0.8))
    assert reach(np.ones(5)) == 4
    assert reach([0.0, 0.0, 1.0]) == 0
    with pytest.raises(CellInputError, match="positive last"):
        reach(np.zeros(3))


def test_batches_have_norms_of_their_own() -> None:
    rng = np.random.default_rng(2)
    params, xs, d_hs = LSTM.params(rng, 2, 3), rng.normal(size=(5, 4, 2)), np.ones((5, 4, 3))
    norms = gradient_norms(params, xs, d_hs)
    assert norms.shape == (5, 4)
    for k in range(4):
        np.testing.assert_allclose(norms[:, k], gradient_norms(params, xs[:, k], d_hs[:, k]))
    with pytest.raises(CellInputError, match="one sequence"):
        state_jacobians(params, xs)
    assert all(a.size for _, a in leaves(params))


@cells
def test_lists_are_as_good_as_arrays(cell) -> None:
    rng = np.random.default_rng(3)
    params, xs, state = cell.params(rng, 2, 3), rng.normal(size=(4, 2)), cell.state(rng, (), 3)
    listed, listed_state = (map_leaves(lambda a: a.tolist(), tree) for tree in (params, state))
    np.testing.assert_array_equal(
        state_jacobians(listed, xs.tolist(), listed_state), state_jacobians(params, xs, state)
    )


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ([[1.0]], "params is a list, expected RNNParams"),
        (RNNParams(None, None, None), "W_x is missing"),
        (RNNParams([[1], [1, 2]], [[1], [1, 2]], [0]), "W_x is ragged"),
        (LSTMParams(1, 2, 3, 4), "forget is a int, expected an Affine"),
        (LSTMParams(Affine([1, 2], [1]), *[Affine([[1]], [1])] * 3), r"forget.W has shape \(2,\)"),
        (LSTMParams(Affine([[1, 2]], [1]), None, None, None), "input is a NoneType"),
    ],
)
def test_what_is_no_cell_is_refused_by_name(params, message) -> None:
    with pytest.raises(CellInputError, match=message):
        state_jacobians(params, [[1.0]])
