"""What a page without a kernel says of a picture."""

from typing import Any

import nbformat
from nbconvert import HTMLExporter
from traitlets.config import Config

from course_utils.widgets import CellExplorer
from course_utils.widgets.exported import PictureInWords, twin

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


def test_a_picture_without_words_is_left_alone() -> None:
    page = exported({"image/png": PNG, "text/plain": "<Figure>"}, {})
    assert "No description has been provided" in page


def test_one_line_is_a_sentence() -> None:
    assert twin("height < 1") == "<p>height &lt; 1</p>"
