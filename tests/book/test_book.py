"""The book as built: every lecture is in it, complete without a kernel, a network or eyes."""

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "docs" / "book"
LECTURES = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))

sys.path.insert(0, str(BOOK))  # its scripts are no package: a builder, not a part of the course
from links import faults  # noqa: E402
from stage import (  # noqa: E402
    _hint_at_kernel,
    _say_what_runs,
    _stand_in,
    guides,
    twin,
)

pytestmark = pytest.mark.slow


class Reader(HTMLParser):
    """Pictures, what they are called, and the text outside scripts and formulas."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.pictures: list[str | None] = []
        self.formulas = 0
        self.text = ""
        self._silent = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.pictures.append(dict(attrs).get("alt"))
        self.formulas += tag == "math"
        self._silent += tag in ("script", "style", "math", "pre", "code")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style", "math", "pre", "code")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text += data


def stored(stem: str) -> Iterator[nbformat.NotebookNode]:
    """The stored outputs of a lecture."""
    notebook = nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", as_version=4)
    return (output for cell in notebook.cells for output in cell.get("outputs", []))


def test_the_pages_are_there(book: Path) -> None:
    assert {path.stem for path in (book / "notebooks").glob("*.html")} == set(LECTURES)
    pages = {str(Path(there).with_suffix(".html")) for there in guides().values()}
    assert pages >= {"student.html", "instructor.html", "department.html", "maintaining.html"}
    assert [page for page in sorted(pages) if not (book / page).exists()] == []
    front = (book / "index.html").read_text()
    below = {page for page in pages if page.startswith("decisions/0")}
    named = [f"notebooks/{stem}.html" for stem in LECTURES] + sorted(pages - below)
    assert [page for page in named if f'href="{page}"' not in front] == []


def test_the_front_page_says_where_each_reader_goes(book: Path) -> None:
    (table,) = re.findall(r"<table.*?</table>", (book / "index.html").read_text(), re.DOTALL)
    for reader in ("a student", "an instructor", "a department", "a maintainer"):
        assert reader in table
    for page in ("student", "instructor", "grading", "exercise", "department", "security"):
        assert f'href="{page}.html"' in table


@pytest.mark.parametrize("stem", LECTURES)
def test_a_lecture_stands_complete(book: Path, stem: str) -> None:
    page = Reader((book / "notebooks" / f"{stem}.html").read_text())
    pictures = [o for o in stored(stem) if "image/png" in o.get("data", {})]
    assert len(page.pictures) == len(pictures)
    assert all(alt and len(alt) > 20 for alt in page.pictures), page.pictures
    assert "$" not in page.text, page.text[page.text.index("$") - 80 :][:160]
    assert page.formulas or stem.startswith("00")


@pytest.mark.parametrize("stem", LECTURES)
def test_a_lecture_says_once_what_runs_and_where_all_of_it_does(book: Path, stem: str) -> None:
    page = (book / "notebooks" / f"{stem}.html").read_text()
    living = re.search('class="live-(cell|figure)"', page)
    assert page.count("/live.js") == ("data-state=" in page), (
        "a script that stands twice runs twice"
    )
    said = "alive: move them. No code runs" if living else "<p>No code runs"
    assert page.count(f"{said} on this page") == page.count("runs on this page") == 1
    notice = page[page.index(f"{said} on this page") :][:800]
    assert 'href="../install.html"' in notice
    assert 'href="../student.html"' in notice
    lecture = page[page.index("<article") :]
    assert lecture.index("<h1") < lecture.index(said) < lecture.index("<h2")


def test_a_box_of_practice_says_how_it_can_be_answered(book: Path) -> None:
    for stem in ("01_recurrent_state", "05_gru"):
        hint = (book / "notebooks" / f"{stem}.html").read_text().split("Run this cell")[1]
        assert re.match(r'\s*<a [^>]*href="../install.html"', hint), hint[:200]


@pytest.mark.parametrize(
    ("source", "tags", "hint"),
    [
        ("def f(w): ...\n\n\nlive_numbers(f, w=slider)", [], "move its sliders"),
        ("figures.adding_trainer().display()", ["hide-cell"], "train one of your own"),
        ("predictions()", [], "see your predictions beside what came out"),
        ("import torch", ["nbval-ignore-output"], "see what it prints"),
    ],
)
def test_a_cell_says_what_only_a_kernel_gives(source: str, tags: list[str], hint: str) -> None:
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": tags})
    _hint_at_kernel(cell)
    (output,) = cell.outputs
    assert output.data["text/markdown"].endswith(f"(../install.md) to {hint}.*")


@pytest.mark.parametrize(("text", "hinted"), [("Day 3: 11.5", True), ("<Figure size 1>", False)])
def test_a_figure_under_controls_says_so_whatever_displays_it(text: str, hinted: bool) -> None:
    data = {"image/png": "", "text/plain": text}
    picture = nbformat.v4.new_output("display_data", data)
    cell = nbformat.v4.new_code_cell("figures.day_by_day(ahead)", outputs=[picture])
    _hint_at_kernel(cell)
    hints = [o.data["text/markdown"] for o in cell.outputs if "text/markdown" in o.data]
    assert [h.endswith("to move its sliders.*") for h in hints] == [True] * hinted


def test_a_cell_that_shows_all_it_has_gets_no_hint() -> None:
    cell = nbformat.v4.new_code_cell("print(1)")
    _hint_at_kernel(cell)
    assert cell.outputs == []


def test_a_lecture_without_a_title_is_refused() -> None:
    cell = nbformat.v4.new_markdown_cell("No title\n\n# Here")
    lecture = nbformat.v4.new_notebook(cells=[cell])
    with pytest.raises(ValueError, match=r"x.ipynb: its first cell begins with no title"):
        _say_what_runs(lecture, "x.ipynb", living=False)


@pytest.mark.parametrize("stem", LECTURES)
def test_every_live_view_has_its_numbers_in_text(book: Path, stem: str) -> None:
    text = " ".join(Reader((book / "notebooks" / f"{stem}.html").read_text()).text.split())
    for output in stored(stem):
        said = output.get("data", {}).get("text/plain", "<")
        if "image/png" not in output.get("data", {}) or said.startswith("<"):
            continue
        for row in said.splitlines():
            numbers = re.findall(r"[-−]?\d+\.\d+", row)
            assert all(number in text for number in numbers), row


def test_nothing_is_left_of_the_sources_that_only_draw(book: Path) -> None:
    page = (book / "notebooks" / "04_lstm_gate_by_gate.html").read_text()
    assert "figure in words" in page
    assert "axvspan" not in page


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ('<a href="nowhere.html">x</a>', "no such file"),
        ('<a href="#nowhere">x</a>', "no such anchor"),
        ('<a href="b.html#nowhere">x</a>', "no such anchor"),
        ('<img src="missing.png" alt="x">', "no such file"),
        ('<script src="https://cdn.example/x.js"></script>', "from elsewhere"),
        ('<link rel="stylesheet" href="//fonts.example/x.css">', "from elsewhere"),
    ],
)
def test_a_broken_link_is_found(tmp_path: Path, broken: str, said: str) -> None:
    (tmp_path / "b.html").write_text('<p id="here">b</p>')
    (tmp_path / "a.html").write_text('<a href="b.html#here">b</a><a href="https://x.example">x</a>')
    assert list(faults(tmp_path)) == []
    (tmp_path / "a.html").write_text(broken)
    (fault,) = faults(tmp_path)
    assert said in fault


def test_a_site_without_pages_is_no_site(tmp_path: Path) -> None:
    assert list(faults(tmp_path)) == [f"no page in {tmp_path}"]


def test_a_picture_without_words_is_refused() -> None:
    data = {"image/png": "", "text/plain": "<Figure size 1x1>"}
    output = nbformat.v4.new_output("display_data", data)
    cell = nbformat.v4.new_code_cell(outputs=[output], id="bare")
    with pytest.raises(ValueError, match="x.ipynb, cell bare: expected words for its picture"):
        _stand_in(cell, "x.ipynb")


def test_the_twin_of_a_live_view_is_a_table_with_row_headers() -> None:
    html = twin("A cell: 2 units\nSmall.\nh_t   0.5000   −0.2500\nz_<f>   1.0000   2.0000")
    assert "<caption>A cell: 2 units</caption>" in html
    assert '<th scope="row">h_t</th><td>0.5000</td><td>−0.2500</td>' in html
    assert '<th scope="row" colspan="3">Small.</th>' in html
    assert "z_&lt;f&gt;" in html


def test_a_formula_that_cannot_be_written_is_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    from docutils import nodes
    from mathematics import _converted

    with caplog.at_level("WARNING"):
        right = _converted(nodes.math(), r"\sigma(z)", display=False)
        assert right.startswith("<math")
        assert not caplog.records
        _converted(nodes.math(), r"\left( x", display=False)
    assert "cannot be written as MathML" in caplog.text


@pytest.mark.parametrize(
    ("latex", "parts"),
    [
        (r"h = f(x) \qquad\qquad y = g(h)", ["h = f(x)", "y = g(h)"]),
        (r"a, \quad b \leftarrow c", ["a,", r"b \leftarrow c"]),
        (
            r"\begin{aligned} a & \quad b \end{aligned}",
            [r"\begin{aligned} a & \quad b \end{aligned}"],
        ),
        (r"\left( a \quad b \right) \quad \{c\}", [r"\left( a \quad b \right)", r"\{c\}"]),
        (r"\text{if \quad so} \quadrille", [r"\text{if \quad so} \quadrille"]),
    ],
)
def test_a_formula_is_broken_at_its_outer_gaps(latex: str, parts: list[str]) -> None:
    from mathematics import _parts

    assert list(_parts(latex)) == parts
