"""Reading what a lecture has stored, as a reader sees it."""

import html
import re
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
WIDEST = 54
"""Characters of a printed table that a phone shows side by side: see docs/book/static/book.css."""

_NUMBER = re.compile(r"[-+−]?\d+(?:\.\d+)?(?:e[-+]\d+)?")
_POWER = re.compile(r"·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_MATRIX = re.compile(r"\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}", re.DOTALL)


def notebook(name: str) -> NotebookNode:
    return nbformat.read(NOTEBOOKS / name, as_version=4)


def cell(book: NotebookNode, cell_id: str) -> NotebookNode:
    return next(c for c in book.cells if c.id == cell_id)


def printed(code: NotebookNode) -> list[str]:
    """The lines a code cell printed, without empty ones."""
    text = "".join(o.text for o in code.outputs if o.output_type == "stream")
    return [line for line in text.splitlines() if line.strip()]


def tabular(code: NotebookNode) -> list[str]:
    """The printed lines that have columns; the others are sentences, and may be broken."""
    lines = [line.rstrip() for line in printed(code)]
    return [line for line in lines if "  " in line.strip() or line.startswith("   ")]


def displayed(code: NotebookNode, mime: str) -> list[str]:
    return [o.data[mime] for o in code.outputs if mime in o.get("data", {})]


def words_of_figure(code: NotebookNode) -> str:
    """What the fold under a figure says it shows."""
    (block,) = displayed(code, "text/html")
    match = re.fullmatch(r"<details>.*</summary><p>(.*)</p></details>", block, re.DOTALL)
    assert match, f"{code.id} has no figure in words"
    return html.unescape(match[1])


def numbers(text: str) -> list[str]:
    """All numbers in a text, as Python reads them: 1.5·10⁻⁶ is 1.5e-6."""
    text = _POWER.sub(lambda power: f"e{int(power[1].translate(_LOWERED)):+}", text)
    return [n.replace("−", "-") for n in _NUMBER.findall(text)]


def matrices(code: NotebookNode) -> list[list[float]]:
    """Every matrix a cell displays, row after row."""
    return [
        [float(n) for n in numbers(body)]
        for latex in displayed(code, "text/latex")
        for body in _MATRIX.findall(latex)
    ]


def shown_right(text: str, value: float) -> bool:
    """Whether `text` is `value`, rounded to the digits it has."""
    mantissa, _, exponent = text.partition("e")
    decimals = len(mantissa.partition(".")[2])
    unit = 10.0 ** (int(exponent or 0) - decimals)
    return abs(float(text) - value) <= 0.5 * unit * (1 + 1e-9) + 1e-12 * abs(value)


def stepped(code: NotebookNode) -> dict[str, list[str]]:
    """The columns of a recurrence's table by their headings; empty where there is no start."""
    (text,) = displayed(code, "text/plain")
    head, *rows = text.partition("Step by step\n")[2].splitlines()
    ends = [found.end() for found in re.finditer(r"\S+(?: \S+)*", head)]
    begins = [0, *ends[:-1]]
    return {
        head[begin:end].strip(): [" ".join(numbers(row[begin:end])) for row in rows]
        for begin, end in zip(begins, ends, strict=True)
    }


def predicted(code: NotebookNode) -> Any:
    """The answer that a question to predict has stored for the pages."""
    (output,) = code.outputs
    return output.data["application/vnd.recurrent-cell-prediction+json"]["answer"]
