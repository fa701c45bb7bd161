"""What keeps a back-up from being made or read."""

from nbexaminer.errors import CourseFolderError


class BackUpError(CourseFolderError):
    """No back-up could be made, or it cannot be read. The message says why and what helps."""
