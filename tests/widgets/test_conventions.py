"""The switch of convention computes anew: the same numbers, read by another text or library."""

import itertools
from typing import Any

import numpy as np
import pytest

from course_utils.cells import Affine, CellInputError, GRUParams, LSTMParams, LSTMState
from course_utils.cells.conventions import swap_gru_mix
from course_utils.widgets import CellExplorer
from course_utils.widgets.families import FAMILIES
from tests.widgets.in_node import asked, seen

H, D = 2, 3
RNG = np.random.default_rng(11)
X, STATE = RNG.normal(size=D), RNG.normal(size=H) / 2


def drawn() -> Affine:
    return Affine(RNG.normal(size=(H, H + D)), RNG.normal(size=H))


GRU = GRUParams(drawn(), drawn(), drawn())
CHOICES = [
    (cell, dict(choice))
    for cell, family in FAMILIES.items()
    for choice in itertools.product(
        *([(c.name, option.value) for option in c.options] for c in family.conventions)
    )
]


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def gru(**convention: str) -> CellExplorer:
    return CellExplorer("gru", params=GRU, x=X, state=STATE, convention=convention)


def switch(explorer: CellExplorer, **convention: str) -> dict[str, Any]:
    return seen(explorer, convention=convention)


def gru_by_hand(*, mix: str, reset: str, order: str, b_inner: Any = 0.0) -> Any:
    """The GRU written out once more, straight from the papers."""
    hx = np.concatenate([STATE, X] if order == "hx" else [X, STATE])
    W = GRU.candidate.W
    W_h, W_x = (W[:, :H], W[:, H:]) if order == "hx" else (W[:, D:], W[:, :D])
    r, z = (sigmoid(p.W @ hx + p.b) for p in (GRU.reset, GRU.update))
    from_h = W_h @ (r * STATE) + b_inner if reset == "before" else r * (W_h @ STATE + b_inner)
    candidate = np.tanh(W_x @ X + from_h + GRU.candidate.b)
    keep = z if mix == "keeps" else 1 - z
    return z, keep * STATE + (1 - keep) * candidate


@pytest.mark.parametrize("order", ["hx", "xh"])
@pytest.mark.parametrize("reset", ["before", "after"])
@pytest.mark.parametrize("mix", ["keeps", "writes"])
def test_the_gru_by_every_text(mix: str, reset: str, order: str) -> None:
    explorer = gru(mix=mix, reset=reset, order=order)
    z, h = gru_by_hand(mix=mix, reset=reset, order=order)
    np.testing.assert_allclose(explorer.trace.u, z)
    np.testing.assert_allclose(explorer.trace.h, h)


@pytest.mark.parametrize("reset", ["before", "after"])
def test_the_second_bias_of_the_candidate_stands_inside_after_the_product(reset: str) -> None:
    explorer = gru(reset=reset, biases="two")
    seen(explorer, changes=[["candidate.b_h", [1], 1.5]])
    _, h = gru_by_hand(mix="keeps", reset=reset, order="hx", b_inner=np.array([0, 1.5]))
    np.testing.assert_allclose(explorer.trace.h, h)


def test_switching_says_what_it_means_and_back_is_back() -> None:
    explorer = gru()
    first = explorer.trace.h
    shown = switch(explorer, mix="writes")
    assert "Chung" in shown["message"]
    assert not np.allclose(explorer.trace.h, first)
    assert shown["layout"]["choice"]["mix"] == "writes"
    symbols = {n["name"]: n["symbol"] for n in shown["layout"]["diagram"]["nodes"]}
    assert symbols["written"] == "Z_t ∘ H̃_t"
    switch(explorer, mix="keeps")
    np.testing.assert_array_equal(explorer.trace.h, first)


def test_the_remedy_that_the_message_names_works() -> None:
    swapped = swap_gru_mix(GRU)
    explorer = CellExplorer("gru", params=swapped, x=X, state=STATE, convention={"mix": "writes"})
    np.testing.assert_allclose(explorer.trace.h, gru().trace.h)


@pytest.mark.parametrize("cell", sorted(FAMILIES))
def test_a_second_bias_changes_nothing_until_it_moves_and_is_added_when_it_goes(cell: str) -> None:
    explorer = CellExplorer(cell)
    first = explorer.trace.h
    switch(explorer, biases="two")
    np.testing.assert_array_equal(explorer.trace.h, first)
    key = "b_h" if cell == "rnn" else "candidate.b_h"
    seen(explorer, changes=[[key, [0], 0.5]])
    moved = explorer.trace.h
    assert not np.allclose(moved, first)
    switch(explorer, biases="one")
    np.testing.assert_allclose(explorer.trace.h, moved)


def test_lstm_columns_in_the_other_order() -> None:
    params = LSTMParams(drawn(), drawn(), drawn(), drawn())
    state = LSTMState(STATE, STATE)
    explorer = CellExplorer("lstm", params=params, x=X, state=state, convention={"order": "xh"})
    xh = np.concatenate([X, STATE])
    np.testing.assert_allclose(explorer.trace.z_f, params.forget.W @ xh + params.forget.b)
    tab = seen(explorer)["layout"]["tabs"][0]
    assert tab["columns"] == ["x_1", "x_2", "x_3", "h_1", "h_2", "b"]


