"""The model that reads along: its numbers step by step, what it takes, and what it shows."""

import numpy as np
import pytest

from course_utils.cells import CellInputError, LSTMState, lstm_step, softmax
from course_utils.widgets import SentenceGates
from course_utils.widgets.reader.grammar import VOCABULARY
from course_utils.widgets.reader.reading import MOST_WORDS, model, read, words_of
from course_utils.widgets.views.scene import Boxes, Label
from tests.widgets.views.in_node import asked

SENTENCE = "the writer of the books is planning a sequel ."


def test_a_reading_is_that_of_single_steps() -> None:
    reading, params = read(words_of(SENTENCE)), model()
    (lstm,) = params.layers
    state = LSTMState(np.zeros(20), np.zeros(20))
    expected_before = None
    for t, word in enumerate((".", *SENTENCE.split())):
        k = VOCABULARY.index(word)
        state, trace = lstm_step(lstm, params.embedding[k], state)
        for name, values in reading.inside.items():
            np.testing.assert_allclose(values[t], getattr(trace, name), atol=1e-12)
        if expected_before is not None:
            assert reading.given[t] == pytest.approx(expected_before[k])
        expected_before = softmax(params.readout.W @ state.h + params.readout.b)
        np.testing.assert_allclose(reading.expected[t], expected_before, atol=1e-12)


@pytest.mark.parametrize(
    ("sentence", "right", "wrong"),
    [
        ("the writer of the books", "is", "are"),
        ("the writers of the book", "are", "is"),
        ("the writer of the books near the keys", "is", "are"),
        ("the students that like the letter", "are", "is"),
    ],
)
def test_the_verb_goes_with_the_first_noun(sentence: str, right: str, wrong: str) -> None:
    p = dict(zip(VOCABULARY, read(words_of(sentence)).expected[-1], strict=True))
    assert p[right] > 50 * p[wrong]
    view = SentenceGates(sentence=sentence)
    assert f"it expects “{right}”" in view.picture.words


def test_one_unit_holds_the_number_as_the_preset_promises() -> None:
    """Its cell states differ by about 3 from the next word on, and its forget gate stays open."""
    one, other = (
        read(words_of(f"the {noun} of the books near the key")) for noun in ("writer", "writers")
    )
    apart = np.abs(one.inside["c"] - other.inside["c"])
    assert set(apart[4:].argmax(axis=1)) == {5}  # unit 6, from the second "the" on
    assert apart[4:, 5].min() > 2.5
    assert one.inside["f"][4:, 5].min() > 0.85
    view = SentenceGates()
    view.show_preset("Who remembers the number?")
    first = next(m for m in view.picture.scene.marks if isinstance(m, Label) and m.anchor == "end")
    assert first.text == "6"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Writer  of", "the writer of"),
        ("the book is red.The", "the book is red . the"),
        ("  sleep ", "sleep"),
    ],
)
def test_what_is_typed_is_read_as_words(text: str, words: str) -> None:
    assert words_of(text) == tuple(words.split())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no word in the box, expected some such as “the writer of”"),
        ("   ", "there is no word in the box"),
        ("the zebra", "“zebra” is none of the 69 words that the model knows"),
        ("the writter", "near it are writer, writers, printer"),
        ("the wri", "“wri” is none of the 69 words"),
        ("the " * 21, "there are 21 words, expected at most 20"),
        ("the, book", "“the,” is none of the 69 words that the model knows; near it are the"),
        ("x" * 200, f"“{'x' * 20}” is none"),
    ],
)
def test_what_cannot_be_read_is_said_and_the_sentence_stays(text: str, said: str) -> None:
    with pytest.raises(CellInputError) as caught:
        words_of(text)
    assert said in str(caught.value)
    before = asked(SentenceGates())
    shown = asked(None, {"change": ["sentence", text, False]})
    assert shown["problem"] == "sentence"
    assert "It stays at “the writer of the books”." in shown["message"]
    assert shown["marks"] == before["marks"]


