"""The experiments reach what they are known to reach, on data that decided nothing."""

import numpy as np
import pytest

from course_utils.cells import flatten
from course_utils.training.experiments import (
    fit_adding,
    fit_agreement,
    fit_reber,
    fit_temporal_order,
)
from course_utils.training.tasks.agreement import SHORT


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_gated_cell_learns_temporal_order(cell, seed) -> None:
    done = fit_temporal_order(cell, seed, progress=False)
    assert done.solved
    assert done.score >= 0.9


def test_an_rnn_stays_at_chance() -> None:
    done = fit_temporal_order("rnn", steps=300, progress=False)
    assert not done.solved
    assert max(e.score for e in done.fit.evaluations) < done.baseline + 0.1


def test_stopping_and_scoring_use_other_data() -> None:
    """The score is not the last evaluation, and one seed gives one outcome."""
    done = fit_adding("gru", steps=100, progress=False)
    assert done.score != max(e.score for e in done.fit.evaluations)
    again = fit_adding("gru", steps=100, progress=False)
    assert again.score == done.score
    np.testing.assert_array_equal(flatten(again.params), flatten(done.params))
    other = fit_adding("gru", 1, steps=100, progress=False)
    assert other.score != done.score


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_an_lstm_solves_the_reber_grammar(seed) -> None:
    assert fit_reber("lstm", seed, progress=False).score > 0.99


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_agreement_on_short_sentences_follows_the_last_noun_first(cell) -> None:
    result = fit_agreement(cell, grammar=SHORT, steps=400, progress=False)
    assert result.path.shape == (len(result.steps), 5)
    early = result.path[0]
    assert early[1:].mean() > early[0] + 0.2
    assert result.errors.mean() < early.mean()
