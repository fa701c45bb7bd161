"""What a submission's kernel is given: what answers the judge, and this assignment's exercises."""

import json
import py_compile
import sys
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nbformat import NotebookNode

from course_utils import calling
from nbexaminer import student_side
from nbexaminer.exercises import exercises
from nbexaminer.notebook.asked import asked_in

_PARTS = (("examined", student_side), ("course_utils/calling", calling))
"""Where the kernel has which of the grader's own modules; they import each other and nothing else
of ours."""


def handout_files(
    released: NotebookNode,
    student: str,
    data: Mapping[str, bytes] | None = None,
    *,
    solutions: bool = False,
) -> dict[str, bytes]:
    """Return by name the files that the kernel of one submission may see.

    That is `examined/`, which answers the judge; `course_utils/`, with no more than the exercises
    offer; handout.json with the numbers and statements of those that `released` names, for
    `student` and for the class; and the assignment's other files, `data`. Only `solutions`, which
    is for a course's own model solution, puts answers in.
    """
    numbers = json.dumps(handout(released, student, solutions=solutions))
    ours = {**kernel_package(), "handout.json": numbers.encode()}
    taken = {Path(name).parts[0] for name in ours}
    return {n: raw for n, raw in (data or {}).items() if Path(n).parts[0] not in taken} | ours


@cache
def kernel_package() -> Mapping[str, bytes]:
    """Return the modules that every kernel has, and each compiled: no kernel has them yet."""
    sources = {"course_utils/__init__.py": b""}
    for folder, package in _PARTS:
        sources |= {
            f"{folder}/{path.name}": path.read_bytes()
            for path in files(package).iterdir()
            if path.name.endswith(".py")
        }
    sources |= exercises().kernel_files()
    return {name: content for name in sorted(sources) for name, content in _both(name, sources)}


def _both(name: str, sources: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    """Return a module's source, and what Python makes of it."""
    path = Path(name)
    compiled = path.parent / "__pycache__" / f"{path.stem}.{sys.implementation.cache_tag}.pyc"
    with TemporaryDirectory() as folder:
        source, target = Path(folder, path.name), Path(folder, compiled.name)
        source.write_bytes(sources[name])
        py_compile.compile(
            str(source),
            cfile=str(target),
            dfile=name,
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
        return [(name, sources[name]), (compiled.as_posix(), target.read_bytes())]


def handout(released: NotebookNode, student: str, *, solutions: bool = False) -> dict[str, Any]:
    """Return the content of handout.json."""
    return exercises().handout(asked_exercises(released), student, solutions=solutions)


def asked_exercises(released: NotebookNode) -> dict[str, list[int]]:
    """Return which exercises the notebook that was given out asks, and which attempts of them."""
    asked: dict[str, set[int]] = {}
    for cell in released.cells:
        if cell.cell_type == "code":
            for one in asked_in(cell.source):
                asked.setdefault(one.exercise, {0}).add(one.attempt)
    return {id: sorted(asked[id]) for id in sorted(asked)}
