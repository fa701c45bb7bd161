"""Words that a student wrote beside the cell meant for them reach the person who marks."""

import json
from collections.abc import Callable
from copy import deepcopy

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from nbgrader.preprocessors import ClearSolutions, LockCells

from nbexaminer.notebook.released import graded_cells
from nbexaminer.notebook.remarks import remarks_of
from nbexaminer.steps import DeduplicateCells, GatherWords, IdentifyCells, RestoreCells
from nbexaminer.submission.reading import read_submission
from tests.grading.course import answer, by_id, cell, filled, graded_test, resources, words

QUESTION = "## 2. In words\n\nHow much is left after 50 steps?\n\n- Say why."
EMPTY = "YOUR ANSWER HERE"


def source() -> NotebookNode:
    """A question in code, two in words and one in code that a person marks."""
    given_text = {"kind": "markdown", "locked": True}
    by_hand = answer("by_hand", "plot(1)")
    by_hand.metadata.nbgrader.update(grade=True, points=1)
    return new_notebook(
        cells=[
            cell(source="# Sums", name="aim", **given_text),
            cell("code", "import warnings\nnumbers = [1, 2]", "setup", locked=True),
            cell(source="## 1. A sum", name="part-1", **given_text),
            answer("total", "total = sum(numbers)"),
            new_code_cell("# Try it here first.\ntotal", id="try"),
            graded_test("test_total", "assert total == 3", 2),
            cell(source=QUESTION, name="part-2", **given_text),
            words("why", 3),
            cell(source="## 3. More words", name="part-3", **given_text),
            words("more", 3),
            cell(source="## 4. A picture", name="part-4", **given_text),
            by_hand,
            cell(source="## Before you hand in", name="hand-in", **given_text),
        ]
    )


def released() -> NotebookNode:
    nb = source()
    for step in (ClearSolutions(), LockCells()):
        nb, _ = step.preprocess(nb, {})
    return nb


def put_right(nb: NotebookNode) -> NotebookNode:
    nb = read_submission(json.dumps(nb).encode())
    known = resources(released())
    for step in (IdentifyCells(), DeduplicateCells(), RestoreCells(), GatherWords()):
        nb, known = step.preprocess(nb, known)
    nbformat.validate(nb)
    return nb


def said(nb: NotebookNode) -> list[str]:
    return [remark.text for remark in remarks_of(nb)]


def behind(nb: NotebookNode, name: str, *cells: NotebookNode) -> None:
    place = nb.cells.index(by_id(nb, name)) + 1
    nb.cells[place:place] = cells


def split(nb: NotebookNode) -> None:
    by_id(nb, "why").source = "0.36 is left."
    half = deepcopy(by_id(nb, "why"))
    half.source, half.id = "At 0.5 nothing is.", "half"
    behind(nb, "why", half)


def split_and_a_part_moved_away(nb: NotebookNode) -> None:
    split(nb)
    nb.cells.append(nb.cells.pop(nb.cells.index(by_id(nb, "why")) + 1))


def a_new_cell_below(nb: NotebookNode) -> None:
    behind(nb, "why", new_markdown_cell("0.36 is left."), new_raw_cell("At 0.5 nothing is."))


def a_new_cell_above_and_the_answer(nb: NotebookNode) -> None:
    behind(nb, "part-2", new_markdown_cell("0.36 is left."))
    by_id(nb, "why").source = "At 0.5 nothing is."


def prose_in_a_code_cell(nb: NotebookNode) -> None:
    behind(nb, "why", new_code_cell("0.36 is left.\nAt 0.5 nothing is."))


def comments_in_a_code_cell(nb: NotebookNode) -> None:
    behind(nb, "why", new_code_cell("# 0.36 is left.\n# At 0.5 nothing is."))


def the_questions_own_cell(nb: NotebookNode) -> None:
    by_id(nb, "part-2").source += " 0.36 is left.\n\nAt 0.5 nothing is."


def between_the_questions_lines(nb: NotebookNode) -> None:
    text = QUESTION.replace("steps?\n", "steps?\n\n0.36 is left.\n") + "\n\nAt 0.5 nothing is.\n"
    by_id(nb, "part-2").source = text


def question_and_answer_merged(nb: NotebookNode) -> None:
    by_id(nb, "part-2").source = f"{QUESTION}\n\n{EMPTY}\n0.36 is left.\nAt 0.5 nothing is."
    nb.cells.remove(by_id(nb, "why"))


def the_answer_deleted_and_retyped(nb: NotebookNode) -> None:
    place = nb.cells.index(by_id(nb, "why"))
    nb.cells[place : place + 1] = [new_markdown_cell("0.36 is left.\n\nAt 0.5 nothing is.")]


