"""The course's key: what the inputs of tests are drawn with, so that no student can foresee them.

It is a file in the course's folder, on the grader's side. It goes to the workers that judge, and
never to a submission's kernel.
"""

import os
import secrets
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from nbexaminer.course.course_folder import CourseFolderError

FILE = Path(".grading", "trials.key")
_BYTES = 32


def trial_key(coursedir: CourseDirectory) -> bytes:
    """Return the key of a course; the first to ask makes it.

    Its owner alone may read it, and where the folder is shared by a group (`groupshared`), that
    too. Raises CourseFolderError where the file cannot be read, or is no key.
    """
    path = Path(coursedir.root) / FILE
    try:
        if not path.exists():
            _make(path, 0o640 if coursedir.groupshared else 0o600)
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except OSError as error:
        raise CourseFolderError(f"the key of the tests' inputs cannot be read: {error}") from None
    except ValueError:
        key = b""
    if len(key) != _BYTES:
        raise CourseFolderError(
            f"{path} is no key of {_BYTES} bytes: put the course's back, or remove it, and the "
            "next grading makes another"
        )
    return key


def _make(path: Path, mode: int) -> None:
    """Write a new key, whole at once; where somebody else has just done so, theirs stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    handle = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_BYTES))
    try:
        os.link(new, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        new.replace(path)
    new.unlink(missing_ok=True)
