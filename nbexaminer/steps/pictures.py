"""Pictures beside the notebook, for the person who marks and on the student's page."""

import base64
import binascii
import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution

from nbexaminer.notebook.released import grade_id, graded_cells, is_answered
from nbexaminer.notebook.remarks import add_remark
from nbexaminer.pictures import is_picture, shown
from nbexaminer.pipeline.context import context_of

_REFERENCE = re.compile(
    r"""!\[[^\]\n]{0,200}\]\((?:<([^>\n]{1,500})>|([^)\n]{1,500}))"""
    r"""|<img[^>]{0,200}?src=["']([^"'\n]{1,500})"""
)
_MOST = 10
"""Pictures of one answer."""


class AttachPictures(NbGraderPreprocessor):  # type: ignore[misc]
    """Put pictures that were handed in as files into the answers in words that a person marks.

    Each cell of text gets those that it names; what none names goes to the answers that are empty,
    else to all. A remark names what cannot be shown, and its place. Large ones are made smaller.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with the pictures in its answers."""
        context = context_of(resources)
        given = graded_cells(context.released)
        answers = [c for c in nb.cells if _is_in_words(given.get(grade_id(c) or ""))]
        pictures = {name: raw for name, raw in context.files.items() if is_picture(name)}
        own = {name for name in pictures if name not in context.data}
        named = {cell.id: list(_named_in(cell.source, pictures)) for cell in nb.cells}
        rest = sorted(own - {name for names in named.values() for name in names})
        empty = [c for c in answers if not is_answered(c, given[str(grade_id(c))])]
        for cell in answers:
            if rest and (not empty or cell in empty):
                links = "\n\n".join(f"![{_text(name)}](<{name}>)" for name in rest)
                text = cell.source if cell not in empty else ""
                cell.source = f"{text}\n\n{links}".strip()
                named[cell.id] += rest
        place = f"submitted/{context.student}/{context.assignment}"
        for cell in (cell for cell in nb.cells if cell.cell_type == "markdown"):
            _make_smaller(cell)
            for name in named[cell.id][:_MOST]:
                picture = shown(pictures[name])
                if picture is None:
                    text = f"The picture {name!r} cannot be shown here; it lies in {place}."
                    add_remark(nb, text, grade_id(cell))
                else:
                    attached = cell.setdefault("attachments", {})
                    attached[name] = {picture.kind: picture.encoded}
        return nb, resources


def _is_in_words(given: NotebookNode | None) -> bool:
    return given is not None and bool(
        is_grade(given) and is_solution(given) and given.cell_type == "markdown"
    )


def _named_in(text: str, files: Mapping[str, bytes]) -> Iterator[str]:
    """Yield the files that a text shows, by their path or, where that is not there, their name."""
    by_name = {posixpath.basename(name).casefold(): name for name in files}
    for found in _REFERENCE.finditer(text):
        path = posixpath.normpath(
            unquote(found[1] or found[2] or found[3]).strip().replace("\\", "/")
        )
        name = path if path in files else by_name.get(posixpath.basename(path).casefold())
        if name is not None:
            yield name


def _make_smaller(cell: NotebookNode) -> None:
    for kinds in (cell.get("attachments") or {}).values():
        for kind, encoded in list(kinds.items()):
            try:
                picture = shown(base64.b64decode(encoded))
            except (binascii.Error, ValueError):
                continue
            if picture is not None and len(picture.encoded) < len(encoded):
                del kinds[kind]
                kinds[picture.kind] = picture.encoded


def _text(name: str) -> str:
    return re.sub(r"[\[\]\\]", "", name)
