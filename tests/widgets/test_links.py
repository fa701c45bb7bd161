"""Links in the text: what they set, and what is said of one that means nothing."""

from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest

from course_utils.cells import Affine, GRUParams
from course_utils.widgets import CellExplorer
from tests.widgets.in_node import seen


def follow(explorer: CellExplorer, **parts: str) -> dict[str, Any]:
    return seen(explorer, link=parts)


def test_a_link_sets_preset_numbers_and_step_at_once() -> None:
    explorer = CellExplorer("lstm", preset="exam_2")
    follow(explorer, preset="remember", **{"forget.b[0]": "0", "h_0[0]": "0.5"})
    assert explorer.preset == "remember"
    assert explorer.params.forget.b.tolist() == [0]
    assert explorer.state.h.tolist() == [0.5]
    assert explorer.trace.f.tolist() == [0.5]
    explorer.reset()
    assert explorer.params.forget.b.tolist() == [6], "reset goes back to the preset itself"


def test_a_link_without_a_preset_changes_what_is_shown() -> None:
    explorer = CellExplorer("gru", preset="remember")
    follow(explorer, mix="writes")
    np.testing.assert_allclose(explorer.trace.h, explorer.trace.h_tilde, atol=0.002)
    follow(explorer, **{"x[0]": "2"})
    assert explorer.x.tolist() == [2]
    assert explorer.convention["mix"] == "writes"


def test_a_link_shows_a_step() -> None:
    explorer = CellExplorer("rnn")
    explorer.x = [[1.0], [0.0], [0.0]]
    assert follow(explorer, step="3")["step"] == 2
    follow(explorer, **{"xs[1,0]": "-2"})
    assert explorer.x.tolist() == [[1], [-2], [0]]
    assert explorer.step == 3


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"preset": "shrink"}, "preset is 'shrink', expected one of"),
        ({"preset": "erase", "forget.b[0]": "99"}, "b_f, unit 1: 99 is outside"),
        ({"preset": "erase", "forget.b[7]": "1"}, "there is no number forget.b[7]"),
        ({"preset": "erase", "step": "4"}, "step is '4', expected 1 to 1"),
        ({"order": "hh"}, "convention order is 'hh', expected one of hx, xh"),
        ({"preset": "erase", "b": "1"}, "the link says 'b'"),
    ],
)
def test_a_link_with_a_fault_is_said_and_sets_nothing(parts: dict[str, str], said: str) -> None:
    explorer = CellExplorer("lstm", preset="hide")
    before = explorer.shown["values"]
    shown = follow(explorer, **parts)
    assert shown["problem"]
    assert said in shown["message"]
    assert shown["state"]["values"] == explorer.shown["values"] == before
    assert explorer.preset == "hide"


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_link_that_was_copied_brings_the_figure_back(cell: str) -> None:
    explorer = CellExplorer(cell)
    key = "b" if cell == "rnn" else "candidate.b"
    seen(explorer, convention={"biases": "two"})
    seen(explorer, steps=3)
    seen(explorer, changes=[[key, [0], -0.3], [f"{key}_h", [0], 1e-7], ["xs", [1, 0], 2]])
    view = seen(explorer, step=2)
    address, _, parts = view["link"].partition("&")
    assert address == "#explore=me"
    again = CellExplorer(cell, preset="one_weight")
    seen(again, link=dict(parse_qsl(parts)))
    assert again.shown["values"] == explorer.shown["values"]
    assert (again.step, again.convention) == (2, explorer.convention)


def test_own_numbers_of_a_preset_s_sizes_have_a_link_and_others_have_none() -> None:
    explorer = CellExplorer("rnn")
    explorer.x = [0.25]
    assert explorer.preset is None
    assert seen(explorer)["link"] == "#explore=me&preset=fade&xs[0,0]=0.25"
    lstm = CellExplorer("lstm", preset="exam_2")
    lstm.show(params=lstm.params, x=[1, 2], state=lstm.state)
    assert seen(lstm)["link"] == "#explore=me&preset=exam_2&xs[0,0]=1"
    zeros = np.zeros((3, 4)), np.zeros(3)
    odd = CellExplorer("gru", params=GRUParams(*[Affine(*zeros)] * 3), x=[1.0], state=np.zeros(3))
    assert seen(odd)["link"] is None
