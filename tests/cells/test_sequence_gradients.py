"""Backpropagation through time against central differences, for every argument."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sequence_cells import CELLS, LSTM, hidden_of, steps_backward
from strategies import generators, lstm_params, sizes

from course_utils.cells import (
    CellInputError,
    GradientError,
    LSTMState,
    central_difference,
    check_gradients,
    flatten,
    leaves,
    lstm_sequence,
    lstm_sequence_backward,
    map_leaves,
)

cells = pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)


def problem(rng, cell, size, steps):
    """Draw a loss over all states, linear with random weights, and its arguments."""
    params = cell.params(rng, size.inputs, size.units)
    xs = rng.normal(size=(steps, *size.batch, size.inputs))
    state = cell.state(rng, size.batch, size.units)
    d_hs = rng.normal(size=(steps, *size.batch, size.units))
    return (params, xs, state), d_hs


@cells
@settings(max_examples=15)
@given(generators, sizes, st.integers(1, 7))
def test_every_gradient_is_the_derivative(cell, rng, size, steps) -> None:
    point, d_hs = problem(rng, cell, size, steps)
    _, trace = cell.forward(*point)
    gradients = cell.backward(point[0], trace, d_hs)

    def loss(p):
        return float(np.sum(d_hs * hidden_of(cell.forward(*p)[0])))

    checked = check_gradients(loss, point, tuple(gradients))
    assert checked.elements == sum(a.size for _, a in leaves(point))


@cells
@given(generators, sizes, st.integers(1, 7))
def test_going_back_over_a_sequence_is_going_back_over_its_steps(cell, rng, size, steps) -> None:
    point, d_hs = problem(rng, cell, size, steps)
    _, trace = cell.forward(*point)
    fused = tuple(cell.backward(point[0], trace, d_hs))
    by_steps = steps_backward(cell, *point, d_hs)
    assert [name for name, _ in leaves(by_steps)] == [name for name, _ in leaves(fused)]
    for (name, got), (_, expected) in zip(leaves(by_steps), leaves(fused), strict=True):
        largest = max(1.0, float(np.abs(expected).max()))  # gradients grow with the steps
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-12 * largest, err_msg=name)


@cells
@settings(max_examples=15)
@given(generators, sizes)
def test_the_gradients_of_one_step_are_derivatives(cell, rng, size) -> None:
    (params, (x,), state), _ = problem(rng, cell, size, 1)
    after, trace = cell.step(params, x, state)
    d_state = map_leaves(lambda s: rng.normal(size=s.shape), after)

    def loss(p):
        return float(flatten(d_state) @ flatten(cell.step(*p)[0]))

    check_gradients(loss, (params, x, state), cell.step_backward(params, trace, d_state))


@cells
def test_going_back_a_step_names_what_does_not_fit(cell) -> None:
    rng = np.random.default_rng(7)
    params, state = cell.params(rng, 2, 3), cell.state(rng, (4,), 3)
    after, trace = cell.step(params, np.zeros(2), state)  # one x for the whole batch
    _, d_x, d_state = cell.step_backward(params, trace, after)
    assert d_x.shape == (4, 2)
    assert hidden_of(d_state).shape == (4, 3)
    with pytest.raises(CellInputError, match=r"h has shape \(3, 3\), expected \(4, 3\)"):
        cell.step_backward(params, trace, map_leaves(lambda s: s[1:], after))
    with pytest.raises(CellInputError, match="h holds nan"):
        cell.step_backward(params, trace, map_leaves(lambda s: s * np.nan, after))


@cells
@given(generators, sizes, st.integers(1, 7))
def test_a_gradient_has_the_type_of_what_it_is_of(cell, rng, size, steps) -> None:
    point, d_hs = problem(rng, cell, size, steps)
    _, trace = cell.forward(*point)
    for gradient, argument in zip(cell.backward(point[0], trace, d_hs), point, strict=True):
        assert type(gradient) is type(argument)
        assert [(n, a.shape) for n, a in leaves(gradient)] == [
            (n, a.shape) for n, a in leaves(argument)
        ]


@given(generators, sizes, st.integers(1, 7))
@settings(max_examples=10)
def test_the_last_cell_state_sends_its_gradient_back(rng, size, steps) -> None:
    point, d_hs = problem(rng, LSTM, size, steps)
    d_c = rng.normal(size=d_hs.shape[1:])
    _, trace = lstm_sequence(*point)

    def loss(p):
        states, _ = lstm_sequence(*p)
        return float(np.sum(d_hs * states.h) + np.sum(d_c * states.c[-1]))

    check_gradients(loss, point, tuple(lstm_sequence_backward(point[0], trace, d_hs, d_c)))


@cells
@pytest.mark.parametrize("shape", [(3,), (1, 3), (2, 1, 3), (1, 4, 3)])
def test_a_broadcast_state_has_a_gradient_of_its_own_shape(cell, shape) -> None:
    rng = np.random.default_rng(1)
    params, xs = cell.params(rng, 2, 3), rng.normal(size=(5, 2, 4, 2))
    state = map_leaves(lambda s: rng.normal(size=shape), cell.state(rng, (), 3))
    d_hs = rng.normal(size=(5, 2, 4, 3))
    _, trace = cell.forward(params, xs, state)
    gradient = cell.backward(params, trace, d_hs).state
    check_gradients(
        lambda s: float(np.sum(d_hs * hidden_of(cell.forward(params, xs, s)[0]))), state, gradient
    )


@cells
def test_the_total_gradient_of_each_hidden_state(cell) -> None:
    """dL/dh_t in full is dL/d(state) of the sequence that starts after t, plus what t was given."""
    rng = np.random.default_rng(2)
    params, xs = cell.params(rng, 2, 3), rng.normal(size=(7, 4, 2))
    d_hs, total = rng.normal(size=(7, 4, 3)), np.empty((7, 4, 3))
    states, trace = cell.forward(params, xs)
    cell.backward(params, trace, d_hs, d_hs_total=total)
    np.testing.assert_array_equal(total[-1], d_hs[-1])
    for t in range(6):
        state = map_leaves(lambda s, t=t: s[t], states)
        _, rest = cell.forward(params, xs[t + 1 :], state)
        back = hidden_of(cell.backward(params, rest, d_hs[t + 1 :]).state)
        np.testing.assert_allclose(total[t], d_hs[t] + back, atol=1e-12)


@cells
def test_a_gradient_without_batch_axes_is_the_same(cell) -> None:
    rng = np.random.default_rng(3)
    params, xs, d_hs = cell.params(rng, 2, 3), rng.normal(size=(5, 2)), rng.normal(size=(5, 3))
    _, one = cell.forward(params, xs)
    _, batch = cell.forward(params, xs[:, None])
    a = cell.backward(params, one, d_hs)
    b = cell.backward(params, batch, d_hs[:, None])
    np.testing.assert_array_equal(a.xs, b.xs[:, 0])
    for (_, left), (_, right) in zip(leaves(a.params), leaves(b.params), strict=True):
        np.testing.assert_array_equal(left, right)


@cells
def test_the_checker_finds_each_wrong_element(cell) -> None:
    rng = np.random.default_rng(4)
    params, xs = cell.params(rng, 2, 2), rng.normal(size=(4, 2))
    d_hs = rng.normal(size=(4, 2))

    def loss(p):
        return float(np.sum(d_hs * hidden_of(cell.forward(p, xs)[0])))

    _, trace = cell.forward(params, xs)
    right = cell.backward(params, trace, d_hs).params
    for k, (name, leaf) in enumerate(leaves(right)):
        for index in np.ndindex(leaf.shape):
            wrong = map_leaves(np.copy, right)
            list(leaves(wrong))[k][1][index] += 1e-3
            with pytest.raises(GradientError) as error:
                check_gradients(loss, params, wrong)
            assert f"{name}{list(index)}: expected " in str(error.value)


def test_the_checker_says_what_differs() -> None:
    point = LSTMState(np.array([1.0, 2.0]), np.array([[3.0]]))

    def loss(p):
        return float((p.h**2).sum() + 5 * p.c.sum())

    right = LSTMState(np.array([2.0, 4.0]), np.array([[5.0]]))
    checked = check_gradients(loss, point, right)
    assert checked.elements == 3
    assert checked.worst < 1e-8
    with pytest.raises(GradientError, match=r"h\[1\]: expected 4, received 4.01 .*2.5e-03"):
        check_gradients(loss, point, right._replace(h=np.array([2.0, 4.01])))
    with pytest.raises(GradientError, match=r"c\[0, 0\]: expected 5, received nan"):
        check_gradients(loss, point, right._replace(c=np.array([[np.nan]])))
    with pytest.raises(GradientError, match=r"c has a gradient of shape \(1,\), expected \(1, 1\)"):
        check_gradients(loss, point, right._replace(c=np.array([5.0])))
    with pytest.raises(GradientError, match=r"missing \['c'\]"):
        check_gradients(loss, point, right._replace(c=None))


def test_central_differences_leave_their_point_alone() -> None:
    point = (np.array([1, 2]), np.array([0.5], np.float32))
    slope = central_difference(lambda p: float((p[0] ** 3).sum() + p[1][0]), point)
    np.testing.assert_allclose(slope[0], [3, 12], rtol=1e-8)
    assert slope[1].dtype == np.float64
    np.testing.assert_array_equal(point[0], [1, 2])


def test_long_sequences_need_no_recursion_and_stay_finite() -> None:
    rng = np.random.default_rng(5)
    params = map_leaves(lambda a: 0.3 * a, lstm_params(rng, 2, 3))
    _, trace = lstm_sequence(params, rng.normal(size=(3000, 2)))
    gradients = lstm_sequence_backward(params, trace, np.ones((3000, 3)))
    assert all(np.isfinite(a).all() for _, a in leaves(gradients))


@cells
def test_room_for_totals_is_checked(cell) -> None:
    params = cell.params(np.random.default_rng(6), 2, 3)
    _, trace = cell.forward(params, np.zeros((4, 2, 2)))
    for room in (np.empty((4, 3)), np.empty((3, 2, 4)).T):
        with pytest.raises(CellInputError, match="d_hs_total has shape"):
            cell.backward(params, trace, np.zeros((4, 2, 3)), d_hs_total=room)
