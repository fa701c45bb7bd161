"""Any bytes at all become a notebook or one sentence of why not."""

import json
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from nbexaminer.notebook.remarks import remarks_of
from nbexaminer.submission.reading import UnreadableSubmissionError, read_submission

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
CELL = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", "heading"]) | JSON,
        "source": st.text() | st.lists(st.text()) | JSON,
        "metadata": st.fixed_dictionaries({"nbgrader": JSON, "tags": JSON}) | JSON,
        "outputs": JSON,
        "attachments": JSON,
        "id": st.text() | JSON,
        "execution_count": JSON,
    },
)


@given(st.binary() | st.text().map(str.encode) | JSON.map(lambda j: json.dumps(j).encode()))
def test_any_bytes_are_read_or_refused_in_words(raw: bytes) -> None:
    try:
        nb = read_submission(raw)
    except UnreadableSubmissionError:
        return
    nbformat.validate(nb)


@given(cells=st.lists(CELL | JSON, max_size=4), metadata=JSON, version=st.integers(0, 9) | JSON)
def test_any_cells_give_a_valid_notebook_or_are_refused(
    cells: Any, metadata: Any, version: Any
) -> None:
    content = {"cells": cells, "metadata": metadata, "nbformat": version, "nbformat_minor": 5}
    try:
        nb = read_submission(json.dumps(content).encode())
    except UnreadableSubmissionError:
        assert version != 4
    else:
        nbformat.validate(nb)
        nbformat.writes(nb).encode("utf-8")
        damaged = [r for r in remarks_of(nb) if "damaged" in r.text]
        assert len(nb.cells) + len(damaged) == len(cells)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b'{"cells": [', "cut off"),
        (b'{"cells": [], "metadata": {"a": "b', "cut off"),
        (b"cells: 3", "not JSON"),
        (b"PK\x03\x04 a zip archive", "not a notebook: it is a zip archive"),
        (b"%PDF-1.7\nfoo", "not a notebook: it is a PDF"),
        (b"\n <!DOCTYPE html>", "not a notebook: it is a web page"),
        (b'{"name": "not a notebook"}', "no cells"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"cells": 3}', "not a list"),
    ],
)
def test_the_reason_names_what_is_wrong(raw: bytes, reason: str) -> None:
    with pytest.raises(UnreadableSubmissionError, match=reason):
        read_submission(raw)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_other_encodings_are_read_and_named(encoding: str) -> None:
    nb = new_notebook(cells=[new_markdown_cell("Rückwärts: é ü")])
    read = read_submission(json.dumps(nb, ensure_ascii=False).encode(encoding))
    assert read.cells[0].source == "Rückwärts: é ü"
    assert bool(remarks_of(read)) == (not encoding.startswith("utf-8"))


def test_signs_that_nobody_sees_are_left_out() -> None:
    cells = [new_code_cell("\ufeffx = 1\u200b"), new_markdown_cell("\u2060a\u200db \u00e4")]
    read = read_submission(json.dumps(new_notebook(cells=cells)).encode())
    assert [cell.source for cell in read.cells] == ["x = 1", "a\u200db \u00e4"]


def test_a_notebook_of_format_3_is_upgraded() -> None:
    old = nbformat.convert(new_notebook(cells=[new_code_cell("x = 1")]), to_version=3)
    assert "worksheets" in old
    assert read_submission(json.dumps(old).encode()).cells[0].source == "x = 1"


def test_only_the_known_parts_are_taken_over() -> None:
    cell = new_code_cell(
        "x = 1",
        outputs=[new_output("stream", text="out")],
        metadata={
            "tags": ["skip-execution", "raises-exception"],
            "nbgrader": {"grade_id": "a", "points": 100, "grade": True, "locked": False},
        },
    )
    nb = new_notebook(cells=[cell], metadata={"kernelspec": {"name": "ir", "display_name": "R"}})
    nb.metadata["widgets"] = {"a": 1}
    read = read_submission(json.dumps(nb).encode())
    assert read.cells[0].metadata == {"nbgrader": {"grade_id": "a"}}
    assert read.cells[0].outputs == []
    assert read.cells[0].id == cell.id
    assert set(read.metadata) == {"kernelspec"}
    assert read.metadata["kernelspec"]["name"] == "ir"


