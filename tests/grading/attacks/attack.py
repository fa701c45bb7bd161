"""What an attack is: a wrong submission that tries to be more, and what it may and may not reach."""
# ruff: noqa: E501  (hostile code is kept as it comes)

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.grading.course import by_id

Edit = Callable[[NotebookNode], object]
LayDown = Callable[[Path, bytes], None]


def as_one_notebook(folder: Path, raw: bytes) -> None:
    """Hand in as everybody does."""
    (folder / "vault.ipynb").write_bytes(raw)


@dataclass(frozen=True)
class Attack:
    """One hostile submission. Its answers are wrong unless it says otherwise.

    In `first` and `answers`, @COURSE@, @HOME@, @TMP@ and @PORT@ stand for the instructor's course,
    home and temporary folders, and for a port of the grader's machine.
    """

    name: str
    first: str = ""
    """Code of its own, run before everything else."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """By grade id, over the wrong ones."""
    edit: Edit | None = None
    """What is done to the notebook; it may return another one, or bytes."""
    lay_down: LayDown = as_one_notebook
    """How its files come to lie in `submitted/`."""
    earns: Mapping[str, float] = field(default_factory=dict)
    """What its right answers are worth, by test; everything else is worth nothing."""
    said: str = ""
    """What the remarks have to say."""


def add_code(nb: NotebookNode, source: str, after: str | None = None) -> None:
    """Add a cell of the student's own, in front of everything or behind a cell."""
    place = 0 if after is None else nb.cells.index(by_id(nb, after)) + 1
    nb.cells.insert(place, new_code_cell(source))


def add_text(nb: NotebookNode, source: str) -> None:
    """Add a text of the student's own in front."""
    nb.cells.insert(0, new_markdown_cell(source))
