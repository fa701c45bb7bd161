"""Formgrader in a real Jupyter server, started in the course's folder with our configuration."""

from collections.abc import Iterator

import pytest
import requests

from tests.grading.course import ASSIGNMENT, NOTEBOOK, RIGHT, Course, filled
from tests.grading.formgrader import Client, formgrader_server
from tests.grading.test_other_gradebooks import OLD, digest, execute

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]


@pytest.fixture(params=["the course's formgrader", "nbgrader's"])
def formgrader(
    request: pytest.FixtureRequest, course: Course, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    """A function that asks a running formgrader; the course has three submissions."""
    course.submit("ana", filled(course.released(), **RIGHT))
    course.submit("ben", b'{"cells": [')
    course.submit("cleo", filled(course.released(), **(RIGHT | {"total": "total = 4"})))
    ours = request.param != "nbgrader's"
    with formgrader_server(course, tmp_path_factory.mktemp("home"), ours=ours) as ask:
        yield ask


def test_formgrader_grades_shows_and_takes_marks_by_hand(
    formgrader: Client, course: Course
) -> None:
    assert "Manage Assignments" in formgrader("/manage_assignments").text
    (assignment,) = formgrader("/api/assignments").json()
    assert assignment["name"] == ASSIGNMENT
    assert assignment["num_submissions"] == 3

    # The button "Autograde", for each submission: the same way as the command.
    for student in ("ana", "ben", "cleo"):
        url = f"/api/submission/{ASSIGNMENT}/{student}/autograde"
        done = formgrader(url, "POST").json()
        assert done["success"], done
    assert course.scores("ana") == {"test_total": 2.0, "test_add": 3.0, "why": None}
    assert course.scores("ben") == {"test_total": 0.0, "test_add": 0.0, "why": 0.0}
    assert course.scores("cleo") == {"test_total": 0.0, "test_add": 3.0, "why": None}

    # Who has to be graded by hand.
    listed = formgrader(f"/api/submitted_notebooks/{ASSIGNMENT}/{NOTEBOOK}").json()
    assert {s["student"]: s["needs_manual_grade"] for s in listed} == {
        "ana": True,
        "ben": False,
        "cleo": True,
    }

    # The page of one submission, with the remarks on top and the answers.
    ids = {entry["student"]: entry["id"] for entry in listed}
    page = formgrader(f"/submissions/{ids['ben']}/").text
    assert "Remarks of the grader" in page
    assert "the file is cut off" in page
    assert "Because addition is commutative" in formgrader(f"/submissions/{ids['ana']}/").text

    # A mark by hand, as the page gives it, reaches the gradebook.
    grades = formgrader("/api/grades", params={"submission_id": ids["ana"]}).json()
    by_hand = next(grade for grade in grades if grade["name"] == "why")
    by_hand["manual_score"] = 2.5
    given = formgrader(f"/api/grade/{by_hand['id']}", "PUT", json=by_hand).json()
    assert given["needs_manual_grade"] is False
    assert course.scores("ana")["why"] == 2.5

    # The button "Generate feedback".
    done = formgrader(f"/api/assignment/{ASSIGNMENT}/ana/generate_feedback", "POST").json()
    assert done["success"], done
    feedback = course.root / "feedback" / "ana" / ASSIGNMENT / f"{NOTEBOOK}.html"
    assert "7.5 of 8 points" in feedback.read_text(encoding="utf-8")


def test_a_gradebook_of_an_older_nbgrader_is_told_of_and_left(
    course: Course, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with formgrader_server(course, tmp_path_factory.mktemp("home")) as ask:
        execute(course.root, OLD["before extra credit"])
        before = digest(course.root)
        for path in ("/manage_assignments", "/api/assignments", "/gradebook"):
            said = ask(path, status=409)
            assert "`nbgrader db upgrade` makes a copy" in said.text
            assert said.headers["Content-Type"].startswith("text/plain")
        ask(f"/api/assignment/{ASSIGNMENT}/assign", "POST", status=409)
        assert digest(course.root) == before
        signed_out = requests.get(f"{ask.base}/gradebook", allow_redirects=False, timeout=60)
        assert signed_out.status_code == 302
