"""Small courses and notebooks for the tests of grading, independent of the real assignments."""

import json
import shutil
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, PyFileConfigLoader

from nbexaminer.pipeline.context import GradingContext, NotebookSnapshot

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "small"
NOTEBOOK = "sums"
KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}


def cell(kind: str, source: str, name: str, **nbgrader: Any) -> NotebookNode:
    """Return one cell with nbgrader's metadata; its own id is its grade id."""
    new = new_code_cell if kind == "code" else new_markdown_cell
    flags = {"grade": False, "solution": False, "locked": False, "schema_version": 3, "task": False}
    return new(
        source,
        id=name,
        metadata={"nbgrader": flags | {"grade_id": name, "cell_type": kind} | nbgrader},
    )


def answer(name: str, solution: str) -> NotebookNode:
    return cell("code", f"### BEGIN SOLUTION\n{solution}\n### END SOLUTION", name, solution=True)


def graded_test(name: str, source: str, points: float) -> NotebookNode:
    return cell("code", source, name, grade=True, locked=True, points=points)


def words(name: str, points: float) -> NotebookNode:
    return cell("markdown", "Model answer.", name, grade=True, solution=True, points=points)


def source_notebook() -> NotebookNode:
    """Two sums, the second with partial credit and a hidden test, and a question in words."""
    hidden = "### BEGIN HIDDEN TESTS\nassert add(20, 3) == 23\n### END HIDDEN TESTS"
    return new_notebook(
        cells=[
            new_markdown_cell("# Sums", id="title"),
            cell("code", "import warnings\nnumbers = [1, 2]", "setup", locked=True),
            answer("total", "total = sum(numbers)"),
            graded_test("test_total", "assert total == 3", 2),
            answer("add", "def add(a, b):\n    return a + b"),
            graded_test("test_add", f"{hidden}\n2.0 + (add(2, 2) == 4)", 3),
            words("why", 3),
            new_markdown_cell("The end.", id="end"),
        ],
        metadata={"kernelspec": KERNEL},
    )


def resources(released: NotebookNode, **known: Any) -> dict[str, Any]:
    """Return what a step is handed, of the student "ana"; `known` are fields of the context."""
    snapshot = NotebookSnapshot(NOTEBOOK, "", None, {})
    return GradingContext("ana", ASSIGNMENT, released, snapshot, **known).resources("")


class Course:
    """A course in a folder of its own, graded in this process through nbgrader's API."""

    def __init__(
        self, root: Path, config: dict[str, Any] | None = None, template: Path | None = None
    ) -> None:
        """Make the course in `root`; `template` is one made before, which saves seconds."""
        self.root = root
        if template is not None:
            shutil.copytree(template, root, dirs_exist_ok=True)
        shutil.copy(ROOT / "nbgrader_config.py", root)
        loaded = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
        loaded.CourseDirectory.root = str(root)
        loaded.Exchange.root = str(root / "exchange")
        # Most of these courses are about something else, and are released many times.
        loaded.AssignmentExporter.try_tests = loaded.AssignmentExporter.check_solution = False
        loaded.merge(Config(config or {}))
        self.api = NbGraderAPI(CourseDirectory(config=loaded), config=loaded)
        if template is not None:
            return
        folder = root / "source" / ASSIGNMENT
        folder.mkdir(parents=True)
        nbformat.write(source_notebook(), folder / f"{NOTEBOOK}.ipynb")
        self.expect_success(self.api.generate_assignment(ASSIGNMENT))

    def release(self, source: NotebookNode) -> None:
        """Set and give out another notebook than source_notebook()."""
        nbformat.write(source, self.root / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb")
        self.expect_success(self.api.generate_assignment(ASSIGNMENT, force=True))

    def expect_success(self, result: dict[str, Any]) -> None:
        assert result["success"], result.get("log", "") + result.get("error", "")

    def released(self) -> NotebookNode:
        return nbformat.read(self.root / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb", as_version=4)

    def folder(self, student: str) -> Path:
        folder = self.root / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def submit(
        self,
        student: str,
        nb: NotebookNode | bytes,
        name: str = NOTEBOOK,
        timestamp: str | None = None,
    ) -> Path:
        path = self.folder(student) / f"{name}.ipynb"
        path.write_bytes(nb if isinstance(nb, bytes) else written(nb))
        if timestamp:
            (path.parent / "timestamp.txt").write_text(timestamp)
        return path

    def grade(self, student: str) -> NotebookNode:
        self.expect_success(self.api.autograde(ASSIGNMENT, student))
        return self.graded(student)

    def graded(self, student: str) -> NotebookNode:
        path = self.root / "autograded" / student / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
        return nbformat.read(path, as_version=4)

    def gradebook(self) -> Gradebook:
        return Gradebook(self.api.coursedir.db_url)

    def scores(self, student: str) -> dict[str, float | None]:
        with self.gradebook() as gradebook:
            submission = gradebook.find_submission(ASSIGNMENT, student)
            return {
                grade.name: None if grade.needs_manual_grade else grade.score
                for notebook in submission.notebooks
                for grade in notebook.grades
            }


def filled(released: NotebookNode, **answers: str) -> NotebookNode:
    """Return the released notebook with the answers of those grade ids filled in."""
    nb = nbformat.from_dict(json.loads(json.dumps(released)))
    for name, source in answers.items():
        by_id(nb, name).source = source
    return nb


def written(nb: NotebookNode) -> bytes:
    """Return the notebook as a file, unchecked: it may be damaged on purpose."""
    return json.dumps(nb).encode()


def by_id(nb: NotebookNode, name: str) -> NotebookNode:
    return next(c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


RIGHT = {
    "total": "total = 3",
    "add": "def add(a, b):\n    return a + b",
    "why": "Because addition is commutative.",
}
