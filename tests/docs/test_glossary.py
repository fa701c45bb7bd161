"""The page of symbols: each stands, as mathematics, in the lecture that is said to teach it."""

import re
from pathlib import Path

import pytest

from tests.notebooks.stored import NOTEBOOKS, notebook

PAGE = Path(__file__).parents[2] / "docs" / "glossary.md"
ROW = re.compile(r"\| (\$.*?) \| (.*?) \| .*?\| (\[.*)\|$", re.MULTILINE)
ROWS = [
    (symbol, name, re.findall(r"notebooks/(\d\d\w+\.ipynb)", links))
    for cells, name, links in ROW.findall(PAGE.read_text("utf-8"))
    for symbol in re.findall(r"\$(.*?)\$", cells)
]
MATHEMATICS = re.compile(r"\$\$(.*?)\$\$|\$(.*?)\$", re.DOTALL)
FORMULAS = {
    path.name: " ".join(
        a or b
        for c in notebook(path.name).cells
        if c.cell_type == "markdown"
        for a, b in MATHEMATICS.findall(c.source)
    )
    for path in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))[1:]
}


def uses(lecture: str, symbol: str) -> bool:
    """Whether the symbol stands in a formula of a lecture, not as a part of another symbol."""
    sign = re.escape(symbol.replace(r"\,", ""))
    return bool(re.search(rf"(?<![\\\w]){sign}(?![\w])", FORMULAS[lecture].replace(r"\,", "")))


def test_the_page_has_rows() -> None:
    assert len(ROWS) > 30
    assert len({(symbol, name) for symbol, name, _ in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    ("symbol", "name", "lectures"), ROWS, ids=[f"{s} {n[:20]}" for s, n, _ in ROWS]
)
def test_a_symbol_stands_in_the_lecture_that_teaches_it(symbol, name, lectures) -> None:
    assert [lecture for lecture in lectures if not uses(lecture, symbol)] == []
