"""The model's gradients and the fit loop: repeatable, clipped, stopped, and clear when it fails."""

import numpy as np
import pytest
from hypothesis import given, settings
from strategies import generators

from course_utils.cells import CellInputError, check_gradients, flatten, leaves, map_leaves
from course_utils.training.fit import fit
from course_utils.training.initialisation import orthogonal, start_cell, start_model
from course_utils.training.model import Batch, loss_and_gradients, predict
from course_utils.training.optimisers import SGD, Adam
from tests.tiers import one_in

CELLS = ["rnn", "gru", "lstm"]
cells = pytest.mark.parametrize("cell", CELLS)
a_cell = pytest.mark.parametrize("cell", one_in(len(CELLS), reversed(CELLS)))


@a_cell
@settings(max_examples=6)
@given(rng=generators)
def test_a_language_models_gradient(cell, rng) -> None:
    params = start_model(rng, cell, 3, 4, vocabulary=4, embedding=2, layers=2)
    tokens = rng.integers(4, size=(5, 2))
    batch = Batch(tokens[:-1], tokens[1:], np.array([[1, 1], [1, 0], [1, 1], [0, 1]], bool))
    _, gradient = loss_and_gradients(params, batch, skip=True)
    check_gradients(lambda p: loss_and_gradients(p, batch, skip=True)[0], params, gradient)


@a_cell
@settings(max_examples=6)
@given(rng=generators)
def test_a_last_steps_gradient(cell, rng) -> None:
    params = start_model(rng, cell, 3, 2, inputs=2)
    for batch, loss in [
        (Batch(rng.normal(size=(4, 3, 2)), rng.integers(2, size=3)), "cross-entropy"),
        (Batch(rng.normal(size=(4, 3, 2)), rng.normal(size=(3, 2))), "squared-error"),
        (
            Batch(rng.normal(size=(4, 3, 2)), rng.normal(size=(4, 3, 2)), np.eye(4, 3, dtype=bool)),
            "squared-error",
        ),
    ]:
        _, gradient = loss_and_gradients(params, batch, loss=loss)
        check_gradients(
            lambda p, b=batch, name=loss: loss_and_gradients(p, b, loss=name)[0], params, gradient
        )
    assert predict(params, batch.inputs).shape == (4, 3, 2)


def parity(rng: np.random.Generator) -> Batch:
    """Does a sequence of 4 signs start with a plus? Easy, but it needs a memory of 4 steps."""
    xs = rng.choice([-1.0, 1.0], size=(4, 16, 1))
    return Batch(xs, (xs[0, :, 0] > 0).astype(int))


def accuracy(params) -> float:
    batch = parity(np.random.default_rng(99))
    return float((predict(params, batch.inputs)[-1].argmax(-1) == batch.targets).mean())


def small_fit(**changes):
    params = start_model(np.random.default_rng(0), "lstm", 4, 2, inputs=1)
    arguments = {
        "steps": 150, "optimiser": Adam(0.05), "evaluate": accuracy, "every": 10,
        "progress": False,
    }  # fmt: skip
    return params, fit(params, parity, loss_and_gradients, **(arguments | changes))


def test_it_learns_and_stops_at_its_goal() -> None:
    before, done = small_fit(goal=1.0)
    assert done.stopped == "goal"
    assert done.evaluations[-1].score == 1.0
    assert accuracy(done.params) == 1.0
    assert accuracy(before) < 1.0
    assert done.steps == done.evaluations[-1].step == len(done.norms) < 150


def test_one_seed_is_one_result_to_the_bit() -> None:
    _, a = small_fit(steps=30)
    _, b = small_fit(steps=30)
    np.testing.assert_array_equal(a.losses, b.losses)
    np.testing.assert_array_equal(flatten(a.params), flatten(b.params))
    _, other = small_fit(steps=30, seed=1)
    assert not np.array_equal(a.losses, other.losses)


