"""Marks given for the answers to a question, and what the gradebook then holds."""

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from nbexaminer.gradebook import Judged, count_open
from nbexaminer.hand_marking.answers import Answer, answers_to
from nbexaminer.hand_marking.giving import (
    ConflictError,
    Given,
    Seen,
    UnfitMarkError,
    give,
)
from nbexaminer.hand_marking.questions import HandMarkedQuestion, hand_marked_questions
from tests.grading.course import ASSIGNMENT, NOTEBOOK, Course
from tests.grading.hand_marking.classes import (
    PROMPT,
    RUBRIC,
    SOLUTION,
    graded_class,
    hand_in,
    source,
    state,
    write,
)
from tests.grading.runs.classes import without_kernel

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Path:
    """A graded class to copy."""
    return graded_class(Course(tmp_path_factory.mktemp("graded"), template=template)).root


@pytest.fixture
def course(tmp_path: Path, graded: Path) -> Course:
    return Course(tmp_path, template=graded)


@pytest.fixture
def question(course: Course) -> HandMarkedQuestion:
    (found,) = hand_marked_questions(course.api.coursedir, ASSIGNMENT, NOTEBOOK)
    return found


@pytest.fixture
def gradebook(course: Course) -> Iterator[Gradebook]:
    with course.gradebook() as opened:
        yield opened


Mark = Callable[..., list[Answer]]


@pytest.fixture
def mark(course: Course, gradebook: Gradebook, question: HandMarkedQuestion) -> Mark:
    """Mark students' answers as the page does, from what stands there now."""

    def marked(
        *students: str, points: float | None, met: str = "", comment: str = ""
    ) -> list[Answer]:
        answers = answers_to(gradebook, course.api.coursedir, question)
        seen = [seen_of(a) for a in answers if a.student in students]
        judged = tuple(
            Judged(c, sign == "x") for c, sign in zip(question.rubric, met, strict=False)
        )
        return give(gradebook, course.api.coursedir, question, seen, Given(points, judged, comment))

    return marked


def seen_of(answer: Answer) -> Seen:
    return Seen(answer.grade, answer.digest, answer.mark.manual, answer.comment)


def test_a_question_has_all_that_a_marker_reads(question: HandMarkedQuestion) -> None:
    assert (question.title, question.points) == ("3. In words", 3)
    assert question.prompt == PROMPT
    assert question.solution == SOLUTION
    assert tuple(map(tuple, question.rubric)) == RUBRIC
    assert question.trouble == ""
    assert question.blank == "YOUR ANSWER HERE"


def test_one_mark_is_for_all_that_are_named(
    course: Course, gradebook: Gradebook, question: HandMarkedQuestion, mark: Mark
) -> None:
    assert count_open(gradebook, question) == 6  # two of eight have written nothing
    now = mark("ana", "ben", points=2, met="xx-", comment=" Well put.\n")
    assert [answer.student for answer in now] == ["ana", "ben"]
    for student in ("ana", "ben"):
        assert state(course, student) == (2, "Well put.", False)
    assert state(course, "cleo") == (None, "", True)
    assert count_open(gradebook, question) == 4
    assert [one.met for one in now[0].by_hand.judged] == [True, True, False]


def test_a_mark_is_taken_back(course: Course, mark: Mark) -> None:
    mark("ana", "gus", points=2, met="xx-", comment="No.")
    now = mark("ana", "gus", points=None)
    assert state(course, "ana") == (None, "", True)
    assert state(course, "gus") == (None, "", False)  # the blank has its automatic 0 again
    assert [answer.by_hand.judged for answer in now] == [(), ()]


@pytest.mark.parametrize("points", [-0.5, 3.5, math.nan, math.inf])
def test_points_that_the_question_has_not_are_refused(
    course: Course, mark: Mark, points: float
) -> None:
    with pytest.raises(UnfitMarkError, match="0 to 3"):
        mark("ana", points=points)
    assert state(course, "ana") == (None, "", True)


def test_another_rubric_than_the_questions_is_refused(course: Course, mark: Mark) -> None:
    with pytest.raises(UnfitMarkError, match="the rubric in source/ has changed"):
        mark("ana", points=1, met="x")
    assert state(course, "ana") == (None, "", True)


