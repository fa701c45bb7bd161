"""The stored model: reloaded, and its figures worked out again, by other code and by its own."""

import numpy as np
import pytest
from click.testing import CliRunner

from course_utils.training.language_model import held_out_cross_entropy
from course_utils.widgets.reader import train as t
from course_utils.widgets.reader.grammar import VOCABULARY


def plain_cross_entropy(steps: int) -> float:
    """The held-out surprise in nats, by a loop over steps that uses no cell of the course."""
    params = t.load()
    corpus, _ = t.texts()
    tokens = corpus.held_out
    count = (len(tokens) - 1) // steps
    inputs = tokens[: count * steps].reshape(count, steps)
    targets = tokens[1 : count * steps + 1].reshape(count, steps)
    (lstm,) = params.layers
    h = np.zeros((count, t.UNITS))
    c = np.zeros((count, t.UNITS))
    total = 0.0
    for k in range(steps):
        hx = np.concatenate([h, params.embedding[inputs[:, k]]], axis=1)
        z = {name: hx @ gate.W.T + gate.b for name, gate in lstm._asdict().items()}
        f, i, o = (1 / (1 + np.exp(-z[name])) for name in ("forget", "input", "output"))
        c = f * c + i * np.tanh(z["candidate"])
        h = o * np.tanh(c)
        scores = h @ params.readout.W.T + params.readout.b
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        total -= np.log(p[np.arange(count), targets[:, k]]).sum()
    return total / (count * steps)


@pytest.mark.slow
def test_the_stored_perplexity_is_that_of_the_stored_parameters() -> None:
    stored = t.stored_figures()
    assert np.exp(plain_cross_entropy(200)) == pytest.approx(stored.perplexity, rel=1e-9)
    corpus, _ = t.texts()
    again = held_out_cross_entropy(t.load(), corpus, 200)
    assert np.exp(again) == pytest.approx(stored.perplexity, rel=1e-9)


def test_every_stored_figure_can_be_measured_again() -> None:
    assert tuple(t.measure(t.load())) == pytest.approx(tuple(t.stored_figures()), rel=1e-9)


def test_it_is_near_what_is_possible_and_far_from_counting_words() -> None:
    stored = t.stored_figures()
    assert stored.least_possible < stored.perplexity < 1.02 * stored.least_possible
    assert stored.perplexity < 0.8 * stored.bigrams < stored.unigrams
    assert stored.agreement > 0.99


def test_its_sizes_are_those_it_was_trained_with() -> None:
    params = t.load()
    V = len(VOCABULARY)
    assert params.embedding.shape == (V, t.EMBEDDING)
    assert params.readout.W.shape == (V, t.UNITS)
    (lstm,) = params.layers
    assert {gate.W.shape for gate in lstm} == {(t.UNITS, t.UNITS + t.EMBEDDING)}


def test_the_command_says_how_good_it_is_and_stores_only_where_asked() -> None:
    before = t.PARAMS.read_bytes(), t.FIGURES.read_bytes()
    done = CliRunner().invoke(t.main, ["--steps", "5", "--no-store"])
    assert done.exit_code == 0
    assert '"perplexity": ' in done.output
    assert (t.PARAMS.read_bytes(), t.FIGURES.read_bytes()) == before


def test_the_command_writes_what_load_reads(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(t, "PARAMS", tmp_path / "model.npz")
    monkeypatch.setattr(t, "FIGURES", tmp_path / "model.json")
    done = CliRunner().invoke(t.main, ["--steps", "5"])
    assert done.exit_code == 0
    assert tuple(t.measure(t.load())) == pytest.approx(tuple(t.stored_figures()), rel=1e-9)


@pytest.mark.long  # trains the whole model
def test_training_it_anew_gives_as_good_a_model() -> None:
    """Not to the bit: that depends on the machine's arithmetic."""
    again, stored = t.measure(t.train(progress=False)), t.stored_figures()
    assert again.perplexity == pytest.approx(stored.perplexity, rel=0.01)
    assert again.agreement > 0.99
