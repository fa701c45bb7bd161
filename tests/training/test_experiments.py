"""The experiments reach what they are known to reach."""

import numpy as np
import pytest

from course_utils.training.experiments import fit_agreement, fit_reber, fit_temporal_order
from course_utils.training.tasks.temporal_order import CHANCE


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_gated_cell_learns_temporal_order(cell, seed) -> None:
    done = fit_temporal_order(cell, seed, progress=False)
    assert done.stopped == "goal"
    assert done.evaluations[-1].score >= 0.95


def test_an_rnn_stays_at_chance() -> None:
    done = fit_temporal_order("rnn", steps=300, progress=False)
    assert max(e.score for e in done.evaluations) < CHANCE + 0.1


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_an_lstm_solves_the_reber_grammar(seed) -> None:
    assert fit_reber("lstm", seed, progress=False).evaluations[-1].score == 1.0


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_agreement_follows_the_last_noun_first(cell) -> None:
    result = fit_agreement(cell, progress=False)
    assert result.errors.shape == (len(result.steps), 5)
    sure = result.errors[:, 0] < 0.05  # the verb agrees where nothing lies between
    assert sure.any()
    early = result.errors[np.argmax(sure)]
    assert early[1:].mean() > early[0] + 0.2
    assert result.errors[-1].mean() < early.mean()
