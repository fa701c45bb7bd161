"""The explorer without a browser: what Python sets and reads, and how it answers the view."""

import base64
import struct
from typing import Any

import numpy as np
import pytest

from course_utils.cells import Affine, CellInputError, LSTMParams, LSTMState, gru_step, lstm_step
from course_utils.exercises.seed_exams import EXAM_2, EXAM_2_PARAMS, EXAM_2_STATE
from course_utils.widgets import CellExplorer
from course_utils.widgets.families import FAMILIES
from tests.tiers import one_in
from tests.widgets.in_node import seen

EVERY = [(cell, preset) for cell, known in FAMILIES.items() for preset in known.presets]


def test_it_shows_the_trace_of_the_cells() -> None:
    explorer = CellExplorer("lstm", params=EXAM_2_PARAMS, x=EXAM_2["x"], state=EXAM_2_STATE)
    _, trace = lstm_step(EXAM_2_PARAMS, EXAM_2["x"], EXAM_2_STATE)
    view = seen(explorer)
    for name, expected in trace._asdict().items():
        np.testing.assert_array_equal(getattr(explorer.trace, name), expected)
        if name != "hx":
            np.testing.assert_allclose(view["numbers"][name], expected, rtol=1e-12)
    np.testing.assert_allclose(explorer.trace.c, [1.42967, 1.82777], atol=5e-6)
    np.testing.assert_allclose(explorer.trace.h, [0.89159, 0.94856], atol=5e-6)


def test_exam_1_has_the_recomputed_numbers() -> None:
    trace = CellExplorer("lstm", preset="exam_1").trace
    np.testing.assert_allclose(trace.z_i, [48.64, 53.12, 47.40, 30.20])
    np.testing.assert_allclose(trace.c, [2, 2, 2, 1.99], atol=1e-7)
    np.testing.assert_allclose(trace.h, [0.96403, 0.96403, 0.96403, 0.96331], atol=5e-6)


@pytest.mark.parametrize(
    ("preset", "gates"),
    [
        ("remember", (1, 0, 1)),
        ("overwrite", (0, 1, 1)),
        ("erase", (0, 0, 1)),
        ("hide", (1, 0, 0)),
        ("one_weight", (0.5, 0.5, 0.5)),
    ],
)
def test_presets_do_what_they_are_called(preset: str, gates: tuple[float, ...]) -> None:
    trace = CellExplorer("lstm", preset=preset).trace
    got = [trace.f[0], trace.i[0], trace.o[0]]
    np.testing.assert_allclose(got, gates, atol=0.003)


def test_a_slider_moves_every_number_after_it() -> None:
    explorer = CellExplorer("lstm", preset="exam_2")
    shown = seen(explorer, changes=[["forget.b", [1], 1.0]])
    assert not shown["problem"]
    params = EXAM_2_PARAMS._replace(forget=Affine(EXAM_2_PARAMS.forget.W, np.array([1.0, 1.0])))
    _, trace = lstm_step(params, EXAM_2["x"], EXAM_2_STATE)
    np.testing.assert_array_equal(explorer.trace.h, trace.h)
    assert EXAM_2["b_f"].tolist() == [1, 0], "the exam's own numbers are untouched"


def test_a_change_out_of_range_is_refused_and_the_others_are_made() -> None:
    explorer = CellExplorer("lstm", preset="exam_2")
    shown = seen(explorer, changes=[["forget.b", [0], 99], ["forget.b", [1], 2]])
    assert shown["problem"]
    assert shown["message"] == "b_f, unit 1: 99 is outside −10 to 10. It stays at 1."
    assert explorer.params.forget.b.tolist() == [1, 2]


def test_reset_of_a_block_and_of_all() -> None:
    explorer = CellExplorer("lstm", preset="exam_2")
    seen(explorer, changes=[["forget.b", [0], 3], ["xs", [0, 0], 1]])
    seen(explorer, reset=["forget.W", "forget.b"])
    assert explorer.params.forget.b.tolist() == [1, 0]
    assert explorer.x.tolist() == [1, 2]
    seen(explorer, reset="all")
    assert explorer.x.tolist() == [0, 2]


def test_a_preset_chosen_in_the_view() -> None:
    explorer = CellExplorer("lstm", preset="exam_1")
    explorer.unit = 3
    shown = seen(explorer, preset="hide")
    assert (shown["units"], shown["preset"], explorer.unit) == (1, "hide", 0)
    assert "Output gate shut" in shown["message"]
    explorer.show_preset("hide")
    assert explorer.shown["message"] == shown["message"]


