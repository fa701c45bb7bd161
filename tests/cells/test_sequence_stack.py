"""Layers, skip connections, embedding and readout: gradients, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sequence_cells import CELLS
from strategies import generators, gru_params, lstm_params, rnn_params

from course_utils.cells import Affine, CellInputError, check_gradients, embedding_lookup, one_hot
from course_utils.cells.affine import affine, affine_backward
from course_utils.cells.any_cell import sequence, sequence_backward, sizes_of
from course_utils.cells.embedding import embedding_backward
from course_utils.cells.stack import stack_sequence, stack_sequence_backward


@pytest.mark.parametrize("skip", [False, True])
@settings(max_examples=10)
@given(rng=generators, steps=st.integers(1, 5))
def test_a_stack_of_three_cells(skip, rng, steps) -> None:
    layers = (lstm_params(rng, 2, 3), gru_params(rng, 3, 3, "after"), rnn_params(rng, 3, 2))
    xs, d_hs = rng.normal(size=(steps, 2, 2)), rng.normal(size=(steps, 2, 2))
    hs, trace = stack_sequence(layers, xs, skip=skip)
    assert trace.skips == (False, skip, False)

    def loss(point):
        return float((stack_sequence(point[0], point[1], skip=skip)[0] * d_hs).sum())

    gradients = stack_sequence_backward(layers, trace, d_hs)
    check_gradients(loss, (layers, xs), (gradients.layers, gradients.xs))
    assert hs.shape == d_hs.shape


def test_a_skip_adds_the_input() -> None:
    rng = np.random.default_rng(0)
    layer, xs = lstm_params(rng, 3, 3), rng.normal(size=(4, 2, 3))
    plain, _ = stack_sequence((layer,), xs)
    skipped, _ = stack_sequence((layer,), xs, skip=True)
    np.testing.assert_allclose(skipped, plain + xs, atol=1e-15)


def test_states_are_given_layer_by_layer() -> None:
    rng = np.random.default_rng(1)
    layers = (rnn_params(rng, 2, 3), rnn_params(rng, 3, 3))
    xs, states = rng.normal(size=(4, 2)), (rng.normal(size=3), rng.normal(size=3))
    hs, trace = stack_sequence(layers, xs, states)
    below, _ = sequence(layers[0], xs, states[0])
    np.testing.assert_array_equal(hs, sequence(layers[1], below, states[1])[0])
    d_hs = rng.normal(size=(4, 3))
    gradients = stack_sequence_backward(layers, trace, d_hs)
    check_gradients(
        lambda s: float((stack_sequence(layers, xs, s)[0] * d_hs).sum()), states, gradients.states
    )


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)
def test_any_cell_is_the_cell_of_its_parameters(cell) -> None:
    rng = np.random.default_rng(2)
    params, xs, d_hs = cell.params(rng, 2, 3), rng.normal(size=(4, 2)), rng.normal(size=(4, 3))
    assert sizes_of(params) == (3, 2)
    _, expected = cell.forward(params, xs)
    _, trace = sequence(params, xs)
    np.testing.assert_array_equal(trace.h, expected.h)
    np.testing.assert_array_equal(
        sequence_backward(params, trace, d_hs).xs, cell.backward(params, expected, d_hs).xs
    )


def test_what_does_not_fit_is_refused() -> None:
    rng = np.random.default_rng(3)
    layers = (rnn_params(rng, 2, 3), rnn_params(rng, 4, 3))
    xs = np.zeros((4, 2))
    with pytest.raises(CellInputError, match="layer 1 reads 4 inputs"):
        stack_sequence(layers, xs)
    with pytest.raises(CellInputError, match="empty"):
        stack_sequence((), xs)
    with pytest.raises(CellInputError, match="got 1 states, expected 2"):
        stack_sequence(layers, xs, (np.zeros(3),))
    with pytest.raises(CellInputError, match="expected RNNParams"):
        sequence(Affine(np.ones((1, 1)), np.ones(1)), xs)
    _, trace = sequence(layers[0], xs)
    with pytest.raises(CellInputError, match="not of one cell"):
        sequence_backward(lstm_params(rng, 2, 3), trace, np.zeros((4, 3)))


@given(generators, st.integers(1, 5), st.integers(1, 4))
def test_an_embedding_gradient_is_that_of_its_one_hot_product(rng, vocabulary, width) -> None:
    E, tokens = rng.normal(size=(vocabulary, width)), rng.integers(vocabulary, size=(3, 4))
    d = rng.normal(size=(3, 4, width))
    got = embedding_backward(E, tokens, d)
    expected = np.einsum("tbv,tbe->ve", one_hot(tokens, vocabulary), d)
    np.testing.assert_allclose(got, expected, atol=1e-12)
    check_gradients(lambda e: float((embedding_lookup(e, tokens) * d).sum()), E, got)


def test_an_embedding_gradient_of_the_wrong_shape_is_refused() -> None:
    with pytest.raises(CellInputError, match=r"d_vectors has shape \(2, 3\), expected \(4, 3\)"):
        embedding_backward(np.zeros((5, 3)), np.zeros(4, int), np.zeros((2, 3)))


@given(generators, st.sampled_from([(), (3,), (2, 3)]))
def test_the_gradients_of_an_affine_map(rng, batch) -> None:
    p, v = Affine(rng.normal(size=(2, 3)), rng.normal(size=2)), rng.normal(size=(*batch, 3))
    d = rng.normal(size=(*batch, 2))
    check_gradients(
        lambda point: float((affine(*point) * d).sum()), (p, v), affine_backward(p, v, d)
    )
    with pytest.raises(CellInputError, match="d_out has shape"):
        affine_backward(p, v, np.zeros((7, 2)))