def at_the_notebooks_end(nb: NotebookNode) -> None:
    by_id(nb, "more").source = "Answered."
    nb.cells.append(new_markdown_cell("0.36 is left. At 0.5 nothing is."))


def in_the_text_on_top(nb: NotebookNode) -> None:
    by_id(nb, "more").source = "Answered."
    by_id(nb, "aim").source += "\n\n0.36 is left. At 0.5 nothing is."


@pytest.mark.parametrize(
    "write",
    [
        split,
        split_and_a_part_moved_away,
        a_new_cell_below,
        a_new_cell_above_and_the_answer,
        prose_in_a_code_cell,
        comments_in_a_code_cell,
        the_questions_own_cell,
        between_the_questions_lines,
        question_and_answer_merged,
        the_answer_deleted_and_retyped,
        at_the_notebooks_end,
        in_the_text_on_top,
    ],
)
def test_words_reach_the_answer_in_order(write: Callable[[NotebookNode], None]) -> None:
    nb = filled(released(), total="total = 3")
    write(nb)
    after = put_right(nb)
    why = by_id(after, "why").source
    assert " ".join(why.split()) == "0.36 is left. At 0.5 nothing is."
    assert by_id(after, "part-2").source == QUESTION
    assert any("'why'" in text or "known again" in text for text in said(after))


@pytest.mark.parametrize("answer", ["\u2713", "\u2248 \u00bd", "\U0001f600", "$\\to\\infty$", "no"])
def test_an_answer_of_one_sign_in_the_questions_cell_is_not_lost(answer: str) -> None:
    nb = released()
    by_id(nb, "part-2").source += f" {answer}"
    assert by_id(put_right(nb), "why").source == answer


def test_very_much_text_in_a_given_cell_is_kept() -> None:
    nb = released()
    by_id(nb, "part-2").source += "\n" + "\n".join(f"line {k}" for k in range(5_000))
    why = by_id(put_right(nb), "why").source
    assert (why.count("\n"), why[:6], "Say why" in why) == (4_999, "line 0", False)


def test_an_honest_answer_and_a_blank_one_are_left_alone() -> None:
    nb = filled(released(), total="total = 3", why="0.36 is left.", by_hand="plot(1)")
    after = put_right(nb)
    assert [c.source for c in after.cells] == [c.source for c in nb.cells]
    assert said(after) == []


def test_a_split_answer_in_code_that_a_person_marks_is_whole() -> None:
    nb = filled(released(), by_hand="import math\nx = math.pi")
    half = deepcopy(by_id(nb, "by_hand"))
    half.source, half.id = "plot(x)", "half"
    behind(nb, "by_hand", half)
    after = put_right(nb)
    assert by_id(after, "by_hand").source == "import math\nx = math.pi\n\nplot(x)"
    assert sum("plot(x)" in c.source for c in after.cells) == 1


def test_code_beside_an_empty_answer_in_words_is_shown_and_still_runs() -> None:
    nb = released()
    behind(nb, "why", new_code_cell("0.98 ** 50"))
    after = put_right(nb)
    assert by_id(after, "why").source == "```python\n0.98 ** 50\n```"
    assert [c.source for c in after.cells if c.cell_type == "code"].count("0.98 ** 50") == 1


def test_pictures_of_one_name_in_two_parts_both_stay() -> None:
    nb = released()
    for k, letter in enumerate("AB"):
        part = new_markdown_cell("![x](attachment:image.png)", id=f"part{k}")
        part["attachments"] = {"image.png": {"image/png": letter * 8}}
        nb.cells.insert(nb.cells.index(by_id(nb, "why")), part)
    why = by_id(put_right(nb), "why")
    assert sorted(kinds["image/png"] for kinds in why.attachments.values()) == ["A" * 8, "B" * 8]
    assert all(f"attachment:{name})" in why.source for name in why.attachments)


def test_code_in_a_given_cell_is_kept_to_be_read_and_the_remark_says_where_it_belongs() -> None:
    nb = filled(released(), total="pass")
    by_id(nb, "test_total").source = "total = 3\nassert total == 3"
    after = put_right(nb)
    assert by_id(after, "test_total").source == "assert total == 3"
    assert any("total = 3" in c.source for c in after.cells if c.cell_type == "markdown")
    assert by_id(after, "why").source == EMPTY
    assert "belongs in the answer cell above it" in said(after)[0]


@pytest.mark.parametrize(
    "added", ["import math", "from math import pi, tau", "import os.path as p, math\nimport re"]
)
@pytest.mark.parametrize("name", ["setup", "test_total"])
def test_an_import_added_to_a_locked_cell_counts(name: str, added: str) -> None:
    nb = filled(released(), total="total = 3")
    by_id(nb, name).source = f"{added}\n{by_id(nb, name).source}"
    after = put_right(nb)
    sources = [c.source for c in after.cells]
    assert sources.index(added) < sources.index(by_id(released(), name).source)
    assert "after the import that was added" in said(after)[0]