@pytest.mark.parametrize("cell", sorted(FAMILIES))
def test_params_x_and_state_can_be_set(cell: str) -> None:
    explorer = CellExplorer(cell)
    before = explorer.trace.h.copy()
    explorer.x = explorer.x + 1
    explorer.state = explorer.state
    explorer.params = explorer.params
    assert not np.array_equal(explorer.trace.h, before)
    assert explorer.preset is None


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("x", [1, 2, 3], "x has shape (3,), expected (..., 2)"),
        ("x", [[[0, 2]]], "x has shape (1, 1, 2), expected one vector"),
        ("x", np.zeros((13, 2)), "there are 13 steps, expected 1 to 12"),
        ("x", [[0, 2], [0, np.inf]], "x holds inf at index [1, 1], expected finite numbers"),
        ("x", [np.nan, 0], "x holds nan at index [0], expected finite numbers"),
        ("state", [0, 0], "state is list, expected LSTMState(h, c)"),
        ("state", LSTMState([0, 0], [0]), "c has shape (1,), expected (..., 2)"),
        ("params", None, "params is NoneType, expected LSTMParams"),
        ("params", EXAM_2_PARAMS._replace(input=Affine([[1]], [0])), "input.W has shape (1, 1)"),
    ],
)
def test_what_does_not_fit_is_said_and_changes_nothing(name: str, value: Any, said: str) -> None:
    explorer = CellExplorer("lstm", preset="exam_2")
    shown = explorer.shown
    with pytest.raises(CellInputError) as caught:
        setattr(explorer, name, value)
    assert said in str(caught.value)
    assert explorer.shown is shown
    assert explorer.preset == "exam_2"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"cell": "gru", "preset": "exam_2"}, "preset is 'exam_2', expected one of remember"),
        ({"preset": "remember", "x": [1]}, "expected one or the other"),
        ({"x": [1]}, "params, x and state belong together"),
        ({"cell": "transformer"}, "cell is 'transformer', expected one of"),
    ],
)
def test_a_wrong_start_is_said(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(CellInputError, match=said):
        CellExplorer(**arguments)


@pytest.mark.parametrize(("cell", "preset"), EVERY)
def test_the_python_text_computes_what_is_shown(cell: str, preset: str) -> None:
    explorer = CellExplorer(cell, preset=preset)
    scope: dict[str, Any] = {}
    exec(explorer.as_python(), scope)
    for name, expected in explorer.trace._asdict().items():
        np.testing.assert_array_equal(getattr(scope["trace"], name), expected)


def test_three_sizes_at_once_take_all_three() -> None:
    explorer = CellExplorer("gru")
    other = CellExplorer("gru", preset="one_weight")
    explorer.show(params=other.params, x=other.x, state=other.state)
    state, _ = gru_step(other.params, other.x, other.state, reset="before")
    np.testing.assert_array_equal(explorer.trace.h, state)
    assert len(seen(explorer)["layout"]["tabs"]) == 4


@pytest.mark.parametrize("shown", one_in(6, EVERY, " ".join))
def test_the_stored_output_shows_a_picture_and_the_numbers(shown: tuple[str, str]) -> None:
    cell, preset = shown
    explorer = CellExplorer(cell, preset=preset)
    data, metadata = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    picture = base64.b64decode(data["image/png"])
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", picture[16:24])
    assert width > 900
    assert height > 350
    assert data["text/plain"] == repr(CellExplorer(cell, preset=preset))
    assert "0x" not in data["text/plain"]
    assert "h_t" in metadata["image/png"]["alt"].lower()


def test_pictures_of_different_numbers_differ_and_of_equal_ones_agree() -> None:
    pictures = [
        CellExplorer("lstm", preset=preset)._repr_mimebundle_()[0]["image/png"]
        for preset in ("remember", "remember", "erase")
    ]
    assert pictures[0] == pictures[1] != pictures[2]


def test_a_cell_of_many_units_has_a_field_for_every_number() -> None:
    rng = np.random.default_rng(0)
    params = LSTMParams(*(Affine(rng.normal(size=(5, 8)), rng.normal(size=5)) for _ in range(4)))
    state = LSTMState(rng.normal(size=5), rng.normal(size=5))
    explorer = CellExplorer("lstm", params=params, x=rng.normal(size=3), state=state)
    fields = [
        field
        for tab in seen(explorer)["layout"]["tabs"]
        for row in tab["rows"]
        for field in row["fields"]
    ]
    assert len(fields) == 4 * (5 * 8 + 5) + 3 + 5 + 5
    explorer.unit = 4
    assert explorer._repr_mimebundle_()[0]["image/png"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"step": 4}, "step is 5, expected 1 to 1"),
        ({"step": "1"}, "step is '1', expected int"),
        ({"choice": {"order": "hh"}}, "convention order is 'hh'"),
        ({"values": {}}, "there are numbers [], expected"),
        ({"preset": "shrink"}, "preset is 'shrink', expected one of"),
        ({"values": {"xs": [[float("nan"), 1.0]]}}, "xs holds nan at index [0, 0]"),
        ({"values": {"xs": [1.0, 2.0]}}, "xs has shape (2,), expected (T, D)"),
        ({"values": {"forget.W": [[1.0]]}}, "forget.W has shape (1, 1)"),
    ],
)
def test_a_state_that_is_none_is_refused_and_changes_nothing(
    changed: dict[str, Any], said: str
) -> None:
    """Such as an old page might send."""
    explorer = CellExplorer("lstm", preset="exam_2")
    h, state = explorer.trace.h, explorer.shown
    if changed.get("values"):
        changed = {"values": {**state["values"], **changed["values"]}}
    explorer._handle_custom_msg({"sequence": 9, "state": {**state, **changed}}, [])
    assert said in explorer.shown["message"]
    assert (explorer.shown["problem"], explorer.shown["sequence"]) == (True, 9)
    assert explorer.shown["values"] == state["values"]
    np.testing.assert_array_equal(explorer.trace.h, h)
