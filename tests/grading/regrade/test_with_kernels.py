"""The whole way with real kernels: a wrong key in a real assignment, corrected."""

import shutil
from pathlib import Path

import nbformat
import pytest

from nbexaminer.course.course_folder import open_course
from nbexaminer.gradebook import class_marks
from nbexaminer.regrade.scratch import Options
from nbexaminer.regrade.work import carry_out, work_out
from nbexaminer.runs.assignment import GradeRequest, grade_assignment
from nbexaminer.runs.pool import LocalWorkers
from nbexaminer.runs.sample_class import read_roster
from nbexaminer.runs.sample_class.fill import fill
from tests.grading.course import ROOT, by_id
from tests.grading.runs.classes import Heard

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]
NAME, NOTEBOOK, TEST = "2_forget_gate", "forget_gate", "test_exam_1_gate"
WRONG = "3.0 * (abs(exam_1_i[0] - 0.25) < 0.01)"  # the key of another year


def correct(root: Path, source: str) -> str:
    """Set the test in source/; returns what was there."""
    path = root / "source" / NAME / f"{NOTEBOOK}.ipynb"
    nb = nbformat.read(path, as_version=4)
    cell = by_id(nb, TEST)
    before, cell.source = cell.source, source
    nbformat.write(nb, path)
    return before


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The course with the wrong key, and three of the sample class graded by it."""
    shutil.copytree(ROOT / "source" / NAME, tmp_path / "source" / NAME)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    right = correct(tmp_path, WRONG)
    (tmp_path / "right.txt").write_text(right)
    api = open_course(tmp_path)
    result = api.generate_assignment(NAME)
    assert result["success"], result
    released = nbformat.read(tmp_path / "release" / NAME / f"{NOTEBOOK}.ipynb", as_version=4)
    people = {one.id: one for one in read_roster()}
    for id in ("amira", "chen", "dana"):
        folder = tmp_path / "submitted" / id / NAME
        folder.mkdir(parents=True)
        nbformat.write(fill(released, people[id].answers), folder / f"{NOTEBOOK}.ipynb")
    workers = LocalWorkers(1)
    grade_assignment(api, GradeRequest(NAME), workers, Heard())
    workers.close()
    return tmp_path


def test_a_key_was_wrong(root: Path) -> None:
    api = open_course(root)
    with api.gradebook as gradebook:
        grade = gradebook.find_grade("words_forget_gate", NOTEBOOK, NAME, "amira")
        grade.manual_score, grade.needs_manual_grade = 2.5, False
        gradebook.db.commit()
        before = class_marks(gradebook, NAME).students
    correct(root, (root / "right.txt").read_text())
    work = work_out(api, NAME, Options(), lambda: LocalWorkers(2), Heard(), as_shown=False)
    (row,) = work.changes.rows
    assert (row.student, row.question and row.question.cell) == ("amira", TEST)
    assert (row.old, row.new) == ("0/3", "3/3")
    assert row.why == "test changed; no longer: the answer did not pass the test"
    carry_out(work, "before regrade")
    with api.gradebook as gradebook:
        after = class_marks(gradebook, NAME).students
    assert after["amira"].total == before["amira"].total + 3
    assert (after["chen"].marks, after["dana"].marks) == (
        before["chen"].marks,
        before["dana"].marks,
    )
    words = next(m for q, m in after["amira"].marks.items() if q.cell == "words_forget_gate")
    assert (words.score, words.open) == (2.5, False)
    result = api.generate_feedback(NAME, "amira", force=True)
    assert result["success"], result
    page = (root / "feedback" / "amira" / NAME / f"{NOTEBOOK}.html").read_text(encoding="utf-8")
    assert "14.5" in page
