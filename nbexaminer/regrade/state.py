"""Whether anything that marks follow from has changed since they were shown."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from nbexaminer.console import listed
from nbexaminer.gradebook import StudentMarks, class_marks
from nbexaminer.pipeline.exporter import SubmissionExporter
from nbexaminer.runs.job import read_job
from nbexaminer.runs.marking_code import marking_code

State = dict[str, Any]


def state(api: NbGraderAPI, assignment: str, gradebook: Gradebook) -> State:
    """Return digests of all that the marks of `assignment` follow from, and of the marks."""
    coursedir = api.coursedir
    known = class_marks(gradebook, assignment)
    return {
        "source": _folder(coursedir.format_path(coursedir.source_directory, ".", assignment)),
        "release": _folder(coursedir.format_path(coursedir.release_directory, ".", assignment)),
        "settings": _digest(_plain(api.config)),
        "marking": marking_code(api.config),
        "due": str(known.due),
        "submissions": submissions(api, assignment),
        "marks": {student: marks_digest(one) for student, one in sorted(known.students.items())},
    }


def changes_since(before: State, now: State, assignment: str) -> list[str]:
    """Return what is not as it was, in words; empty where all is."""
    said = {
        "source": f"source/{assignment} has changed",
        "release": f"release/{assignment} has changed",
        "settings": "the configuration has changed",
        "marking": "the code that marks has changed",
        "due": "the due date has changed",
    }
    words = [text for key, text in said.items() if before[key] != now[key]]
    for key, text in (("submissions", "handed in again"), ("marks", "marked otherwise")):
        people = [
            name
            for name in sorted({*before[key], *now[key]})
            if before[key].get(name) != now[key].get(name)
        ]
        if people:
            words.append(f"{text}: {listed(people, 3)}")
    return words


def submissions(api: NbGraderAPI, assignment: str) -> dict[str, str]:
    """Return the digest of each student's submission, as the journal of grading has it."""
    coursedir = api.coursedir
    size = SubmissionExporter(config=api.config).max_megabytes
    found = {}
    for student in sorted(api.get_submitted_students(assignment)):
        folder = coursedir.format_path(coursedir.submitted_directory, student, assignment)
        found[student] = read_job(Path(folder), student, b"", coursedir, size).digest
    return found


def marks_digest(one: StudentMarks) -> str:
    """Return the digest of all that the gradebook says of a student's work."""
    return _digest(
        [
            f"{one.handed_in or ''} {one.extension or ''}".strip(),
            sorted(one.penalties.items(), key=str),
            sorted((*question, asdict(mark)) for question, mark in one.marks.items()),
            sorted((*question, *said) for question, said in one.comments.items()),
        ]
    )


def _plain(config: Mapping[str, Any]) -> Any:
    """Return the configuration in values that can be compared."""
    return {k: _plain(v) if isinstance(v, Config) else repr(v) for k, v in sorted(config.items())}


def _folder(place: str) -> str:
    paths = sorted(path for path in Path(place).rglob("*") if path.is_file())
    return _digest(
        {
            path.relative_to(place).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in paths
            if ".ipynb_checkpoints" not in path.parts
        }
    )


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
