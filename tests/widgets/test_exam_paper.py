"""The mock exam as one paper: what it shows while it is worked, when it is marked, and after."""

import re
from collections.abc import Iterator

import ipywidgets as widgets
import numpy as np
import pytest

from course_utils.exercises import exam
from course_utils.exercises.registry import exams
from course_utils.widgets import practice_exam
from course_utils.widgets.exam_paper import ExamPaper


def inside(box: widgets.Widget) -> Iterator[widgets.Widget]:
    yield box
    for child in getattr(box, "children", ()):
        yield from inside(child)


def buttons(paper: ExamPaper) -> dict[str, widgets.Button]:
    return {w.description: w for w in inside(paper) if isinstance(w, widgets.Button)}


def texts(paper: ExamPaper) -> list[widgets.Text]:
    return [w for w in inside(paper) if isinstance(w, widgets.Text)]


def shown(paper: ExamPaper) -> str:
    """Everything the paper says: its own words, the questions and what the marker wrote."""
    return "\n".join(
        w.value
        if isinstance(w, widgets.HTML)
        else "".join(o["data"]["text/markdown"] for o in w.outputs)
        for w in inside(paper)
        if isinstance(w, widgets.HTML | widgets.Output)
    )


def solve(paper: ExamPaper, attempt: int) -> None:
    for question, box in zip(exam("mock_exam").questions, paper.boxes, strict=True):
        one = question.exercise
        solution = one.solve(one.draw("practice", attempt=attempt))
        box.fill(**{name: value.tolist() for name, value in solution.items()})


def test_during_the_exam_there_is_nothing_to_press_but_the_papers_own_buttons() -> None:
    paper = practice_exam("mock_exam", attempt=10)
    assert buttons(paper).keys() == {"Mark the paper", "Worked solutions", "Another paper"}
    assert buttons(paper)["Worked solutions"].disabled
    assert "aligned" not in shown(paper)
    paper.show_solutions()
    assert "aligned" not in shown(paper)


def test_enter_marks_nothing() -> None:
    paper = practice_exam("mock_exam", attempt=10)
    texts(paper)[0].value = "1"
    before = shown(paper)
    texts(paper)[0]._handle_custom_msg({"event": "submit"}, [])
    assert shown(paper) == before


@pytest.mark.parametrize("typed", ["", "   "])
def test_an_empty_paper_is_not_marked(typed: str) -> None:
    paper = practice_exam("mock_exam", attempt=10)
    texts(paper)[0].value = typed
    buttons(paper)["Mark the paper"].click()
    assert "nothing to mark" in shown(paper)
    assert " of 22" not in shown(paper)
    assert buttons(paper)["Worked solutions"].disabled


def test_marking_gives_the_exams_own_points_and_opens_the_solutions_of_this_paper() -> None:
    paper = practice_exam("mock_exam", attempt=10)
    solve(paper, 10)
    states = exam("mock_exam").questions[1].exercise
    data = states.draw("practice", attempt=10)
    slipped = (data["f_t"] * np.tanh(states.solve(data)["C_t"])).tolist()
    paper.boxes[1].fill(h_t=slipped)
    earned = paper.mark()
    assert earned == pytest.approx((2, 4.5, 4, 4, 3, 3))
    assert "Question 2: 4.5 of 6" in shown(paper)
    assert "Together: 20.5 of 22" in shown(paper)
    answers = {
        f"q{n}_{name}": value
        for n, box in enumerate(paper.boxes, 1)
        for name, value in box.answers.items()
    }
    whole = exam("mock_exam")
    verdict = whole.mark(whole.draw("practice", attempt=10), answers)
    assert sum(earned) == pytest.approx(22 * verdict.score)

    buttons(paper)["Worked solutions"].click()
    for question in whole.questions:
        one = question.exercise
        assert one.steps(one.draw("practice", attempt=10)) in shown(paper)
    assert buttons(paper)["Mark the paper"].disabled, "after the solutions the marks stand"
    assert "Together: 20.5 of 22" in shown(paper)


def test_another_is_a_whole_new_paper_without_marks_and_solutions() -> None:
    paper = practice_exam("mock_exam", attempt=10)
    statements = [box.statement for box in paper.boxes]
    texts(paper)[0].value = "1"
    paper.mark()
    paper.show_solutions()
    buttons(paper)["Another paper"].click()
    fresh = practice_exam("mock_exam", attempt=11)
    assert shown(paper) == shown(fresh)
    changed = [box.statement != old for box, old in zip(paper.boxes, statements, strict=True)]
    assert changed == [True, True, False, True, True, True], "the equations have no numbers"
    assert not any(text.value for text in texts(paper))
    assert buttons(paper)["Worked solutions"].disabled
    assert not buttons(paper)["Mark the paper"].disabled


@pytest.mark.parametrize(
    "pressed", [[], ["Mark the paper"], ["Mark the paper", "Worked solutions"]]
)
def test_a_new_kernel_takes_up_the_paper_as_far_as_it_had_come(pressed: list[str]) -> None:
    before = practice_exam("mock_exam", attempt=10)
    before.another()
    for box, text in zip(texts(before), ["1", "", "a <b>", "0,5"], strict=False):
        box.value = text
    for name in pressed:
        buttons(before)[name].click()
    kept = {"state": dict(before._keeper.state), "values": [box.value for box in texts(before)]}
    after = practice_exam("mock_exam", attempt=10)
    after._keeper._handle_custom_msg({"restore": kept}, [])
    assert shown(after) == shown(before)
    assert [box.value for box in texts(after)] == kept["values"]
    state = {name: button.disabled for name, button in buttons(before).items()}
    assert {name: button.disabled for name, button in buttons(after).items()} == state


@pytest.mark.parametrize("id", exams())
def test_readers_without_a_kernel_see_every_question_once_and_no_answer(id: str) -> None:
    paper = practice_exam(id, attempt=10)
    bundle = paper._repr_mimebundle_()
    assert bundle["text/plain"] == f"practice_exam({id!r})"
    text = bundle["text/markdown"]
    assert [int(n) for n in re.findall(r"\*\*Question (\d+): ", text)] == list(
        range(1, len(paper.boxes) + 1)
    )
    assert all(text.count(box.statement) == 1 for box in paper.boxes)
    assert "aligned" not in text


@pytest.mark.parametrize("id", ["exam_1", "exam_2"])
def test_a_paper_as_it_was_set_has_no_other(id: str) -> None:
    paper = practice_exam(id)
    assert buttons(paper)["Another paper"].disabled
    before = shown(paper)
    paper.another()
    assert shown(paper) == before


def test_an_unknown_paper_is_named() -> None:
    with pytest.raises(KeyError, match="mock_exam"):
        practice_exam("mock")
