"""Tasks: what their generators promise, and their baselines measured against what they say."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import generators

from course_utils.cells import CellInputError
from course_utils.training.forecasting import as_before
from course_utils.training.losses import mean_squared_error, softmax_cross_entropy
from course_utils.training.tasks import (
    adding,
    agreement,
    copying,
    language,
    latch,
    reber,
    temporal_order,
    tickets,
    workload,
)


@given(generators, st.integers(2, 30))
def test_adding_marks_one_number_in_each_half(rng, steps) -> None:
    inputs, targets, _ = adding.adding_problem(rng, 6, steps)
    marks = inputs[:, :, 1]
    np.testing.assert_array_equal(marks[: steps // 2].sum(axis=0), 1)
    np.testing.assert_array_equal(marks[steps // 2 :].sum(axis=0), 1)
    np.testing.assert_allclose((inputs[:, :, 0] * marks).sum(axis=0), targets[:, 0])


def test_the_constant_baseline_of_adding() -> None:
    _, targets, _ = adding.adding_problem(np.random.default_rng(0), 20_000)
    error, _ = mean_squared_error(np.ones_like(targets), targets)
    assert error == pytest.approx(adding.CONSTANT_BASELINE, rel=0.03)
    with pytest.raises(CellInputError, match="at least 2"):
        adding.adding_problem(np.random.default_rng(0), 1, 1)


@given(generators, st.integers(1, 30))
def test_copying_says_again_what_came_first(rng, delay) -> None:
    inputs, targets, _ = copying.copy_task(rng, 4, delay)
    assert inputs.shape == targets.shape == (delay + 20, 4)
    np.testing.assert_array_equal(targets[-10:], inputs[:10])
    assert (inputs[:10] < copying.SYMBOLS).all()
    assert ((inputs == copying.SIGNAL).sum(axis=0) == 1).all()
    assert (inputs[-10:] == copying.BLANK).all()
    assert (inputs[-11] == copying.SIGNAL).all()


def test_the_memoryless_baseline_of_copying() -> None:
    """Sure of the blanks, even over the symbols: that is the loss it names."""
    _, targets, _ = copying.copy_task(np.random.default_rng(0), 5, 30)
    logits = np.full((*targets.shape, copying.VOCABULARY), -1e3)
    logits[:-10, :, copying.BLANK] = 0
    logits[-10:, :, : copying.SYMBOLS] = 0
    loss, _ = softmax_cross_entropy(logits, targets)
    assert loss == pytest.approx(copying.memoryless_baseline(30))
    assert loss == pytest.approx(10 * math.log(8) / 50)


def test_temporal_order_is_in_the_symbols() -> None:
    inputs, classes, _ = temporal_order.temporal_order(np.random.default_rng(0), 400)
    assert inputs.shape == (50, 400, 8)
    np.testing.assert_array_equal(inputs.sum(axis=-1), 1)
    symbols = np.array(list(temporal_order.SYMBOLS))[inputs.argmax(-1)].T
    for row, k in zip(symbols, classes, strict=True):
        text = "".join(row)
        assert text[0] == "B"
        assert text[-1] == "E"
        assert "".join(c for c in text if c in "XY") == temporal_order.CLASSES[k]
        places = [t for t, c in enumerate(text) if c in "XY"]
        assert 3 <= places[0] <= 12
        assert 25 <= places[1] <= 40
    assert np.bincount(classes, minlength=4).min() > 60


def test_the_latch_shows_its_bit_first_and_noise_after() -> None:
    inputs, classes, _ = latch.latch(np.random.default_rng(0), 2000)
    signs = np.where(classes == 1, 1, -1)
    assert (np.sign(inputs[:3, :, 0].mean(axis=0)) == signs).mean() > 0.999
    assert abs((inputs[3:, :, 0].mean(axis=0) * signs).mean()) < 0.01
    assert classes.mean() == pytest.approx(latch.CHANCE, abs=0.05)


@given(generators)
def test_reber_strings_are_of_the_grammar(rng) -> None:
    string, legal = reber.embedded_reber_string(rng)
    assert reber.is_embedded_reber(string)
    assert all(symbol in may for symbol, may in zip(string[1:], legal, strict=True))
    wrong = string[:-2] + ("P" if string[1] == "T" else "T") + "E"
    assert not reber.is_embedded_reber(wrong)
    assert not reber.is_embedded_reber(string[:-1])
    assert not reber.is_embedded_reber(string[:3] + "V" + string[3:])


def test_reber_batches_and_their_score() -> None:
    strings = reber.reber_strings(np.random.default_rng(0), 300)
    inputs, targets, mask = strings.batch
    assert np.take_along_axis(strings.legal, targets[..., None], -1)[..., 0][mask].all()
    np.testing.assert_array_equal(inputs.sum(axis=-1), mask)
    assert not strings.legal[~mask].any()
    assert reber.solved(strings.legal.astype(float), strings).all()

    forgetful = strings.legal.astype(float)  # knows the inner grammar, guesses the outer symbol
    last = mask.sum(axis=0) - 2
    forgetful[last, np.arange(300)] = np.eye(7)[1]
    assert reber.solved(forgetful, strings).mean() == pytest.approx(reber.OUTER_CHANCE, abs=0.1)
    with pytest.raises(CellInputError, match="outputs have shape"):
        reber.solved(np.zeros((2, 2, 7)), strings)


NOUN_PHRASE = f"the( ({'|'.join(agreement.ADJECTIVES)})){{0,3}} ({'|'.join(agreement.NOUNS)})s?"
PHRASES = re.compile(f"{NOUN_PHRASE}( ({'|'.join(agreement.PREPOSITIONS)}) {NOUN_PHRASE})*")


def read(sentences, k):
    words = agreement.text(sentences, k).split()
    nouns = [w for w in words if w.removesuffix("s") in agreement.NOUNS]
    verb = agreement.WORDS[sentences.batch.targets[sentences.verb_at[k], k]]
    return [int(n.endswith("s")) for n in nouns], verb


@given(
    generators,
    st.sampled_from([None, 0, 1, 4]),
    st.sampled_from([agreement.SHORT, agreement.LONG]),
)
def test_sentences_agree(rng, attractors, grammar) -> None:
    s = agreement.agreement(rng, 30, grammar=grammar, attractors=attractors)
    for k in range(30):
        numbers, verb = read(s, k)
        assert numbers[0] == s.number[k] == int(not verb.endswith("s"))
        assert numbers[-1] == s.last_noun[k]
        assert sum(n != numbers[0] for n in numbers[1:]) == s.attractors[k]
        assert s.batch.mask[:, k].sum() == s.verb_at[k] + 1
        assert PHRASES.fullmatch(agreement.text(s, k)), agreement.text(s, k)
        assert len(numbers) <= 1 + agreement.MOST
    if attractors is not None:
        np.testing.assert_array_equal(s.attractors, attractors)


def test_the_baselines_of_agreement() -> None:
    rng = np.random.default_rng(0)
    s = agreement.agreement(rng, 5000, grammar=agreement.SHORT)
    assert (s.verb_at < 8).all()
    assert agreement.majority_error(s) == pytest.approx(0.4, abs=0.03)
    assert 0.03 < agreement.last_noun_error(s) < 0.1
    assert agreement.last_noun_error(agreement.agreement(rng, 100, attractors=2)) == 1
    assert agreement.last_noun_error(agreement.agreement(rng, 100, attractors=0)) == 0
    with pytest.raises(CellInputError, match="expected 0 to 4"):
        agreement.agreement(rng, 1, attractors=5)


def test_long_sentences_have_the_shares_they_promise() -> None:
    s = agreement.agreement(np.random.default_rng(1), 20_000)
    tokens = np.asarray(s.batch.inputs)
    first = agreement.WORDS.index(agreement.PREPOSITIONS[0])
    between = ((tokens >= first) & (tokens < first + len(agreement.PREPOSITIONS))).sum(axis=0)
    shares = np.bincount(between, minlength=5) / 20_000
    np.testing.assert_allclose(shares, agreement.LONG.between, atol=0.01)
    adjectives = (tokens >= agreement.WORDS.index(agreement.ADJECTIVES[0])).sum()
    assert adjectives / (20_000 + between.sum()) == pytest.approx(1.5, abs=0.02)
    assert 24 < s.verb_at.max() <= 28
    assert s.attractors.sum() / between.sum() == pytest.approx(0.15, abs=0.01)


def test_the_number_a_model_prefers_is_that_of_its_verbs() -> None:
    s = agreement.agreement(np.random.default_rng(0), 50)
    logits = np.zeros((*s.batch.inputs.shape, len(agreement.WORDS)))
    logits[..., agreement.WORDS.index("fall")] = 1  # a plural
    np.testing.assert_array_equal(agreement.wrong_numbers(logits, s), s.number == 0)
    logits[..., agreement.WORDS.index("falls")] = 2
    np.testing.assert_array_equal(agreement.wrong_numbers(logits, s), s.number == 1)


def test_stories_say_their_thing_once() -> None:
    s = tickets.stories(np.random.default_rng(0), 50)
    tokens, targets, mask = s.batch
    for k in range(50):
        length = np.flatnonzero(mask[:, k])[0] + 1
        words = [tickets.WORDS[t] for t in tokens[:length, k]]
        thing = tickets.THINGS[targets[length - 1, k]]
        assert [w for w in words if w in tickets.THINGS] == [thing]
        assert len(words) - words.index(thing) == s.distance[k]
        assert words[-3:] == ["finally", "printed", "her"]
        assert "<pad>" not in words
    assert s.distance.min() >= 17
    assert mask.sum() == 50


@pytest.mark.parametrize("level", ["character", "word"])
def test_the_documentation_as_a_corpus(level) -> None:
    text = language.corpus(level)
    assert len(text.train) > 7.9 * len(text.held_out) > 10_000
    assert abs(len(text.stopping) - len(text.held_out)) < 2
    whole = language.corpus(level, held_out=0.2)
    joined = [np.concatenate([t.train, t.stopping, t.held_out]) for t in (text, whole)]
    np.testing.assert_array_equal(*joined)  # the same text, cut elsewhere, nothing lost or twice
    assert set(np.unique(text.train)) <= set(range(len(text.vocabulary)))
    uniform = math.log(len(text.vocabulary))
    assert language.bigram_baseline(text) < language.unigram_baseline(text) < uniform
    shown = text.text(text.train[:400])
    assert "the" in shown
    assert shown == shown.lower()
    batch = language.windows(np.random.default_rng(0), text.train, 4, 25)
    np.testing.assert_array_equal(batch.inputs[1:], batch.targets[:-1])


def test_no_part_of_the_text_repeats_another() -> None:
    lines = language.documentation_prose().splitlines()
    runs = [
        {tuple(words[k : k + 8]) for k in range(len(words) - 7)}
        for words in (line.split() for line in lines)
    ]
    assert len(set().union(*runs)) == sum(map(len, runs)) > 10_000


def test_other_corpora_are_refused() -> None:
    with pytest.raises(CellInputError, match="'character' or 'word'"):
        language.corpus("syllable")
    with pytest.raises(CellInputError, match="between 0 and 0.5"):
        language.corpus("word", held_out=0.5)
    with pytest.raises(CellInputError, match="expected more than 50"):
        language.windows(np.random.default_rng(0), np.zeros(50, int), 1, 50)


def test_a_workload_has_its_seasons() -> None:
    series = workload.workload(np.random.default_rng(0), weeks=20)
    assert (series.load > 0).all()
    hours = np.array([series.load[series.hour == h].mean() for h in range(workload.WEEK)])
    assert hours[14] > 2 * hours[3]  # Monday afternoon and night
    assert hours[14] > 1.5 * hours[5 * 24 + 14]  # Monday and Saturday afternoon
    start = 10 * workload.WEEK
    naive, daily, weekly = (
        workload.mean_absolute_error(as_before(series, start, lag), series.load[start:])
        for lag in (1, workload.DAY, workload.WEEK)
    )
    assert naive < weekly < daily


def test_a_day_off_looks_like_a_sunday_and_changes_no_other_day() -> None:
    usual, off = (
        workload.workload(np.random.default_rng(0), 4, days_off=share).load.reshape(-1, 24)
        for share in (0, 0.5)
    )
    changed = (usual != off).any(axis=1)
    working = np.arange(28) % 7 < 5
    assert not changed[~working].any()
    assert 5 < changed.sum() < 15
    clock = np.arange(24)
    shape = workload.season(6 * workload.DAY + clock) / workload.season(clock)
    bursts = np.abs(off - usual * shape) > 1e-9  # a burst is added, whatever the day
    assert (bursts[changed].sum(axis=1) == 0).mean() > 0.7


def test_errors_by_hand() -> None:
    forecast, load = np.array([1.0, 5.0]), np.array([2.0, 2.0])
    known = np.array([1.0, 2.0, 4.0])
    assert workload.root_mean_square_error(forecast, load) == pytest.approx(5**0.5)
    assert workload.mean_absolute_scaled_error(forecast, load, known) == pytest.approx(2 / 1.5)
    assert workload.mean_absolute_scaled_error(forecast, load, known, 2) == pytest.approx(2 / 3)


def test_workload_windows() -> None:
    rng = np.random.default_rng(0)
    series = workload.workload(rng)
    scale = workload.scale_of(series.load)
    np.testing.assert_allclose(scale.undo(scale.apply(series.load)), series.load)
    inputs, targets, mask = workload.forecast_windows(rng, series, scale, 5)
    assert inputs.shape == (72, 5, 6)
    np.testing.assert_array_equal(inputs[1:, :, :1], targets[:-1])
    assert not mask[:12].any()
    assert mask[12:].all()
    inputs, targets, _ = workload.forecast_windows(rng, series, scale, 5, horizon=7)
    np.testing.assert_array_equal(inputs[7:, :, :1], targets[:-7])
    L = series.load
    for call, message in [
        (lambda: workload.workload(rng, weeks=1), "at least 2"),
        (lambda: workload.workload(rng, days_off=1.5), "days_off is 1.5"),
        (lambda: workload.mean_absolute_scaled_error(L, L, L[:24], 24), "more than 24"),
        (lambda: workload.mean_absolute_scaled_error(L, L, np.ones(9)), "no error to scale by"),
        (lambda: workload.forecast_windows(rng, series, scale, 1, 12), "expected more"),
    ]:
        with pytest.raises(CellInputError, match=message):
            call()
