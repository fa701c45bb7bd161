"""The box of practice, without a browser: its traits are what the browser shows."""

import re

import ipywidgets as widgets
import numpy as np
import pytest

from course_utils.exercises import exercise, exercises
from course_utils.widgets import practice


def texts(box: widgets.Widget) -> list[widgets.Text]:
    """Every text box inside `box`, in the order in which Tab reaches them."""
    if isinstance(box, widgets.Text):
        return [box]
    return [text for child in getattr(box, "children", ()) for text in texts(child)]


def markdown(output: widgets.Output) -> str:
    return "".join(o["data"]["text/markdown"] for o in output.outputs)


def solve(box) -> None:
    box.fill(**exercise("forget_gate").solve(box._data))


def test_it_starts_with_a_problem_and_a_box_for_every_number() -> None:
    box = practice("forget_gate")
    data = exercise("forget_gate").draw(student="practice", attempt=0)
    said, statement = markdown(box.children[0]), exercise("forget_gate").statement(data)
    assert said.split("$")[0] == statement.split("$")[0]
    assert statement.count("bmatrix") == said.count("bmatrix") > 0
    assert len(texts(box)) == 3 + 3  # z_f and f_t of three units
    assert texts(box)[4].tooltip == "f_t, place 2"
    assert box.answers == {"z_f": None, "f_t": None}


def test_formulas_in_a_row_can_be_broken_between_them() -> None:
    said = markdown(practice("rnn_step").children[0])
    assert "$$" not in said
    formulas = [
        part for line in said.splitlines() if "emsp" in line for part in line.split("&emsp;")
    ]
    assert len(formulas) == 9
    for formula in formulas:
        assert re.fullmatch(r"\$\\displaystyle [^$]+\$", formula.strip())


def test_a_right_answer_is_said_to_be_right_and_lengthens_the_streak_once() -> None:
    box = practice("forget_gate")
    solve(box)
    assert box.check().score == box.check().score == 1.0
    assert box.streak == 1
    assert "✓" in box._lines["f_t"]._message.value
    box.another()
    assert box.answers["f_t"] is None
    solve(box)
    box.check()
    assert box.streak == 2
    assert "Streak: 2" in box._summary.value


def test_a_wrong_answer_is_named_and_leaves_the_streak() -> None:
    box = practice("forget_gate")
    solve(box)
    box.check()
    box.another()
    z = exercise("forget_gate").solve(box._data)["z_f"]
    box.fill(f_t=np.exp(z) / np.exp(z).sum())
    assert box.check().parts["f_t"].slips == ("softmax for sigmoid",)
    assert "✗" in box._lines["f_t"]._message.value
    assert "softmax" in box._lines["f_t"]._message.value
    assert box.streak == 1


def test_looking_at_the_steps_first_ends_the_streak() -> None:
    box = practice("forget_gate")
    solve(box)
    box.check()
    box.steps()
    assert box.streak == 1, "looking afterwards costs nothing"
    box.another()
    box.steps()
    assert box.streak == 0
    assert r"\begin{aligned}" in markdown(box.children[-1])
    solve(box)
    box.check()
    assert box.streak == 0


def test_another_is_another_and_clears_the_steps() -> None:
    box = practice("forget_gate")
    first = markdown(box.children[0])
    box.steps()
    box.another()
    assert markdown(box.children[0]) != first
    assert box.children[-1].outputs == ()


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("0.5", 0.5),
        ("0,5", 0.5),
        ("1/2", 0.5),
        ("-5e-1", -0.5),
        ("", None),
        ("a", "a"),
        ("1/0", "1/0"),
    ],
)
def test_a_number_is_read_as_a_person_types_it(typed, read) -> None:
    box = practice("forget_gate")
    texts(box)[0].value = typed
    texts(box)[1].value = "1"
    assert box.answers["z_f"][0] == read


def test_text_in_a_box_is_answered_and_what_was_typed_stays() -> None:
    box = practice("forget_gate")
    for text in texts(box)[3:]:
        text.value = "<b>no</b>"
    verdict = box.check()
    assert verdict.score == 0
    assert "text" in verdict.parts["f_t"].message
    assert texts(box)[3].value == "<b>no</b>"


def test_enter_in_a_box_checks() -> None:
    box = practice("forget_gate")
    solve(box)
    texts(box)[0]._handle_custom_msg({"event": "submit"}, [])
    assert box.streak == 1


def test_the_buttons_do_what_they_say() -> None:
    box = practice("forget_gate")
    solve(box)
    box._buttons["check"].click()
    assert box.streak == 1
    box._buttons["another"].click()
    box._buttons["steps"].click()
    assert box.streak == 0
    assert box.children[-1].outputs


def test_a_fixed_problem_has_no_other() -> None:
    box = practice("exam_1_gate")
    assert box._buttons["another"].disabled
    before = markdown(box.children[0])
    box.another()
    assert markdown(box.children[0]) == before


def test_readers_without_a_kernel_see_the_problem() -> None:
    box = practice("forget_gate")
    bundle = box._repr_mimebundle_()
    assert bundle["text/plain"] == "practice('forget_gate')"
    assert exercise("forget_gate").statement(box._data) in bundle["text/markdown"]


@pytest.mark.parametrize("id", exercises())
def test_every_exercise_can_be_practised(id) -> None:
    box = practice(id)
    box.check()
    box.steps()
    assert texts(box)


def test_an_unknown_exercise_is_named() -> None:
    with pytest.raises(KeyError, match="there is no exercise 'forget'"):
        practice("forget")
