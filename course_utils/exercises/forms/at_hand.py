"""Which forms are at hand: those beside the notebook, or those that a grader has handed over."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from course_utils.exercises.definition import Exercise
from course_utils.exercises.forms.making import exercise_of
from course_utils.exercises.forms.reading import LONGEST, is_form

_handed_over: ContextVar[Mapping[str, bytes] | None] = ContextVar("forms", default=None)


@contextmanager
def beside(files: Mapping[str, bytes]) -> Iterator[None]:
    """Have the forms among `files`, an assignment's own by path, at hand in here, and no others."""
    token = _handed_over.set(files)
    try:
        yield
    finally:
        _handed_over.reset(token)


def form_named(id: str) -> Exercise | None:
    """Return the exercise of the form `id` that is at hand; None where there is none.

    In a notebook that is the file of this name beside it. Nothing is looked for in any other
    program: whoever grades hands over the forms of source/, never what a submission brings. Raises
    FormError where the form has mistakes.
    """
    text = _text(id) if id.isidentifier() else None
    return None if text is None or not is_form(text) else exercise_of(id, text)


def _text(id: str) -> str | None:
    files, name = _handed_over.get(), f"{id}.toml"
    raw = files.get(name) if files is not None else _beside_notebook(name)
    return None if raw is None else raw.decode("utf-8", "replace")


def _beside_notebook(name: str) -> bytes | None:
    shell = sys.modules.get("IPython")
    if shell is None or shell.get_ipython() is None:
        return None
    try:
        with Path(name).open("rb") as file:
            return file.read(LONGEST + 1)
    except OSError:
        return None