def test_half_a_word_waits_for_its_end() -> None:
    shown = asked(SentenceGates(), {"change": ["sentence", "the keys that wri", True]})
    assert (shown["problem"], shown["settings"]["sentence"]) == ("", "the keys that")
    shown = asked(None, {"change": ["sentence", "the keys that zeb", True]})
    assert shown["problem"] == "sentence"
    assert shown["settings"]["sentence"] == "the keys that"


def test_a_new_sentence_is_read_to_its_end() -> None:
    view = SentenceGates(at=2)
    view.set(sentence="the keys")
    assert view.settings["at"] == 2
    view.set(sentence="the keys of the writer")
    assert view.settings["at"] == 5
    assert view.picture.limits == {"at": 5}
    view.set(at=20)
    assert view.settings["at"] == 5
    assert SentenceGates(sentence="the key", at=1).settings["at"] == 1


@pytest.mark.parametrize("quantity", ["f", "i", "c_tilde", "o", "c", "h"])
def test_the_map_is_as_dark_as_the_number_is_large(quantity: str) -> None:
    view = SentenceGates(quantity=quantity)
    values = read(words_of("the writer of the books")).inside[quantity]
    largest = 1.0 if quantity in "fio" else max(1.0, float(np.abs(values).max()))
    drawn = {
        (round((x - 30) / 60), round((y - 86) / 16)): (1 if m.role != "forget" else -1) * m.opacity
        for m in view.picture.scene.marks
        if isinstance(m, Boxes) and not m.outline and m.role != "soft"
        for x, y, w, h in m.boxes
        if (w, h) == (59, 15)
    }
    for t in range(values.shape[0]):
        for unit in range(values.shape[1]):
            share = values[t, unit] / largest
            shown = drawn.get((t, unit), 0.0)
            assert (abs(shown) if quantity == "f" else shown) == pytest.approx(share, abs=0.026)


def test_the_tables_hold_every_number() -> None:
    view = SentenceGates(quantity="c")
    reading = read(words_of("the writer of the books"))
    words, units, known = view.picture.tables
    assert [row[0] for row in words.rows] == ["(start)", *words_of("the writer of the books")]
    assert float(words.rows[2][1]) == pytest.approx(reading.given[2], abs=5e-4)
    numbers = [[float(v.replace("−", "-")) for v in row[1:]] for row in units.rows]
    np.testing.assert_allclose(numbers, reading.inside["c"].T, atol=0.0051)
    assert sorted(" ".join(row[1] for row in known.rows).split()) == sorted(VOCABULARY)


def test_two_sentences_are_compared_only_where_they_are_as_long() -> None:
    view = SentenceGates(other="the writers of the books", quantity="c")
    assert "minus that of “the writers of the books”" in view.picture.words
    alone = SentenceGates(quantity="c").picture
    assert view.picture.scene.marks != alone.scene.marks
    view.set(other="the writers")
    assert "both sentences need as many words" in view.picture.words
    same = [m for m in view.picture.scene.marks if isinstance(m, Boxes)]
    assert same == [m for m in alone.scene.marks if isinstance(m, Boxes)]
    with pytest.raises(CellInputError, match="compare with: “zebra” is none"):
        view.set(other="zebra")


def test_most_moving_units_come_first() -> None:
    view = SentenceGates(quantity="c", order="moving")
    values = read(words_of("the writer of the books")).inside["c"]
    numbers = [m for m in view.picture.scene.marks if isinstance(m, Label) and m.x == 24.0]
    moves = [float(np.ptp(values[:, int(label.text) - 1])) for label in numbers]
    assert len(moves) == 20
    assert moves == sorted(moves, reverse=True)


def test_the_longest_sentence_fits() -> None:
    view = SentenceGates(sentence=" ".join(["students"] * MOST_WORDS))
    right = max(
        x + w for m in view.picture.scene.marks if isinstance(m, Boxes) for x, _, w, _ in m.boxes
    )
    assert right <= view.picture.scene.width
