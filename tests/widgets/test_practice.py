"""The box of practice, without a browser: its traits are what the browser shows."""

import re
from html import unescape
from pathlib import Path

import ipywidgets as widgets
import numpy as np
import pytest

from course_utils.exercises import exercise, exercises
from course_utils.exercises.ladders import LADDERS
from course_utils.widgets import practice
from tests.tiers import one_in

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


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
    assert "notebooks/04_lstm_gate_by_gate.ipynb" in markdown(box._read)
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
        ("50 %", 0.5),
        ("2^-1", 0.5),
        ("−0.5", -0.5),
        ("1,234", "1,234"),
        ("", None),
        ("a", "a"),
        ("1/0", "1/0"),
        ("0,25·3 − 0,5", 0.25),
        ("2(1 - 0.75)", 0.5),
        ("exp(0) / 2", 0.5),
        ("0.5 tanh(z)", "0.5 tanh(z)"),
    ],
)
def test_a_number_is_read_as_a_person_types_it(typed, read) -> None:
    box = practice("forget_gate")
    texts(box)[0].value = typed
    texts(box)[1].value = "1"
    assert box.answers["z_f"][0] == read


def test_a_comma_before_three_digits_is_read_by_the_other_numbers() -> None:
    box = practice("forget_gate")
    for text, typed in zip(texts(box), ["1,234", "0,5*2", "-1,125"], strict=False):
        text.value = typed
    assert box.answers["z_f"] == [1.234, 1.0, -1.125]


def test_text_in_a_box_is_answered_and_what_was_typed_stays() -> None:
    box = practice("forget_gate")
    for text in texts(box)[3:]:
        text.value = "<b>no</b>"
    verdict = box.check()
    assert verdict.score == 0
    assert "text" in verdict.parts["f_t"].message
    assert texts(box)[3].value == "<b>no</b>"


@pytest.mark.parametrize(
    ("id", "typed", "named"),
    [
        ("forget_gate", ["1", "one", "0.5"], ['holds the text "one" in entry 2']),
        (
            "forget_gate",
            ["1", "2", "3", "?", "0.5", "--"],
            ['holds the text "?" in entry 1', "Place 3: “--”, which is no number."],
        ),
        (
            "forget_gate",
            ["1/(2-2)", "", "0.5*Z"],
            [
                "Place 1: “1/(2-2)”, which divides by zero in 1 / (2 - 2).",
                "Place 3: “0.5*Z”, which is no number: Z stands in it.",
            ],
        ),
        ("cell_counts", ["many"], ['is the text "many"']),
    ],
)
def test_a_text_that_is_no_number_is_named_and_framed(id, typed, named) -> None:
    box = practice(id)
    for text, value in zip(texts(box), typed, strict=False):
        text.value = value
    box.check()
    said = unescape(" ".join(line._message.value for line in box._lines.values()))
    assert all(each in said for each in named)
    framed = ["course-unread" in text._dom_classes for text in texts(box)]
    assert framed == [not _is_number(text.value) for text in texts(box)]
    for text in texts(box):
        text.value = "1"
    box.check()
    assert not any("course-unread" in text._dom_classes for text in texts(box))


def _is_number(text: str) -> bool:
    return text.replace(".", "").isdigit() or not text


@pytest.mark.parametrize("id", ["forget_gate", "lstm_states", "gru_step"])
def test_a_line_left_blank_is_not_called_wrong(id) -> None:
    box = practice(id)
    first, *others = box._lines
    box.fill(**{first: exercise(id).solve(box._data)[first]})
    box.check()
    assert "✓" in box._lines[first]._message.value
    for name in others:
        said = box._lines[name]._message.value
        assert "✗" not in said
        assert "not answered yet" in said
    assert f"1 of {len(others) + 1} lines answered, 1 right" in box._summary.value
    assert "%" not in box._summary.value


def test_a_vector_half_filled_in_is_not_called_wrong_but_unfinished() -> None:
    box = practice("forget_gate")
    texts(box)[0].value = "0.3"
    box.check()
    said = box._lines["z_f"]._message.value
    assert "✗" not in said
    assert "not filled in" in said
    assert "0 of 2 lines answered" in box._summary.value


