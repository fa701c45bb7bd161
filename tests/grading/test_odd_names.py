"""Folders of a course and an assignment with names that nbgrader takes for patterns."""

from collections.abc import Callable
from pathlib import Path

import pytest

from course_utils.grading.course_folder import CourseFolderError, open_course
from tests.grading.course import ASSIGNMENT, ROOT, Course


@pytest.mark.parametrize("name", ["3 (GRU)", "a+b", "x.y", "^$ 2", "gru [1]"])
def test_who_handed_in_is_found_whatever_the_assignment_is_called(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "nbgrader_config.py").write_bytes((ROOT / "nbgrader_config.py").read_bytes())
    for student in ("ana", "bo", "jürgen"):
        (tmp_path / "submitted" / student / name).mkdir(parents=True)
    (tmp_path / "submitted" / "cem" / "3 GRU").mkdir(parents=True)
    (tmp_path / "submitted" / "a file").touch()
    api = open_course(tmp_path)
    assert api.get_submitted_students(name) == {"ana", "bo", "jürgen"}
    assert api.get_submitted_students("*") == {"ana", "bo", "jürgen", "cem"}


def test_a_course_with_such_an_assignment_is_generated_and_found(
    make_course: Callable[..., Course],
) -> None:
    course = make_course()
    name = "3 (GRU)"
    (course.root / "source" / ASSIGNMENT).rename(course.root / "source" / name)
    api = open_course(course.root)
    course.expect_success(api.generate_assignment(name))
    assert api.get_source_assignments() == {name}
    assert (course.root / "release" / name / "sums.ipynb").is_file()


@pytest.mark.parametrize("name", ["WS26 [RNN]", "$x", "a*", "{course}"])
def test_a_path_that_nbgrader_cannot_work_in_is_one_true_sentence(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "nbgrader_config.py").touch()
    with pytest.raises(CourseFolderError, match="nbgrader cannot work in .* rename that folder"):
        open_course(tmp_path / name)
