"""A box that is pulled sideways: which boxes can be, and that they show what is asked of them."""

from typing import Any

import pytest

from course_utils.widgets import CellExplorer
from tests.widgets.in_node import seen
from tests.widgets.test_conventions import CHOICES

FIXED = {
    "rnn": {"from_h", "from_x"},
    "lstm": {"kept", "written", "c", "tanh_c", "h"},
    "gru": {"kept", "written", "h", "from_h"},
}


def movable(explorer: CellExplorer) -> set[str]:
    found: list[str] = seen(explorer)["movable"]
    return set(found)


@pytest.mark.parametrize(("cell", "choice"), CHOICES)
def test_inputs_sums_and_gates_can_be_pulled_and_what_follows_from_them_cannot(
    cell: str, choice: dict[str, str]
) -> None:
    explorer = CellExplorer(cell, convention=choice)
    nodes = {node.name for node in explorer._family.diagram.nodes}
    fixed = FIXED[cell] | ({"f"} if choice.get("variant") == "coupled" else set())
    assert movable(explorer) == nodes - fixed


@pytest.mark.parametrize(("cell", "choice"), CHOICES)
def test_a_box_shows_what_it_was_pulled_to(cell: str, choice: dict[str, str]) -> None:
    """As near as a slider can be set: 0.1 for a sum, a step of 0.01 of its bias for a gate."""
    explorer = CellExplorer(cell, convention=choice)
    for name in movable(explorer):
        for target in (0.2, -0.4):
            if target < 0 and name in ("f", "i", "o", "u", "r"):
                continue
            view = seen(explorer, pull=[name, 0, target])
            assert view["numbers"][name][0] == pytest.approx(target, abs=0.051), name


def test_only_the_unit_that_is_pulled_moves() -> None:
    explorer = CellExplorer("lstm", preset="exam_2")
    before = explorer.trace
    seen(explorer, pull=["i", 1, 0.25])
    assert explorer.trace.i[0] == before.i[0]
    assert explorer.trace.i[1] == pytest.approx(0.25, abs=0.002)


@pytest.mark.parametrize(("target", "limit"), [(-3.0, -10.0), (9.0, 10.0)])
def test_a_gate_that_is_pulled_too_far_stays_within_its_slider(target: float, limit: float) -> None:
    explorer = CellExplorer("lstm", preset="carry")
    view: dict[str, Any] = seen(explorer, pull=["f", 0, target])
    assert not view["problem"]
    assert abs(view["numbers"]["forget.b"][0]) <= abs(limit)
    assert view["numbers"]["f"][0] == pytest.approx(0 if limit < 0 else 1, abs=1e-3)


def test_a_state_that_the_step_before_handed_on_cannot_be_pulled() -> None:
    explorer = CellExplorer("lstm", preset="carry")
    assert {"h_prev", "c_prev"} < movable(explorer)
    seen(explorer, step=2)
    assert not {"h_prev", "c_prev"} & movable(explorer)
    seen(explorer, pull=["x", 0, 1.5])
    assert explorer.x[:, 0].tolist() == [1.0, 1.5, 0.0, 0.0, 0.0, 0.0]
