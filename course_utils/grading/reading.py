"""From the bytes a student handed in to a notebook that the next steps can rely on.

Only what is needed is taken over: cell types, sources, outputs, attachments, and the grade id.
Everything else of the file's metadata (tags, flags, points, kernels, widgets) is left behind.
"""

import codecs
import json
import re
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.corpus.words import generate_corpus_id as random_cell_id
from nbformat.v4 import new_notebook

from course_utils.grading.remarks import add_remark

MOST_CELLS = 2000
"""A hundred times what an assignment has; each cell costs time in every step."""

_NEW_CELL: dict[str, dict[str, Any]] = {
    "code": {"execution_count": None, "outputs": []},
    "markdown": {},
    "raw": {},
}
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""Cell ids that the notebook format allows."""


class UnreadableSubmissionError(ValueError):
    """The file cannot be read as a notebook. The message says why, in words for the student."""


def read_submission(raw: bytes) -> NotebookNode:
    """Return the notebook in `raw` in the current format, rebuilt from its known parts.

    Remarks say what had to be repaired. Raises UnreadableSubmissionError when there is no notebook.
    """
    if not raw.strip():
        raise UnreadableSubmissionError("the file is empty")
    text, encoding = _decode(raw)
    nb = _rebuild(_upgrade(_parse(text)))
    if encoding != "utf-8":
        add_remark(nb, f"The file is not in UTF-8; it was read as {encoding}.")
    return nb


def _decode(raw: bytes) -> tuple[str, str]:
    encoding = "utf-8" if raw.startswith(codecs.BOM_UTF8) else json.detect_encoding(raw)
    try:
        return raw.decode(encoding).removeprefix("\ufeff"), encoding
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace"), "Windows-1252"


def _parse(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated string"):
            raise UnreadableSubmissionError("the file is cut off: it ends in the middle") from None
        raise UnreadableSubmissionError(
            f"the file is not a notebook: it is not JSON from line {error.lineno} on"
        ) from None
    except RecursionError:
        raise UnreadableSubmissionError("the file is nested too deeply to be a notebook") from None
    if not isinstance(content, dict) or not ("cells" in content or "worksheets" in content):
        raise UnreadableSubmissionError("the file is not a notebook: it has no cells")
    return content


def _upgrade(content: dict[str, Any]) -> dict[str, Any]:
    if "cells" in content and content.get("nbformat", 4) == 4:
        return content
    try:
        upgraded: dict[str, Any] = nbformat.convert(nbformat.from_dict(content), to_version=4)
    except Exception as error:
        raise UnreadableSubmissionError(
            f"the notebook's format {content.get('nbformat')!r} cannot be read "
            f"({type(error).__name__})"
        ) from None
    return upgraded


def _rebuild(content: dict[str, Any]) -> NotebookNode:
    cells = content["cells"]
    if not isinstance(cells, list):
        raise UnreadableSubmissionError("the file is not a notebook: its cells are not a list")
    if len(cells) > MOST_CELLS:
        raise UnreadableSubmissionError(
            f"the notebook has {len(cells)} cells, more than the {MOST_CELLS} that are read"
        )
    nb: NotebookNode = new_notebook()
    metadata = content.get("metadata")
    kernelspec = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    if isinstance(kernelspec, dict) and isinstance(kernelspec.get("name"), str):
        nb.metadata["kernelspec"] = {"name": kernelspec["name"], "display_name": kernelspec["name"]}
    ids: set[str] = set()
    for number, cell in enumerate(cells, start=1):
        rebuilt = _rebuild_cell(cell)
        if rebuilt is None:
            add_remark(nb, f"Cell {number} of the file is damaged and was left out.")
            continue
        if rebuilt.id in ids:
            rebuilt.id = random_cell_id()
        ids.add(rebuilt.id)
        nb.cells.append(rebuilt)
    return nb


def _rebuild_cell(cell: Any) -> NotebookNode | None:
    if not isinstance(cell, dict) or str(cell.get("cell_type")) not in _NEW_CELL:
        return None
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    # Lone surrogates are legal in JSON but cannot be written to a file again.
    text = source.encode("utf-8", "replace").decode()
    kind, id = cell["cell_type"], cell.get("id")
    known = isinstance(id, str) and _ID.fullmatch(id) is not None
    rebuilt: NotebookNode = nbformat.from_dict(
        {"id": id if known else random_cell_id(), "cell_type": kind, "metadata": {}, "source": text}
        | _NEW_CELL[kind]
    )
    for field in ("outputs", "attachments"):
        _take_over(rebuilt, field, cell.get(field))
    grade_id = _grade_id(cell)
    if grade_id is not None:
        rebuilt.metadata["nbgrader"] = {"grade_id": grade_id}
    return rebuilt


def _take_over(rebuilt: NotebookNode, field: str, value: Any) -> None:
    """Copy one field where the notebook format allows it with this value."""
    if value is None or value == rebuilt.get(field, {}):  # none, or nothing in it
        return
    before = rebuilt.get(field)
    rebuilt[field] = nbformat.from_dict(value)
    try:
        nbformat.v4.nbbase.validate(rebuilt, f"{rebuilt.cell_type}_cell")
    except Exception:
        if before is None:
            del rebuilt[field]
        else:
            rebuilt[field] = before


def _grade_id(cell: dict[str, Any]) -> str | None:
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return grade_id if isinstance(grade_id, str) else None
