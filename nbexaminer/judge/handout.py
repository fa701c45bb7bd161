"""What a submission's kernel is given: the small course_utils, and this assignment's numbers."""

import json
import py_compile
import shutil
import sys
from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nbformat import NotebookNode

from course_utils import exercises
from course_utils.exercises.entries import entry
from nbexaminer import student_side
from nbexaminer.asked import asked_in

_SHARED = ("as_given.py", "calling.py", "refusing.py", "time_limit.py")
"""Files of course_utils.exercises that are the same on both sides; they import each other only."""
_IGNORE = shutil.ignore_patterns("__pycache__")


def handout_files(
    released: NotebookNode,
    student: str,
    data: Mapping[str, bytes] | None = None,
    *,
    solutions: bool = False,
) -> dict[str, bytes]:
    """Return by name the files that the kernel of one submission may see.

    That is `course_utils/`, handout.json with the numbers and statements of the exercises that
    `released` names, for `student` and for the class, and the assignment's other files, `data`.
    Only `solutions`, which is for a course's own model solution, puts answers in.
    """
    numbers = json.dumps(handout(released, student, solutions=solutions))
    ours = {**student_package(), "handout.json": numbers.encode()}
    taken = {Path(name).parts[0] for name in ours}
    return {n: raw for n, raw in (data or {}).items() if Path(n).parts[0] not in taken} | ours


@cache
def student_package() -> Mapping[str, bytes]:
    """Return the files of the small `course_utils`, and each compiled: no kernel has them yet."""
    with (
        as_file(files(student_side) / "course_utils") as package,
        TemporaryDirectory() as folder,
    ):
        root = Path(folder)
        shutil.copytree(package, root / "course_utils", ignore=_IGNORE)
        for name in _SHARED:
            copy = root / "course_utils" / "exercises" / name
            copy.write_bytes((files(exercises) / name).read_bytes())
        for source in sorted(root.rglob("*.py")):
            compiled = f"__pycache__/{source.stem}.{sys.implementation.cache_tag}.pyc"
            py_compile.compile(
                str(source),
                cfile=str(source.parent / compiled),
                dfile=source.relative_to(root).as_posix(),
                doraise=True,
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )
        found = (path for path in sorted(root.rglob("*")) if path.is_file())
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def handout(released: NotebookNode, student: str, *, solutions: bool = False) -> dict[str, Any]:
    """Return the content of handout.json."""
    return {
        "student": student,
        "exercises": {
            id: entry(id, student, attempts, solutions=solutions)
            for id, attempts in asked_exercises(released).items()
        },
    }


def asked_exercises(released: NotebookNode) -> dict[str, list[int]]:
    """Return which exercises the notebook that was given out asks, and which attempts of them."""
    asked: dict[str, set[int]] = {}
    for cell in released.cells:
        if cell.cell_type == "code":
            for one in asked_in(cell.source):
                asked.setdefault(one.exercise, {0}).add(one.attempt)
    return {id: sorted(asked[id]) for id in sorted(asked)}
