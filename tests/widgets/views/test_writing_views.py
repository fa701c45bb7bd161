"""The views of the networks that write: what they show is what the stored networks compute."""

from typing import Any

import numpy as np
import pytest

from course_utils.cells import CellInputError, LSTMState, lstm_step, softmax
from course_utils.training.listening import listening
from course_utils.training.stored_writers import continued, small_writer, writer
from course_utils.training.tasks import novel
from course_utils.training.tracking import correlations, tracked
from course_utils.widgets import TextWriter, UnitText, WhoListens
from course_utils.widgets.views.letters import lines_of, tinted
from course_utils.widgets.views.scene import Boxes, Label
from course_utils.widgets.views.text_writer import written
from course_utils.widgets.views.unit_text import inside_of


def texts(view: Any) -> list[str]:
    return [mark.text for mark in view.picture.scene.marks if isinstance(mark, Label)]


def test_the_writer_shows_the_prompt_and_what_the_network_wrote() -> None:
    view = TextWriter(prompt="The whale ", temperature=0.7, draw=3)
    text = continued(writer(), "The whale ", 360, 0.7, [3, sum(map(ord, "The whale "))])
    labels = [m for m in view.picture.scene.marks if isinstance(m, Label)]
    assert [m.text for m in labels if m.bold] == ["The whale"]
    shown = " ".join(m.text for m in labels if not m.bold)
    assert "".join(shown.split()) == "".join(text.split()) + "…"
    assert [row[0] for row in view.picture.tables[0].rows] == [m.text for m in labels]


def test_a_line_break_in_the_prompt_is_a_space() -> None:
    """A link may bring one; the box has one line."""
    assert TextWriter(prompt="The\nwhale ").settings["prompt"] == "The whale "


def test_other_words_are_continued_otherwise() -> None:
    """By the same random numbers these two went on alike to the last of 360 letters."""
    first, second = (written(words, 0.5, 1) for words in ("Last night I saw ", "The whale of "))
    assert first[:60] != second[:60]


def test_its_expectation_is_that_of_single_steps() -> None:
    params = writer()
    (lstm,) = params.layers
    state = LSTMState(np.zeros(256), np.zeros(256))
    for k in novel.tokens_of("the whal"):
        state, _ = lstm_step(lstm, params.embedding[k], state)
    p = softmax(params.readout.W @ state.h + params.readout.b)
    rows = TextWriter(prompt="the whal").picture.tables[1].rows
    assert rows[0] == ("e", f"{p[novel.ALPHABET.index('e')]:.3f}")
    assert [float(r[1]) for r in rows] == sorted((float(r[1]) for r in rows), reverse=True)


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("  ", "the box is empty"),
        ("Über", "“Ü” does not occur in the novel"),
        ("a" * 201, "there are 201 characters, expected at most 200"),
    ],
)
def test_the_writer_says_what_it_cannot_take(prompt: str, said: str) -> None:
    with pytest.raises(CellInputError, match=said):
        TextWriter(prompt=prompt)


def test_typed_quotation_marks_are_those_of_the_novel() -> None:
    assert TextWriter(prompt="“Ahab’s—").settings["prompt"] == "\"Ahab's--"


def test_a_unit_has_the_number_of_single_steps() -> None:
    params, tokens = writer(), novel.stored("held_out")[:40]
    (lstm,) = params.layers
    state, inside = LSTMState(np.zeros(256), np.zeros(256)), inside_of(tokens)
    for t, k in enumerate(tokens):
        state, trace = lstm_step(lstm, params.embedding[k], state)
        for name, values in inside.items():
            np.testing.assert_allclose(values[t], getattr(trace, name), atol=1e-10)


@pytest.mark.parametrize("quantity", ["c", "h", "f", "i", "o"])
def test_the_page_is_the_text_and_each_letter_can_be_asked_for(quantity: str) -> None:
    view = UnitText(unit=7, page=3, quantity=quantity)
    letters = "".join(texts(view)[3:])  # the legend has three labels
    text = novel.text_of(novel.stored("held_out"))
    assert letters.replace("↵", "") in "".join(text.split())
    assert letters.count("↵") == 8
    picks = view.picture.scene.picks
    assert [pick.value for pick in picks] == list(range(1, len(picks) + 1))
    before = view.picture.words
    view.set(at=picks[40].value)
    assert f"after letter {picks[40].value}, " in view.picture.words != before


def test_the_last_page_and_the_last_letter_exist() -> None:
    view = UnitText(page=104, at=600)
    assert view.picture.limits["at"] == len(view.picture.scene.picks)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("preset", "name"),
    [
        ("Length of the word", "letters of the word"),
        ("Inside quotation marks", "inside quotation marks"),
    ],
)
def test_a_preset_shows_the_unit_that_follows_what_it_is_named_after(
    preset: str, name: str
) -> None:
    """Of all units none follows it more closely, on text with and without quotation marks."""
    view = UnitText()
    view.show_preset(preset)
    text = novel.stored("held_out")[26_000:42_000]
    wanted = tracked(novel.text_of(text))[name]
    found = np.abs(correlations(inside_of(text)["c"][200:], wanted[200:]))
    assert found.argmax() + 1 == view.settings["unit"]
    assert found.max() > 0.5


def test_what_is_listened_to_is_the_gradient_of_the_small_networks() -> None:
    view = WhoListens(at=60, place=500)
    tokens = novel.stored("held_out")[500:560]
    for row, cell in zip(view.picture.tables[0].rows, ("rnn", "gru", "lstm"), strict=True):
        heard = listening(small_writer(cell), tokens)
        assert row[0] == cell.upper()
        assert row[3] == f"{heard[-2:].sum() / heard.sum():.0%}"
    assert all(2 <= pick.value <= 150 for pick in view.picture.scene.picks)


def test_lines_are_cut_where_they_end_or_are_too_long() -> None:
    assert lines_of("ab\ncdefg\n\nh", 3) == [
        (0, "ab\n"), (3, "cde"), (6, "fg\n"), (9, "\n"), (10, "h")
    ]  # fmt: skip


def test_a_stronger_value_has_a_stronger_colour_and_a_negative_one_another() -> None:
    marks = list(tinted([(0, "abc d")], [1.0, 0.5, -0.5, 0.0, 0.0], 0, 0, "candidate"))
    boxes = [m for m in marks if isinstance(m, Boxes)]
    found = {(m.role, m.opacity): [round(b[0] / 9.6) for b in m.boxes] for m in boxes}
    assert found == {("candidate", 0.75): [0], ("candidate", 0.375): [1], ("forget", 0.375): [2]}
    assert [m.text for m in marks if isinstance(m, Label)] == ["a", "b", "c", "d"]
