"""What is wrong with a roster."""

from nbexaminer.errors import CourseFolderError


class RosterError(CourseFolderError):
    """The file cannot be taken as a roster. The message says why and what helps."""
