"""A photo of pencil work reaches the person who marks, and its student."""

import base64
import io
from collections.abc import Mapping

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.preprocessors import ClearSolutions
from nbgrader.server_extensions.formgrader.handlers import template_path
from PIL import Image
from traitlets.config import PyFileConfigLoader

from nbexaminer.formgrader.showing import answer_html
from nbexaminer.notebook.remarks import remarks_of
from nbexaminer.pictures import shown
from nbexaminer.steps import AttachPictures
from tests.grading.course import ROOT, by_id, filled, resources, source_notebook
from tests.grading.feedback.pages import page, read, words_cell


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), noise: bool = False) -> bytes:
    made = io.BytesIO()
    image = Image.effect_noise(size, 200) if noise else Image.new("L", size, 255)
    image.save(made, kind)
    return made.getvalue()


def attached(
    files: Mapping[str, bytes], data: Mapping[str, bytes] | None = None, **answers: str
) -> NotebookNode:
    released, _ = ClearSolutions().preprocess(source_notebook(), {})
    known = resources(released, files={**files, **(data or {})}, data=dict(data or {}))
    nb, _ = AttachPictures().preprocess(filled(released, **answers), known)
    nbformat.validate(nb)
    return nb


def said(nb: NotebookNode) -> str:
    return " ".join(remark.text for remark in remarks_of(nb))


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("photo.png", "![x](photo.png)"),
        ("img/my photo.png", "![x](img/my%20photo.png)"),
        ("photo.PNG", "![x](C:\\\\Users\\\\me\\\\photo.png)"),
        ("photo.png", '<img src="./photo.png" width="300">'),
        ("photo (1).png", "![x](<photo (1).png>)"),
    ],
)
def test_a_picture_that_the_answer_names_is_shown_with_it(name: str, reference: str) -> None:
    why = by_id(attached({name: picture()}, why=f"See my photo.\n\n{reference}"), "why")
    assert list(why.attachments) == [name]
    assert why.source.endswith(reference)
    assert "data:image/png;base64," in answer_html(why)
    on_the_page = words_cell("w", "a", 1, 1)
    on_the_page["attachments"] = why.attachments
    assert "data:image/png;base64," in page(on_the_page)


def test_formgraders_own_page_shows_it_too() -> None:
    photo = picture("PNG", (2000, 1000), noise=True)
    nb = attached({"photo.png": photo, "scan.heic": b"\0\0\0 ftypheic"}, why="![](photo.png)")
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [template_path]
    place = {"index": 0, "total": 1}
    html, _ = HTMLExporter(config=config).from_notebook_node(nb, resources=place)
    (shown_there,) = [a for tag, a in read(html).tags if tag == "img"]
    assert str(shown_there["src"]).startswith("data:image/jpeg;base64,")
    assert shown_there["style"] == "max-width: 100%"
    assert by_id(nb, "why").attachments["photo.png"]["image/jpeg"] in str(shown_there["src"])


def test_one_that_no_cell_names_opens_the_empty_answer() -> None:
    why = by_id(attached({"photo.png": picture()}), "why")
    assert why.source == "![photo.png](<photo.png>)"
    assert list(why.attachments) == ["photo.png"]
    why = by_id(attached({"photo.png": picture()}, why="Words."), "why")
    assert why.source == "Words.\n\n![photo.png](<photo.png>)"


def test_one_that_was_given_out_is_nobodys_answer() -> None:
    nb = attached({}, data={"cell.png": picture()})
    assert "attachments" not in by_id(nb, "why")
    assert by_id(nb, "why").source == "YOUR ANSWER HERE"


@pytest.mark.parametrize("name", ["photo.heic", "scan.PDF", "broken.png"])
def test_what_cannot_be_shown_is_named_with_its_place_and_opens_the_answer(name: str) -> None:
    nb = attached({name: b"\0\0\0 ftypheic"})
    assert name in by_id(nb, "why").source
    assert f"The picture {name!r} cannot be shown here; it lies in submitted/ana/small." in said(nb)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_one_is_made_smaller(kind: str) -> None:
    raw = picture(kind, (2000, 1000), noise=True)
    assert len(raw) > 1_000_000
    found = shown(raw)
    assert found is not None
    with Image.open(io.BytesIO(base64.b64decode(found.encoded))) as small:
        assert small.size == (1600, 800)
    assert len(found.encoded) < 4_000_000


def test_one_in_the_notebook_is_made_smaller_too() -> None:
    encoded = base64.b64encode(picture("PNG", (2000, 1000), noise=True)).decode()
    nb = source_notebook()
    nb.cells = [new_markdown_cell("![](attachment:a.png)")]
    nb.cells[0]["attachments"] = {"a.png": {"image/png": encoded}, "b.png": {"image/png": "!"}}
    after, _ = AttachPictures().preprocess(nb, resources(source_notebook()))
    assert list(after.cells[0].attachments["a.png"]) == ["image/jpeg"]
    assert after.cells[0].attachments["b.png"] == {"image/png": "!"}


def test_one_of_too_many_pixels_is_not_opened() -> None:
    raw = bytearray(picture("PNG"))
    raw[16:24] = (60_000).to_bytes(4, "big") * 2
    assert shown(bytes(raw) + b"\0" * 1_000_000) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_a_picture_or_none(tail: bytes) -> None:
    for head in (b"", b"GIF89a", b"RIFF....WEBP", b"BM"):
        shown(head + tail)
