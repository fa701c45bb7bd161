"""What a page without a kernel says of a picture."""

import html
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert import HTMLExporter
from traitlets.config import Config

from course_utils.widgets import CellExplorer, ParameterCounter, UnitText
from course_utils.widgets.exported import FormulasAsMathML, PictureInWords, twin
from course_utils.widgets.families import FAMILIES
from course_utils.widgets.page import CELL, PREDICTION, VIEW, script, stored
from tests.widgets.views.in_node import KINDS

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJg"
    "gg=="
)


def exported(data: dict[str, Any], metadata: dict[str, Any]) -> str:
    """The page of a notebook with one output."""
    output = nbformat.v4.new_output("display_data", data, metadata=metadata)
    cell = nbformat.v4.new_code_cell("show()", outputs=[output])
    notebook = nbformat.v4.new_notebook(cells=[cell])
    config = Config({"HTMLExporter": {"preprocessors": [PictureInWords]}})
    page: str = HTMLExporter(config=config).from_notebook_node(notebook)[0]
    return page


def test_a_figure_keeps_its_words_as_alternative_text() -> None:
    data = {"image/png": PNG, "text/plain": "<Figure size 1x1>"}
    page = exported(data, {"image/png": {"alt": 'C < 1, and "f" > 0'}})
    assert "alt='C &lt; 1, and \"f\" &gt; 0'" in page or (
        'alt="C &lt; 1, and &quot;f&quot; &gt; 0"' in page
    )
    assert PNG in page
    assert "Figure size" not in page


def test_a_live_view_brings_its_table() -> None:
    data, metadata = CellExplorer("lstm")._repr_mimebundle_()
    kept = {name: data[name] for name in ("image/png", "text/plain")}
    page = exported(kept, metadata)
    assert "No description has been provided" not in page
    assert "<caption>LSTM cell: 1 unit, 1 input, preset remember</caption>" in page
    assert '<th scope="row">C_t</th><td>0.7957</td>' in page


def test_an_explorer_comes_to_life_where_its_state_is_stored() -> None:
    data, metadata = CellExplorer("gru", preset="carry")._repr_mimebundle_()
    kept = {name: data[name] for name in (CELL, "image/png", "text/plain")}
    page = exported(kept, metadata)
    (state,) = re.findall(r"""data-name="gru" data-state=(?:"([^"]*)"|'([^']*)')""", page)
    assert json.loads(html.unescape("".join(state))) == data[CELL]
    assert page.count("courseFigures.bringToLife(") == 1
    assert "<caption>GRU cell" in page, "the twin is there until the script has run"
    assert '"title":"LSTM cell"' not in page, "only what the page needs"
    assert '"title":"GRU cell"' in page


def test_a_script_that_stands_in_a_page_does_not_end_it() -> None:
    found = [(CELL, {"cell": name}) for name in FAMILIES]
    found += [(VIEW, {"layout": {"view": kind.__name__}}) for kind in KINDS]
    found.append((PREDICTION, {}))
    assert "</" not in script(found)


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_script_of_a_page_is_small_and_nodes_parser_takes_it(
    path: Path, tmp_path: Path
) -> None:
    lecture = nbformat.read(path, as_version=4)
    found = stored(output for cell in lecture.cells for output in cell.get("outputs", []))
    text = script(found)
    assert len(text.encode()) < 150_000
    (tmp_path / "live.js").write_text(text, encoding="utf-8")
    subprocess.run(["node", "--check", tmp_path / "live.js"], check=True)


def test_a_view_comes_to_life_where_its_state_is_stored() -> None:
    data, metadata = ParameterCounter(V=8)._repr_mimebundle_()
    kept = {name: data[name] for name in (VIEW, "image/png", "text/plain")}
    page = exported(kept, metadata)
    (state,) = re.findall(r"""data-name="counter" data-state=(?:"([^"]*)"|'([^']*)')""", page)
    assert json.loads(html.unescape("".join(state))) == data[VIEW]
    assert (
        page.count('courseFigures.bringToLife({"catalogues":{},"constants":{"ParameterCounter":')
        == 1
    )


def test_a_kind_of_view_that_is_no_more_keeps_its_picture() -> None:
    data, metadata = ParameterCounter()._repr_mimebundle_()
    kept = {name: data[name] for name in (VIEW, "image/png", "text/plain")}
    layout = {**kept[VIEW]["layout"], "view": "WordCounter"}
    page = exported({**kept, VIEW: {**kept[VIEW], "layout": layout}}, metadata)
    assert 'bringToLife({"catalogues":{},"constants":{}})' in page
    assert "ParameterCounter()</caption>" in page


def test_a_picture_without_words_is_left_alone() -> None:
    page = exported({"image/png": PNG, "text/plain": "<Figure>"}, {})
    assert "No description has been provided" in page


def test_one_line_is_a_sentence() -> None:
    assert twin("height < 1") == "<p>height &lt; 1</p>"


def page_of(*texts: str) -> str:
    """The exported page of a notebook with these texts, the last as a stored output."""
    *before, last = texts
    cells = [nbformat.v4.new_markdown_cell(text) for text in before]
    output = nbformat.v4.new_output("display_data", {"text/markdown": last})
    cells.append(nbformat.v4.new_code_cell("show()", outputs=[output]))
    config = Config({"HTMLExporter": {"preprocessors": [FormulasAsMathML]}})
    notebook = nbformat.v4.new_notebook(cells=cells)
    page: str = HTMLExporter(config=config).from_notebook_node(notebook)[0]
    return page[page.index("<main") :]


def math_of(page: str) -> list[str]:
    """The characters of each formula."""
    found = re.findall(r"<math.*?</math>", page, re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", "", formula)) for formula in found]


def test_formulas_are_on_the_page_and_need_no_script() -> None:
    table = "| a | b |\n|---|---|\n| $|h| < 1$ | $a_1 * b_1 * c_1$ |"
    block = "$$\nC_t = \\begin{bmatrix} 1 \\\\ 2 \\end{bmatrix}\n$$"
    page = page_of("With $x_1$ and $x_2$.", table, block, "So $h[0]*W[1]*b$.")
    assert math_of(page) == ["x1", "x2", "|h|<1", "a1*b1*c1", "Ct=[12]", "h[0]*W[1]*b"]
    assert page.count("<td>") == 2
    assert "<em>" not in page
    assert "$" not in re.sub(r"<[^>]+>", "", page)


def test_dollars_that_are_no_formula_stay() -> None:
    text = "It costs 5 $ and 6 $, `$HOME/$x`, \\$3 or \\$4.\n\n```\necho $PATH $HOME\n```"
    page = page_of(text, "nothing")
    assert math_of(page) == []
    for kept in ("5 $ and 6 $", "$HOME/$x", "echo"):
        assert kept in re.sub(r"<[^>]+>", "", page)


def test_a_formula_that_cannot_be_read_is_shown_as_it_was_written() -> None:
    page = page_of(r"See $\left( x$ and $x^$.", "nothing")
    assert r"<code>\left( x</code> and <code>x^</code>" in html.unescape(page)


def test_a_page_that_is_one_file_has_the_weights_that_its_views_need() -> None:
    data, metadata = UnitText()._repr_mimebundle_()
    kept = {name: data[name] for name in (VIEW, "image/png", "text/plain")}
    page = exported(kept, metadata)
    names = re.findall(r"\(globalThis\.storedData \?\?= \{\}\)\.(\w+) = ", page)
    assert names == list(UnitText.stored)
    assert page.index("storedData ??= {}).writer") < page.index("courseFigures.bringToLife(")
