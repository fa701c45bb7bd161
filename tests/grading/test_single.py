"""One notebook, graded without a course folder: what it earns in a course, and nothing left."""

import json
from copy import deepcopy
from pathlib import Path

import pytest
from click.testing import CliRunner
from nbformat.v4 import new_notebook

from nbexaminer.cli import main
from nbexaminer.course.course_folder import CourseFolderError
from nbexaminer.runs.single import QuestionScore, grade
from tests.grading.course import (
    KERNEL,
    RIGHT,
    ROOT,
    Course,
    answer,
    cell,
    filled,
    graded_test,
    source_notebook,
    written,
)

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]

SUBMITTED = {
    "right": RIGHT,
    "wrong": RIGHT | {"total": "total = 4", "add": "def add(a, b):\n    return a * b"},
    "ends the kernel": RIGHT | {"total": "import os\nos._exit(1)"},
    "blank": {},
}


@pytest.mark.parametrize("name", SUBMITTED)
def test_it_earns_what_it_earns_in_a_course(course: Course, name: str) -> None:
    nb = filled(course.released(), **SUBMITTED[name])
    course.submit("ana", nb)
    course.grade("ana")
    result = grade(source_notebook(), nb, config=ROOT / "nbgrader_config.py")
    assert {name: one.score for name, one in result.questions.items()} == course.scores("ana")
    assert [one.points for one in result.questions.values()] == [2, 3, 3]
    for one in result.questions.values():
        assert bool(one.reasons) == (one.score is not None and one.score < one.points)


def test_a_broken_file_is_no_error_and_the_same_bytes_earn_the_same(course: Course) -> None:
    broken = grade(source_notebook(), b'{"cells": [')
    assert (broken.score, broken.points) == (0, 8)
    assert "the file is cut off" in broken.remarks[0]
    drawing = new_notebook(
        cells=[
            cell("code", "import numpy as np", "setup", locked=True),
            answer("f", "def f(a): return a"),
            graded_test("test", "print(np.random.rand()); assert f(1) == 1", 2),
        ],
        metadata={"kernelspec": KERNEL},
    )
    shown = [grade(drawing, drawing).notebook.cells[2].outputs[0].text for _ in range(2)]
    assert shown[0] == shown[1]


def test_files_beside_the_notebook_are_there_and_what_is_written_is_not(tmp_path: Path) -> None:
    source = new_notebook(
        cells=[
            answer("n", "n = int(open('data/n.txt').read())"),
            graded_test("test", "assert n == 7", 2),
        ],
        metadata={"kernelspec": KERNEL},
    )
    submission = deepcopy(source)
    submission.cells[0].source += "\nopen('left.txt', 'w').write('x')"
    result = grade(source, submission, data={"data/n.txt": b"7"})
    assert result.questions == {"test": QuestionScore(2.0, 2.0, ())}
    assert not list(Path.cwd().glob("left.txt"))


def test_a_source_that_cannot_be_generated_says_why() -> None:
    twice = source_notebook()
    twice.cells.append(graded_test("test_add", "assert True", 1))
    with pytest.raises(
        CourseFolderError, match="cannot generate the source: .*two cells are called 'test_add'"
    ):
        grade(twice, twice)


def test_the_command_prints_json_and_makes_nothing(
    course: Course, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("files")
    monkeypatch.chdir(folder)
    right = filled(course.released(), **RIGHT)
    Path("source.ipynb").write_bytes(written(source_notebook()))
    Path("ana.ipynb").write_bytes(written(right))
    done = CliRunner().invoke(main, ["mark", "source.ipynb", "ana.ipynb"])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["score"], said["points"]) == (5, 8)
    assert said["questions"]["why"] == {"score": None, "points": 3, "reasons": []}
    assert sorted(path.name for path in folder.iterdir()) == ["ana.ipynb", "source.ipynb"]

    Path("source.ipynb").write_text("no notebook")
    refused = CliRunner().invoke(main, ["mark", "source.ipynb", "ana.ipynb"])
    assert refused.exit_code == 1
    assert "nbgrader cannot generate the source" in refused.output
    assert "Traceback" not in refused.output
