"""Forecasts and language models beat their baselines, and cheat at nothing."""

import numpy as np
import pytest

from course_utils.cells import CellInputError, leaves
from course_utils.training import forecasting
from course_utils.training.forecasting import (
    TEST_WEEKS,
    as_before,
    fit_workload,
    linear_forecast,
    model_forecast,
)
from course_utils.training.forecasting_runs import SEEDS, TRIALS, as_run, stored_forecasts
from course_utils.training.initialisation import start_model
from course_utils.training.language_model import fit_language_model, held_out_cross_entropy, sample
from course_utils.training.tasks.language import corpus
from course_utils.training.tasks.workload import WEEK, Workload, scale_of, workload

pytestmark = pytest.mark.slow  # networks are trained


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_a_forecast_beats_the_naive_ones(cell) -> None:
    result = fit_workload(cell, steps=250, weeks=10, progress=False)
    errors = result.errors
    naive = [error for name, error in errors.items() if name.startswith("as ")]
    assert len(naive) == 3
    assert errors["model"] < 0.8 * min(naive)
    assert {len(f) for f in result.forecasts.values()} == {TEST_WEEKS * WEEK}


@pytest.mark.parametrize("horizon", [1, 5])
def test_a_forecast_does_not_see_what_comes_later(horizon) -> None:
    """Changing an hour's load changes forecasts from `horizon` hours later on, none before."""
    series = workload(np.random.default_rng(0), 4)
    scale = scale_of(series.load)
    params = start_model(np.random.default_rng(0), "lstm", 4, 1, inputs=6)
    load = series.load.copy()
    load[400] *= 3
    changed = Workload(load, series.hour)
    for forecast in (
        lambda s: model_forecast(params, s, scale, 350, horizon),
        lambda s: linear_forecast(s, 300, 350, horizon),
        lambda s: as_before(s, 350, horizon),
    ):
        a, b = forecast(series), forecast(changed)
        first = 400 + horizon - 350
        np.testing.assert_array_equal(a[:first], b[:first])
        assert a[first] != b[first]


def test_training_does_not_see_the_test_weeks() -> None:
    """With other test weeks everything that was learned stays as it is, to the bit."""
    whole = fit_workload(seed=1, steps=50, weeks=10, progress=False)
    series = whole.series
    other = Workload(series.load.copy(), series.hour)
    other.load[whole.split.test :] *= 2
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forecasting, "workload", lambda *_, **__: other)
        again = fit_workload(seed=1, steps=50, weeks=10, progress=False)
    assert again.fit.evaluations == whole.fit.evaluations
    for (_, a), (_, b) in zip(leaves(again.fit.params), leaves(whole.fit.params), strict=True):
        np.testing.assert_array_equal(a, b)
    for name in ("linear", "model"):  # the first forecast is made before the first test hour
        assert again.forecasts[name][0] == whole.forecasts[name][0]


def test_the_linear_forecast_finds_a_linear_recipe() -> None:
    """log y_t = s(hour) + 0.5 log y_{t-2}, without noise: forecast exactly."""
    rng = np.random.default_rng(0)
    shape = rng.normal(size=WEEK)
    logs = list(rng.normal(size=2))
    for t in range(2, 6 * WEEK):
        logs.append(shape[t % WEEK] + 0.5 * logs[t - 2])
    series = Workload(np.exp(logs), np.arange(6 * WEEK) % WEEK * 1.0)
    start = 5 * WEEK
    forecast = linear_forecast(series, 4 * WEEK, start, horizon=2)
    np.testing.assert_allclose(forecast, series.load[start:], rtol=1e-6)


def test_naive_forecasts_use_only_whole_seasons_that_are_known() -> None:
    result = fit_workload(steps=25, weeks=7, horizon=30, progress=False)
    load, test = result.series.load, result.split.test
    lags = {"as the hour before": 30, "as the day before": 48, "as the week before": 168}
    for name, lag in lags.items():
        np.testing.assert_array_equal(result.forecasts[name], load[test - lag : -lag])


def test_a_short_series_is_refused() -> None:
    with pytest.raises(CellInputError, match="got 6 weeks, expected at least 7"):
        fit_workload(weeks=6)
    series = workload(np.random.default_rng(0), 2)
    with pytest.raises(CellInputError, match="start is 100, expected at least 168"):
        as_before(series, 100, WEEK)


def test_the_stored_runs_are_those_of_today() -> None:
    """One of each kind of number, computed anew."""
    stored = stored_forecasts("7 weeks")[3]
    anew = as_run("7 weeks", 3, TRIALS["7 weeks"](seed=3, progress=False))
    assert stored.steps == anew.steps
    np.testing.assert_allclose(stored.validation, anew.validation, rtol=0.02)
    assert stored.errors == pytest.approx(anew.errors, rel=0.02)


def test_every_trial_is_stored_with_every_seed() -> None:
    for trial in TRIALS:
        assert [run.seed for run in stored_forecasts(trial)] == list(range(SEEDS))
    with pytest.raises(KeyError, match="no stored run of 'x', expected one of 7 weeks"):
        stored_forecasts("x")


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
