"""The experiments reach what they are known to reach, on data that decided nothing."""

import numpy as np
import pytest

from course_utils.cells import flatten
from course_utils.training.comparison import stored_runs
from course_utils.training.experiments import (
    fit_adding,
    fit_agreement,
    fit_copying,
    fit_latch,
    fit_reber,
    fit_temporal_order,
    fit_tickets,
)
from course_utils.training.language_model import cross_entropy_of, fit_language_model
from course_utils.training.tasks.agreement import SHORT

pytestmark = pytest.mark.slow  # networks are trained


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


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_gated_cell_adds_and_an_rnn_does_not(cell) -> None:
    done = fit_adding(cell, progress=False)
    assert done.solved
    assert done.score > done.baseline / 20
    plain = fit_adding("rnn", steps=300, progress=False)
    assert plain.score == pytest.approx(plain.baseline, rel=0.2)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_an_open_gate_holds_a_bit_from_the_start(cell, seed) -> None:
    done = fit_latch(cell, seed, progress=False)
    assert done.solved
    assert done.fit.steps <= 100
    assert done.score > 0.98


@pytest.mark.parametrize("seed", [0, 1])
def test_a_gru_remembers_the_tickets_and_an_rnn_does_not(seed) -> None:
    done = fit_tickets("gru", seed, progress=False)
    assert done.solved
    assert done.score > 0.98
    plain = fit_tickets("rnn", seed, steps=200, progress=False)
    assert plain.score < plain.baseline + 0.1


def test_copying_leaves_the_baseline() -> None:
    """It begins to: the stored runs, five times as long, show where it ends."""
    done = fit_copying("gru", units=32, steps=800, progress=False)
    assert done.score > 0.98 * done.baseline
    assert all(
        run.score > done.baseline / 2 for c in ("gru", "lstm") for run in stored_runs("copying", c)
    )


def test_an_orthogonal_start_and_a_small_rate_let_an_rnn_learn_temporal_order() -> None:
    how = {"units": 10, "rate": 0.003, "recurrent": "orthogonal"}
    scores = [fit_temporal_order("rnn", s, progress=False, **how).score for s in (0, 1)]
    assert max(scores) > 0.9


@pytest.mark.parametrize("level", ["word", "character"])
def test_a_small_language_model_beats_bigrams_on_text_it_never_saw(level) -> None:
    steps = {"word": 300, "character": 200}[level]
    model = fit_language_model(level, "gru", units=32, steps=steps, progress=False)
    perplexity = model.perplexity
    assert perplexity["model"] < perplexity["bigrams"] < perplexity["unigrams"]
    assert (
        perplexity["unigrams"] < perplexity["uniform"] == pytest.approx(len(model.text.vocabulary))
    )
    scores = [e.score for e in model.fit.evaluations]
    assert -max(scores) == pytest.approx(cross_entropy_of(model.fit.params, model.text.stopping))


@pytest.mark.long  # trains until nothing more is learnt
def test_a_word_model_stops_when_it_only_learns_its_text_by_heart() -> None:
    model = fit_language_model("word", "rnn", units=48, patience=1, progress=False)
    assert model.fit.stopped == "patience"
    scores = [e.score for e in model.fit.evaluations]
    assert max(scores) == scores[-2]


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
