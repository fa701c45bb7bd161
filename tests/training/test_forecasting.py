"""Forecasts and language models beat their baselines, and cheat at nothing."""

import numpy as np
import pytest

from course_utils.cells import CellInputError
from course_utils.training.forecasting import fit_workload
from course_utils.training.initialisation import start_model
from course_utils.training.language_model import fit_language_model, held_out_cross_entropy, sample
from course_utils.training.tasks.language import corpus


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_a_forecast_beats_the_naive_ones(cell) -> None:
    result = fit_workload(cell, steps=200, weeks=8, progress=False)
    model, *naive = result.errors.values()
    assert model < 0.8 * min(naive)
    assert len(result.forecast) == len(result.series.load) - result.start


def test_a_forecast_does_not_see_the_hour_it_forecasts() -> None:
    """Changing an hour's load changes later forecasts, not its own or earlier ones."""
    from course_utils.training.model import predict
    from course_utils.training.tasks.workload import Workload, features, scale_of, workload

    series = workload(np.random.default_rng(0), 2)
    scale = scale_of(series.load)
    params = start_model(np.random.default_rng(0), "lstm", 4, 1, inputs=6)
    changed = series.load.copy()
    changed[100] *= 3
    a, b = (
        predict(params, features(Workload(load, series.hour), scale)[:-1, None])[:, 0, 0]
        for load in (series.load, changed)
    )
    np.testing.assert_array_equal(a[:100], b[:100])  # the forecast of hour 100 is a[99]
    assert (a[100:105] != b[100:105]).all()


@pytest.mark.slow
def test_a_character_model_beats_bigrams() -> None:
    result = fit_language_model("character", steps=250, units=32, progress=False)
    measured = result.cross_entropy
    assert measured["model"] < measured["bigrams"] < measured["unigrams"] < measured["uniform"]


def test_an_untrained_model_is_near_uniform() -> None:
    text = corpus("character")
    size = len(text.vocabulary)
    params = start_model(np.random.default_rng(0), "gru", 8, size, vocabulary=size)
    assert held_out_cross_entropy(params, text) == pytest.approx(np.log(size), rel=0.05)


def test_samples_follow_the_models_distribution() -> None:
    """A model whose readout ignores the state draws each token with softmax of the bias."""
    params = start_model(np.random.default_rng(0), "rnn", 2, 3, vocabulary=3)
    readout = params.readout._replace(W=np.zeros((3, 2)), b=np.log([0.6, 0.3, 0.1]))
    params = params._replace(readout=readout)
    drawn = sample(params, np.random.default_rng(0), np.array([0]), 1500)
    np.testing.assert_allclose(np.bincount(drawn) / 1500, [0.6, 0.3, 0.1], atol=0.04)
    cold = sample(params, np.random.default_rng(0), np.array([0]), 200, temperature=0.05)
    np.testing.assert_array_equal(cold, 0)
    with pytest.raises(CellInputError, match="positive temperature"):
        sample(params, np.random.default_rng(0), np.array([0]), 1, temperature=0)
