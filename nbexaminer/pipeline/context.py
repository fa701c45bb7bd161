"""What the steps of grading know beside the notebook that they go through."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Notebook

from nbexaminer.exercises import Checked
from nbexaminer.gradebook.model import NotebookRecord

KEY = "course_utils"
"""Where the context lies in the dictionary that nbgrader hands from step to step."""


@dataclass(frozen=True)
class CellSnapshot:
    """A cell as the gradebook has it; the fields are those of nbgrader's SourceCell."""

    name: str
    cell_type: str
    locked: bool
    source: str
    checksum: str
    points: float | None
    """None where it is not marked."""


@dataclass(frozen=True)
class NotebookSnapshot:
    """A notebook of an assignment: as it was given out, and as the gradebook has it."""

    name: str
    released: str
    """The notebook that was given out, as JSON."""
    kernelspec: str | None
    """As JSON."""
    cells: Mapping[str, CellSnapshot]
    """By grade id."""

    @classmethod
    def of(cls, notebook: Notebook, released: NotebookNode) -> "NotebookSnapshot":
        """Take the notebook from the gradebook."""
        marked = (*notebook.grade_cells, *notebook.task_cells)
        points = {cell.name: float(cell.max_score) for cell in marked}
        cells = {
            c.name: CellSnapshot(
                c.name, c.cell_type, c.locked, c.source, c.checksum, points.get(c.name)
            )
            for c in notebook.source_cells
        }
        return cls(notebook.name, json.dumps(released), notebook.kernelspec, cells)


@dataclass
class GradingContext:
    """One notebook of one submission, and what it is graded against."""

    student: str
    assignment: str
    released: NotebookNode
    """The notebook that was given out."""
    snapshot: NotebookSnapshot
    students: tuple[str, ...] = ()
    """Everybody whom the gradebook knows, by id."""
    data: Mapping[str, bytes] = field(default_factory=dict)
    """The files beside the source notebook, by path: they lie beside every submission."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """The student's other files, by path."""
    key: bytes = field(default=b"", repr=False)
    """What the inputs of tests are drawn with: see trial_key.py."""
    record: NotebookRecord = field(default_factory=NotebookRecord)
    """What the gradebook has for this notebook: for the steps that say `records`, which set what
    it is to have. Nothing for those before them."""
    checks: dict[str, list[Checked]] = field(default_factory=dict)
    """By grade id of the test: every check, with what it was given. Made by Execute."""

    @property
    def notebook(self) -> str:
        """The name of the notebook."""
        return self.snapshot.name

    def resources(self, folder: str) -> dict[str, Any]:
        """Return what nbgrader's own steps are handed, with this in it; code runs in `folder`."""
        return {
            "unique_key": self.notebook,
            "output_files_dir": f"{self.notebook}_files",
            "metadata": {"name": self.notebook, "path": folder},
            "nbgrader": {
                "student": self.student, "assignment": self.assignment, "notebook": self.notebook,
            },
            KEY: self,
        }  # fmt: skip


def context_of(resources: Mapping[str, Any]) -> GradingContext:
    """Return the context of a step that nbgrader's or our own pipeline has called."""
    context: GradingContext = resources[KEY]
    return context
