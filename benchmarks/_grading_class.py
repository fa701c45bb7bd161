"""A course with one released assignment and as many submissions of it as wanted."""

import json
import shutil
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGraderAPI

from nbexaminer.course.course_folder import checked, open_course
from nbexaminer.notebook.released import read_released
from nbexaminer.runs.sample_class import Student, read_roster, sample_assignments
from nbexaminer.runs.sample_class.fill import fill

ROOT = Path(__file__).parents[1]
_TROUBLE = {"goran", "hana", "ivan"}
"""Whose answers end the kernel or never end: stock nbgrader would wait for them, or stop."""


def make_course(root: Path, assignment: str, config: str | None = None) -> NbGraderAPI:
    """Make a course in `root` with one assignment, released; `config` in place of the course's."""
    root.mkdir(parents=True)
    shutil.copytree(ROOT / "source" / assignment, root / "source" / assignment)
    text = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8") if config is None else config
    (root / "nbgrader_config.py").write_text(text, encoding="utf-8")
    api = open_course(root)
    checked("generate_assignment", api.generate_assignment(assignment))
    return api


def _ordinary() -> list[Student]:
    students = (s for s in read_roster() if s.by != "none" and s.accident is None)
    return [student for student in students if student.id not in _TROUBLE]


def hand_in(api: NbGraderAPI, assignment: str, count: int) -> list[str]:
    """Hand in `count` submissions: the answers of the sample class, in turn; returns the ids.

    Right, partly right and blank ones; nothing is damaged: stock nbgrader can grade each of them.
    Raises ValueError for an assignment that the sample class has not worked on: all would be blank.
    """
    if assignment not in sample_assignments():
        raise ValueError(
            f"the sample class has no answers to {assignment}, only to "
            f"{' and '.join(sample_assignments())}"
        )
    folder = Path(api.coursedir.format_path(api.coursedir.release_directory, ".", assignment))
    names = sorted(path.stem for path in folder.glob("*.ipynb"))
    variants: list[dict[str, bytes]] = []
    for student in _ordinary():
        notebooks: dict[str, Any] = {
            name: fill(read_released(api.coursedir, assignment, name), student.answers)
            for name in names
        }
        variants.append({f"{n}.ipynb": json.dumps(nb).encode() for n, nb in notebooks.items()})
    students = [f"s{number:04}" for number in range(count)]
    for student, files in zip(students, islice(cycle(variants), count), strict=True):
        place = Path(
            api.coursedir.format_path(api.coursedir.submitted_directory, student, assignment)
        )
        place.mkdir(parents=True)
        for name, raw in files.items():
            (place / name).write_bytes(raw)
    return students
