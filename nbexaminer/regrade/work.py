"""One regrade from beginning to end: worked out, shown, agreed to, applied."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.converters.base import NbGraderException

from nbexaminer import gradebook as book
from nbexaminer.backup import back_up
from nbexaminer.backup.notebooks import archive
from nbexaminer.course.course_folder import CourseFolderError, require_gradebook
from nbexaminer.gradebook import QuestionId, class_marks
from nbexaminer.gradebook.counting import Counting
from nbexaminer.regrade.applying import ConflictError, apply, recover
from nbexaminer.regrade.changes import Changes, compare
from nbexaminer.regrade.deciding import Decisions, keep, take_back
from nbexaminer.regrade.printing import write
from nbexaminer.regrade.reasons import reasons
from nbexaminer.regrade.scratch import (
    Options,
    Scratch,
    grade_into,
    graded_before,
    is_ready,
    state_now,
)
from nbexaminer.regrade.state import State, changes_since
from nbexaminer.runs.assignment import Report
from nbexaminer.runs.workers import Workers


@dataclass(frozen=True)
class Regrade:
    """What a regrade would do; `students` are those whose marks it holds."""

    scratch: Scratch
    state: State
    changes: Changes
    students: list[str]
    left: dict[str, str]
    """Who is not graded anew, and why."""


def work_out(
    api: NbGraderAPI,
    assignment: str,
    options: Options,
    workers: Callable[[], Workers],
    report: Report,
    *,
    as_shown: bool,
) -> Regrade:
    """Grade the class anew without writing anything of the course.

    What was worked out before is taken as it is where nothing has changed since; with `as_shown` it
    is an error where something has. Raises CourseFolderError.
    """
    order = questions(api, assignment)
    scratch = Scratch.of(api, assignment)
    recover(scratch)
    graded = graded_before(api, assignment)
    now = state_now(api, assignment)
    _require_students(now, assignment, options)
    if not is_ready(scratch, now, options):
        begun, done = scratch.begun(), scratch.done()
        same = begun is not None and begun["options"]["purpose"] == options.purpose
        if as_shown and begun is not None and done is not None and same:
            changed = changes_since(begun["state"], now, assignment) or ["other options were given"]
            raise ConflictError(
                f"since the regrade was shown: {'; '.join(changed)}. Nothing has been changed; "
                f"call this without --yes to see what it would change now"
            )
        with closing(workers()) as at_work:
            grade_into(scratch, now, options, at_work, report)
    return _compared(scratch, now, graded, order)


def carry_out(work: Regrade, why: str, decided: Decisions | None = None) -> Path:
    """Back up, then write what was shown; returns the back-up. Raises CourseFolderError.

    With `decided` these decisions are kept, with the marks or not at all: behind the back-up, which
    holds those from before.
    """
    scratch = work.scratch
    changed = changes_since(
        work.state, state_now(scratch.api, scratch.assignment), scratch.assignment
    )
    if changed:
        raise ConflictError(f"meanwhile: {'; '.join(changed)}. Nothing has been changed")
    saved = back_up(scratch.api, why)
    notebooks, changes = saved.with_suffix(".zip"), saved.with_suffix(".csv")
    root = Path(scratch.api.coursedir.root)
    file = keep(root, decided) if decided is not None else None
    try:
        archive(scratch.api.coursedir, scratch.assignment, work.students, notebooks)
        write(changes, work.changes)
        apply(scratch, work.state, work.students)
    except BaseException as error:  # it has not been done, and nothing says that it has
        if decided is not None:
            take_back(root, file)
        if isinstance(error, Exception):
            notebooks.unlink(missing_ok=True)
            changes.unlink(missing_ok=True)
        raise
    scratch.clear()
    return saved


def questions(api: NbGraderAPI, assignment: str) -> list[QuestionId]:
    """Return the marked cells of an assignment that can be regraded, as they were given out.

    Raises CourseFolderError.
    """
    require_gradebook(api)
    sources = api.get_source_assignments()
    with Gradebook(api.coursedir.db_url, api.coursedir.course_id) as gradebook:
        known = {str(one.name): one for one in gradebook.assignments}
        if assignment in known and assignment in sources:
            try:
                found = book.questions(gradebook, api.coursedir, assignment)
                return [question.id for question in found]
            except NbGraderException as error:
                raise CourseFolderError(str(error)) from None
        orphans = sorted(name for name in known if name not in sources and known[name].submissions)
    if assignment not in sources and assignment not in known:
        names = ", ".join(sorted({*sources, *known})) or "none"
        raise CourseFolderError(f"there is no assignment {assignment!r}; there are {names}")
    if assignment in known:
        raise CourseFolderError(
            f"the gradebook has {assignment!r}, but source/{assignment} is gone. If its folder was "
            "renamed, give it its old name again: marks, submissions and pages go by it"
        )
    hint = f"; it has marks of {' and '.join(orphans)}, whose folder in source/ is gone: "
    hint += "if that was renamed, give it its old name again" if orphans else ""
    raise CourseFolderError(
        f"the gradebook has no assignment {assignment!r}{hint if orphans else ''}; "
        f"`nbgrader generate_assignment {assignment}` puts a new one in"
    )


def _require_students(now: State, assignment: str, options: Options) -> None:
    if not set(now["marks"]) & set(now["submissions"]):
        raise CourseFolderError(
            f"nobody has marks for {assignment!r} yet: `course grade {assignment}` comes first"
        )
    for student in options.students:
        if student not in now["marks"]:
            raise CourseFolderError(f"the gradebook has no marks of {student!r} for {assignment!r}")


def _compared(
    scratch: Scratch, now: State, graded: dict[str, str], order: list[QuestionId]
) -> Regrade:
    api, name = scratch.api, scratch.assignment
    done = scratch.done() or {}
    left: dict[str, str] = dict(done["failures"])
    students = []
    for student in done["students"]:
        if scratch.graded_folder(student).is_dir():
            students.append(student)
        else:
            left.setdefault(student, "no notebook is among what was handed in")
    begun = scratch.begun() or {}
    if not begun["options"]["students"]:
        for student in sorted(set(now["marks"]) - set(now["submissions"])):
            left[student] = f"nothing of {student} is in submitted/"
    with (
        Gradebook(api.coursedir.db_url, api.coursedir.course_id) as old,
        Gradebook(scratch.gradebook, api.coursedir.course_id) as new,
    ):
        before, after = class_marks(old, name), class_marks(new, name)
    counting = Counting.of(api.config)
    why: dict[tuple[str, QuestionId], str] = {}
    for student in students:
        folder = api.coursedir.format_path(api.coursedir.autograded_directory, student, name)
        again = student in graded and graded[student] != now["submissions"][student]
        said = reasons(
            Path(folder), scratch.graded_folder(student), counting, name, handed_in_again=again
        )
        why |= {(student, question): text for question, text in said.items()}
    marked = {student: after.students[student] for student in students}
    worth = before.worth, after.worth
    return Regrade(
        scratch, now, compare(before.students, marked, worth, why, order), students, left
    )
