"""Large data that views compute from, by name: a page loads it when it is needed."""

from collections.abc import Callable
from functools import cache
from typing import Any

from course_utils.training.stored_writers import small_writer, writer
from course_utils.training.tasks import novel
from course_utils.widgets.reader.grammar import VOCABULARY
from course_utils.widgets.reader.reading import model
from course_utils.widgets.views.network import CELLS, for_browser


def _writer() -> dict[str, Any]:
    return {"network": for_browser(writer(), "lstm", small=True), "alphabet": novel.ALPHABET}


def _small_writers() -> dict[str, Any]:
    cells = {cell: for_browser(small_writer(cell), cell, small=True) for cell in CELLS}
    return {"cells": cells, "alphabet": novel.ALPHABET}


def _sentence_model() -> dict[str, Any]:
    return {"network": for_browser(model(), "lstm"), "vocabulary": VOCABULARY}


_MAKERS: dict[str, Callable[[], Any]] = {
    "writer": _writer,
    "small_writers": _small_writers,
    "held_out": lambda: novel.text_of(novel.stored("held_out")),
    "sentence_model": _sentence_model,
}


@cache
def stored_data(name: str) -> Any:
    """Return one of the four: of JSON's kinds, to be treated as constant."""
    return _MAKERS[name]()
