"""Fused sequence functions are their step functions, one after the other, and refuse bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sequence_cells import CELLS, LSTM, hidden_of
from strategies import generators, lstm_params, sizes

from course_utils.cells import CellInputError, LSTMState, leaves, lstm_sequence, map_leaves

lengths = st.integers(1, 9)
cells = pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)


def draw(rng, cell, steps, size):
    params = cell.params(rng, size.inputs, size.units)
    xs = rng.normal(size=(steps, *size.batch, size.inputs))
    return params, xs, cell.state(rng, size.batch, size.units)


@cells
@given(generators, sizes, lengths)
def test_a_sequence_is_its_steps(cell, rng, size, steps) -> None:
    params, xs, state = draw(rng, cell, steps, size)
    states, trace = cell.forward(params, xs, state)
    for t, x in enumerate(xs):
        state, step = cell.step(params, x, state)
        for name in step._fields:
            if hasattr(trace, name):
                np.testing.assert_allclose(
                    getattr(trace, name)[t], getattr(step, name), atol=1e-13, err_msg=name
                )
        for (_, got), (_, expected) in zip(
            leaves(map_leaves(lambda s, t=t: s[t], states)), leaves(state), strict=True
        ):
            np.testing.assert_allclose(got, expected, atol=1e-13)


@cells
def test_the_trace_names_what_the_step_names(cell) -> None:
    rng = np.random.default_rng(0)
    params = cell.params(rng, 2, 3)
    _, trace = cell.forward(params, rng.normal(size=(4, 2)))
    _, step = cell.step(params, rng.normal(size=2), cell.state(rng, (), 3))
    shared = {n for n in step._fields if hasattr(trace, n)}
    assert {"x", "h_prev", "h"} <= shared
    gates = {
        "rnn": set(),
        "lstm": {"f", "i", "o", "c", "c_prev", "c_tilde", "tanh_c"},
        "gru-before": {"r", "u", "h_tilde"},
        "gru-after": {"r", "u", "h_tilde"},
    }
    assert gates[cell.name] <= shared


@cells
@given(generators, sizes, lengths)
def test_no_state_is_a_state_of_zeros(cell, rng, size, steps) -> None:
    params, xs, state = draw(rng, cell, steps, size)
    zeros = map_leaves(np.zeros_like, state)
    with_zeros, trace_a = cell.forward(params, xs, zeros)
    without, trace_b = cell.forward(params, xs)
    np.testing.assert_array_equal(hidden_of(with_zeros), hidden_of(without))
    d_hs = rng.normal(size=hidden_of(without).shape)
    a, b = (cell.backward(params, trace, d_hs) for trace in (trace_a, trace_b))
    for (_, left), (_, right) in zip(leaves(a), leaves(b), strict=True):
        np.testing.assert_array_equal(left, right)


@cells
@given(generators, sizes, lengths)
def test_a_cut_sequence_goes_on_from_its_state(cell, rng, size, steps) -> None:
    params, xs, state = draw(rng, cell, steps + 1, size)
    whole, _ = cell.forward(params, xs, state)
    first, _ = cell.forward(params, xs[:steps], state)
    last = map_leaves(lambda s: s[-1], first)
    second, _ = cell.forward(params, xs[steps:], last)
    np.testing.assert_allclose(hidden_of(second), hidden_of(whole)[steps:], atol=1e-13)


@cells
def test_arguments_are_left_alone(cell) -> None:
    rng = np.random.default_rng(1)
    params, xs = cell.params(rng, 2, 3), rng.normal(size=(5, 4, 2))
    state, d_hs = cell.state(rng, (4,), 3), rng.normal(size=(5, 4, 3))
    before = map_leaves(np.copy, (params, xs, state, d_hs))
    _, trace = cell.forward(params, xs, state)
    held = map_leaves(np.copy, trace._replace(sizes=None, **dict.fromkeys(
        set(trace._fields) & {"state_shape", "state_shapes", "reset"})))  # fmt: skip
    cell.backward(params, trace, d_hs)
    again = trace._replace(sizes=None, **dict.fromkeys(
        set(trace._fields) & {"state_shape", "state_shapes", "reset"}))  # fmt: skip
    for old, new in [(before, (params, xs, state, d_hs)), (held, again)]:
        for (name, a), (_, b) in zip(leaves(old), leaves(new), strict=True):
            np.testing.assert_array_equal(a, b, err_msg=name)


@cells
@pytest.mark.parametrize("view", ["fortran", "reversed", "every second", "transposed"])
def test_arrays_that_are_not_contiguous_are_read_right(cell, view) -> None:
    rng = np.random.default_rng(2)
    params, xs, state = cell.params(rng, 2, 3), rng.normal(size=(6, 4, 2)), None
    strange = {
        "fortran": np.asfortranarray(xs),
        "reversed": xs[::-1].copy()[::-1],
        "every second": np.repeat(xs, 2, axis=0)[::2],
        "transposed": np.ascontiguousarray(xs.transpose(1, 0, 2)).transpose(1, 0, 2),
    }[view]
    odd = map_leaves(lambda a: np.repeat(a, 2, axis=0)[::2], params)
    expected, trace = cell.forward(params, xs, state)
    got, trace_2 = cell.forward(odd, strange, state)
    np.testing.assert_array_equal(hidden_of(got), hidden_of(expected))
    d_hs = np.asfortranarray(rng.normal(size=(6, 4, 3)))
    for (_, a), (_, b) in zip(
        leaves(cell.backward(params, trace, d_hs.copy("C"))),
        leaves(cell.backward(odd, trace_2, d_hs)),
        strict=True,
    ):
        np.testing.assert_allclose(a, b, atol=1e-12)


@cells
@pytest.mark.parametrize("where", ["xs", "params", "state"])
def test_one_float64_makes_the_result_float64(cell, where) -> None:
    rng = np.random.default_rng(3)
    wide = cell.params(rng, 2, 3), rng.normal(size=(5, 2, 2)), cell.state(rng, (2,), 3)
    narrow = map_leaves(np.float32, wide)
    names = ("params", "xs", "state")
    mixed = [w if n == where else s for n, w, s in zip(names, wide, narrow, strict=True)]
    states, trace = cell.forward(*mixed)
    assert hidden_of(states).dtype == np.float64
    same, _ = cell.forward(*map_leaves(np.float64, tuple(mixed)))
    np.testing.assert_allclose(hidden_of(states), hidden_of(same), atol=1e-14)
    assert cell.backward(mixed[0], trace, np.ones((5, 2, 3))).xs.dtype == np.float64


@cells
def test_float32_stays_float32(cell) -> None:
    rng = np.random.default_rng(4)
    wide = cell.params(rng, 2, 3), rng.normal(size=(5, 2, 2)), cell.state(rng, (2,), 3)
    narrow = map_leaves(np.float32, wide)
    states, trace = cell.forward(*narrow)
    expected, _ = cell.forward(*wide)
    np.testing.assert_allclose(hidden_of(states), hidden_of(expected), atol=1e-5)
    gradients = cell.backward(narrow[0], trace, np.ones((5, 2, 3), np.float32))
    for leaf in (states, gradients):
        assert {a.dtype for _, a in leaves(leaf)} == {np.dtype(np.float32)}


@cells
def test_integers_are_numbers(cell) -> None:
    rng = np.random.default_rng(5)
    params, xs = cell.params(rng, 2, 3), rng.integers(-3, 3, size=(4, 2, 2))
    whole, _ = cell.forward(params, xs)
    floats, _ = cell.forward(params, xs.astype(float))
    np.testing.assert_array_equal(hidden_of(whole), hidden_of(floats))
    rounded = map_leaves(lambda a: np.round(a * 3).astype(np.int64), params)
    whole, _ = cell.forward(rounded, xs)
    floats, _ = cell.forward(map_leaves(lambda a: a.astype(float), rounded), xs)
    np.testing.assert_array_equal(hidden_of(whole), hidden_of(floats))


@cells
def test_an_empty_batch_has_an_empty_answer(cell) -> None:
    params = cell.params(np.random.default_rng(6), 2, 3)
    states, trace = cell.forward(params, np.zeros((4, 0, 2)))
    assert hidden_of(states).shape == (4, 0, 3)
    gradients = cell.backward(params, trace, np.zeros((4, 0, 3)))
    assert gradients.xs.shape == (4, 0, 2)
    for (_, d), (_, p) in zip(leaves(gradients.params), leaves(params), strict=True):
        np.testing.assert_array_equal(d, np.zeros_like(p))


@cells
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"xs": np.zeros((0, 2))}, "no time steps"),
        ({"xs": np.zeros(2)}, "one row a time step"),
        ({"xs": np.zeros((4, 3))}, r"xs has shape \(4, 3\), expected \(..., 2\)"),
        ({"xs": np.full((4, 2), np.nan)}, "xs holds nan at index"),
        ({"xs": [["a", "b"]]}, "xs has dtype"),
        ({"xs": [[1.0, 2.0], [3.0]]}, "xs is ragged"),
        ({"h": np.zeros(4)}, r"h has shape \(4,\), expected \(..., 3\)"),
        ({"h": np.zeros((7, 3))}, r"h has batch axes \(7,\), expected those of xs"),
        ({"h": np.full(3, np.inf)}, "h holds inf"),
    ],
)
def test_bad_input_is_named(cell, change, message) -> None:
    params = cell.params(np.random.default_rng(7), 2, 3)
    h = change.get("h")
    if cell is LSTM and h is not None:
        h = LSTMState(h, np.zeros(3))
    with pytest.raises(CellInputError, match=message):
        cell.forward(params, change.get("xs", np.zeros((4, 2))), h)


@cells
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_bad_number_in_any_parameter_is_named(cell, value) -> None:
    params = cell.params(np.random.default_rng(8), 2, 3)
    for k, (name, _) in enumerate(leaves(params)):
        broken = map_leaves(np.copy, params)
        list(leaves(broken))[k][1].flat[1] = value
        with pytest.raises(CellInputError, match=f"{name} holds {value}"):
            cell.forward(broken, np.zeros((4, 2)))


@cells
def test_a_parameter_of_the_wrong_shape_is_named(cell) -> None:
    params = cell.params(np.random.default_rng(9), 2, 3)
    for k in range(len(list(leaves(params)))):
        seen = iter(range(99))
        cut = map_leaves(lambda a, k=k, seen=seen: a[:-1] if next(seen) == k else a, params)
        with pytest.raises(CellInputError, match="expected"):
            cell.forward(cut, np.zeros((4, 2)))


@cells
@pytest.mark.parametrize(
    ("d_hs", "message"),
    [
        (np.zeros((4, 3)), r"d_hs has shape \(4, 3\), expected \(4, 2, 3\)"),
        (np.zeros((3, 2, 3)), r"expected \(4, 2, 3\)"),
        (np.full((4, 2, 3), np.nan), "d_hs holds nan"),
    ],
)
def test_a_bad_gradient_is_named(cell, d_hs, message) -> None:
    params = cell.params(np.random.default_rng(10), 2, 3)
    _, trace = cell.forward(params, np.zeros((4, 2, 2)))
    with pytest.raises(CellInputError, match=message):
        cell.backward(params, trace, d_hs)


def test_a_bad_gradient_of_the_last_cell_state_is_named() -> None:
    params = lstm_params(np.random.default_rng(11), 2, 3)
    _, trace = lstm_sequence(params, np.zeros((4, 2, 2)))
    with pytest.raises(CellInputError, match="d_c_last has shape"):
        LSTM.backward(params, trace, np.zeros((4, 2, 3)), np.zeros(3))


@cells
def test_large_weights_saturate_without_a_warning(cell) -> None:
    rng = np.random.default_rng(12)
    params = map_leaves(lambda a: 1e4 * a, cell.params(rng, 2, 3))
    states, trace = cell.forward(params, 100 * rng.normal(size=(6, 2, 2)))
    assert np.isfinite(hidden_of(states)).all()
    gradients = cell.backward(params, trace, np.ones((6, 2, 3)))
    assert all(np.isfinite(a).all() for _, a in leaves(gradients))


@cells
def test_lists_are_read_like_arrays(cell) -> None:
    rng = np.random.default_rng(13)
    params, xs, d_hs = cell.params(rng, 2, 3), rng.normal(size=(4, 2)), rng.normal(size=(4, 3))
    lists = map_leaves(lambda a: a.tolist(), params)
    expected, trace = cell.forward(params, xs)
    states, trace_2 = cell.forward(lists, xs.tolist())
    np.testing.assert_array_equal(hidden_of(states), hidden_of(expected))
    for (_, a), (_, b) in zip(
        leaves(cell.backward(params, trace, d_hs)),
        leaves(cell.backward(lists, trace_2, d_hs.tolist())),
        strict=True,
    ):
        np.testing.assert_array_equal(a, b)
