"""Optimisers against PyTorch's, schedules, and clipping."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import generators

from course_utils.cells import Affine, CellInputError
from course_utils.training import schedules
from course_utils.training.clipping import clip_by_norm, clip_by_value, global_norm
from course_utils.training.optimisers import SGD, Adam, RMSprop


def their_optimiser(ours, parameter):
    import torch

    if isinstance(ours, Adam):
        return torch.optim.Adam([parameter], ours.learning_rate, (ours.beta_1, ours.beta_2))
    if isinstance(ours, RMSprop):
        return torch.optim.RMSprop([parameter], ours.learning_rate, ours.decay)
    return torch.optim.SGD([parameter], ours.learning_rate, ours.momentum)


@pytest.mark.torch
@pytest.mark.parametrize(
    "ours", [SGD(0.1), SGD(0.05, 0.9), RMSprop(0.02), Adam(0.03)], ids=lambda o: repr(o)
)
@given(rng=generators)
def test_against_pytorch(ours, rng) -> None:
    import torch

    theta = rng.normal(size=7)
    parameter = torch.nn.Parameter(torch.tensor(theta.copy()))
    theirs, memory = their_optimiser(ours, parameter), ours.start(theta)
    for _ in range(12):
        g = rng.normal(size=7)
        ours.step(theta, g, memory, ours.learning_rate)
        parameter.grad = torch.tensor(g)
        theirs.step()
    np.testing.assert_allclose(theta, parameter.detach().numpy(), atol=1e-12)


@pytest.mark.parametrize("optimiser", [SGD(0.1), SGD(0.02, 0.9), RMSprop(0.02), Adam(0.05)])
def test_each_finds_the_bottom_of_a_bowl(optimiser) -> None:
    theta = np.array([3.0, -2.0])
    memory = optimiser.start(theta)
    for _ in range(1000):
        optimiser.step(theta, theta * [1.0, 5.0], memory, optimiser.learning_rate)
    assert np.abs(theta).max() < 0.05


def test_schedules() -> None:
    assert [schedules.constant()(k) for k in (0, 9)] == [1, 1]
    assert [schedules.step_decay(10)(k) for k in (0, 9, 10, 25)] == [1, 1, 0.5, 0.25]
    assert schedules.exponential(10)(20) == pytest.approx(0.25)
    cosine = schedules.cosine(100, end=0.1)
    assert [cosine(k) for k in (0, 50, 100, 300)] == pytest.approx([1, 0.55, 0.1, 0.1])
    warm = schedules.warm_up(4, schedules.step_decay(1))
    assert [warm(k) for k in range(6)] == [0.25, 0.5, 0.75, 1, 1, 0.5]
    with pytest.raises(CellInputError, match="every is 0"):
        schedules.step_decay(0)


@given(generators, st.floats(0.01, 10))
def test_a_clipped_norm_keeps_its_direction(rng, largest) -> None:
    tree = Affine(rng.normal(size=(2, 3)), rng.normal(size=2))
    clipped, norm = clip_by_norm(tree, largest)
    assert norm == pytest.approx(np.sqrt((tree.W**2).sum() + (tree.b**2).sum()))
    assert global_norm(clipped) == pytest.approx(min(norm, largest))
    np.testing.assert_allclose(clipped.W * norm, tree.W * min(norm, largest), rtol=1e-12)


@pytest.mark.torch
@given(generators, st.floats(0.01, 10))
def test_clipping_against_pytorch(rng, largest) -> None:
    import torch

    tree = Affine(rng.normal(size=(2, 3)), rng.normal(size=2))
    parameters = [torch.nn.Parameter(torch.zeros(a.shape)) for a in tree]
    for p, g in zip(parameters, tree, strict=True):
        p.grad = torch.tensor(g, dtype=torch.float32)
    torch.nn.utils.clip_grad_norm_(parameters, largest)
    for p, g in zip(parameters, clip_by_norm(tree, largest)[0], strict=True):
        np.testing.assert_allclose(p.grad.numpy(), g, rtol=1e-4, atol=1e-5)


def test_a_clipped_value_turns_the_direction() -> None:
    cut = clip_by_value(Affine(np.array([[3.0, -0.5]]), np.array([-7.0])), 1.0)
    np.testing.assert_array_equal(cut.W, [[1, -0.5]])
    np.testing.assert_array_equal(cut.b, [-1])


def test_what_cannot_be_clipped_is_said() -> None:
    with pytest.raises(CellInputError, match="largest is 0"):
        clip_by_norm((np.ones(2),), 0)
    with pytest.raises(CellInputError, match="norm is nan"):
        clip_by_norm((np.array([np.nan]),), 1)
