"""The notebooks of one student's folder in `submitted/`, and which of them is graded as which."""

import codecs
import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory

from nbexaminer.names import normal
from nbexaminer.notebook.released import answers_in, grade_id, graded_cells, other_files
from nbexaminer.notebook.remarks import add_remark, call_unread
from nbexaminer.submission.reading import UnreadableSubmissionError, read_submission
from nbexaminer.submission.unpacking import LONGEST_PATH, UNOPENED, is_junk

NO_NOTEBOOK = "no notebook was handed in.ipynb"
"""The file that collecting lays down where there is none; nbgrader grades nothing else.

It holds what was left out of the archive, if anything was.
"""
LATE = "late according to Canvas.txt"
"""The empty file that says so of a submission: Canvas's names tell that it was late, not when."""
MOST_NOTEBOOKS = 20
"""Files of one submission that are read as notebooks."""
MOST_FILES = 1000
"""Files of one submission beside its notebooks."""
_SAID = 5
"""Files that a remark names."""
_LONGEST_REASON = 500
_ENDINGS = ("", ".json", ".txt")
"""Of files that are a notebook where their content says so."""
_KEYS = (b'"cells"', b'"worksheets"', b'"nbformat"')
_COPY = re.compile(r"([ _-]*\(\d+\)|[ _-]+\d+|[ _-]*(copy|kopie|copie|copia)[ _-]*\d*)+$", re.I)
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@dataclass(frozen=True)
class HandedIn:
    """The notebook files of a submission, by file name: their bytes, or why there are none."""

    notebooks: Mapping[str, bytes]
    trouble: Mapping[str, str]
    is_late: bool = False
    """Whether Canvas says so."""


def may_be_notebook(name: str) -> bool:
    """Whether a file's name says that it is a notebook, whatever a browser has put behind it."""
    return ".ipynb" in name.lower()


def read_folder(folder: Path, max_megabytes: float) -> HandedIn:
    """Read the notebooks in `folder` and the folders in it, by their path below it.

    Files are notebooks by their name, or by their content. Links, devices and what is too large are
    left unread, and so is what comes after so many files or megabytes.
    """
    notebooks: dict[str, bytes] = {}
    trouble: dict[str, str] = {}
    room = max_megabytes
    for name in _candidates(folder):
        if name == NO_NOTEBOOK:
            continue
        if name.lower().endswith(UNOPENED):
            trouble[name] = "archives of this kind are not opened"
            continue
        if len(notebooks) >= MOST_NOTEBOOKS:
            trouble[name] = f"{MOST_NOTEBOOKS} notebooks were read before it"
            continue
        try:
            raw = read_file(folder / name, max_megabytes)
        except UnreadableSubmissionError as reason:
            trouble[name] = str(reason)
            continue
        room -= len(raw) / 1e6
        if room < 0:
            trouble[name] = f"the notebooks together have more than {max_megabytes:g} MB"
        else:
            notebooks[name] = raw
    if not notebooks and not trouble and (folder / NO_NOTEBOOK).exists():
        trouble[NO_NOTEBOOK] = _left_out(folder / NO_NOTEBOOK) or "the file is empty"
    return HandedIn(notebooks, trouble, (folder / LATE).exists())


def _left_out(file: Path) -> str:
    with suppress(UnreadableSubmissionError):
        text = read_file(file, 0.01).decode(errors="replace")
        return "".join(sign for sign in text if sign.isprintable())[:_LONGEST_REASON]
    return ""


def _candidates(folder: Path) -> Iterator[str]:
    """Yield what is a notebook by name or content, or an archive; those at the top first."""
    for here, folders, names in os.walk(folder):
        inner = Path(here).relative_to(folder)
        wrong = [name for name in folders if may_be_notebook(name)]
        folders[:] = sorted(name for name in folders if not is_junk([name]) and name not in wrong)
        for name in sorted([*names, *wrong]):
            path = Path(here) / name
            if is_junk([name]):
                continue
            if may_be_notebook(name) or name.lower().endswith(UNOPENED) or _begins_as_one(path):
                yield (inner / name).as_posix()


def _begins_as_one(path: Path) -> bool:
    if path.suffix.lower() not in _ENDINGS:
        return False
    try:
        descriptor = os.open(path, _OPEN)
    except OSError:
        return False
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return False
        begin = file.read(4096).removeprefix(codecs.BOM_UTF8).lstrip()
    return begin.startswith(b"{") and any(key in begin for key in _KEYS)


def without_notebook(folder: Path) -> str | None:
    """Return what is to be said of a submission that holds no notebook file; else None."""
    if any(not name.lower().endswith(UNOPENED) for name in _candidates(folder)):
        return None
    files = sorted(path.name for path in folder.iterdir() if path.name != "timestamp.txt")
    return f"no notebook was handed in, but {', '.join(files) or 'an empty folder'}"


