"""What a student changed in a cell that was given out: nothing, its form only, or what it says."""

import ast
import io
import re
import tokenize
import warnings
from difflib import SequenceMatcher

from nbformat import NotebookNode

_FORM = re.compile(r"[\s*_\-+#|=~\\]+")
"""What a formatter of Markdown changes: spaces, and the signs of lists, headings and tables."""
_LONGEST = 50_000
"""Characters of code that are looked at."""
_MOST_LINES = 2000
"""So many are compared in order; of more, those are left out that were given out."""
_LONGER = 3
"""A text so many times as long as what was given out, and a line more, is not the same one."""


def unchanged(cell: NotebookNode, given: NotebookNode) -> bool:
    """Whether the cell says what was given out.

    White space at the ends of lines and of the cell, and what a formatter changes, are no change:
    code is the same where it is the same program without a comment more, text where only signs of
    its form differ.
    """
    if _trimmed(cell.source) == _trimmed(given.source):
        return True
    if len(cell.source) > _LONGER * len(given.source) + 80:
        return False
    if given.cell_type == "code":
        program = _program(given.source)
        if program is None or program != _program(cell.source):
            return False
        return set(map(_bare, comments(cell.source))) <= set(map(_bare, comments(given.source)))
    return _bare(cell.source) == _bare(given.source)


def added(cell: NotebookNode, given: NotebookNode) -> str:
    """Return the lines of the cell that were not given out; of text, what was added to a line."""
    is_code = given.cell_type == "code"
    lines = [line for line in _trimmed(cell.source) if line.strip()]
    known = [line for line in _trimmed(given.source) if line.strip()]
    if len(lines) > _MOST_LINES:
        given_out = set(known)
        return "\n".join(line for line in lines if line not in given_out)
    matcher = SequenceMatcher(None, _keys(lines), _keys(known), autojunk=False)
    found: list[str] = []
    for tag, start, stop, first, last in matcher.get_opcodes():
        if tag == "insert" or tag == "equal":
            continue
        for k, line in enumerate(lines[start:stop]):
            before = known[first + k] if first + k < last and not is_code else ""
            found.append(line.removeprefix(before).strip() if before else line)
    return "\n".join(line for line in found if line)


def is_only_imports(code: str) -> bool:
    """Whether `code` imports modules and does nothing else."""
    tree = _tree(code)
    return (
        tree is not None
        and bool(tree.body)
        and all(isinstance(node, ast.Import | ast.ImportFrom) for node in tree.body)
    )


def is_program(code: str) -> bool:
    """Whether `code` does anything; prose, comments and a text alone do not.

    What is too long or too deep to be looked at may do something.
    """
    if len(code) > _LONGEST or any(line.lstrip()[:1] in ("%", "!") for line in code.splitlines()):
        return True
    try:
        tree = _parsed(code)
    except SyntaxError:
        return False
    except (ValueError, RecursionError, MemoryError):
        return True
    return any(
        not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in tree.body
    )


def comments(code: str) -> list[str]:
    """Return the comments of code, in order; none of what is no code."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (SyntaxError, tokenize.TokenError):
        return []
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def without_placeholder(text: str, given: NotebookNode) -> str:
    """Return `text` without the lines of an answer cell as it was given out."""
    lines = {line.strip() for line in given.source.splitlines()}
    return "\n".join(line for line in text.splitlines() if line.strip() not in lines).strip()


def fenced(text: str, language: str = "") -> str:
    """Return Markdown that shows a text, or code, as it stands."""
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _trimmed(source: str) -> list[str]:
    return [line.rstrip() for line in source.strip().splitlines()]


def _bare(text: str) -> str:
    return _FORM.sub("", text)


def _keys(lines: list[str]) -> list[str]:
    """Return what lines are compared by: a formatter's signs and spaces left out."""
    return [_bare(line) or line.strip() for line in lines]


def _program(code: str) -> str | None:
    tree = _tree(code)
    try:
        return None if tree is None else ast.dump(tree)
    except RecursionError:
        return None


def _tree(code: str) -> ast.Module | None:
    try:
        return _parsed(code) if len(code) <= _LONGEST else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _parsed(code: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a backslash in a text, say
        return ast.parse(code)