def test_what_the_browser_kept_comes_back_with_its_problem_and_the_streak() -> None:
    before = practice("forget_gate")
    solve(before)
    before.check()
    before.another()
    kept = {"state": dict(before._keeper.state), "values": ["0.5", "", "a", "<b>"]}
    after = practice("forget_gate")
    after._keeper._handle_custom_msg({"restore": kept}, [])
    assert markdown(after.children[0]) == markdown(before.children[0])
    assert [text.value for text in texts(after)] == ["0.5", "", "a", "<b>", "", ""]
    assert after.streak == 1
    assert "Streak: 1" in after._summary.value


def test_a_fixed_problem_comes_back_too() -> None:
    box = practice("exam_1_gate")
    kept = {"state": {"attempt": 3}, "values": ["1"]}
    before = markdown(box.children[0])
    box._keeper._handle_custom_msg({"restore": kept}, [])
    assert markdown(box.children[0]) == before
    assert texts(box)[0].value == "1"


def test_another_says_that_it_draws_and_then_moves_the_focus() -> None:
    box = practice("forget_gate")
    said: list[object] = []
    box._summary.observe(lambda change: said.append(change.new), "value")
    box._keeper.send = said.append
    box.another()
    assert said[:2] == ["Drawing another problem …", {"leave": True}]
    assert said[-1] == {"enter": True}


def test_formulas_of_all_boxes_share_one_font() -> None:
    fonts = [practice(id).children[-2] for id in ("forget_gate", "rnn_step")]
    assert fonts[0] is fonts[1]
    assert "font-face" in fonts[0]._css


def test_enter_in_a_box_checks() -> None:
    box = practice("forget_gate")
    solve(box)
    texts(box)[0]._handle_custom_msg({"event": "submit"}, [])
    assert box.streak == 1


def enter(box, place: int = 0) -> None:
    texts(box)[place]._handle_custom_msg({"event": "submit"}, [])


def test_enter_after_a_right_answer_brings_the_next_problem() -> None:
    box = practice("forget_gate")
    first = markdown(box.children[0])
    solve(box)
    enter(box)
    assert "Enter brings another problem" in box._summary.value
    assert markdown(box.children[0]) == first
    enter(box, 4)
    assert markdown(box.children[0]) != first
    assert "Enter brings" not in box._summary.value
    assert box.streak == 1


def test_enter_after_a_change_checks_again() -> None:
    box = practice("forget_gate")
    first = markdown(box.children[0])
    solve(box)
    enter(box)
    texts(box)[5].value = "7"
    for _ in range(2):
        enter(box)
        assert markdown(box.children[0]) == first
        assert "✗" in box._lines["f_t"]._message.value


def test_enter_brings_nothing_where_there_is_no_other_problem() -> None:
    box = practice("exam_1_gate")
    box.fill(**exercise("exam_1_gate").solve(box._data))
    for _ in range(2):
        enter(box)
        assert "100 %" in box._summary.value
    assert "Enter brings" not in box._summary.value


def test_a_calculation_in_a_box_is_marked_by_what_it_gives() -> None:
    box = practice("forget_gate")
    for text, z in zip(
        texts(box)[3:], exercise("forget_gate").solve(box._data)["z_f"], strict=True
    ):
        text.value = f"1/(1+e^-({z:.6f}))".replace(".", ",")
    assert box.check().parts["f_t"].correct


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


@pytest.mark.parametrize("id", one_in(4, exercises()))
def test_every_exercise_can_be_practised(id) -> None:
    box = practice(id)
    box.check()
    box.steps()
    assert texts(box)


def test_an_unknown_exercise_is_named() -> None:
    with pytest.raises(KeyError, match="there is no exercise 'forget'"):
        practice("forget")


def test_what_a_calculation_came_to_is_said_and_a_number_is_left_alone() -> None:
    box = practice("forget_gate")
    for text, typed in zip(
        texts(box), ["0.9*1.4+0.69*0.5", "-1.25e-1", "sigma(0.8)"], strict=False
    ):
        text.value = typed
    box.check()
    said = unescape(box._lines["z_f"]._message.value)
    assert "Place 1 comes to 1.605." in said
    assert "Place 3 comes to 0.689974." in said
    assert "Place 2 comes" not in said
    single = practice("cell_counts")
    texts(single)[0].value = "4*(3+2)"
    single.check()
    assert "That comes to 20." in single._lines[next(iter(single._lines))]._message.value


def test_hints_grow_and_stop_before_the_steps() -> None:
    box = practice("forget_gate")
    seen = []
    for _ in range(4):
        box._buttons["hint"].click()
        seen.append(markdown(box._hints))
    assert [text.split(".")[0] for text in seen] == [f"Hint {k} of 3" for k in (1, 2, 3, 3)]
    assert "Steps shows the whole solution" in seen[2]
    solve(box)
    box.check()
    assert box.streak == 1, "a hint is no look at the solution"
    box.another()
    assert box._hints.outputs == ()


