"""A mark given by hand lasts through autograding, by either way, and asks to be looked at again
where its ground has changed."""

from collections.abc import Callable

import pytest

from nbexaminer.gradebook.tables import HandMark
from nbexaminer.hand_marking.reconcile import ANSWER_CHANGED, SCORE_CHANGED
from nbexaminer.notebook.remarks import remarks_of
from tests.grading.course import ASSIGNMENT, NOTEBOOK, RIGHT, Course, filled
from tests.grading.runs.classes import run, without_kernel

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]

Again = Callable[[], None]


@pytest.fixture
def quick(course: Course) -> Course:
    return without_kernel(course)


@pytest.fixture(params=["nbgrader autograde", "course grade"])
def again(request: pytest.FixtureRequest, quick: Course) -> Again:
    """Autograde ana once more."""

    def graded() -> None:
        if request.param == "nbgrader autograde":
            quick.grade("ana")
        else:
            code, words = run(quick, "--jobs", "1")
            assert code == 0, words

    return graded


def hand_in(course: Course, **answers: str) -> None:
    course.submit("ana", filled(course.released(), **(RIGHT | answers)))


def mark(course: Course, points: float | None, cell: str = "why") -> None:
    """Give a mark as formgrader gives it: through nbgrader's gradebook and nothing else."""
    with course.gradebook() as gradebook:
        grade = gradebook.find_grade(cell, NOTEBOOK, ASSIGNMENT, "ana")
        grade.manual_score, grade.needs_manual_grade = points, points is None
        gradebook.db.commit()


def state(course: Course, cell: str = "why") -> tuple[float, bool]:
    """Points, and whether somebody has to look."""
    with course.gradebook() as gradebook:
        grade = gradebook.find_grade(cell, NOTEBOOK, ASSIGNMENT, "ana")
        return grade.score, grade.needs_manual_grade


def said(course: Course) -> list[str]:
    return [remark.text for remark in remarks_of(course.graded("ana"))]


def test_a_mark_stays_and_nobody_is_asked_again(quick: Course, again: Again) -> None:
    hand_in(quick)
    again()
    assert state(quick) == (0, True)
    mark(quick, 2.5)
    for _ in range(2):
        again()
        assert state(quick) == (2.5, False)
    assert said(quick) == []


def test_where_the_answer_has_changed_the_mark_stays_and_somebody_is_asked(
    quick: Course, again: Again
) -> None:
    hand_in(quick)
    again()
    mark(quick, 2.5)
    hand_in(quick, why="Addition commutes.")
    for _ in range(2):  # until somebody has looked
        again()
        assert state(quick) == (2.5, True)
        assert said(quick) == [ANSWER_CHANGED]
    mark(quick, 2.5)  # the button "Resolve" of formgrader
    again()
    assert state(quick) == (2.5, False)
    assert said(quick) == []
    hand_in(quick)
    again()
    assert state(quick) == (2.5, True), "the first answer is not the one that was looked at"


def test_an_answer_that_is_put_back_needs_no_second_look(quick: Course, again: Again) -> None:
    hand_in(quick)
    again()
    mark(quick, 2.5)
    hand_in(quick, why="Something else.")
    again()
    hand_in(quick, why="  Because addition is commutative.\n")
    again()
    assert state(quick) == (2.5, False)


def test_a_changed_answer_without_a_mark_is_as_open_as_before(quick: Course, again: Again) -> None:
    hand_in(quick)
    again()
    hand_in(quick, why="Something else.")
    again()
    assert state(quick) == (0, True)
    assert said(quick) == []
    mark(quick, 1)
    mark(quick, None)  # taken back
    again()
    assert state(quick) == (0, True)
    quick.submit("ana", quick.released())
    again()
    assert state(quick) == (0, False), "nbgrader marks a blank by itself"


def test_a_test_that_was_put_right_by_hand_is_open_again_where_its_score_has_changed(
    quick: Course, again: Again
) -> None:
    hand_in(quick, total="total = 4")
    again()
    assert state(quick, "test_total") == (0, False)
    mark(quick, 1, "test_total")
    again()
    assert state(quick, "test_total") == (1, False)
    hand_in(quick)
    again()
    assert state(quick, "test_total") == (1, True)
    assert SCORE_CHANGED in said(quick)


def test_a_mark_from_before_this_was_kept_is_looked_at_once(quick: Course, again: Again) -> None:
    hand_in(quick)
    again()
    mark(quick, 2)
    with quick.gradebook() as gradebook:
        HandMark.metadata.drop_all(gradebook.engine)
    again()
    assert state(quick) == (2, True)
    assert said(quick) == []
    mark(quick, 2)
    again()
    assert state(quick) == (2, False)
