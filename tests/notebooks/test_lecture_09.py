"""Lecture 9 as stored: the exams, the sheets and the marks against plain Python."""

import re

import pytest

from course_utils.exercises import exam, exercise
from tests.notebooks.lecture_09_numbers import (
    EXAM_1,
    EXAM_2,
    MARKS_2,
    OF_A_GATE,
    PRINTED,
    SAID,
    TRACE,
    WORKINGS,
    Problem,
    right_lines,
    unseen,
)
from tests.notebooks.lecture_checks import (
    cells_since_question,
    check_lines,
    check_prediction,
    code_cells,
    figures,
)
from tests.notebooks.plain_lstm import CELL_2, I_2, O_2, SHEET_2_I, SHEET_2_O, SHEET_2_W, Gate
from tests.notebooks.stored import (
    cell,
    displayed,
    matrices,
    notebook,
    numbers,
    printed,
    shown_right,
    words_of_figure,
)

NAME = "09_exam_clinic.ipynb"
LECTURE = notebook(NAME)
PRACTICE = {
    "exam-1-question-1": "exam_1_embedding",
    "exam-1-question-2": "exam_1_states",
    "exam-1-question-3": "equations",
    "exam-2-question": "exam_2_states",
    "exam-2-consistent": "exam_2_consistent",
    "practise-counts": "rnn_lm_counts",
    "find-lstm": "find_the_slip",
    "find-gru": "find_the_slip_gru",
    "find-rnn": "find_the_slip_rnn",
}
MARKED = {"marked-1", "marked-2", "two-slips", "three-examiners", "blind-values", "warnings"}
SOLUTIONS = {"exam-1-solution", "exam-2-solution"}
WITHOUT_QUESTION = {
    "setup",
    "mock-paper",
    "sheet-2-copies",
    "two-questions-tools",
    "predictions",
} | PRACTICE.keys()


def drawn() -> Problem:
    """The numbers of the problem that section 5 marks; what follows from them is our own."""
    d = {k: v.tolist() for k, v in exercise("lstm_states").draw("practice", attempt=9).items()}
    gate = Gate(d["W_i"], d["b_i"])
    return Problem(gate, d["h_prev"], d["x"], d["c_prev"], d["f_t"], d["o_t"], d["c_tilde"])


BETWEEN = {"two-questions-tools", "explorer-exam-1", "exam-1-cannot-tell-values"}
"""What may stand between a question and its answer."""

PREDICTED: dict[str, str | float] = {
    "predict-slip-1": "i_t",
    "predict-suspect": "softmax for σ",
    "predict-marks-1": 7,
    "predict-copy": "its copy of W_c",
    "predict-marks-2": MARKS_2,
    "predict-given-gate": TRACE.f[0],
    "predict-strict": 100
    * sum(sum(right_lines(drawn(), slip)) for slip in OF_A_GATE)
    / (4 * len(OF_A_GATE)),
    "predict-unseen": len(unseen(EXAM_1)),
    "predict-find": "3",
}
"""The answers that open once a prediction is committed."""


@pytest.mark.parametrize("cell_id", PRINTED)
def test_every_printed_number_agrees_with_plain_python(cell_id: str) -> None:
    check_lines(printed(cell(LECTURE, cell_id)), PRINTED[cell_id])


@pytest.mark.parametrize(("cell_id", "claims"), SAID.items())
def test_numbers_in_the_text_are_true(cell_id: str, claims: dict[str, float]) -> None:
    source = cell(LECTURE, cell_id).source
    for template, value in claims.items():
        assert template.format(value) in source, template.format(value)


def test_the_copies_on_the_sheet_are_shown_beside_the_question() -> None:
    def flat(W: list[list[float]]) -> list[float]:
        return [n for row in W for n in row]

    shown = matrices(cell(LECTURE, "sheet-2-copies"))
    assert shown == [flat(CELL_2.candidate.W), flat(SHEET_2_W), I_2, SHEET_2_I, O_2, SHEET_2_O]


