"""`course grade` leaves what `nbgrader autograde` leaves: files, gradebook, feedback, export."""

import csv
import json
from collections.abc import Callable

import pytest

from nbexaminer.runs.loop import export_grades
from tests.grading.course import ASSIGNMENT, NOTEBOOK, RIGHT, Course, by_id, filled
from tests.grading.runs.classes import files, rows, run

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]

LATE = "2026-01-03 12:00:00 UTC"
PENALTY = {"LatePolicy": {"percent_per_day": 10}}


def hand_in(course: Course) -> None:
    """A class in which each of the ways through the steps is taken."""
    right = filled(course.released(), **RIGHT)
    course.submit("right", right, timestamp="2026-01-01 12:00:00 UTC")
    course.submit("late", right, timestamp=LATE)
    course.submit("blank", course.released())
    course.submit("wrong", filled(course.released(), add="def add(a, b):\n    return 4"))
    course.submit(
        "dies", filled(course.released(), **(RIGHT | {"total": "import os; os._exit(1)"}))
    )
    course.submit("broken", b'{"cells": [')
    course.submit("renamed", right, name="my homework")
    double = filled(right)
    double.cells.append(json.loads(json.dumps(by_id(double, "why"))))
    double.cells[-1]["source"] = "Another answer."
    course.submit("double", double)
    course.folder("right").joinpath("notes").mkdir()
    course.folder("right").joinpath("notes", "mine.txt").write_text("mine")
    course.folder("right").joinpath("data.csv").write_text("changed by the student")
    source = course.root / "source" / ASSIGNMENT
    source.joinpath("data.csv").write_text("1,2")
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-01-02 12:00:00 UTC")


def mark_by_hand(course: Course) -> None:
    with course.gradebook() as gradebook:
        mark = gradebook.find_grade("why", NOTEBOOK, ASSIGNMENT, "late")
        mark.manual_score, mark.needs_manual_grade = 2.5, False
        gradebook.find_comment("why", NOTEBOOK, ASSIGNMENT, "late").manual_comment = "Well put."
        gradebook.find_grade("test_add", NOTEBOOK, ASSIGNMENT, "late").extra_credit = 0.5
        gradebook.db.commit()


def test_the_files_the_gradebook_and_what_is_made_of_them_are_the_same(
    make_course: Callable[..., Course], tmp_path_factory: pytest.TempPathFactory
) -> None:
    ours = make_course(Execute={"timeout": 3}, **PENALTY)
    path = ours.root / "nbgrader_config.py"
    lines = "c.Execute.timeout = 3\nc.LatePolicy.percent_per_day = 10\n"
    path.write_text(path.read_text(encoding="utf-8") + lines, encoding="utf-8")
    hand_in(ours)
    theirs = Course(
        tmp_path_factory.mktemp("theirs"),
        {"Execute": {"timeout": 3}, **PENALTY},
        template=ours.root,
    )
    for again in (False, True):  # the second time over marks given by hand
        theirs.expect_success(theirs.api.autograde(ASSIGNMENT, "*"))
        code, said = run(ours, "--jobs", "2")
        assert code == 0, said
        assert rows(ours) == rows(theirs)
        assert files(ours) == files(theirs)
        if not again:
            mark_by_hand(ours)
            mark_by_hand(theirs)
    assert rows(ours)["late"]["penalty"] == pytest.approx(0.8)
    assert ours.scores("late")["why"] == 2.5  # it stands, and nobody is asked to look again

    assert ours.api.get_autograded_students(ASSIGNMENT) == ours.api.get_submitted_students(
        ASSIGNMENT
    )
    ours.expect_success(ours.api.generate_feedback(ASSIGNMENT, "wrong"))
    assert (ours.root / "feedback" / "wrong" / ASSIGNMENT / f"{NOTEBOOK}.html").exists()
    assert exported(ours) == exported(theirs)
    assert len(exported(ours)) == 8


def exported(course: Course) -> list[dict[str, str]]:
    path = course.root / "grades.csv"
    export_grades(course.api, path)
    with path.open(encoding="utf-8") as file:
        return sorted(csv.DictReader(file), key=lambda row: row["student_id"])
