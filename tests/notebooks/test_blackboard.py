"""What the lectures write with: a reader takes every sign and digit at its word."""

import runpy
from typing import Any

import numpy as np
import pytest

from course_utils.cells import Affine
from tests.notebooks.stored import NOTEBOOKS

BLACKBOARD = runpy.run_path(str(NOTEBOOKS / "blackboard.py"))


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, dict[str, Any]]]:
    calls: list[tuple[Any, dict[str, Any]]] = []
    for function in ("formulas", "show"):
        names = BLACKBOARD[function].__globals__
        monkeypatch.setitem(names, "display", lambda thing, **rest: calls.append((thing, rest)))
    return calls


def test_a_line_has_as_many_decimals_as_asked(capsys: pytest.CaptureFixture[str]) -> None:
    BLACKBOARD["line"]("C_t", [1 / 3, -2], 3)
    BLACKBOARD["line"]("f", 0.5, 0)
    assert capsys.readouterr().out.split() == ["C_t", "[0.333", "-2.000]", "f", "[0]"]


def test_a_row_by_hand_puts_negative_numbers_in_brackets(
    capsys: pytest.CaptureFixture[str],
) -> None:
    gate = Affine(np.array([[9, 9], [2, -1]]), np.array([9, -3]))
    BLACKBOARD["by_hand"]("z", gate, [-0.5, 4], 2)
    assert capsys.readouterr().out == "z[2] = 2·(-0.5) + (-1)·4 + (-3) = -8\n"


def test_formulas_stand_side_by_side_with_all_their_digits(
    shown: list[tuple[Any, dict[str, Any]]],
) -> None:
    BLACKBOARD["formulas"]({"W": [[1, -2]], "h": [0.32134238, 1.99999732]})
    ((math, _),) = shown
    assert math.data == (
        r"W = \begin{bmatrix} 1 & -2 \end{bmatrix} \quad "
        r"h = \begin{bmatrix} 0.32134238 \\ 1.99999732 \end{bmatrix}"
    )


def test_formulas_too_wide_for_a_narrow_page_go_into_another_row(
    shown: list[tuple[Any, dict[str, Any]]],
) -> None:
    gate = [[1, -1, 2], [2, 0, -1]]
    BLACKBOARD["formulas"]({f"W_{letter}": gate for letter in "fico"})
    rows = [math.data for math, _ in shown]
    assert [row.count("bmatrix") // 2 for row in rows] == [3, 1]
    assert rows[1].startswith("W_o = ")


def test_a_figure_is_told_in_words_and_closed(shown: list[tuple[Any, dict[str, Any]]]) -> None:
    import matplotlib.pyplot as plt

    figure = plt.figure()
    BLACKBOARD["show"](figure, "Where h < 1 & C > 1")
    (picture, metadata), (words, _) = shown
    assert picture is figure
    assert metadata == {"metadata": {"image/png": {"alt": "Where h < 1 & C > 1"}}}
    assert "Where h &lt; 1 &amp; C &gt; 1" in words.data
    assert not plt.fignum_exists(figure.number)
