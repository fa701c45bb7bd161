"""What a reader of any lecture relies on: its stated time, its first cell, its folded cells."""

import ast
import re
from itertools import pairwise

import pytest
from nbformat import NotebookNode

from course_utils.authoring import faults
from tests.notebooks.lecture_checks import boxes, code_cells, figures
from tests.notebooks.stored import (
    NOTEBOOKS,
    WIDEST,
    cell,
    displayed,
    notebook,
    printed,
    tabular,
)

START = "00_start_here.ipynb"
NAMES = sorted({path.name for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")} - {START})
LECTURES = {name: notebook(name) for name in NAMES}
WORDS_PER_MINUTE, PER_PREDICTION, PER_QUESTION, PER_BOX = 100, 1.5, 0.5, 5
NEAR = 3
"""Minutes that a time, said in fives, may differ from the rule: one word is no matter."""

_SITTING = re.compile(r"sections? (\d+)(?:–(\d+))? [^()]*\((\d+) minutes\)")
_IMPORTS = (ast.Import, ast.ImportFrom)

_REPEATS_THE_QUESTION = {
    "02_words_in_words_out.ipynb": {"counting-conventions"},
    "03_vanishing_and_exploding_gradients.ipynb": {"saturation-values"},
    "04_lstm_gate_by_gate.ipynb": {
        "rnn-ten-steps",
        "sigmoid-or-softmax",
        "count-values",
    },
    "05_gru.ipynb": {"count-values"},
}
"""Cells whose first line has numbers, those of the question."""

each_lecture = pytest.mark.parametrize("lecture", LECTURES.values(), ids=NAMES)


def minutes(lecture: NotebookNode) -> dict[int, float]:
    """How long each section takes, by the rule that the start page states."""
    texts: dict[int, str] = {}
    boxes: dict[int, int] = {}
    section = 0
    for c in lecture.cells:
        parts = re.split(r"(?m)^(?=## )", c.source) if c.cell_type == "markdown" else []
        for part in parts:
            heading = re.match(r"## (\d+) ·", part)
            section = int(heading[1]) if heading else section
            texts[section] = f"{texts.get(section, '')} {part}"
        if c.cell_type == "code":
            found = len(re.findall(r"(?m)^practice\(", c.source))
            boxes[section] = boxes.get(section, 0) + found
    return {k: _minutes(text, boxes.get(k, 0)) for k, text in texts.items() if k}


def _minutes(text: str, boxes: int) -> float:
    allowed = sum(map(int, re.findall(r"Take (\d+) minutes", text)))
    predictions = text.count("**Predict.**")
    questions = text.count("**Question.**")
    working = PER_PREDICTION * predictions + PER_QUESTION * questions
    working += allowed or PER_BOX * boxes
    return len(text.split()) / WORDS_PER_MINUTE + working


@each_lecture
def test_the_stated_times_are_counted(lecture: NotebookNode) -> None:
    (stated,) = re.findall(r"(?m)^\*\*Time\.\*\*.*$", cell(lecture, "title").source)
    sittings = [(int(a), int(z or a), int(m)) for a, z, m in _SITTING.findall(stated)]
    counted = minutes(lecture)
    assert [k for a, z, _ in sittings for k in range(a, z + 1)] == sorted(counted)
    for first, last, told in sittings:
        whole = sum(counted[k] for k in range(first, last + 1))
        assert told % 5 == 0
        assert abs(told - whole) <= NEAR, (first, last, whole)
    (about,) = re.findall(r"About (\d+) minutes", stated)
    assert int(about) == sum(told for _, _, told in sittings)


@each_lecture
def test_no_sitting_is_long_and_each_but_the_last_ends_at_a_place_to_stop(
    lecture: NotebookNode,
) -> None:
    """What an exam allows comes on top."""
    stated = cell(lecture, "title").source
    sittings = [(int(a), int(z or a), int(m)) for a, z, m in _SITTING.findall(stated)]
    counted = minutes(lecture)
    sections = _by_section(lecture)
    for first, last, _ in sittings:
        allowed = sum(
            int(m)
            for k in range(first, last + 1)
            for c in sections[k]
            for m in re.findall(r"Take (\d+) minutes", c.source)
        )
        assert sum(counted[k] for k in range(first, last + 1)) - allowed < 30, (first, last)
    stops = [sections[last][-1] for _, last, _ in sittings[:-1]]
    assert [c.id for c in stops] == [f"stop-{k}" for k in range(1, len(sittings))]
    for c in stops:
        assert c.source.startswith("**A good place to stop.** Two questions"), c.id
        assert c.source.count("\n1. ") == c.source.count("\n2. ") == 2, c.id


def _by_section(lecture: NotebookNode) -> dict[int, list[NotebookNode]]:
    found: dict[int, list[NotebookNode]] = {}
    section = 0
    for c in lecture.cells:
        if c.cell_type == "markdown" and (heading := re.search(r"(?m)^## (\d+) ·", c.source)):
            section = int(heading[1])
        found.setdefault(section, []).append(c)
    return found


@each_lecture
def test_a_few_predictions_are_committed_each_right_below_its_question(
    lecture: NotebookNode,
) -> None:
    asked = [c for c in lecture.cells if c.cell_type == "markdown" and "**Predict.**" in c.source]
    asked = [c for c in asked if c.id != "title"]
    assert 5 <= len(asked) == len(boxes(lecture)) <= 10
    for question, box in zip(asked, boxes(lecture), strict=True):
        assert question.source.count("> **Predict.**") == 1, question.id
        place = lecture.cells.index(question) + 1
        while lecture.cells[place].id.endswith("-tools"):
            place += 1
        assert lecture.cells[place] is box, box.id
    assert code_cells(lecture)[-1].source.splitlines()[-1] == "predictions()"


@each_lecture
def test_the_conventions_of_others_are_one_click_away(lecture: NotebookNode) -> None:
    texts = [c.source for c in lecture.cells if c.cell_type == "markdown"]
    assert any("](appendix_conventions.ipynb)" in text for text in texts)


def test_the_start_page_states_the_rule_and_keeps_to_it() -> None:
    start = notebook(START)
    text = "\n".join(c.source for c in start.cells if c.cell_type == "markdown")
    assert 5 * round(_minutes(text, 0) / 5) == 15
    assert "This page takes fifteen minutes" in cell(start, "what-it-is").source
    rule = cell(start, "lectures").source
    assert (
        "a minute for 100 words, a minute and a half for each prediction, half a minute for each "
        "other question, and five minutes for each box of practice, or what an exam allows"
    ) in rule


@each_lecture
def test_the_first_cell_has_every_import_and_is_named_in_the_text(lecture: NotebookNode) -> None:
    """So that a cell run out of order lacks at most what stands above it, never a tool."""
    first, *others = code_cells(lecture)
    assert first.id == "setup"
    assert "run it first" in cell(lecture, "title").source
    assert "NameError" in cell(lecture, "title").source
    late = [c.id for c in others for node in ast.parse(c.source).body if isinstance(node, _IMPORTS)]
    assert late == []


@each_lecture
def test_no_code_that_is_seen_fills_a_screen(lecture: NotebookNode) -> None:
    seen = [
        c for c in code_cells(lecture) if not c.metadata.get("jupyter", {}).get("source_hidden")
    ]
    most = {"pytorch": 28}  # a training with its check
    assert [c.id for c in seen if len(c.source.splitlines()) > most.get(c.id, 25)] == []


@pytest.mark.parametrize("name", sorted(path.name for path in NOTEBOOKS.glob("*.ipynb")))
def test_a_printed_table_fits_a_phone(name: str) -> None:
    lines = [(c.id, line) for c in code_cells(notebook(name)) for line in tabular(c)]
    assert [(where, line) for where, line in lines if len(line) > WIDEST] == []


@each_lecture
def test_every_folded_cell_has_a_title_of_its_own(lecture: NotebookNode) -> None:
    folded = [
        c.source.splitlines()[0]
        for c in code_cells(lecture)
        if {"hide-input", "hide-cell"} & set(c.metadata.get("tags", []))
    ]
    assert folded[0] == "# This lecture's tools: run this cell first"
    assert len(set(folded)) == len(folded)
    assert [fault for fault in faults(lecture) if "is folded" in fault] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_first_line_of_a_folded_output_is_not_the_answer(name: str) -> None:
    """JupyterLab shows that line."""
    telling = set()
    for c in code_cells(LECTURES[name]):
        folded = {"hide-output", "hide-cell"} & set(c.metadata.get("tags", []))
        if folded and printed(c) and re.search(r"\[|=|\d\.\d|\d of \d", printed(c)[0]):
            telling.add(c.id)
    assert telling == _REPEATS_THE_QUESTION.get(name, set())


@each_lecture
def test_nothing_is_said_twice_in_a_row(lecture: NotebookNode) -> None:
    for c in lecture.cells:
        if c.cell_type == "markdown":
            sentences = re.split(r"(?<=[.!?])\s+", c.source)
            twice = [a for a, b in pairwise(sentences) if a == b and len(a.split()) > 3]
            assert twice == [], c.id


@pytest.mark.parametrize("name", [START, *NAMES, "appendix_conventions.ipynb"])
def test_folds_are_closed_and_set_apart_by_empty_lines(name: str) -> None:
    """Without the empty line Markdown inside <details> is shown as plain text."""
    for c in notebook(name).cells:
        if c.cell_type == "markdown":
            assert c.source.count("<details>") == c.source.count("</details>"), c.id
            for match in re.finditer(r"</summary>(.*\n.*\n)", c.source):
                assert match[1].startswith("\n\n"), c.id
            assert not re.search(r"[^\n]\n</details>", c.source), c.id


@each_lecture
def test_every_figure_has_its_picture_and_its_words(lecture: NotebookNode) -> None:
    for code in figures(lecture):
        assert displayed(code, "image/png"), code.id
        assert displayed(code, "text/html"), code.id
