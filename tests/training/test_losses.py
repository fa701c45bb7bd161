"""Losses and their gradients: formulas, PyTorch, masks, extreme numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import generators

from course_utils.cells import CellInputError, check_gradients
from course_utils.training.losses import mean_squared_error, softmax_cross_entropy


@given(generators, st.integers(1, 5), st.booleans())
def test_gradients_are_derivatives(rng, classes, masked) -> None:
    logits, targets = rng.normal(size=(3, 2, classes)), rng.integers(classes, size=(3, 2))
    mask = np.array([[1, 0], [1, 1], [0, 0]], bool) if masked else None
    _, gradient = softmax_cross_entropy(logits, targets, mask)
    check_gradients(lambda z: softmax_cross_entropy(z, targets, mask)[0], logits, gradient)
    numbers = rng.normal(size=logits.shape)
    wide = None if mask is None else np.broadcast_to(mask[..., None], numbers.shape)
    _, gradient = mean_squared_error(logits, numbers, wide)
    check_gradients(lambda z: mean_squared_error(z, numbers, wide)[0], logits, gradient)


@pytest.mark.torch
@given(generators, st.integers(1, 5))
def test_against_pytorch(rng, classes) -> None:
    import torch

    logits, targets = 3 * rng.normal(size=(4, classes)), rng.integers(classes, size=4)
    mask = np.array([True, False, True, True])
    z = torch.tensor(logits, requires_grad=True)
    ignored = torch.tensor(np.where(mask, targets, -100))
    expected = torch.nn.functional.cross_entropy(z, ignored)
    expected.backward()
    loss, gradient = softmax_cross_entropy(logits, targets, mask)
    assert loss == pytest.approx(expected.item(), abs=1e-12)
    np.testing.assert_allclose(gradient, z.grad.numpy(), atol=1e-12)


def test_a_sure_and_wrong_answer_costs_what_it_should() -> None:
    loss, gradient = softmax_cross_entropy([[1000.0, 0.0]], [1])
    assert loss == 1000
    np.testing.assert_array_equal(gradient, [[1, -1]])
    loss, _ = softmax_cross_entropy([[1000.0, 0.0]], [0])
    assert loss == 0


def test_masked_elements_do_not_count_whatever_they_hold() -> None:
    logits, mask = np.arange(6.0).reshape(3, 2), [True, False, True]
    loss, gradient = softmax_cross_entropy(logits, [0, -1, 1], mask)
    both, _ = softmax_cross_entropy(logits[[0, 2]], [0, 1])
    assert loss == pytest.approx(both)
    np.testing.assert_array_equal(gradient[1], 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.zeros((3, 2)), [0, 1]), r"targets have shape \(2,\), expected \(3,\)"),
        ((np.zeros((1, 2)), [2]), "integers from 0 to 1"),
        ((np.zeros((1, 2)), [0.0]), "integers from 0 to 1"),
        ((np.full((1, 2), np.nan), [0]), "logits holds nan"),
        ((np.zeros((1, 2)), [0], [False]), "nothing to average"),
        ((np.zeros((1, 2)), [0], [True, True]), "mask has shape"),
    ],
)
def test_bad_input_is_named(arguments, message) -> None:
    with pytest.raises(CellInputError, match=message):
        softmax_cross_entropy(*arguments)


def test_squared_errors_need_one_shape() -> None:
    with pytest.raises(CellInputError, match=r"expected \(3, 1\), the predictions'"):
        mean_squared_error(np.zeros((3, 1)), np.zeros(3))
