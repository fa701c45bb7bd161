"""Papers: several exercises, each marked as it is on its own."""

import numpy as np
import pytest

from course_utils.exercises import Exam, check, exam, exams, exercise
from course_utils.exercises.seed_exams import HANDWRITTEN_1, HANDWRITTEN_2

PAPERS = [pytest.param(paper, id=paper.id) for paper in exams().values()]


@pytest.mark.parametrize("paper", PAPERS)
def test_the_solution_gets_full_marks(paper: Exam) -> None:
    data = paper.draw("s004")
    verdict = paper.mark(data, paper.solve(data))
    assert verdict.score == 1.0
    assert set(verdict.parts) == {part.name for part in paper.parts}
    assert sum(part.weight for part in verdict.parts.values()) == pytest.approx(paper.points)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("answers", [{}, None, 3, {"q1_x": "a", 3: 4}])
def test_bad_answers_get_a_verdict(paper: Exam, answers: object) -> None:
    verdict = paper.mark(paper.draw(), answers)
    assert verdict.score == 0.0
    assert all(part.message for part in verdict.parts.values())


@pytest.mark.parametrize("paper", PAPERS)
def test_a_question_left_out_costs_its_points(paper: Exam) -> None:
    data = paper.draw("s005")
    answers = {k: v for k, v in paper.solve(data).items() if not k.startswith("q1_")}
    lost = paper.questions[0].points / paper.points
    assert paper.mark(data, answers).score == pytest.approx(1 - lost)


@pytest.mark.parametrize("paper", PAPERS)
def test_a_question_is_marked_as_on_its_own(paper: Exam) -> None:
    data = paper.draw("s006")
    for n, question in enumerate(paper.questions, 1):
        alone = question.exercise
        own = alone.draw("s006")
        if any(part.model for part in alone.parts):
            continue
        wrong = {name: np.asarray(value) + 0.5 for name, value in alone.solve(own).items()}
        answers = {f"q{n}_{name}": value for name, value in wrong.items()}
        together = paper.mark(data, answers)
        for name, part in alone.mark(own, wrong).parts.items():
            assert together.parts[f"q{n}_{name}"].message == part.message


@pytest.mark.parametrize("paper", PAPERS)
def test_statement_and_steps_hold_every_question(paper: Exam) -> None:
    data = paper.draw("s001")
    for n in range(1, len(paper.questions) + 1):
        assert f"Question {n}" in paper.statement(data)
        assert f"Question {n}" in paper.steps(data)
    assert paper.steps(data).count(r"\begin") == paper.steps(data).count(r"\end")


def test_the_handwritten_first_exam() -> None:
    paper = exam("exam_1")
    answers = {
        "q1_x": HANDWRITTEN_1["x"],
        "q2_i_t": HANDWRITTEN_1["i_t"],
        "q2_C_t": HANDWRITTEN_1["C_t"],
        "q2_h_t": HANDWRITTEN_1["h_t"],
        "q3_C_t": r"C_t = f_t \odot C_{t-1} + I_t \odot \tilde{C}_t",
        "q3_h_t": r"h_t = o_t \odot \tanh(c_t)",
    }
    parts = paper.mark(paper.draw(), answers).parts
    assert parts["q1_x"].correct
    assert parts["q2_i_t"].slips == ("softmax for sigmoid",)
    assert parts["q2_i_t"].score == 0.0
    assert parts["q2_C_t"].followed_through
    assert parts["q2_h_t"].followed_through
    assert parts["q3_C_t"].correct
    assert parts["q3_h_t"].correct
    assert check("exam_1", answers, points=10) == 8.0
    assert "Every gate of exam 1 is 1" in paper.warning


def test_the_handwritten_second_exam() -> None:
    ex = exercise("exam_2_states")
    shown = {name: HANDWRITTEN_2[name] for name in ("z_c", "c_tilde", "C_t", "h_t")}
    parts = ex.mark(ex.draw(), shown).parts
    assert parts["z_c"].slips == ("copied matrix entry",)
    assert parts["c_tilde"].correct
    assert parts["C_t"].correct
    assert parts["h_t"].correct


def test_the_handwritten_second_exam_with_its_matrix_shown() -> None:
    ex = exercise("exam_2_states")
    shown = {name: HANDWRITTEN_2[name] for name in ("W_c", "z_c", "c_tilde", "C_t", "h_t")}
    parts = ex.mark(ex.draw(), shown).parts
    assert parts["W_c"].slips == ("copied matrix entry",)
    assert parts["z_c"].followed_through
    assert parts["h_t"].correct


def test_one_unit_off_in_the_second_exam_is_arithmetic_not_copying() -> None:
    ex = exercise("exam_2_states")
    z = ex.solve(ex.draw())["z_c"] + [0.5, 0.0]
    part = ex.mark(ex.draw(), {"z_c": z}).parts["z_c"]
    assert part.slips == ()
    assert "Entry 1 is not right" in part.message


def test_the_exams_numbers_are_stated_with_every_digit() -> None:
    for name in ("exam_2_states", "exam_2_consistent"):
        statement = exercise(name).statement(exercise(name).draw())
        assert "0.4165792" in statement
        assert "1.99999732" in statement
    assert "0.99999057" in exercise("exam_2_states").statement(exercise("exam_2_states").draw())
