"""The decisions on questions: read from the configuration, kept in nbgrader_config.json."""

import json
from collections.abc import Iterable
from copy import deepcopy
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import nbformat
from nbformat import NotebookNode
from nbgrader.apps import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.utils import is_grade
from traitlets.config import Config

from course_utils.grading.course_folder import CourseFolderError
from course_utils.grading.regrade.counting import (
    AskTheirPoints,
    Convention,
    Counting,
    CountQuestions,
)
from course_utils.grading.regrade.marks import Question
from course_utils.grading.released import graded_cells

Decisions = dict[str, dict[str, Any]]
"""The values of `Counting`: by convention and assignment the questions, and their points."""
FILE = "nbgrader_config.json"


def decisions(api: NbGraderAPI) -> Decisions:
    """Return what is decided now, for every assignment."""
    counting = Counting.of(api.config)
    names = counting.trait_names(config=True)
    return {name: deepcopy(dict(getattr(counting, name))) for name in names}


def decided(
    now: Decisions, assignment: str, questions: Iterable[Question], way: Convention | None
) -> Decisions:
    """Return `now` with `questions` counting as `way` says; None for the ordinary way again."""
    after = deepcopy(now)
    ways: dict[str, dict[str, list[str]]] = {kind: after[kind] for kind in get_args(Convention)}
    for question in questions:
        names = {question.cell, "/".join(question)}
        for kept in ways.values():
            kept[assignment] = [name for name in kept.get(assignment, ()) if name not in names]
        if way is not None:
            ways[way][assignment].append("/".join(question))
    for kind, by in ways.items():
        after[kind] = {name: sorted(kept) for name, kept in by.items() if kept}
    return after


def with_points(values: Decisions, api: NbGraderAPI, assignment: str) -> Decisions:
    """Return `values` with what source/ says that the questions out of the total are worth.

    The gradebook has 0 for these, and release/ what they were given out with, which a regrade may
    have corrected since. Raises CourseFolderError where a notebook cannot be read.
    """
    counting = Counting.of(Config(Counting=values))
    folder = Path(api.coursedir.format_path(api.coursedir.source_directory, ".", assignment))
    points = {
        f"{path.stem}/{name}": float(cell.metadata.nbgrader["points"])
        for path in sorted(folder.glob("*.ipynb"))
        for name, cell in graded_cells(_source(path)).items()
        if is_grade(cell) and counting.is_out_of_total(assignment, path.stem, name)
    }
    others = {name: kept for name, kept in values["points"].items() if name != assignment}
    return values | {"points": others | ({assignment: points} if points else {})}


def _source(path: Path) -> NotebookNode:
    try:
        nb: NotebookNode = nbformat.read(path, as_version=4)
    except (OSError, ValueError) as error:
        raise CourseFolderError(f"{path} cannot be read as a notebook: {error}") from None
    return nb


def named(known: Iterable[Question], names: Iterable[str]) -> list[Question]:
    """Return the questions called `names`: ID, or NOTEBOOK/ID. Raises CourseFolderError."""
    by_name: dict[str, list[Question]] = {}
    for question in known:
        by_name.setdefault(question.cell, []).append(question)
        by_name.setdefault("/".join(question), []).append(question)
    found = []
    for name in names:
        fits = by_name.get(name, [])
        if not fits:
            near = get_close_matches(name, by_name, n=2)
            hint = f"; is it {' or '.join(near)}?" if near else ""
            cells = ", ".join(sorted(key for key in by_name if "/" not in key))
            raise CourseFolderError(f"there is no question {name!r}{hint}; there are {cells}")
        if len(fits) > 1:
            places = " or ".join("/".join(one) for one in fits)
            raise CourseFolderError(f"{name!r} is in more than one notebook: say {places}")
        found.append(fits[0])
    return list(dict.fromkeys(found))


def require_steps(api: NbGraderAPI) -> None:
    """Raise CourseFolderError where the course's configuration lacks the steps that count."""
    converter = Autograde(coursedir=api.coursedir, config=api.config)
    for kind, steps, needed, behind in (
        ("sanitize_preprocessors", converter.sanitize_preprocessors, AskTheirPoints,
         "nbgrader.preprocessors.OverwriteCells"),
        ("autograde_preprocessors", converter.autograde_preprocessors, CountQuestions,
         "course_utils.grading.steps.SaveGradesAndRemarks"),
    ):  # fmt: skip
        path = f"{needed.__module__}.{needed.__qualname__}"
        if path not in steps and needed not in steps:
            raise CourseFolderError(
                f"nbgrader_config.py does not let questions count otherwise: add {path!r} to "
                f"c.Autograde.{kind}, behind {behind!r}"
            )


def keep(root: Path, after: Decisions) -> bytes | None:
    """Write the decisions to nbgrader_config.json beside what else is in it.

    Returns what was in the file before, None where there was none.
    """
    path = root / FILE
    before = path.read_bytes() if path.exists() else None
    values: dict[str, Any] = json.loads(before) if before else {}
    values["Counting"] = {kind: by for kind, by in after.items() if by}
    _replace(path, (json.dumps(values, indent=2, ensure_ascii=False) + "\n").encode())
    return before


def take_back(root: Path, before: bytes | None) -> None:
    """Undo `keep`."""
    if before is None:
        (root / FILE).unlink(missing_ok=True)
    else:
        _replace(root / FILE, before)


def _replace(path: Path, raw: bytes) -> None:
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(raw)
    new.replace(path)
