"""Grading one submission, as a function of its bytes and of the assignment's material."""

import json
import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from traitlets.config import Config
from traitlets.log import get_logger
from traitlets.utils.importstring import import_item

from course_utils.grading.gradebook import GIVEN
from course_utils.grading.remarks import add_remark, remarks_of
from course_utils.grading.runner.job import Graded, Job
from course_utils.grading.runner.material import Given, Material, unpacked
from course_utils.grading.runner.nbgrader_steps import for_many
from course_utils.grading.sandbox import Sandbox
from course_utils.grading.sandbox.folders import run_folder
from course_utils.grading.submission import blank, notebook_to_grade

Step = Callable[[NotebookNode, dict[str, Any]], tuple[NotebookNode, dict[str, Any]]]


def grade_submission(job: Job) -> Graded:
    """Return the graded notebooks of one submission.

    The configured steps run, up to the first that writes the gradebook. The same job gives the same
    marks, in any process on any machine. Raises what a step raises that is not about the student.
    """
    start = perf_counter()
    os.environ.setdefault("NBGRADER_EXECUTION", "autograde")  # as nbgrader tells notebooks
    material = unpacked(job.material)
    notebooks: dict[str, str] = {}
    remarks: list[str] = [f"{name}: {reason}" for name, reason in job.left_out.items()]
    with TemporaryDirectory(dir=run_folder().path) as folder:
        for name, raw in {**job.files, **material.data}.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
        for given in material.notebooks:
            nb = _graded(job, material, given, folder)
            notebooks[given.name] = json.dumps(nb)
            remarks += [remark.text for remark in remarks_of(nb) if remark.marks is None]
    seconds = perf_counter() - start
    return Graded(job.student, notebooks, tuple(dict.fromkeys(remarks)), seconds)


def get_ready(config: Config) -> None:
    """Let this process begin what its first submission would wait for."""
    Sandbox(config=config).get_ready()


def _graded(job: Job, material: Material, given: Given, folder: str) -> NotebookNode:
    released = as_notebook(given.released)
    resources = resources_for(job, material, given, released, folder)
    sanitize = configured(material.sanitize, material.config)
    try:
        nb = _run(sanitize, _submitted(job, material, given), resources)
    except Exception as error:
        get_logger().exception("%s could not be put right; the blank is graded", job.student)
        reason = f"it could not be put right ({type(error).__name__}: {error})"
        resources = resources_for(job, material, given, released, folder)
        nb = _run(sanitize, blank(released, reason), resources)
    resources = resources_for(job, material, given, released, folder)
    nb = _run(configured(material.grade, material.config), nb, resources)
    nbformat.validate(nb, relax_add_props=True)
    return nb


def _submitted(job: Job, material: Material, given: Given) -> NotebookNode:
    released = as_notebook(given.released)
    if job.trouble is not None:
        add_remark(released, job.trouble)
        return released
    names = {f"{one.name}.ipynb" for one in material.notebooks}
    return notebook_to_grade(f"{given.name}.ipynb", job.handed_in, released, names)


def resources_for(
    job: Job,
    material: Material,
    given: Given,
    released: NotebookNode,
    folder: str,
    gradebook: Any = None,
) -> dict[str, Any]:
    """Return what nbgrader and SubmissionExporter hand to the steps, but for the gradebook's URL.

    In its place there is a gradebook; by default the material, which answers the questions that the
    steps of a worker ask.
    """
    resources: dict[str, Any] = ResourcesDict(
        unique_key=given.name, output_files_dir=f"{given.name}_files"
    )
    resources["metadata"] = ResourcesDict(name=given.name, path=folder)
    resources["nbgrader"] = {
        "student": job.student,
        "assignment": material.assignment,
        "notebook": given.name,
    }
    resources["course_utils"] = {
        "released": released,
        "submission": job.handed_in.notebooks,
        "data": material.data,
        GIVEN: material if gradebook is None else gradebook,
    }
    return resources


def _run(steps: list[Step], nb: NotebookNode, resources: dict[str, Any]) -> NotebookNode:
    for step in steps:
        nb, resources = step(nb, resources)
    return nb


def configured(paths: Sequence[str], config: Config) -> list[Step]:
    """Return the steps of those import paths, in the form for many submissions."""
    return [_class(path)(config=config) for path in paths]


@cache
def _class(path: str) -> type[Preprocessor]:
    return for_many(import_item(path))


def as_notebook(text: str) -> NotebookNode:
    """Return the notebook in JSON of our own making, unchecked."""
    return nbformat.from_dict(json.loads(text))  # type: ignore[no-any-return]