def test_a_hint_is_about_the_first_line_that_is_not_right_yet() -> None:
    box = practice("lstm_states")
    values = exercise("lstm_states").solve(box._data)
    box.hint()
    assert "i_t &=" in markdown(box._hints)
    box = practice("lstm_states")
    box.fill(**{name: values[name] for name in ("z_i", "i_t", "C_t")})
    box.hint()
    assert "h_t &=" in markdown(box._hints)


def test_the_lecture_that_explains_is_a_link_where_it_is_on_this_disk(tmp_path) -> None:
    from contextlib import chdir

    box = practice("forget_gate")
    z = exercise("forget_gate").solve(box._data)["z_f"]
    box.fill(f_t=np.exp(z) / np.exp(z).sum())
    with chdir(tmp_path):
        box.check()
        assert "](" not in markdown(box._read)
        assert "04_lstm_gate_by_gate" in markdown(box._read)
    with chdir(NOTEBOOKS):
        box.check()
    found = re.search(r"\((04_lstm_gate_by_gate.ipynb)#([^)]+)\)", markdown(box._read))
    assert found
    assert found[2].endswith("The-equations%2C-one-at-a-time")
    solve(box)
    box.check()
    assert box._read.outputs == ()


def test_the_next_problem_is_drawn_ahead_once_this_one_is_right(monkeypatch) -> None:
    drawn: list[int] = []
    own = type(exercise("forget_gate")).draw

    def draw(self, student="class", attempt=0):
        drawn.append(attempt)
        return own(self, student, attempt)

    monkeypatch.setattr(type(exercise("forget_gate")), "draw", draw)
    box = practice("forget_gate", attempt=7)
    assert drawn == [7]
    box.check()
    assert drawn == [7], "marking does not share its time"
    solve(box)
    for _ in range(2):
        box.check()
    box.another()
    assert drawn == [7, 8, 8]
    fixed = practice("exam_1_gate")
    fixed.fill(**exercise("exam_1_gate").solve(fixed._data))
    fixed.check()
    assert fixed._next is None


def test_three_in_a_row_propose_the_next_rung() -> None:
    box = practice("forget_gate")
    for count in (1, 2, 3):
        solve(box)
        box.check()
        assert ("go on to Harder (C_t and h_t from the gates)" in box._summary.value) == (
            count == 3
        )
        box.another()


def test_a_ladder_is_climbed_up_and_down() -> None:
    box = practice("rnn_one_unit")
    assert box._buttons["easier"].disabled
    assert "Rung 1 of 4" in box._summary.value
    for id in ("rnn_step", "rnn_sequence", "bptt"):
        box.harder()
        assert repr(box) == f"practice({id!r})"
        assert box.statement == exercise(id).statement(exercise(id).draw("practice"))
    assert box._buttons["harder"].disabled
    assert box.streak == 0
    box.harder()
    assert repr(box) == "practice('bptt')"
    box.easier()
    assert repr(box) == "practice('rnn_sequence')"
    assert set(box._lines) == {"h_1", "h_2", "h_3"}


def test_what_was_climbed_to_is_taken_up_again() -> None:
    first = practice("state_update")
    first.harder()
    first.another()
    again = practice("state_update")
    again.restore(first._keeper.state, [])
    assert (repr(again), again.statement) == ("practice('lstm_states')", first.statement)


def test_an_exercise_on_no_ladder_has_no_buttons_to_climb() -> None:
    assert "Harder" not in texts(practice("vanishing"))


def test_ladders_name_exercises_and_none_is_on_two() -> None:
    rungs = [id for ladder in LADDERS for id in ladder]
    assert set(rungs) <= set(exercises())
    assert len(set(rungs)) == len(rungs)


def test_an_equation_is_shown_as_it_is_read_while_it_is_typed() -> None:
    box = practice("equations")
    line = box._lines["C_t"]
    reading = next(one for one in line.children if one is line._reading)
    box.fill(C_t="C_t = f_t * C_prev + o_t * C~")
    assert reading.value.startswith("<math")
    assert "<mi>o</mi>" in reading.value
    box.fill(C_t="C_t = f_t * (")
    assert reading.value == ""
    box.fill(C_t="")
    assert reading.value == ""
