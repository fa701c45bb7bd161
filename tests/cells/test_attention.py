"""Attention against loops in plain Python, differences, and PyTorch."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import generators

from course_utils.cells import CellInputError, check_gradients
from course_utils.cells.attention import AttentionGradients, attend, attend_backward

batches = st.sampled_from([(), (1,), (3,), (2, 3)])
lengths = st.tuples(*[st.integers(1, 4)] * 4)  # M, N, H, K


def drawn(rng, batch, sizes):
    M, N, H, K = sizes
    return tuple(rng.normal(size=(*batch, *shape)) for shape in ((M, H), (N, H), (N, K)))


def by_loops(query, keys, values):
    """One query, without a batch: the weighted mean as one writes it on paper."""
    powers = [math.exp(sum(q * k for q, k in zip(query, key, strict=True))) for key in keys]
    weights = [p / sum(powers) for p in powers]
    columns = zip(*values, strict=True)
    return weights, [sum(w * v for w, v in zip(weights, c, strict=True)) for c in columns]


@given(generators, lengths)
@settings(max_examples=40)
def test_each_query_has_the_mean_that_one_computes_on_paper(rng, sizes) -> None:
    queries, keys, values = drawn(rng, (), sizes)
    context, trace = attend(queries, keys, values)
    for query, weights, mean in zip(queries, trace.weights, context, strict=True):
        expected = by_loops(query.tolist(), keys.tolist(), values.tolist())
        np.testing.assert_allclose(weights, expected[0], rtol=1e-12)
        np.testing.assert_allclose(mean, expected[1], rtol=1e-10, atol=1e-12)


@given(generators, batches, lengths)
@settings(max_examples=40)
def test_a_batch_is_its_sequences_one_by_one(rng, batch, sizes) -> None:
    queries, keys, values = drawn(rng, batch, sizes)
    context, _ = attend(queries, keys, values)
    for at in np.ndindex(*batch):
        alone, _ = attend(queries[at], keys[at], values[at])
        np.testing.assert_allclose(context[at], alone, rtol=1e-10, atol=1e-12)


@given(generators, batches, lengths)
@settings(max_examples=40, deadline=None)
def test_the_gradients_are_differences(rng, batch, sizes) -> None:
    arguments = AttentionGradients(*drawn(rng, batch, sizes))
    context, trace = attend(*arguments)
    d_context = rng.normal(size=context.shape)
    check_gradients(
        lambda point: float((attend(*point)[0] * d_context).sum()),
        arguments,
        attend_backward(trace, d_context),
    )


@given(generators, lengths)
@settings(max_examples=20)
def test_shuffled_keys_with_their_values_give_the_same_context(rng, sizes) -> None:
    queries, keys, values = drawn(rng, (), sizes)
    order = rng.permutation(len(keys))
    context, _ = attend(queries, keys, values)
    again, _ = attend(queries, keys[order], values[order])
    np.testing.assert_allclose(again, context, rtol=1e-10, atol=1e-12)


def test_scores_of_any_size_give_weights_that_sum_to_one() -> None:
    _, trace = attend([[1e3]], [[1.0], [-1.0], [0.5]], [[1.0], [2.0], [3.0]])
    np.testing.assert_allclose(trace.weights, [[1, 0, 0]], atol=1e-12)


def test_what_does_not_fit_is_named() -> None:
    q, k, v = np.zeros((2, 3)), np.zeros((4, 3)), np.zeros((4, 5))
    with pytest.raises(CellInputError, match="queries has shape"):
        attend(q[:, :2], k, v)
    with pytest.raises(CellInputError, match="queries have shape"):
        attend(np.zeros((2, 2, 3)), k, v)
    with pytest.raises(CellInputError, match=r"values have shape \(3, 5\), expected \(4, 'K'\)"):
        attend(q, k, v[:3])
    with pytest.raises(CellInputError, match="keys have shape"):
        attend(q, np.zeros(3), v)
    with pytest.raises(CellInputError, match="d_context"):
        attend_backward(attend(q, k, v)[1], np.zeros((2, 4)))


@pytest.mark.torch
@given(generators, batches, lengths)
@settings(max_examples=20, deadline=None)
def test_pytorch_gives_the_same_forward_and_backward(rng, batch, sizes) -> None:
    torch = pytest.importorskip("torch")
    arrays = drawn(rng, batch, sizes)
    context, trace = attend(*arrays)
    d_context = rng.normal(size=context.shape)
    tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
    theirs = torch.nn.functional.scaled_dot_product_attention(*tensors, scale=1.0)
    (theirs * torch.tensor(d_context)).sum().backward()
    np.testing.assert_allclose(theirs.detach().numpy(), context, rtol=1e-9, atol=1e-10)
    for ours, tensor in zip(attend_backward(trace, d_context), tensors, strict=True):
        np.testing.assert_allclose(tensor.grad.numpy(), ours, rtol=1e-8, atol=1e-9)