def test_the_four_corners_hold_the_eight_lines() -> None:
    words = words_of_figure(cell(LECTURE, "figure-two-questions"))
    assert "fine: x of exam 1, C~_t of exam 2." in words
    assert "slip of the pen: C_t of exam 2, h_t of exam 2." in words
    assert "earlier slip: C_t of exam 1, h_t of exam 1, z_c of exam 2." in words
    assert "the slip itself: i_t of exam 1." in words


def test_the_sheets_earn_what_follow_through_gives_them() -> None:
    """Exam 1: 2 for the gate and 1 for the plus are lost. Exam 2: the copied matrix alone."""
    _, first, *said = printed(cell(LECTURE, "marked-1"))
    assert first == "exam_1: 7 of 10 points"
    text = " ".join(said)
    assert "This is what softmax gives" in text
    assert "q2_C_t, q2_h_t: Right for your own earlier values" in text
    assert "q3_h_t: The output gate was added" in text
    _, first, *said = printed(cell(LECTURE, "marked-2"))
    assert first == f"exam_2: {MARKS_2:.4f} of 10 points"
    assert "not copied as it stands" in " ".join(said)


def test_three_examiners_by_plain_python() -> None:
    problem = drawn()
    lines = [right_lines(problem, slip) for slip in OF_A_GATE]
    hasty = sum(line[-1] for line in lines) / len(lines)
    strict = sum(map(sum, lines)) / (4 * len(lines))
    fair = 3 / 4  # one line of four has the slip, wherever it is
    shown = [
        re.search(r"the (\w+) +(\d+) % +from (\d+)", text)
        for text in printed(cell(LECTURE, "three-examiners"))[1:]
    ]
    found = [(m[1], int(m[2]), int(m[3])) for m in shown if m]
    assert found == [
        (name, round(100 * share), 26)
        for name, share in (("hasty", hasty), ("strict", strict), ("fair", fair))
    ]


def test_two_slips_cost_two_lines_of_four() -> None:
    _, first, *said = printed(cell(LECTURE, "two-slips"))
    assert first == "lstm_states: 2 of 4 points"
    text = " ".join(said)
    assert "z_i: The bias is missing" in text
    assert "i_t, C_t: Right for your own earlier values" in text
    assert "h_t: The output gate was added" in text


@pytest.mark.parametrize(
    ("title", "problem"), [("exam 1", EXAM_1), ("exam 2", EXAM_2), ("drawn", drawn())]
)
def test_the_slips_nobody_can_see_by_plain_python(title: str, problem: Problem) -> None:
    (output,) = cell(LECTURE, "blind-values").outputs
    block = re.search(rf"(?m)^{title}: (\d+) of 26\n(.*)\n", output.text)
    assert block
    listed = _names(block[2])
    expected = unseen(problem)
    assert int(block[1]) == len(expected) == len(listed)
    assert set(listed) == set(expected)


def _names(line: str) -> list[str]:
    """Names between commas; the comma inside [x, h] separates nothing."""
    return [n.strip() for n in re.split(r",(?![^\[]*\])", line) if n.strip()]


def test_the_counts_of_unseen_slips_in_the_summary() -> None:
    assert f"{len(unseen(EXAM_1))} of 26 in exam 1" in cell(LECTURE, "summary").source
    assert len(unseen(EXAM_2)) == 7
    assert "cannot see seven" in cell(LECTURE, "blind-why").source
    assert len(unseen(EXAM_1)) * 2 == 26
    assert "cannot see half of them" in cell(LECTURE, "blind-why").source


def test_every_slip_of_the_audit_is_named() -> None:
    text = "\n".join(c.source for c in LECTURE.cells if c.cell_type == "markdown")
    for named in (
        "Softmax for $\\sigma$",
        "The wrong name",
        "A misprint",
        "Rounded",
        "a 0 became a 3",
        "the minus of $-2$ got lost",
        "the $i_t$ written down, 0.4999",
        "the $o_t$ written down is $f_t$",
        "0.9719, should read 0.9725",
        "The gates follow from the weights in neither order",
        "The word is **recency**",
        "**No biases.**",
        "plays no part",
        "**Two models in one example.**",
        "**columns** here, **rows** there",
        "two **conventions**",
        "**Clipping is for explosions.**",
    ):
        assert named in text, named


