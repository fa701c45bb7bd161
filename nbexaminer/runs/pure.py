"""Grading one submission, as a function of its bytes and of the assignment's snapshot."""

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import nbformat
from nbformat import NotebookNode
from traitlets.config import Config
from traitlets.log import get_logger

from nbexaminer.exercises import exercises
from nbexaminer.notebook.remarks import add_remark, call_unread, remarks_of
from nbexaminer.pipeline import run
from nbexaminer.pipeline.configured import made
from nbexaminer.pipeline.context import GradingContext, NotebookSnapshot
from nbexaminer.runs.job import Graded, Job
from nbexaminer.runs.snapshot import AssignmentSnapshot, unpacked
from nbexaminer.sandbox import Sandbox
from nbexaminer.sandbox.folders import run_folder
from nbexaminer.submission.intake import blank, notebook_to_grade


def grade_submission(job: Job) -> Graded:
    """Return the graded notebooks of one submission.

    The steps of the pipeline run, up to those that record. The same job gives the same
    marks, in any process on any machine. Raises what a step raises that is not about the student.
    """
    start = perf_counter()
    os.environ.setdefault("NBGRADER_EXECUTION", "autograde")  # as nbgrader tells notebooks
    snapshot = unpacked(job.snapshot)
    notebooks: dict[str, str] = {}
    remarks: list[str] = [f"{name}: {reason}" for name, reason in job.left_out.items()]
    own = exercises().beside(snapshot.data)
    with own, TemporaryDirectory(dir=run_folder().path) as folder:
        for name, raw in {**job.files, **snapshot.data}.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
        for given in snapshot.notebooks:
            nb = _graded(job, snapshot, given, folder)
            notebooks[given.name] = json.dumps(nb)
            remarks += [remark.text for remark in remarks_of(nb) if remark.marks is None]
    seconds = perf_counter() - start
    return Graded(job.student, notebooks, tuple(dict.fromkeys(remarks)), seconds)


def get_ready(config: Config) -> None:
    """Let this process begin what its first submission would wait for."""
    Sandbox(config=config).get_ready()


def _graded(
    job: Job, snapshot: AssignmentSnapshot, given: NotebookSnapshot, folder: str
) -> NotebookNode:
    released = as_notebook(given.released)

    def walk(paths: tuple[str, ...], nb: NotebookNode) -> NotebookNode:
        context = context_for(job, snapshot, given, released)
        return run(made(paths, snapshot.config), nb, context.resources(folder))[0]

    try:
        nb = walk(snapshot.steps.put_right, _submitted(job, snapshot, given))
    except (OSError, MemoryError):  # of the machine: it is tried again
        raise
    except Exception as error:
        get_logger().exception("%s could not be put right; the blank is graded", job.student)
        nb = walk(
            snapshot.steps.put_right,
            blank(released, f"it could not be put right ({type(error).__name__}: {error})"),
        )
    nb = walk(snapshot.steps.mark, nb)
    nbformat.validate(nb, relax_add_props=True)
    return nb


def _submitted(job: Job, snapshot: AssignmentSnapshot, given: NotebookSnapshot) -> NotebookNode:
    released = as_notebook(given.released)
    if job.trouble is not None:
        call_unread(released)
        add_remark(released, job.trouble)
        return released
    names = {f"{one.name}.ipynb" for one in snapshot.notebooks}
    return notebook_to_grade(f"{given.name}.ipynb", job.handed_in, released, names)


def context_for(
    job: Job, snapshot: AssignmentSnapshot, given: NotebookSnapshot, released: NotebookNode
) -> GradingContext:
    """Return the context of one notebook of a job."""
    return GradingContext(
        student=job.student,
        assignment=snapshot.assignment,
        released=released,
        snapshot=given,
        students=snapshot.student_ids,
        data=snapshot.data,
        files=job.files,
        key=snapshot.key,
    )


def as_notebook(text: str) -> NotebookNode:
    """Return the notebook in JSON of our own making, unchecked."""
    return nbformat.from_dict(json.loads(text))  # type: ignore[no-any-return]