def test_a_picture_in_an_answer_is_kept() -> None:
    picture = {"derivation.png": {"image/png": "iVBORw0KGgo="}}
    nb = new_notebook(cells=[new_markdown_cell("![](attachment:derivation.png)")])
    nb.cells[0]["attachments"] = picture
    assert read_submission(json.dumps(nb).encode()).cells[0].attachments == picture


def test_two_cells_with_one_id_both_stay() -> None:
    nb = new_notebook()
    nb.cells = [new_code_cell("a", id="same"), new_code_cell("b", id="same")]
    read = read_submission(json.dumps(nb).encode())
    assert [cell.source for cell in read.cells] == ["a", "b"]
    assert read.cells[0].id != read.cells[1].id


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_ends_of_lines_are_those_of_the_course(end: str) -> None:
    nb = new_notebook(cells=[new_code_cell(f"a = 1{end}b = 2{end}")])
    assert read_submission(json.dumps(nb).encode()).cells[0].source == "a = 1\nb = 2\n"


@pytest.mark.parametrize(
    "outputs",
    [
        [new_output("display_data", {"image/png": "A" * 5_000_000})],
        [{"output_type": "stream", "name": "stdout", "text": ["line\n"] * 200_000}],
        [{"output_type": "stream", "name": "stdout", "text": {str(k): k for k in range(100_000)}}],
        "no list at all",
    ],
)
@pytest.mark.parametrize("version", [3, 4])
def test_outputs_are_not_read(outputs: Any, version: int) -> None:
    content: Any = new_notebook(cells=[new_code_cell("x = 1")])
    if version == 3:
        content = nbformat.convert(content, to_version=3)
        content["worksheets"][0]["cells"][0]["outputs"] = outputs
    else:
        content["cells"][0]["outputs"] = outputs
    read = read_submission(json.dumps(content).encode())
    assert (read.cells[0].source, read.cells[0].outputs) == ("x = 1", [])


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"cells": [' + b"{}," * 1_100_000 + b"{}]}", "too many parts"),
        (b'{"cells": [' + b"[]," * 1_100_000 + b"[]]}", "too many parts"),
        (b'{"cells": [], "x": ' + b"9" * 5_000 + b"}", "a number that is too long"),
        (json.dumps(new_notebook(cells=[new_code_cell("\n" * 3_000_000)])).encode(), "3.0 million"),
    ],
)
def test_what_would_cost_memory_or_time_is_refused_in_words(raw: bytes, reason: str) -> None:
    with pytest.raises(UnreadableSubmissionError, match=reason):
        read_submission(raw)


def test_of_attachments_only_pictures_are_read_and_not_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nb = new_notebook(cells=[new_markdown_cell("a"), new_markdown_cell("b")])
    nb.cells[0]["attachments"] = {
        "a.png": {"image/png": "A" * 30},
        "a.bin": {"application/json": {"a": []}},
    }
    nb.cells[1]["attachments"] = {"b.png": {"image/png": ["B"] * 12}, "c": {"image/png": 3}}
    read = read_submission(json.dumps(nb).encode())
    assert list(read.cells[0].attachments) == ["a.png"]
    assert read.cells[1].attachments == {"b.png": {"image/png": "B" * 12}}
    monkeypatch.setattr("nbexaminer.submission.reading.MOST_PICTURES", 40)
    read = read_submission(json.dumps(nb).encode())
    assert (list(read.cells[0].attachments), read.cells[1].attachments) == (["a.png"], {})
    assert "more than 30 MB" in remarks_of(read)[0].text
