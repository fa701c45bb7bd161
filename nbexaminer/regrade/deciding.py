"""The decisions on questions: read from the configuration, kept in nbgrader_config.json."""

from collections.abc import Iterable
from copy import deepcopy
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import nbformat
from nbformat import NotebookNode
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from nbexaminer.backup import decisions as kept_decisions
from nbexaminer.backup.decisions import FILE
from nbexaminer.course.course_folder import CourseFolderError
from nbexaminer.gradebook import QuestionId
from nbexaminer.gradebook.counting import Convention, Counting
from nbexaminer.notebook.released import graded_cells, is_marked
from nbexaminer.pipeline.configured import steps_of

Decisions = dict[str, dict[str, Any]]
"""The values of `Counting`: by convention and assignment the questions, and their points."""


def decisions(api: NbGraderAPI) -> Decisions:
    """Return what is decided now, for every assignment."""
    counting = Counting.of(api.config)
    names = counting.trait_names(config=True)
    return {name: deepcopy(dict(getattr(counting, name))) for name in names}


def decided(
    now: Decisions, assignment: str, questions: Iterable[QuestionId], way: Convention | None
) -> Decisions:
    """Return `now` with `questions` counting as `way` says; None for the ordinary way again."""
    after = deepcopy(now)
    ways: dict[str, dict[str, list[str]]] = {kind: after[kind] for kind in get_args(Convention)}
    for question in questions:
        names = {question.cell, str(question)}
        for kept in ways.values():
            kept[assignment] = [name for name in kept.get(assignment, ()) if name not in names]
        if way is not None:
            ways[way][assignment].append(str(question))
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
        if is_marked(cell) and counting.is_out_of_total(assignment, path.stem, name)
    }
    others = {name: kept for name, kept in values["points"].items() if name != assignment}
    return values | {"points": others | ({assignment: points} if points else {})}


def _source(path: Path) -> NotebookNode:
    try:
        nb: NotebookNode = nbformat.read(path, as_version=4)
    except (OSError, ValueError) as error:
        raise CourseFolderError(f"{path} cannot be read as a notebook: {error}") from None
    return nb


def named(known: Iterable[QuestionId], names: Iterable[str]) -> list[QuestionId]:
    """Return the questions called `names`: ID, or NOTEBOOK/ID. Raises CourseFolderError."""
    by_name: dict[str, list[QuestionId]] = {}
    for question in known:
        by_name.setdefault(question.cell, []).append(question)
        by_name.setdefault(str(question), []).append(question)
    found = []
    for name in names:
        fits = by_name.get(name, [])
        if not fits:
            near = get_close_matches(name, by_name, n=2)
            hint = f"; is it {' or '.join(near)}?" if near else ""
            cells = ", ".join(sorted(key for key in by_name if "/" not in key))
            raise CourseFolderError(f"there is no question {name!r}{hint}; there are {cells}")
        if len(fits) > 1:
            places = " or ".join(map(str, fits))
            raise CourseFolderError(f"{name!r} is in more than one notebook: say {places}")
        found.append(fits[0])
    return list(dict.fromkeys(found))


def require_steps(api: NbGraderAPI) -> None:
    """Raise CourseFolderError where the course's configuration lacks the steps that count."""
    steps = steps_of(api.coursedir, api.config)
    for kind, configured, needed, behind in (
        ("sanitize_preprocessors", steps.put_right, "RestorePoints", "UseGradebookCells"),
        ("autograde_preprocessors", steps.record, "CountQuestions", "SaveGradesAndRemarks"),
    ):
        if not any(path.rpartition(".")[2] == needed for path in configured):
            path = "nbexaminer.steps."
            raise CourseFolderError(
                f"nbgrader_config.py does not let questions count otherwise: add "
                f"{path + needed!r} to c.Autograde.{kind}, behind {path + behind!r}"
            )


def keep(root: Path, after: Decisions) -> bytes | None:
    """Write the decisions to nbgrader_config.json beside what else is in it.

    Returns what was in the file before, None where there was none.
    """
    path = root / FILE
    before = path.read_bytes() if path.exists() else None
    kept_decisions.write(root, {kind: by for kind, by in after.items() if by})
    return before


def take_back(root: Path, before: bytes | None) -> None:
    """Undo `keep`."""
    if before is None:
        (root / FILE).unlink(missing_ok=True)
    else:
        kept_decisions.replace(root / FILE, before)
