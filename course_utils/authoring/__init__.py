"""Notebooks as files: running and cleaning them, and generating release/ from source/."""

from course_utils.authoring.clean import cleaned
from course_utils.authoring.faults import faults
from course_utils.authoring.files import read_notebook, written

__all__ = ["cleaned", "faults", "read_notebook", "written"]
