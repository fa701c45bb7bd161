"""Challenges: none is met at its start, each by its solution, and by no shortcut."""

from typing import Any

import pytest

from course_utils.widgets import CellExplorer
from course_utils.widgets.families import FAMILIES
from tests.widgets.in_node import asked

Move = tuple[str, list[int], float]

SOLUTIONS: dict[str, list[list[Move]]] = {
    "rnn": [
        [("W_h", [0, 0], 0.2)],
        [("W_h", [0, 0], 1.5)],
        [("W_h", [0, 0], -0.9)],
        [("W_h", [0, 0], 0)],
        [("W_x", [0, 0], 6)],
    ],
    "lstm": [
        [("forget.b", [0], 6)],
        [("forget.b", [0], -10)],
        [("output.b", [0], -10)],
        [("forget.b", [0], -10), ("input.b", [0], 10)],
        [("xs", [3, 0], 1)],
    ],
    "gru": [
        [("update.b", [0], 6)],
        [("reset.b", [0], -10)],
        [("update.b", [0], 6)],
        [("update.b", [0], -6)],
        [("update.b", [0], 0)],
    ],
}
SHORTCUTS: list[tuple[str, int, list[Move]]] = [
    ("lstm", 1, [("c_0", [0], 0)]),
    ("lstm", 0, [("xs", [1, 0], 1), ("forget.b", [0], 6)]),
    ("lstm", 4, [("input.b", [0], 6)]),
    ("lstm", 3, [("input.b", [0], 10)]),
    ("gru", 0, [("h_0", [0], 0)]),
    ("gru", 1, [("h_0", [0], 0)]),
    ("rnn", 4, [("xs", [0, 0], 5)]),
    ("rnn", 0, [("xs", [0, 0], 0)]),
]
EVERY = [(cell, k) for cell in SOLUTIONS for k in range(5)]


def met(cell: str, k: int, *moves: Move) -> list[bool]:
    """Whether challenge `k` is met at its start, and after each move."""
    explorer = CellExplorer(cell, preset="one_weight")
    orders: list[dict[str, Any]] = [{"challenge": k}]
    orders += [{"changes": [list(move)]} for move in moves]
    view = asked(catalogue=explorer.catalogue, state=explorer.shown, orders=orders)
    assert (view["message"], view["problem"]) == ("", False)
    return list(view["met"])


@pytest.mark.parametrize(("cell", "k"), EVERY)
def test_a_challenge_is_met_by_its_solution_and_not_before(cell: str, k: int) -> None:
    solution = SOLUTIONS[cell][k]
    assert len(solution) == FAMILIES[cell].challenges[k].moves
    assert met(cell, k, *solution) == [False] * len(solution) + [True]


@pytest.mark.parametrize(("cell", "k", "moves"), SHORTCUTS)
def test_a_challenge_is_not_met_by_a_way_around_it(cell: str, k: int, moves: list[Move]) -> None:
    assert not any(met(cell, k, *moves))


def test_every_cell_has_five() -> None:
    assert {cell: len(family.challenges) for cell, family in FAMILIES.items()} == {
        cell: len(known) for cell, known in SOLUTIONS.items()
    }
