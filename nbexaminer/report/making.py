"""From a course's folder to the report of one assignment."""

from pathlib import Path

from nbgrader.apps import NbGraderAPI

from nbexaminer.course.course_folder import CourseFolderError, open_course
from nbexaminer.exercises import exercises
from nbexaminer.gradebook import assignment_names
from nbexaminer.notebook.released import data_files
from nbexaminer.report.gathering import ClassRecord, gather
from nbexaminer.report.page import Report, report
from nbexaminer.steps.personal import PersonalData


def class_report(root: Path, assignment: str) -> Report:
    """Work out the report of `assignment` in the course `root`, beside those due before it.

    Raises CourseFolderError when there is no such course, gradebook or assignment, or nothing of it
    is graded.
    """
    api = open_course(root)
    record = gather(api, assignment)
    if not record.submissions:
        raise CourseFolderError(
            f"nothing of {assignment!r} is graded yet: `course grade {assignment}` comes first"
        )
    personal = PersonalData(config=api.config).personal
    with exercises().beside(data_files(api.coursedir, assignment)):
        return report(record, _earlier(api, assignment), personal=personal)


def _earlier(api: NbGraderAPI, assignment: str) -> list[ClassRecord]:
    """Return the records of the graded assignments before this one, by due date, then by name."""
    with api.gradebook as gradebook:
        names = assignment_names(gradebook)
    records = [gather(api, name) for name in names[: names.index(assignment)]]
    return [record for record in records if record.submissions]
