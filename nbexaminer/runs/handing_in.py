"""How the sample class gets its notebooks and hands them in: the exchange, and zip files."""

import zipfile
from contextlib import chdir
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import nbformat
from nbgrader.apps import NbGraderAPI, ZipCollectApp
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeFetchAssignment, ExchangeSubmit
from traitlets.config import Config

from nbexaminer.course.course_folder import CourseFolderError
from nbexaminer.notebook.released import read_released
from nbexaminer.runs.sample_class import Student
from nbexaminer.runs.sample_class.accidents import handed_in
from nbexaminer.runs.sample_class.fill import fill


def submit_through_exchange(
    api: NbGraderAPI, student: Student, assignment: str, home: Path
) -> None:
    """Fetch, fill in and submit, as `nbgrader fetch_assignment` and `nbgrader submit --student` do.

    `home` is the student's own folder. All students of the sample class are one user of this
    machine, so that they say who they are with `--student`; a real student is who they log in as.
    Raises CourseFolderError when the exchange refuses.
    """
    config = Config(api.config)
    config.Exchange.assignment_dir = str(home)
    config.Exchange.cache = str(home / "submitted")
    home.mkdir(parents=True, exist_ok=True)
    for action in (ExchangeFetchAssignment, ExchangeSubmit):
        coursedir = CourseDirectory(config=config)
        coursedir.assignment_id = assignment
        coursedir.student_id = student.id
        step = action(
            coursedir=coursedir, authenticator=Authenticator(config=config), config=config
        )
        if action is ExchangeSubmit:
            _fill_folder(home / assignment, student, assignment)
        try:
            step.start()
        except ExchangeError as error:
            raise CourseFolderError(f"{student.id}, {assignment}: {error}") from None


def _fill_folder(folder: Path, student: Student, assignment: str) -> None:
    for path in sorted(folder.glob("*.ipynb")):
        name, raw = _handed_in(path.name, nbformat.read(path, as_version=4), student, assignment)
        path.unlink()
        (folder / name).write_bytes(raw)


def _handed_in(
    name: str, released: nbformat.NotebookNode, student: Student, assignment: str
) -> tuple[str, bytes]:
    accident = student.accident
    if accident and accident.assignment not in (None, assignment):
        accident = None
    return handed_in(name, fill(released, student.answers), accident)


def download(api: NbGraderAPI, student: Student, assignment: str, due: datetime) -> None:
    """Put a student's files where one saves what a learning platform hands out.

    That is nbgrader's downloaded/ASSIGNMENT/archive/, with student and time in the file's name.
    """
    archive = Path(api.coursedir.root) / "downloaded" / assignment / "archive"
    archive.mkdir(parents=True, exist_ok=True)
    stamp = (due + timedelta(days=student.days)).strftime("%Y-%m-%d-%H-%M-%S")
    release = Path(api.coursedir.format_path(api.coursedir.release_directory, ".", assignment))
    packed = BytesIO()
    for path in sorted(release.glob("*.ipynb")):
        released = read_released(api.coursedir, assignment, path.stem)
        name, raw = _handed_in(path.name, released, student, assignment)
        if student.packed:
            with zipfile.ZipFile(packed, "a") as file:
                file.writestr(name, raw)
        else:
            (archive / f"{student.id}_{stamp}_{name}").write_bytes(raw)
    if student.packed:
        (archive / f"{student.id}_{stamp}.zip").write_bytes(packed.getvalue())


def collect_downloads(api: NbGraderAPI, assignment: str) -> None:
    """Run `nbgrader zip_collect ASSIGNMENT`; raises CourseFolderError when it fails."""
    with chdir(api.coursedir.root):
        app = ZipCollectApp()
        try:
            app.initialize([assignment])
            app.start()
        except SystemExit as stop:
            raise CourseFolderError(
                f"nbgrader zip_collect {assignment} failed with code {stop.code}"
            ) from None
        finally:
            app.reset()