def test_an_import_added_to_a_line_of_imports_counts() -> None:
    nb = released()
    by_id(nb, "setup").source = "import warnings, math\nnumbers = [1, 2]"
    after = put_right(nb)
    assert "import warnings, math" in [c.source for c in after.cells]
    assert "after the import that was added" in said(after)[0]


@pytest.mark.parametrize(
    "code", ["%matplotlib inline\nx = 1", "!ls", "-" * 6_000 + "1", "x = [" + "1," * 30_000 + "]"]
)
def test_code_in_the_neighbourhood_of_words_goes_on_to_run(code: str) -> None:
    nb = filled(released(), why="So.")
    behind(nb, "why", new_code_cell(code))
    after = put_right(nb)
    assert code in [c.source for c in after.cells if c.cell_type == "code"]
    assert by_id(after, "why").source == "So."


REWRITTEN: list[tuple[str, Callable[[str], str]]] = [
    ("blank line at the end", lambda text: text + "\n"),
    ("ends of lines", lambda text: text.replace("\n", "\r\n")),
    ("spaces at the ends of lines", lambda text: text.replace("\n", "  \n") + "   "),
    ("blank lines on top", lambda text: "\n\n" + text),
]


@pytest.mark.parametrize("form", [form for _, form in REWRITTEN], ids=[n for n, _ in REWRITTEN])
def test_an_editors_white_space_is_no_change(form: Callable[[str], str]) -> None:
    nb = released()
    for one in nb.cells:
        one.source = form(one.source)
    after = put_right(nb)
    assert said(after) == []
    assert by_id(after, "why").source == EMPTY
    assert {n: c.source for n, c in graded_cells(after).items()} == {
        n: c.source for n, c in graded_cells(released()).items()
    }


@pytest.mark.parametrize(
    ("name", "formatted"),
    [
        ("setup", "import warnings\n\nnumbers = [\n    1,\n    2,\n]"),
        ("test_total", "assert (total == 3)"),
        ("part-2", "2. In words\n-----------\n\nHow much is left after 50 steps?\n\n* Say why."),
    ],
)
def test_what_a_formatter_changes_is_no_change(name: str, formatted: str) -> None:
    assert said(put_right(filled(released(), **{name: formatted}))) == []


@pytest.mark.parametrize("name", ["setup", "test_total"])
def test_an_answer_in_a_comment_of_a_given_cell_is_not_lost(name: str) -> None:
    nb = released()
    by_id(nb, name).source += "\n# I saw 3, so it keeps."
    after = put_right(nb)
    assert by_id(after, name).source == by_id(released(), name).source
    assert "I saw 3, so it keeps." in by_id(after, "why").source
    assert f"cell {name!r} was changed; the original was run" in said(after)[0]


def test_text_from_elsewhere_is_shown_once_for_each_empty_question_and_stays() -> None:
    nb = released()
    behind(nb, "test_total", new_markdown_cell("I saw 3."))
    after = put_right(nb)
    assert [by_id(after, name).source for name in ("why", "more")] == ["I saw 3."] * 2
    assert by_id(after, "by_hand").source == by_id(released(), "by_hand").source
    assert [c.source for c in after.cells].count("I saw 3.") == 3


@settings(max_examples=40)
@given(data=st.data())
def test_nothing_that_was_written_is_lost(data: st.DataObject) -> None:
    nb = filled(released(), total="total = 3")
    written = []
    for k in range(data.draw(st.integers(1, 5))):
        text = f"word{k} I saw {data.draw(st.text(st.sampled_from('ab#`$*_ !'), max_size=8))}end{k}"
        written.append(f"word{k}")
        if data.draw(st.booleans()):
            make = data.draw(st.sampled_from([new_markdown_cell, new_raw_cell, new_code_cell]))
            nb.cells.insert(data.draw(st.integers(0, len(nb.cells))), make(text))
        else:
            texts = [c for c in nb.cells if c.cell_type == "markdown"]
            data.draw(st.sampled_from(texts)).source += f"\n{text}"
    after = put_right(nb)
    sources = "\n".join(c.source for c in after.cells)
    assert all(word in sources for word in written)
    for name, given_out in graded_cells(released()).items():
        if name not in ("why", "more", "by_hand", "total"):
            assert by_id(after, name).source == given_out.source
    opened = [by_id(after, name).source != EMPTY for name in ("why", "more")]
    assert any(opened) or by_id(after, "by_hand").source != by_id(released(), "by_hand").source
