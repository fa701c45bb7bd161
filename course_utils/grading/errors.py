"""What stops a command of the course."""


class CourseFolderError(Exception):
    """The folder is no course, or a step of nbgrader failed. The message says which and why."""
