"""What a grader wants to say about a submission, kept in the graded notebook's metadata.

A remark is written by a step, shown on top of the feedback page and in the table of scores. It
lives in the file in `autograded/`, which nbgrader rebuilds from `submitted/` at every run.
"""

import html
import re
from typing import NamedTuple

from nbformat import NotebookNode

KEY = "course_utils"

ROLE = "remarks"
"""Marks the cell in which the remarks are shown, in its metadata: `{KEY: {"role": ROLE}}`."""

KEPT = "kept"
"""Marks a cell that shows what a student had written into one that was given out."""

PART_OF = "part_of"
"""Names the answer that a cell is a part of, where that was split."""


class Remark(NamedTuple):
    """One sentence about a submission."""

    text: str
    cell: str | None = None
    """The grade id of the cell it is about; None where it is about the whole notebook."""
    marks: str | None = None
    """Where it is the reason for lost marks: the marks, as "0/2"."""
    notebook: str = ""
    """The notebook it stands in, where remarks of several are together."""

    def __str__(self) -> str:
        return f"{self.cell} {self.marks}: {self.text}" if self.marks else self.text


def add_remark(
    nb: NotebookNode, text: str, cell: str | None = None, marks: str | None = None
) -> None:
    """Append a remark to `nb`; the same one is not said twice."""
    remark = {"text": " ".join(text.split()), "cell": cell, "marks": marks}
    remarks = nb.metadata.setdefault(KEY, {}).setdefault("remarks", [])
    if remark not in remarks:
        remarks.append(remark)


def take_back_remarks(nb: NotebookNode, cell: str | None, texts: set[str]) -> None:
    """Remove these remarks on a cell, which are true no more."""
    kept = nb.metadata.get(KEY, {})
    if "remarks" in kept:
        kept["remarks"] = [
            one for one in kept["remarks"] if one["cell"] != cell or one["text"] not in texts
        ]


def shows_remarks(cell: NotebookNode) -> bool:
    """Whether the cell is the one in which the remarks are shown."""
    return bool(cell.metadata.get(KEY, {}).get("role") == ROLE)


def call_unread(nb: NotebookNode) -> None:
    """Note that `nb` is the empty notebook, graded in place of a file that could not be read."""
    nb.metadata.setdefault(KEY, {})["unread"] = True


def is_unread(nb: NotebookNode) -> bool:
    """Whether `nb` was graded in place of a file that could not be read."""
    return bool(nb.metadata.get(KEY, {}).get("unread"))


def remarks_of(nb: NotebookNode, notebook: str = "") -> list[Remark]:
    """Return the remarks of a graded notebook, in the order they were made.

    Two notebooks of an assignment may have cells of the same grade id: `notebook` tells them apart.
    """
    kept = nb.metadata.get(KEY, {}).get("remarks", [])
    return [Remark(**remark, notebook=notebook) for remark in kept]


def markdown_text(text: str) -> str:
    """Return `text` so that Markdown and HTML show it as it stands; it may quote a student."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|$~])", r"\\\1", html.escape(text, quote=False))
