"""From the bytes a student handed in to a notebook that the next steps can rely on.

Only what is needed is taken over: cell types, sources, pictures that were put into text, and the
grade id. Outputs are left behind, for the code is run again, and so is the rest of the metadata
(tags, flags, points, widgets).
"""

import codecs
import json
import re
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.corpus.words import generate_corpus_id as random_cell_id
from nbformat.v4 import new_notebook

from nbexaminer.notebook.remarks import add_remark

MOST_CELLS = 2000
"""A hundred times what an assignment has; each cell costs time in every step."""

MOST_CHARACTERS = 2_000_000
"""Of all cells together; an assignment has 20,000."""

MOST_PICTURES = 40_000_000
"""Characters of pictures put into text, in base64: 30 MB."""

_MOST_PARTS = 1_000_000
"""Lists and dictionaries that a file may begin: each costs memory, however small it is."""

_OTHERS = {
    b"PK": "a zip archive that could not be opened, or a document",
    b"Rar!": "an archive of a kind that is not opened",
    b"7z\xbc\xaf": "an archive of a kind that is not opened",
    b"\x1f\x8b": "an archive that could not be opened",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"<": "a web page",
}
"""By how they begin: files that are called notebooks and are something else."""

_NEW_CELL: dict[str, dict[str, Any]] = {
    "code": {"execution_count": None, "outputs": []},
    "markdown": {},
    "raw": {},
}
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u2060"))
"""Signs without a width that editors and web pages put into text, and Python refuses."""
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
    start = raw[:1000].lstrip()
    other = next((kind for sign, kind in _OTHERS.items() if start.startswith(sign)), None)
    if other is not None:
        raise UnreadableSubmissionError(f"the file is not a notebook: it is {other}")
    if raw.count(b"[") + raw.count(b"{") > _MOST_PARTS:
        raise UnreadableSubmissionError("the file has too many parts to be a notebook")
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
    except ValueError:  # a number of thousands of digits
        raise UnreadableSubmissionError(
            "the file is not a notebook: it holds a number that is too long"
        ) from None
    except RecursionError:
        raise UnreadableSubmissionError("the file is nested too deeply to be a notebook") from None
    if not isinstance(content, dict) or not ("cells" in content or "worksheets" in content):
        raise UnreadableSubmissionError("the file is not a notebook: it has no cells")
    return content


def _upgrade(content: dict[str, Any]) -> dict[str, Any]:
    if "cells" in content and content.get("nbformat", 4) == 4:
        return content
    for sheet in _dicts(content.get("worksheets")):
        for cell in _dicts(sheet.get("cells")):
            cell["outputs"] = []
    try:
        upgraded: dict[str, Any] = nbformat.convert(nbformat.from_dict(content), to_version=4)
    except Exception as error:
        raise UnreadableSubmissionError(
            f"the notebook's format {content.get('nbformat')!r} cannot be read "
            f"({type(error).__name__})"
        ) from None
    return upgraded


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _rebuild(content: dict[str, Any]) -> NotebookNode:
    cells = content["cells"]
    if not isinstance(cells, list):
        raise UnreadableSubmissionError("the file is not a notebook: its cells are not a list")
    if len(cells) > MOST_CELLS:
        raise UnreadableSubmissionError(
            f"the notebook has {len(cells)} cells, more than the {MOST_CELLS} that are read"
        )
    nb: NotebookNode = new_notebook()
    kernelspec = _kernelspec(content.get("metadata"))
    if kernelspec is not None:
        nb.metadata["kernelspec"] = kernelspec
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
    length = sum(len(cell.source) for cell in nb.cells)
    if length > MOST_CHARACTERS:
        raise UnreadableSubmissionError(
            f"the notebook's cells hold {length / 1e6:.1f} million characters, more than the "
            f"{MOST_CHARACTERS / 1e6:g} million that are read"
        )
    _leave_out_what_is_too_much(nb)
    return nb


def _leave_out_what_is_too_much(nb: NotebookNode) -> None:
    room = MOST_PICTURES
    for cell in nb.cells:
        for name, kinds in list((cell.get("attachments") or {}).items()):
            room -= sum(map(len, kinds.values()))
            if room < 0:
                del cell.attachments[name]
                add_remark(nb, "Pictures of more than 30 MB together: the last were left out.")


def _kernelspec(metadata: Any) -> dict[str, str] | None:
    """Return name and language of the kernel that the file asks for, where it names one."""
    if not isinstance(metadata, dict) or not isinstance(metadata.get("kernelspec"), dict):
        return None
    spec, info = metadata["kernelspec"], metadata.get("language_info")
    name = spec.get("name")
    if not isinstance(name, str):
        return None
    known = spec.get("language") or (info.get("name") if isinstance(info, dict) else None)
    found = {"name": name, "display_name": name}
    return found | {"language": known} if isinstance(known, str) else found


def _rebuild_cell(cell: Any) -> NotebookNode | None:
    if not isinstance(cell, dict) or str(cell.get("cell_type")) not in _NEW_CELL:
        return None
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    text = _writable(source).translate(_INVISIBLE).replace("\r\n", "\n").replace("\r", "\n")
    kind, id = cell["cell_type"], cell.get("id")
    known = isinstance(id, str) and _ID.fullmatch(id) is not None
    rebuilt: NotebookNode = nbformat.from_dict(
        {"id": id if known else random_cell_id(), "cell_type": kind, "metadata": {}, "source": text}
        | _NEW_CELL[kind]
    )
    pictures = _pictures(cell.get("attachments"))
    if pictures and kind != "code":
        rebuilt["attachments"] = nbformat.from_dict(pictures)
    grade_id = _grade_id(cell)
    if grade_id is not None:
        rebuilt.metadata["nbgrader"] = {"grade_id": grade_id}
    return rebuilt


def _pictures(attachments: Any) -> dict[str, dict[str, str]]:
    """Return the pictures among a cell's attachments, as the notebook format has them."""
    found: dict[str, dict[str, str]] = {}
    for name, kinds in attachments.items() if isinstance(attachments, dict) else ():
        for kind, content in kinds.items() if isinstance(kinds, dict) else ():
            if isinstance(content, list) and all(isinstance(line, str) for line in content):
                content = "".join(content)
            if isinstance(content, str) and content.isascii() and kind.startswith("image/"):
                found.setdefault(_writable(name), {})[_writable(kind)] = content
    return found


def _writable(text: str) -> str:
    """Lone surrogates are legal in JSON but cannot be written to a file again."""
    return text.encode("utf-8", "replace").decode()


def _grade_id(cell: dict[str, Any]) -> str | None:
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return grade_id if isinstance(grade_id, str) else None
