"""The report's headlines, trouble and equal notebooks, on classes made in memory."""

from dataclasses import replace

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from nbexaminer.gradebook import Mark, Question, StudentMarks
from nbexaminer.notebook.marked_answers import MarkedAnswer, MarkedPart
from nbexaminer.notebook.remarks import Remark
from nbexaminer.report.figures import questions_figure
from nbexaminer.report.gathering import ClassRecord, Submission
from nbexaminer.report.page import page, report
from nbexaminer.report.questions import headline, question_statistics
from nbexaminer.report.similarity import same_notebooks
from nbexaminer.report.slips import first_trouble
from tests.grading.feedback.pages import read

TEST = Question("a", "nb", "test_states", 12.0, "1. States")
WORDS = Question("a", "nb", "why", 3.0, "4. In words", by_hand=True)


def submission(student: str, test: float, words: float | None = None, **more: object) -> Submission:
    said = Mark(open=True) if words is None else Mark(manual=words)
    return Submission(StudentMarks(student, {TEST.id: Mark(auto=test), WORDS.id: said}), **more)


def blank(student: str, test: float, **more: object) -> Submission:
    """Left the question in words blank, for which nbgrader gives 0 by itself."""
    marks = {TEST.id: Mark(auto=test), WORDS.id: Mark(auto=0.0)}
    return Submission(StudentMarks(student, marks), **more)


def record(*submissions: Submission) -> ClassRecord:
    return ClassRecord("a", [TEST, WORDS], list(submissions), [], [])


def test_where_all_is_marked_the_headline_is_of_all() -> None:
    head = headline(record(submission("a", 12, 3), submission("b", 6, 1), blank("c", 3)))
    assert sorted(head.totals) == [3, 7, 15]
    assert (head.points, head.open, head.unread) == (15, {}, 0)


def test_where_hardly_anything_in_words_is_marked_it_is_of_the_rest() -> None:
    waiting = [submission(f"s{k}", 6) for k in range(9)]
    one = record(*waiting, submission("t", 12, 3), blank("u", 3))
    head = headline(one)
    assert sorted(head.totals) == [3, *[6] * 9, 12]
    assert (head.points, head.open) == (12, {WORDS: 9})
    text = " ".join(read(page(report(one))).text.split())
    assert "Median 6 of 12 points marked so far" in text
    assert "of 15 points in all: 4. In words (3 points) for 9." in text


def test_one_that_waits_does_not_take_the_question_out_of_the_headline() -> None:
    head = headline(record(*(submission(f"s{k}", 6, k % 4) for k in range(20)), submission("t", 9)))
    assert head.points == 15
    assert len(head.totals) == 20
    assert head.students == 21


def test_an_unread_file_is_in_no_figure_of_points() -> None:
    trouble = {"unread": {"nb"}, "remarks": [Remark("Nothing could be read: it is no JSON.")]}
    one = record(*(submission(f"s{k}", 12, 3) for k in range(3)), blank("t", 0, **trouble))
    head = headline(one)
    assert (sorted(head.totals), head.unread) == ([15, 15, 15], 1)
    states, words = question_statistics(one)
    assert (states.mean, states.marked, words.mean, words.marked) == (1.0, 3, 1.0, 3)
    made = report(one)
    assert made.summary["median"] == 15
    assert [(stuck.student, stuck.on) for stuck in made.stuck] == [
        ("t", [("the file", "Nothing could be read: it is no JSON.")])
    ]
    assert "1 handed in a file that could not be read" in read(page(made)).text


def test_a_questions_share_does_not_rest_on_those_who_left_it_blank() -> None:
    one = record(*(submission(f"s{k}", 6) for k in range(5)), blank("t", 6), blank("u", 6))
    _, words = question_statistics(one)
    assert (words.marked, words.open) == (0, 5)
    assert np.isnan(words.mean)
    text = questions_figure(question_statistics(one)).text
    assert "4. In words: 5 to be marked" in text
    assert " 0 %" not in text
    done = record(*(submission(f"s{k}", 6, 3) for k in range(5)), blank("t", 6), blank("u", 6))
    assert question_statistics(done)[1].mean == pytest.approx(5 / 7)


def test_nothing_marked_yet_is_said() -> None:
    one = ClassRecord(
        "a", [WORDS], [Submission(StudentMarks("s", {WORDS.id: Mark(open=True)}))], [], []
    )
    made = report(one)
    assert np.isnan(made.summary["median"])
    assert "Nothing is marked yet." in read(page(made)).text


def part(score: float, *slips: str, weight: float = 1.0, message: str = "said") -> MarkedPart:
    return MarkedPart(score, slips, False, message, weight)


def answered(**parts: MarkedPart) -> Submission:
    return submission(
        "s", 0, answers=[MarkedAnswer("test_states", "lstm_states", 0, {}, parts, "nb")]
    )