def test_who_was_slower_hears_of_it_and_overwrites_nothing(
    course: Course, gradebook: Gradebook, question: HandMarkedQuestion, mark: Mark
) -> None:
    coursedir = course.api.coursedir
    before = [
        seen_of(a)
        for a in answers_to(gradebook, coursedir, question)
        if a.student in ("ana", "ben")
    ]
    mark("ben", points=1, met="x--")
    with pytest.raises(ConflictError, match="Somebody else has marked") as raised:
        give(gradebook, coursedir, question, before, Given(3.0))
    assert {a.student: a.mark.manual for a in raised.value.answers} == {"ana": None, "ben": 1}
    assert state(course, "ana") == (None, "", True), "all or none"


def test_an_answer_that_was_graded_anew_is_not_marked_unseen(
    course: Course, gradebook: Gradebook, question: HandMarkedQuestion
) -> None:
    before = [
        seen_of(a)
        for a in answers_to(gradebook, course.api.coursedir, question)
        if a.student == "ana"
    ]
    hand_in(course, {"ana": "Another answer."})
    graded_again(course, "ana")
    with pytest.raises(ConflictError, match="handed in and graded anew"):
        give(gradebook, course.api.coursedir, question, before, Given(3.0))


def graded_again(course: Course, student: str) -> None:
    without_kernel(course)
    course.grade(student)


def test_an_answer_that_changed_says_so_until_it_is_marked(
    course: Course, gradebook: Gradebook, question: HandMarkedQuestion, mark: Mark
) -> None:
    mark("ana", points=2, met="xx-")
    hand_in(course, {"ana": "Another answer."})
    graded_again(course, "ana")
    gradebook.db.expire_all()
    (ana, *_) = answers_to(gradebook, course.api.coursedir, question)
    assert (ana.mark.manual, ana.mark.open, ana.by_hand.changed) == (2, True, True)
    assert [one.met for one in ana.by_hand.judged] == [True, True, False]
    (ana,) = mark("ana", points=2, met="xx-")
    assert (ana.mark.open, ana.by_hand.changed) == (False, False)
    graded_again(course, "ana")
    assert state(course, "ana") == (2, "", False)


def test_a_mark_keeps_the_criteria_it_was_given_by(
    course: Course, gradebook: Gradebook, question: HandMarkedQuestion, mark: Mark
) -> None:
    mark("ana", points=2, met="xx-")
    nb = source()
    cell = next(c for c in nb.cells if c.id == "why")
    cell.source = cell.source.replace("says that addition **commutes**", "names commutativity")
    write(course, nb)
    (now,) = hand_marked_questions(course.api.coursedir, ASSIGNMENT, NOTEBOOK)
    assert now.rubric[0].text == "names commutativity"
    (ana, *_) = answers_to(gradebook, course.api.coursedir, now)
    assert tuple(map(tuple, (one.criterion for one in ana.by_hand.judged))) == RUBRIC


def test_without_source_or_with_a_wrong_rubric_there_are_points_alone(
    course: Course, gradebook: Gradebook
) -> None:
    nb = source()
    cell = next(c for c in nb.cells if c.id == "why")
    cell.source = cell.source.replace("- 1: says", "- 9: says")
    write(course, nb)
    (question,) = hand_marked_questions(course.api.coursedir, ASSIGNMENT, NOTEBOOK)
    assert question.rubric == ()
    assert "add up to 11 points" in question.trouble
    (course.root / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb").unlink()
    (question,) = hand_marked_questions(course.api.coursedir, ASSIGNMENT, NOTEBOOK)
    assert "not in source/ here" in question.trouble
    (ana, *_) = answers_to(gradebook, course.api.coursedir, question)
    give(gradebook, course.api.coursedir, question, [seen_of(ana)], Given(1.5))
    assert state(course, "ana") == (1.5, "", False)


def test_the_feedback_page_says_it_in_words(course: Course, mark: Mark) -> None:
    mark("ana", points=2, met="xx-", comment="Texts do not commute.")
    course.expect_success(course.api.generate_feedback(ASSIGNMENT, "ana"))
    path = course.root / "feedback" / "ana" / ASSIGNMENT / f"{NOTEBOOK}.html"
    page = " ".join(path.read_text(encoding="utf-8").split())
    assert "</span> says that addition <strong>commutes</strong>: 1 of 1" in page
    assert "</span> names a case in which it does not hold: 0 of 1" in page
    assert "Texts do not commute." in page
