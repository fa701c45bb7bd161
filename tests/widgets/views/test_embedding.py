"""One-hot times E, and which rows lie near: against plain Python."""

from itertools import pairwise
from math import dist, hypot, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.textpath import TextPath

from course_utils.cells import CellInputError
from course_utils.widgets import EmbeddingTable
from course_utils.widgets.reader.grammar import VOCABULARY
from course_utils.widgets.reader.train import load
from course_utils.widgets.views.neighbours import HAND_SET, likeness, nearest, trained_table
from course_utils.widgets.views.scene import Label

ENTRIES = st.integers(-4, 4).map(lambda n: n / 2)
VECTORS = st.lists(ENTRIES, min_size=3, max_size=3)
MEASURES = ("cosine", "dot", "distance")


def number(text: str) -> float:
    return float(text.replace("−", "-"))


@given(st.lists(VECTORS, min_size=1, max_size=6), VECTORS)
def test_nearness_is_what_its_name_says(E: list[list[float]], e: list[float]) -> None:
    dots = [sum(a * b for a, b in zip(row, e, strict=True)) for row in E]
    lengths = [hypot(*row) * hypot(*e) for row in E]
    expected = {
        "dot": dots,
        "distance": [dist(row, e) for row in E],
        "cosine": [d / n if n else float("nan") for d, n in zip(dots, lengths, strict=True)],
    }
    for measure in MEASURES:
        values = likeness(np.array(E), np.array(e), measure)
        np.testing.assert_allclose(values, expected[measure], atol=1e-12)
        sign = 1 if measure == "distance" else -1
        ordered = [sign * values[k] for k in nearest(values, measure)]
        known = [v for v in ordered if not isnan(v)]
        assert known == sorted(known)
        assert all(isnan(v) for v in ordered[len(known) :])


@pytest.mark.parametrize("word", HAND_SET.words)
def test_a_words_vector_is_its_row(word: str) -> None:
    view = EmbeddingTable(word=word)
    rows = {row[0]: row[1:] for row in view.picture.tables[0].rows}
    row = HAND_SET.E[HAND_SET.words.index(word)]
    assert [number(v) for v in rows["e_t"][1:-1]] == row.tolist()
    assert [w for w, values in rows.items() if values[0] == "1"] == [word]
    assert f"“{word}” is row {HAND_SET.words.index(word)} of E" in view.picture.words


def test_half_a_word_and_half_another_is_the_mean_of_two_rows() -> None:
    view = EmbeddingTable(word="books", other="writer", share=0.5)
    rows = {row[0]: row[1:] for row in view.picture.tables[0].rows}
    mean = (HAND_SET.E[3] + HAND_SET.E[1]) / 2
    assert [number(v) for v in rows["e_t"][1:-1]] == mean.tolist()
    assert "50% “books” and 50% “writer” is a mix" in view.picture.words


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_whole_share_is_a_lookup(share: float) -> None:
    word = "writer" if share else "books"
    words = EmbeddingTable(word="books", other="writer", share=share).picture.words
    assert words == EmbeddingTable(word=word).picture.words


def test_the_trained_rows_are_the_models_own_and_plurals_lie_together() -> None:
    table, model = trained_table(), load()
    for word, row in zip(table.words, table.E, strict=True):
        np.testing.assert_array_equal(row, model.embedding[VOCABULARY.index(word)])
    values = likeness(table.E, table.E[table.words.index("writers")], "cosine")
    near = [table.words[k] for k in nearest(values, "cosine")]
    assert set(near[:3]) == {"writers", "books", "keys"}


@pytest.mark.parametrize("view", [EmbeddingTable(), EmbeddingTable.trained()])
def test_no_number_runs_into_its_neighbour(view: EmbeddingTable) -> None:
    lines: dict[float, list[tuple[float, float]]] = {}
    for mark in view.picture.scene.marks:
        if isinstance(mark, Label) and "_" not in mark.text:
            wide = TextPath((0, 0), mark.text, size=mark.size).get_extents().width
            left = mark.x - {"start": 0, "middle": wide / 2, "end": wide}[mark.anchor]
            lines.setdefault(mark.y, []).append((left, left + wide))
    for spans in lines.values():
        spans.sort()
        assert all(end < start for (_, end), (start, _) in pairwise(spans))


def test_a_click_on_a_row_chooses_its_word() -> None:
    view = EmbeddingTable()
    assert [pick.value for pick in view.picture.scene.picks] == list(HAND_SET.words)
    pick = view.picture.scene.picks[1]
    view.set(**{pick.key: pick.value})
    assert view.settings["word"] == "writer"


def test_your_own_table() -> None:
    view = EmbeddingTable(["a", "b"], [[1, 0], [0, 2]], word="b", measure="distance")
    assert view.picture.words.startswith("“b” is row 1 of E: 0, 2. Nearest other row by distance")
    zero = EmbeddingTable(["a", "b"], [[0, 0], [0, 2]])
    assert zero.picture.words.endswith("Nearest other row by cosine: “b”, none.")
    assert zero.picture.tables[0].rows[1][-1] == "none"


@pytest.mark.parametrize(
    ("words", "E", "said"),
    [
        (["a", "a"], np.eye(2), "there are 1 different words for the 2 rows of E"),
        (["a"], np.eye(2), "there are 1 different words for the 2 rows of E"),
        (["a", "b"], [1, 2], r"E has shape \(2,\), expected a matrix"),
        (["a", "b"], [[1, np.nan], [0, 1]], "E holds nan"),
        (list(map(str, range(17))), np.ones((17, 2)), "expected at most \\(16, 12\\)"),
        (["a", "b"], np.ones((2, 13)), "expected at most \\(16, 12\\)"),
    ],
)
def test_what_does_not_fit_is_said(words: list[str], E: object, said: str) -> None:
    with pytest.raises(CellInputError, match=said):
        EmbeddingTable(words, E)  # type: ignore[arg-type]