@pytest.mark.parametrize(("cell", "choice"), CHOICES)
def test_the_python_text_computes_the_same_under_every_convention(
    cell: str, choice: dict[str, str]
) -> None:
    explorer = CellExplorer(cell, convention=choice)
    explorer.x = [[0.5], [1.0]]
    fields = [
        f for tab in seen(explorer)["layout"]["tabs"][:-1] for r in tab["rows"] for f in r["fields"]
    ]
    changes = [[f["key"], f["at"], 0.3 + 0.1 * k] for k, f in enumerate(fields)]
    seen(explorer, changes=changes)
    explorer.step = 2
    scope: dict[str, Any] = {}
    exec(explorer.as_python(), scope)
    np.testing.assert_allclose(scope["trace"].h, explorer.trace.h, rtol=1e-14)


def test_x_and_state_are_set_under_a_convention_without_touching_the_weights() -> None:
    explorer = gru(mix="writes", biases="two", order="xh")
    seen(explorer, changes=[["update.b_h", [0], 2.0]])
    before = explorer.shown["values"]
    explorer.x = X + 1
    explorer.state = STATE / 2
    after = explorer.shown["values"]
    for key in ("update.W", "update.b", "update.b_h", "candidate.W"):
        assert after[key] == before[key]
    assert after["h_0"] == (STATE / 2).tolist()


def test_a_preset_comes_in_the_course_s_own_convention() -> None:
    """What it says of itself would be wrong under another."""
    explorer = gru(mix="writes")
    explorer.show_preset("remember")
    assert explorer.convention["mix"] == "keeps"
    assert "H_t stays what it was" in explorer.shown["message"]
    other = CellExplorer("gru", preset="remember", convention={"mix": "writes"})
    assert other.shown["message"] == ""


@pytest.mark.parametrize(
    ("cell", "choice", "said"),
    [
        ("rnn", {"mix": "keeps"}, "convention is 'mix', expected one of biases"),
        ("gru", {"mix": "both"}, "convention mix is 'both', expected one of keeps, writes"),
    ],
)
def test_an_unknown_convention_is_said(cell: str, choice: dict[str, str], said: str) -> None:
    with pytest.raises(CellInputError, match=said):
        CellExplorer(cell, convention=choice)


def test_b_recurrent_needs_its_convention() -> None:
    params = GRU._replace(b_recurrent=np.ones(H))
    with pytest.raises(CellInputError, match="b_recurrent"):
        CellExplorer("gru", params=params, x=X, state=STATE, convention={"reset": "after"})
    convention = {"reset": "after", "biases": "two"}
    explorer = CellExplorer("gru", params=params, x=X, state=STATE, convention=convention)
    _, h = gru_by_hand(mix="keeps", reset="after", order="hx", b_inner=1.0)
    np.testing.assert_allclose(explorer.trace.h, h)


@pytest.mark.parametrize(("cell", "choice"), CHOICES)
def test_params_come_back_as_they_went_in(cell: str, choice: dict[str, str]) -> None:
    explorer = CellExplorer(cell, convention=choice)
    first = explorer.trace.h
    explorer.params = explorer.params
    np.testing.assert_array_equal(explorer.trace.h, first)


def test_what_was_stored_before_a_convention_came_is_read_by_the_course_s_own() -> None:
    explorer = CellExplorer("lstm", preset="exam_2")
    old = {key: part for key, part in explorer.shown.items() if key != "origin"}
    old["choice"] = {"order": "hx", "biases": "one"}
    view = asked(catalogue=explorer.catalogue, state=old, orders=[{"reset": "all"}])
    assert view["state"]["choice"] == explorer.shown["choice"]
    assert view["numbers"]["h"] == pytest.approx(explorer.trace.h.tolist())


def test_peepholes_begin_at_nothing_and_go_without_a_trace() -> None:
    explorer = CellExplorer("lstm", preset="exam_2")
    first = explorer.trace.h
    switch(explorer, variant="peepholes")
    np.testing.assert_array_equal(explorer.trace.h, first)
    seen(explorer, changes=[["output.p", [0], 2.0]])
    expected = explorer.params.output.W[0] @ explorer.trace.hx + 2 * explorer.trace.c[0]
    assert explorer.trace.z_o[0] == pytest.approx(expected + explorer.params.output.b[0])
    switch(explorer, variant="own")
    np.testing.assert_array_equal(explorer.trace.h, first)


def test_coupled_gates_forget_as_much_as_they_write_and_uncouple_to_what_they_were() -> None:
    explorer = CellExplorer("lstm", preset="exam_2")
    first = explorer.trace.h
    switch(explorer, variant="coupled")
    np.testing.assert_array_equal(explorer.trace.f, 1 - explorer.trace.i)
    switch(explorer, variant="own")
    np.testing.assert_array_equal(explorer.trace.h, first)
