"""The notebooks of one student's folder in `submitted/`, and which of them is graded as which."""

import os
import stat
from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from course_utils.grading.reading import UnreadableSubmissionError, read_submission
from course_utils.grading.released import count_answers
from course_utils.grading.remarks import add_remark

_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@dataclass(frozen=True)
class HandedIn:
    """The notebook files of a submission, by file name: their bytes, or why there are none."""

    notebooks: Mapping[str, bytes]
    trouble: Mapping[str, str]


def read_folder(folder: Path, max_megabytes: float) -> HandedIn:
    """Read the notebook files in `folder`; links, devices and too large files are left unread."""
    notebooks: dict[str, bytes] = {}
    trouble: dict[str, str] = {}
    for path in sorted(folder.glob("*.ipynb")):
        try:
            notebooks[path.name] = read_file(path, max_megabytes)
        except UnreadableSubmissionError as reason:
            trouble[path.name] = str(reason)
    return HandedIn(notebooks, trouble)


def without_notebook(folder: Path) -> str | None:
    """Return what is to be said of a submission that holds no notebook file; else None."""
    if any(folder.glob("*.ipynb")):
        return None
    files = sorted(path.name for path in folder.iterdir() if path.name != "timestamp.txt")
    return f"no notebook was handed in, but {', '.join(files) or 'an empty folder'}"


def read_file(path: Path, max_megabytes: float) -> bytes:
    """Return the bytes of an ordinary file; raises UnreadableSubmissionError for anything else.

    Links are not followed: they may lead to another student's work, or out of the course.
    """
    if path.is_symlink():
        raise UnreadableSubmissionError("it is a link, and links are not followed")
    try:
        descriptor = os.open(path, _OPEN)
    except OSError as error:
        raise UnreadableSubmissionError(f"the file cannot be opened: {error.strerror}") from None
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise UnreadableSubmissionError("it is not an ordinary file")
    with open(descriptor, "rb") as file:
        if found.st_size > max_megabytes * 1_000_000:
            raise UnreadableSubmissionError(
                f"the file has {found.st_size / 1e6:.0f} MB, more than the {max_megabytes:g} MB "
                "that are read"
            )
        return file.read()


def notebook_to_grade(
    expected: str, handed_in: HandedIn, released: NotebookNode, names: Collection[str]
) -> NotebookNode:
    """Return the notebook to grade as `expected`: that file, else the one meant by it.

    `released` is what was given out under that name, `names` are the file names of all notebooks of
    the assignment: none of those stands in for another. Where nothing can be read, the released
    notebook is returned, with a remark that says why.
    """
    readable: dict[str, NotebookNode] = {}
    trouble = dict(handed_in.trouble)
    for name, raw in handed_in.notebooks.items():
        try:
            readable[name] = read_submission(raw)
        except UnreadableSubmissionError as reason:
            trouble[name] = str(reason)
    answers = {name: count_answers(nb, released) for name, nb in readable.items()}
    others = [name for name in readable if name != expected and name not in names]
    best = max(others, key=lambda name: answers[name], default=None)
    if answers.get(expected, 0) == 0 and best is not None and answers[best] > 0:
        why = _instead_of(expected, trouble, expected in readable)
        add_remark(readable[best], f"Graded from the file {best!r}; {why}")
        return readable[best]
    if expected in readable:
        return readable[expected]
    if expected not in trouble:
        trouble = {expected: "there is no such file"} | trouble
    return blank(released, "; ".join(f"{name!r}: {reason}" for name, reason in trouble.items()))


def _instead_of(expected: str, trouble: Mapping[str, str], readable: bool) -> str:
    if readable:
        return f"{expected!r} holds no answer."
    return f"{expected!r}: {trouble.get(expected, 'there is no such file')}."


def blank(released: NotebookNode, reason: str) -> NotebookNode:
    """Return a copy of `released`, to be graded in place of what could not be read."""
    nb = deepcopy(released)
    add_remark(nb, f"Nothing could be read, so the empty notebook was graded: {reason}.")
    return nb