def test_every_working_of_the_saturated_gate_lies_in_the_shaded_zone() -> None:
    found = numbers(words_of_figure(cell(LECTURE, "figure-exam-1-saturation")))
    expected = [min(map(min, WORKINGS.values())), max(map(max, WORKINGS.values())), 8]
    assert all(map(shown_right, found, expected)), found
    assert expected[0] > 8


@pytest.mark.parametrize(("cell_id", "expected"), PREDICTED.items())
def test_what_a_prediction_opens_is_right(cell_id: str, expected: str | float) -> None:
    check_prediction(LECTURE, cell_id, expected)


def test_the_live_marker_starts_with_a_followed_error() -> None:
    code = cell(LECTURE, "slip-sliders")
    (text,) = displayed(code, "text/plain")
    assert displayed(code, "image/png")
    assert "z_i marked down; i_t follows: full marks" in text
    assert text.endswith("It names: bias forgotten. 75 % of the marks.")


@pytest.mark.parametrize(("cell_id", "id"), PRACTICE.items())
def test_a_problem_stands_there_without_a_kernel(cell_id: str, id: str) -> None:
    (text,) = displayed(cell(LECTURE, cell_id), "text/markdown")
    attempt = 9 if "9" in cell(LECTURE, cell_id).source else 0
    problem = exercise(id)
    assert text.startswith(problem.statement(problem.draw("practice", attempt=attempt)))


def test_the_mock_paper_poses_six_questions_of_22_points() -> None:
    code = cell(LECTURE, "mock-paper")
    assert displayed(code, "text/plain") == ["practice_exam('mock_exam')"]
    (text,) = displayed(code, "text/markdown")
    points = [int(m) for m in re.findall(r"\*\*Question \d: .*, (\d+) points\*\*", text)]
    assert len(points) == 6
    assert sum(points) == exam("mock_exam").points == 22
    for question in exam("mock_exam").questions:
        one = question.exercise
        assert one.statement(one.draw("practice", attempt=10)) in text
    assert "Six questions, 22 points" in cell(LECTURE, "mock").source
    assert "of the 22 points" in cell(LECTURE, "mock-marking").source


def test_running_every_cell_marks_nothing_of_the_mock_paper_and_shows_no_solution() -> None:
    start = LECTURE.cells.index(cell(LECTURE, "mock"))
    end = LECTURE.cells.index(cell(LECTURE, "check-yourself"))
    (code,) = [c for c in LECTURE.cells[start:end] if c.cell_type == "code"]
    assert code.source == 'practice_exam("mock_exam", attempt=10)'
    assert not printed(code)
    assert "aligned" not in str(code.outputs)


def test_worked_solutions_are_stored() -> None:
    for cell_id in SOLUTIONS:
        (latex,) = displayed(cell(LECTURE, cell_id), "text/latex")
        assert r"\begin{aligned}" in latex


def test_a_question_stands_before_every_result() -> None:
    for code in code_cells(LECTURE):
        if code.id not in WITHOUT_QUESTION:
            since = cells_since_question(LECTURE, code)
            assert since is not None, code.id
            assert {c.id for c in since} <= BETWEEN, code.id


def test_no_result_goes_without_a_test() -> None:
    named = PRINTED.keys() | PRACTICE.keys() | MARKED | SOLUTIONS
    named |= {"setup", "sheet-2-copies", "slip-sliders", "mock-paper"} | PREDICTED.keys()
    named |= {"two-questions-tools", "explorer-exam-1", "predictions"}
    assert {c.id for c in code_cells(LECTURE)} == named | {c.id for c in figures(LECTURE)}