def test_the_given_parameters_are_not_changed() -> None:
    params = start_model(np.random.default_rng(0), "gru", 4, 2, inputs=1)
    held = map_leaves(np.copy, params)
    done = fit(params, parity, loss_and_gradients, steps=3, progress=False)
    for (_, a), (_, b) in zip(leaves(held), leaves(params), strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(flatten(done.params), flatten(params))
    assert type(done.params) is type(params)


def test_patience_ends_a_fit_that_does_not_improve_and_gives_the_best() -> None:
    scores = iter([0.1, 0.5, 0.4, 0.3, 0.2, 0.9])
    seen = []

    def evaluate(params):
        seen.append(flatten(params))
        return next(scores)

    _, done = small_fit(evaluate=evaluate, every=2, patience=3)
    assert done.stopped == "patience"
    assert [e.score for e in done.evaluations] == [0.1, 0.5, 0.4, 0.3, 0.2]
    np.testing.assert_array_equal(flatten(done.params), seen[1])


def test_whoever_watches_sees_every_evaluation_and_can_end_the_fit() -> None:
    seen = []

    def watch(evaluation) -> bool:
        seen.append(evaluation)
        return len(seen) == 3

    _, done = small_fit(every=2, watch=watch)
    assert done.stopped == "watch"
    assert tuple(seen) == done.evaluations
    assert done.steps == 6
    _, other = small_fit(every=2, steps=6, watch=lambda _: False)
    assert other.stopped == "steps"
    np.testing.assert_array_equal(other.losses, done.losses)


def test_a_sequence_of_seeds_is_a_seed() -> None:
    first, second = np.random.SeedSequence(0).spawn(2)
    _, a = small_fit(steps=5, seed=first)
    _, b = small_fit(steps=5, seed=first)
    _, c = small_fit(steps=5, seed=second)
    np.testing.assert_array_equal(a.losses, b.losses)
    assert not np.array_equal(a.losses, c.losses)


def test_the_gradient_is_clipped_and_its_norm_kept() -> None:
    params = {"clip": 0.01, "optimiser": SGD(1.0), "steps": 1, "evaluate": None}
    before, done = small_fit(**params)
    assert done.norms[0] > 0.01
    moved = np.linalg.norm(flatten(done.params) - flatten(before))
    assert moved == pytest.approx(0.01)


def test_the_schedule_scales_the_rate() -> None:
    before, done = small_fit(schedule=lambda step: 0.0, steps=5, evaluate=None)
    np.testing.assert_array_equal(flatten(done.params), flatten(before))


def test_a_list_of_batches_ends_the_fit() -> None:
    rng = np.random.default_rng(0)
    params = start_model(rng, "rnn", 2, 2, inputs=1)
    done = fit(params, [parity(rng)] * 3, loss_and_gradients, steps=10, progress=False)
    assert done.steps == 3


def test_divergence_is_said_with_its_step() -> None:
    def explode(params, batch):
        loss, gradient = loss_and_gradients(params, batch)
        return (np.inf if explode.calls == 3 else loss), gradient

    explode.calls = 0

    def counted(params, batch):
        explode.calls += 1
        return explode(params, batch)

    params = start_model(np.random.default_rng(0), "rnn", 2, 2, inputs=1)
    with pytest.raises(CellInputError, match="at step 3 the loss is inf"):
        fit(params, parity, counted, steps=10, progress=False)


def test_the_progress_bar_reports(capsys) -> None:
    params = start_model(np.random.default_rng(0), "rnn", 2, 2, inputs=1)
    fit(params, parity, loss_and_gradients, steps=4, evaluate=accuracy, every=2, description="mine")
    shown = capsys.readouterr().err
    assert "mine" in shown
    assert "4/4" in shown
    assert "score=" in shown


def test_how_models_start() -> None:
    rng = np.random.default_rng(0)
    W = orthogonal(rng, 5)
    np.testing.assert_allclose(W @ W.T, np.eye(5), atol=1e-12)
    lstm = start_cell(rng, "lstm", 2, 3, forget_bias=1.5, recurrent="orthogonal")
    np.testing.assert_array_equal(lstm.forget.b, 1.5)
    np.testing.assert_array_equal(lstm.input.b, 0)
    np.testing.assert_allclose(np.linalg.svd(lstm.output.W[:, :3])[1], 1)
    gru = start_cell(rng, "gru", 2, 3, update_bias=2.0)
    np.testing.assert_array_equal(gru.update.b, 2)
    np.testing.assert_array_equal(gru.reset.b, 0)
    model = start_model(rng, "gru", 3, 7, vocabulary=7)
    assert model.embedding.shape == (7, 3)
    with pytest.raises(CellInputError, match="expected 'rnn', 'gru' or 'lstm'"):
        start_cell(rng, "cnn", 2, 3)
    with pytest.raises(CellInputError, match="either inputs"):
        start_model(rng, "rnn", 2, 2)
