"""What a cell showed when it was run, as parts of a page."""

import base64
import binascii
from collections.abc import Collection
from typing import NamedTuple

from markupsafe import Markup
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode

from course_utils.mathml import as_mathml
from nbexaminer.feedback.markup import as_html

_LARGEST_PICTURE = 4_000_000
_LONGEST_TEXT = 20_000
_SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


class Shown(NamedTuple):
    """One output as it stands on the page."""

    kind: str
    """text, error, html (ours, safe) or picture (a data address)."""
    content: str | Markup
    details: str = ""
    """Where an error came from."""


def shown(
    cell: NotebookNode, *, tracebacks: bool = True, without: Collection[str] = ()
) -> list[Shown]:
    """Return what to show of a cell's outputs, those of the kinds `without` left out.

    Without tracebacks, an error is its own line only.

    HTML, SVG and scripts are never shown as such: in their place stands the output's plain text.
    """
    return [
        part
        for output in cell.get("outputs", [])
        if output.get("output_type") not in without
        and (part := _one(output, tracebacks=tracebacks)) is not None
    ]


def pictures(cell: NotebookNode) -> list[Shown]:
    """Return the pictures that were put into a cell of text, where they are PNG or JPEG."""
    return [
        picture
        for kinds in (cell.get("attachments") or {}).values()
        for kind, signature in _SIGNATURES.items()
        if kind in kinds and (picture := _picture(kind, _joined(kinds[kind]), signature))
    ]


def _one(output: NotebookNode, *, tracebacks: bool) -> Shown | None:
    kind = output.get("output_type")
    if kind == "stream":
        return printed(output.get("text", ""))
    if kind == "error":
        name, value = str(output.get("ename", "Error")), str(output.get("evalue", ""))
        trace = strip_ansi("\n".join(map(str, output.get("traceback", [])))) if tracebacks else ""
        line = f"{name}: {value}" if value else name
        return Shown("error", _cut(strip_ansi(line)), _cut(trace))
    return _data(output.get("data", {}))


def _data(data: dict[str, object]) -> Shown | None:
    for kind, signature in _SIGNATURES.items():
        if kind in data:
            picture = _picture(kind, _joined(data[kind]), signature)
            if picture is not None:
                return picture
    if "text/markdown" in data:
        return Shown("html", as_html(_joined(data["text/markdown"])))
    if "text/latex" in data:
        return Shown("html", _formula(_joined(data["text/latex"])))
    return printed(_joined(data["text/plain"])) if "text/plain" in data else None


def _picture(kind: str, encoded: str, signature: bytes) -> Shown | None:
    """Return the picture where it is one; its bytes are checked, its address made anew."""
    if len(encoded) > _LARGEST_PICTURE:
        return printed(f"(a picture of {len(encoded) / 1e6:.0f} MB is not shown)")
    try:
        content = base64.b64decode(encoded, validate=False)
    except (binascii.Error, ValueError):
        return None
    if not content.startswith(signature):
        return None
    return Shown("picture", f"data:{kind};base64,{base64.b64encode(content).decode()}")


def _formula(latex: str) -> Markup:
    return as_mathml(latex.strip().strip("$"), display=True)


def printed(text: object) -> Shown | None:
    """Return a text as it is shown: plain, and cut off where it is long; None for an empty one."""
    plain = _cut(strip_ansi(_joined(text)))
    return Shown("text", plain) if plain.strip() else None


def _joined(value: object) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "\n(cut off here)"
