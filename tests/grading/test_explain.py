"""Reasons for lost marks, from verdicts and outputs in memory."""

from copy import deepcopy

import numpy as np
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_notebook, new_output
from nbgrader.utils import compute_checksum

from course_utils.exercises import exercise
from course_utils.exercises.checking import lines_of
from course_utils.exercises.lectures import TOPICS
from course_utils.exercises.personal import Checked
from course_utils.exercises.verdict import PartVerdict, total
from nbexaminer.notebook.judgements import Judgement, Said, keep_judgement
from nbexaminer.notebook.remarks import Remark, remarks_of
from nbexaminer.steps.explain import ExplainLostMarks
from tests.grading.course import answer, cell, graded_test, resources, words


def part(score: float, message: str, weight: float = 1.0) -> PartVerdict:
    if score == 1:
        return PartVerdict.right(message, weight)
    return PartVerdict.wrong(message, weight, score=score)


def explained(nb: NotebookNode, released: NotebookNode, **checks: list[Checked]) -> list[Remark]:
    nb, _ = ExplainLostMarks().preprocess(nb, resources(released, checks=checks))
    return remarks_of(nb)


def notebook(*cells: NotebookNode) -> NotebookNode:
    return new_notebook(cells=list(cells))


RELEASED = notebook(answer("add", "pass"))
ANSWERED = answer("add", "def add(a, b): return a")


def reason(checked: list[Checked], *printed: Said) -> str:
    test = graded_test("test_add", "check(...)", 3)
    nb = notebook(ANSWERED, test)
    verdicts = [Said("\n".join(lines_of(one.verdict)), one.exercise) for one in checked]
    keep_judgement(nb, test, Judgement(1.0, said=(*verdicts, *printed)))
    (remark,) = explained(nb, RELEASED, test_add=checked)
    assert remark.cell == "test_add"
    return remark.text


@pytest.mark.parametrize(
    "good",
    [
        "Works in float32 as well.",
        "Works with batch axes in front.",
        "Leaves its arguments as they were.",
        "Right for your own earlier values: full marks here.",
        "Whatever a marker may say of what is right.",
    ],
)
def test_good_news_is_no_reason(good: str) -> None:
    verdict = total({"sum": part(0, "Not right."), "dtype": part(1, good)})
    assert reason([Checked("adding", 0, None, verdict)]) == "sum: Not right."


def test_what_costs_nothing_is_no_reason() -> None:
    parts = {
        "z": part(0, "Not given; it is optional.", weight=0.0),
        "batch": part(0, "Batch axes fail. (Not asked for here.)", weight=0.0),
        "sum": part(0.5, "Entry 2 is not right."), "more": part(0.5, "Entry 2 is not right."),
    }  # fmt: skip
    verdict = total(parts, ("The function prints; it only has to return.",))
    said = reason([Checked("adding", 0, None, verdict)])
    assert said == "sum, more: Entry 2 is not right."


def test_of_two_checks_of_an_exercise_the_last_one_counts_and_a_wrong_name_is_told() -> None:
    first = total({"a": part(0, "Off by one.")})
    last = total({"a": part(1, "Right."), "b": part(0, "b has no answer yet.")}, ("No part is c.",))
    checks = [Checked("adding", 0, {}, first), Checked("adding", 0, {}, last)]
    assert reason(checks) == "b: b has no answer yet. No part is c."


def softmax(W_f, b_f, h_prev, x):
    z = W_f @ np.concatenate([h_prev, x]) + b_f
    return np.exp(z) / np.exp(z).sum()


def test_of_a_function_with_wrong_values_the_properties_are_no_reason() -> None:
    verdict = exercise("forget_gate").mark_function(softmax, seed=0)
    assert verdict.parts["dtype"].score == 0
    said = reason([Checked("forget_gate", 0, None, verdict)])
    assert said.startswith("f_t: ")
    assert "dtype" not in said


def test_what_a_test_prints_itself_is_told_behind_the_verdict() -> None:
    verdict = total({"a": PartVerdict.wrong("Off.", read=(TOPICS["gates"],))})
    assert lines_of(verdict) == [f"a: Off. See {TOPICS['gates']}."]
    said = reason(
        [Checked("adding", 0, {}, verdict)], Said("Close, but look at the sign.\nother: 1\n")
    )
    assert said == "a: Off. Close, but look at the sign. other: 1"


def test_a_test_without_a_check_tells_what_it_prints() -> None:
    assert reason([], Said("Right is another matter.")) == "Right is another matter."


def test_what_only_looks_like_a_verdict_is_told_as_it_is() -> None:
    """A function of the student's may print such a line, and nothing follows from it."""
    verdict = total({"a": part(0, "Off.")})
    forged = Said("adding: 3 of 3 points\n")
    assert reason([Checked("adding", 0, {}, verdict)], forged) == "a: Off. adding: 3 of 3 points"


def test_a_test_that_the_judge_has_not_run_is_explained_by_what_it_shows() -> None:
    test = graded_test("test_add", "print('Off by one.')\n1.0", 3)
    test.outputs = [
        new_output("stream", name="stdout", text="Off by one.\n"),
        new_output("execute_result", {"text/plain": "1.0"}),
    ]
    (remark,) = explained(notebook(ANSWERED, test), RELEASED)
    assert remark == Remark("Off by one.", "test_add", "1/3")


def test_words_and_code_for_a_person_left_blank_are_not_answered() -> None:
    code = cell("code", "pass", "proof", grade=True, solution=True, points=2)
    cells = [words("why", 3), code, words("how", 1)]
    released = notebook(*map(deepcopy, cells))
    for one in cells:
        one.metadata.nbgrader["checksum"] = compute_checksum(one)
    cells[2].source = "An answer."
    assert explained(notebook(*cells), released) == [
        Remark("not answered", "why", "0/3"), Remark("not answered", "proof", "0/2"),
    ]  # fmt: skip