def read_files(folder: Path, coursedir: CourseDirectory) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return a submission's other files by path below `folder`, and of those left out the reason.

    That are links, devices, those above nbgrader's `max_file_size` and `max_dir_size`, those with a
    path without end and those after the first MOST_FILES.
    """
    files: dict[str, bytes] = {}
    left_out: dict[str, str] = {}
    room = coursedir.max_dir_size / 1000
    for name in other_files(folder, coursedir.ignore):
        if len(files) >= MOST_FILES:
            left_out["other files"] = f"{MOST_FILES} files were read before them"
            break
        if len(os.fsencode(name)) > LONGEST_PATH:
            left_out[f"{name[:100]}..."] = f"its path has more than {LONGEST_PATH} bytes"
            continue
        try:
            files[name] = read_file(folder / name, min(room, coursedir.max_file_size / 1000))
        except UnreadableSubmissionError as reason:
            left_out[name] = str(reason)
        else:
            room -= len(files[name]) / 1e6
    return files, left_out


def read_file(path: Path, max_megabytes: float) -> bytes:
    """Return the bytes of an ordinary file; raises UnreadableSubmissionError for anything else.

    Links are not followed: they may lead to another student's work, or out of the course.
    """
    try:
        if path.is_symlink():
            raise UnreadableSubmissionError("it is a link, and links are not followed")
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
    """Return the notebook to grade as `expected`: of the files meant by it, what answers most.

    `released` is what was given out under that name, `names` are the file names of all notebooks of
    the assignment: none of those stands in for another. A remark names a file that is not called so
    and files that answer otherwise. Where nothing can be read, the released notebook is returned,
    with a remark that says why.
    """
    nb = _chosen(expected, handed_in, released, names)
    if handed_in.is_late:
        add_remark(nb, "Canvas calls it late; by how much, the names of its files do not say.")
    return nb


def _chosen(
    expected: str, handed_in: HandedIn, released: NotebookNode, names: Collection[str]
) -> NotebookNode:
    readable: dict[str, NotebookNode] = {}
    trouble = dict(handed_in.trouble)
    for name, raw in handed_in.notebooks.items():
        try:
            nb = read_submission(raw)
        except UnreadableSubmissionError as reason:
            trouble[name] = str(reason)
            continue
        meant = original_name(name, names)
        if meant == expected or (meant is None and _is_of(nb, released)):
            readable[name] = nb
    answers = {name: answers_in(nb, released) for name, nb in readable.items()}
    own = {name: _has_something_own(nb, released) for name, nb in readable.items()}
    best = max(
        readable,
        key=lambda name: (
            len(answers[name]), own[name], PurePosixPath(name).name == expected, name == expected
        ),
        default=None,
    )  # fmt: skip
    if best is None:
        if expected not in trouble:
            trouble = {expected: "there is no such file"} | trouble
        reasons = [f"{name!r}: {reason}" for name, reason in trouble.items()]
        more = f"; and {len(reasons) - _SAID} more files" if len(reasons) > _SAID else ""
        return blank(released, "; ".join(reasons[:_SAID]) + more)
    blanks = [name for name in readable if name != best and not answers[name] and not own[name]]
    if PurePosixPath(best).name != expected or (expected in readable and best != expected):
        why = _instead_of(expected, trouble, answers)
        add_remark(readable[best], f"Graded from the file {best!r}; {why}")
    elif blanks:
        add_remark(readable[best], f"Graded is {best!r}; {blanks[0]!r} holds no answer.")
    differ = [name for name in answers if answers[name] and answers[name] != answers[best]]
    if differ:
        others = ", ".join(map(repr, differ[:_SAID]))
        add_remark(
            readable[best], f"Graded is {best!r}; other answers stand in {others}: look at both."
        )
    return readable[best]


def original_name(name: str, given_out: Collection[str]) -> str | None:
    """Return which file of those given out this one was by its name; None where it says nothing.

    Folders, capitals, and what browsers and systems add to a copy or an ending do not count.
    """
    own = PurePosixPath(name).name
    if own in given_out:
        return own
    stem = _COPY.sub("", re.sub(r"\.ipynb.*", "", own, flags=re.I | re.S))
    alike = {normal(one).casefold(): one for one in given_out}
    return alike.get(f"{normal(stem)}.ipynb".casefold())


def _is_of(nb: NotebookNode, released: NotebookNode) -> bool:
    """Whether a notebook has a cell of the one that was given out."""
    known, texts = graded_cells(released), {cell.source.strip() for cell in released.cells}
    return any(grade_id(cell) in known or cell.source.strip() in texts for cell in nb.cells)


def _has_something_own(nb: NotebookNode, released: NotebookNode) -> bool:
    texts = {"".join(cell.source.split()) for cell in released.cells}
    return any("".join(cell.source.split()) not in texts | {""} for cell in nb.cells)


def _instead_of(
    expected: str, trouble: Mapping[str, str], answers: Mapping[str, Mapping[str, str]]
) -> str:
    if not answers.get(expected, True):
        return f"{expected!r} holds no answer."
    if expected in answers:
        return f"{expected!r} answers less."
    return f"{expected!r}: {trouble.get(expected, 'there is no such file')}."


def blank(released: NotebookNode, reason: str) -> NotebookNode:
    """Return a copy of `released`, to be graded in place of what could not be read."""
    nb = deepcopy(released)
    call_unread(nb)
    add_remark(nb, f"Nothing could be read, so the empty notebook was graded: {reason}.")
    return nb
