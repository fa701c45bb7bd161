"""A course that plain nbgrader has graded is taken over: two commands, and the marks of before."""

import shutil
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from nbexaminer.cli import main
from nbexaminer.course.course_folder import open_course
from nbexaminer.course.nbgrader_mended import mend
from tests.grading.course import KERNEL, ROOT, answer, cell, graded_test, words

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]

NB = new_notebook(
    cells=[
        cell("code", "numbers = [int(n) for n in open('numbers.txt')]", "setup", locked=True),
        answer("total", 'def total(values):\n    """Add them."""\n    return sum(values)'),
        graded_test("test_total", "assert total(numbers) == 6\n1 if total.__doc__ else 0.5", 1),
        answer("box", "class Box:\n    def __init__(self, n):\n        self.n = n"),
        graded_test("test_box", "assert isinstance(Box(2), Box) and Box(numbers[0]).n == 1", 2),
        words("why", 3),
    ],
    metadata={"kernelspec": KERNEL},
)
ANSWERS = {
    "ana": (NB.cells[1].source, NB.cells[3].source),
    "bo": ("def total(values):\n    return 6", "class Box:\n    n = 2"),
    "cy": ("def total(values):\n    return 0", NB.cells[3].source),
}


def marks(api: NbGraderAPI) -> dict[str, dict[str, tuple[float | None, float | None]]]:
    with Gradebook(api.coursedir.db_url) as gradebook:
        return {
            student: {
                grade.name: (grade.auto_score, grade.manual_score)
                for grade in gradebook.find_submission_notebook("nb", "ps1", student).grades
            }
            for student in ANSWERS
        }


def test_a_course_that_is_taken_over_keeps_its_marks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mend()  # finds `alembic`; nothing else of ours is in force
    config = Config({"CourseDirectory": {"root": str(tmp_path)}})
    plain = NbGraderAPI(CourseDirectory(config=config), config=config)
    source = tmp_path / "source" / "ps1"
    source.mkdir(parents=True)
    (source / "numbers.txt").write_text("1\n2\n3\n")
    old = nbformat.from_dict(NB)
    old.nbformat_minor = 4
    for one in old.cells:
        one.pop("id", None)
    nbformat.write(old, source / "nb.ipynb")
    assert plain.generate_assignment("ps1")["success"]
    for student, answers in ANSWERS.items():
        folder = tmp_path / "submitted" / student / "ps1"
        shutil.copytree(tmp_path / "release" / "ps1", folder)
        nb = nbformat.read(folder / "nb.ipynb", as_version=4)
        nb.cells[1].source, nb.cells[3].source = answers
        nbformat.write(nb, folder / "nb.ipynb")
        assert plain.autograde("ps1", student)["success"]
    with Gradebook(plain.coursedir.db_url) as gradebook:
        grade = gradebook.find_grade("why", "nb", "ps1", "ana")
        grade.manual_score = 2.5
        gradebook.db.commit()
    before = marks(plain)
    assert [before[student]["test_total"][0] for student in ANSWERS] == [1, 0.5, 0]

    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    api = open_course(tmp_path)
    generated = api.generate_assignment("ps1", force=True)
    assert generated["success"], generated["log"]
    nbformat.validate(nbformat.read(tmp_path / "release" / "ps1" / "nb.ipynb", as_version=4))
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["grade", "ps1", "--jobs", "1"])
    assert done.exit_code == 0, done.output
    assert marks(api) == before
