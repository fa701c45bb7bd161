"""What a stored notebook must not have: shown to its author, never mended in silence."""

import ast
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from course_utils.authoring.clean import FOLDED, NOT_COMPARED

_SHOWS = {"print", "display", "show"}
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")


def faults(notebook: NotebookNode) -> list[str]:
    """List what is wrong with the stored cells, one sentence for each fault.

    A cell that should show something and stores nothing would pass nbval without being compared.
    An error, a warning or a memory address would be shown to every reader. And of a folded cell a
    reader sees the first line alone.
    """
    return [
        f"cell {place} ({cell.id}): {fault}"
        for place, cell in enumerate(notebook.cells)
        if cell.cell_type == "code"
        for fault in _cell_faults(cell)
    ]


def _cell_faults(cell: NotebookNode) -> Iterator[str]:
    tags = set(cell.metadata.get("tags", []))
    hidden = any("source_hidden" in FOLDED.get(tag, []) for tag in tags)
    if hidden and not _begins_with_words(cell.source):
        yield "is folded, and its first line is code; begin with a comment that says what it does"
    if not cell.outputs and should_show(cell.source) and NOT_COMPARED not in tags:
        yield "should show something, but no output is stored; run the notebook"
    for output in cell.outputs:
        if output.output_type == "error":
            yield f"stores an error, {output.ename}: {output.evalue}"
        if output.output_type == "stream" and output.name == "stderr":
            yield f"stores text on stderr: {output.text.strip()[:80]!r}"
        text = output.get("text", "") + str(output.get("data", {}).get("text/plain", ""))
        if _ADDRESS.search(text):
            yield "stores a memory address, which is another in every run; give the object a repr"


def _begins_with_words(source: str) -> bool:
    """Whether the first line is a comment of two words or more, which is no code put out of use."""
    first = source.partition("\n")[0]
    if not re.match(r"#\s*\w+\W+\w", first):
        return False
    try:
        ast.parse(first.lstrip("# "))
    except SyntaxError:
        return True
    return False


def should_show(source: str) -> bool:
    """Whether a code cell shows something: it ends in a value, or prints, displays or shows.

    A value is not shown where the line ends in a semicolon, or is a call named assert_*.
    """
    try:
        body = ast.parse(_without_magics(source)).body
    except SyntaxError:
        return False
    if not body:
        return False
    if any(_is_call_of(node, _SHOWS) for node in body):
        return True
    last = body[-1]
    if not isinstance(last, ast.Expr) or source.rstrip().endswith(";"):
        return False
    if isinstance(last.value, ast.Constant) and last.value.value in (None, ...):
        return False
    return not _called_name(last).startswith("assert_")


def _without_magics(source: str) -> str:
    return re.sub(r"^[ \t]*[%!].*$", "", source, flags=re.MULTILINE)


def _is_call_of(node: ast.stmt, names: set[str]) -> bool:
    return isinstance(node, ast.Expr) and _called_name(node) in names


def _called_name(node: ast.Expr) -> str:
    if not isinstance(node.value, ast.Call):
        return ""
    function = node.value.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