OPTIONAL = part(0, weight=0.0, message="Not given; it is optional.")


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ({"z_i": OPTIONAL, "i_t": part(0, "the bias is left out")}, "i_t"),
        ({"z_i": OPTIONAL, "z_f": OPTIONAL, "C_t": part(0.5), "h_t": part(0, "x")}, "C_t"),
        ({"z_i": part(0, "x", weight=0.0), "i_t": part(0, "x")}, "z_i"),
        ({"i_t": part(1), "C_t": part(1, "a misprint"), "h_t": part(0)}, "h_t"),
        ({"z_i": OPTIONAL, "i_t": part(1)}, None),
    ],
)
def test_trouble_begins_where_marks_or_a_slip_are(
    parts: dict[str, MarkedPart], place: str | None
) -> None:
    (on,) = first_trouble(record(answered(**parts))).values()
    assert on == ([] if place is None else [(f"lstm_states, {place}", parts[place].message)])


def test_questions_without_a_check_show_why_marks_were_lost() -> None:
    one = answered(i_t=part(0, "x"))
    one.remarks += [
        Remark("not answered", "why", "0/3", "nb"),
        Remark("i_t: said", "test_states", "0/12", "nb"),
        Remark("of another notebook", "why", "0/3", "other"),
        Remark("The given cell was changed.", "setup"),
    ]  # fmt: skip
    (on,) = first_trouble(record(one)).values()
    assert on == [("lstm_states, i_t", "said"), ("4. In words", "not answered")]


LONG = "The forget gate decides what stays, so a gate near one keeps the gradient alive."
CODE = """def update(f, i, o, c, new):
    kept = f * c
    added = i * new
    C = kept + added  # {comment}
    h = o * np.tanh(C)
    return C, h
"""
STUB = "def update(f, i, o, c, new):\n    # YOUR CODE HERE\n    raise NotImplementedError()"


def having(student: str, **answers: str) -> Submission:
    one = submission(student, 12, 3)
    one.answered = {("nb", name): source for name, source in answers.items()}
    return one


def class_of(*submissions: Submission) -> ClassRecord:
    given = {
        ("nb", "update"): (new_code_cell(STUB), new_code_cell(CODE.format(comment="the state"))),
        ("nb", "why"): (new_markdown_cell("YOUR ANSWER HERE"), new_markdown_cell(f"{LONG} So.")),
    }
    return replace(record(*submissions), given=given)


def others(count: int) -> list[Submission]:
    return [
        having(f"o{k}", update=CODE.format(comment=f"state {k}"), why=f"{LONG} {k} times.")
        for k in range(count)
    ]


def test_equal_notebooks_are_named_though_their_code_is_a_common_one() -> None:
    pair = {"update": CODE.format(comment="C_t as in class"), "why": f"{LONG} Mine."}
    found = same_notebooks(class_of(*others(30), having("ana", **pair), having("ben", **pair)))
    assert [(one.students, one.answers) for one in found] == [(("ana", "ben"), 2)]
    assert found[0].telling == {
        ("nb", "update"): "# C_t as in class",
        ("nb", "why"): f"{LONG} Mine.",
    }


@pytest.mark.parametrize(
    "pair",
    [
        {"update": CODE.format(comment="the state")},  # the model answer
        {"update": CODE.replace("  # {comment}", "")},  # in a common way, without comments
        {"why": f"{LONG}   So."},  # the model answer in words
        {"update": "x = 3", "why": "Because it commutes."},  # too little
        {"update": STUB, "why": "YOUR ANSWER HERE"},
    ],
)
def test_what_all_were_given_or_must_type_is_no_evidence(pair: dict[str, str]) -> None:
    assert same_notebooks(class_of(*others(30), having("a", **pair), having("b", **pair))) == []


def test_one_character_apart_is_not_equal() -> None:
    two = having("a", why=f"{LONG} Mine."), having("b", why=f"{LONG} mine.")
    assert same_notebooks(class_of(*others(5), *two)) == []


def test_what_everybody_has_is_no_evidence_and_what_a_third_has_is() -> None:
    pair = {"why": f"{LONG} Mine."}
    assert same_notebooks(class_of(*(having(f"s{k}", **pair) for k in range(10)))) == []
    ten = [having(f"s{k}", **pair) for k in range(10)]
    (found,) = same_notebooks(class_of(*others(20), *ten))
    assert len(found.students) == 10


def test_code_of_their_own_is_shown_whole_and_the_page_says_what_is_equal() -> None:
    own = CODE.format(comment="<b>").replace("kept + added", "kept + added + 0 * i")
    found = class_of(*others(8), having("a", update=own), having("b", update=own))
    assert same_notebooks(found)[0].telling == {("nb", "update"): own}
    text = read(page(report(found))).text
    assert "a, b: 1 answers equal" in text
    assert "kept + added + 0 * i  # <b>" in text


def test_code_that_cannot_be_compared_stops_no_report() -> None:
    deep = "x = " + "(" * 5000 + ")" * 5000
    odd = {"update": deep, "why": f"{LONG} Mine."}
    (found,) = same_notebooks(class_of(*others(5), having("a", **odd), having("b", **odd)))
    assert found.telling == {("nb", "why"): f"{LONG} Mine."}
