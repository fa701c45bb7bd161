"""Through time: states are carried as the sequence functions of the cells carry them."""

from typing import Any

import numpy as np
import pytest

from course_utils.cells import CellInputError, LSTMState, gru_sequence, lstm_sequence, rnn_sequence
from course_utils.exercises.seed_exams import EXAM_2_PARAMS, EXAM_2_STATE
from course_utils.widgets import CellExplorer
from course_utils.widgets.families import FAMILIES
from course_utils.widgets.setting import moving

XS = np.array([[0.0, 2.0], [1.0, -1.0], [0.5, 0.0], [0.0, 0.0]])


def ask(explorer: CellExplorer, **content: Any) -> dict[str, Any]:
    explorer._handle_custom_msg({"sequence": 7, **content}, [])
    shown: dict[str, Any] = explorer.shown
    return shown


def lstm() -> CellExplorer:
    return CellExplorer("lstm", params=EXAM_2_PARAMS, x=XS, state=EXAM_2_STATE)


def test_every_step_starts_from_the_state_of_the_one_before() -> None:
    explorer = lstm()
    (hs, cs), _ = lstm_sequence(EXAM_2_PARAMS, XS, EXAM_2_STATE)
    numbers = explorer.shown["numbers"]
    np.testing.assert_allclose(numbers["h_along"], hs, rtol=1e-12)
    np.testing.assert_allclose(numbers["c_along"], cs, rtol=1e-12)
    for step in range(1, 5):
        explorer.step = step
        np.testing.assert_allclose(explorer.trace.h, hs[step - 1], rtol=1e-12)
        if step > 1:
            assert explorer.shown["numbers"]["h_prev"] == numbers["h_along"][step - 2]
            assert explorer.shown["numbers"]["c_prev"] == numbers["c_along"][step - 2]


@pytest.mark.parametrize(("cell", "run"), [("rnn", rnn_sequence), ("gru", gru_sequence)])
def test_rnn_and_gru_likewise(cell: str, run: Any) -> None:
    explorer = CellExplorer(cell)
    explorer.x = [[1.0], [0.0], [-1.0]]
    hs, _ = run(explorer.params, explorer.x, explorer.state)
    np.testing.assert_allclose(explorer.shown["numbers"]["h_along"], hs, rtol=1e-12)


def test_the_bars_keep_one_scale_over_all_steps() -> None:
    explorer = lstm()
    scales = {ask(explorer, step=t)["scale"] for t in (1, 2, 3, 4)}
    assert len(scales) == 1
    assert scales.pop() >= np.abs(explorer.shown["numbers"]["c_along"]).max()


def test_an_input_of_another_step_is_changed_and_the_step_stays() -> None:
    explorer = lstm()
    ask(explorer, step=3)
    shown = ask(explorer, changes=[["xs", [1, 0], "-2"]])
    assert shown["step"] == 2
    changed = XS.copy()
    changed[1, 0] = -2
    (hs, _), _ = lstm_sequence(EXAM_2_PARAMS, changed, EXAM_2_STATE)
    np.testing.assert_allclose(shown["numbers"]["h"], hs[2], rtol=1e-12)


def test_steps_are_added_and_taken_away() -> None:
    explorer = CellExplorer("lstm", preset="exam_2")
    rows = explorer.layout_of_cell["tabs"][-1]["rows"]
    assert [row["label"] for row in rows] == ["x_t", "h_{t-1}", "C_{t-1}"]
    ask(explorer, steps=3)
    assert explorer.x.tolist() == [[0, 2], [0, 0], [0, 0]]
    assert explorer.step == 3
    rows = explorer.layout_of_cell["tabs"][-1]["rows"]
    assert [row["label"] for row in rows] == ["x_1", "x_2", "x_3", "h_0", "C_0"]
    ask(explorer, steps=2)
    assert explorer.step == 2
    for count in (0, 13):
        shown = ask(explorer, steps=count)
        assert shown["problem"]
        assert f"there are {count} steps, expected 1 to 12" in shown["message"]
    assert explorer.shown["numbers"]["xs"] == [[0, 2], [0, 0]]


def test_reset_brings_the_first_sequence_back() -> None:
    explorer = lstm()
    ask(explorer, changes=[["xs", [1, 0], 3], ["h_0", [0], -1]])
    ask(explorer, steps=2)
    ask(explorer, reset=["xs", "h_0", "c_0"])
    np.testing.assert_array_equal(explorer.x, XS)
    assert explorer.state.h.tolist() == EXAM_2_STATE.h.tolist()
    ask(explorer, step=3, convention={"order": "xh"})
    ask(explorer, reset="all")
    assert explorer.step == 1
    assert explorer.convention == {"order": "hx", "biases": "one"}


@pytest.mark.parametrize("step", [0, 5, "x", None])
def test_a_step_that_is_not_there(step: Any) -> None:
    explorer = lstm()
    with pytest.raises(CellInputError, match="expected 1 to 4"):
        explorer.step = step
    assert explorer.step == 1


def test_the_python_text_walks_to_the_step_shown() -> None:
    explorer = lstm()
    explorer.step = 3
    scope: dict[str, Any] = {}
    exec(explorer.as_python(), scope)
    np.testing.assert_array_equal(scope["trace"].h, explorer.trace.h)
    assert isinstance(scope["state"], LSTMState)


def test_the_text_twin_holds_every_step() -> None:
    text = repr(lstm())
    assert "step 1 of 4" in text
    assert "h, unit 2" in text
    for row in lstm().shown["numbers"]["c_along"]:
        assert f"{row[0]:.4f}" in text.replace("−", "-")


@pytest.mark.parametrize("cell", sorted(FAMILIES))
def test_what_is_sent_ahead_is_what_a_move_shows(cell: str) -> None:
    """The view draws it before the answer comes: it must be the answer."""
    explorer = CellExplorer(cell)
    explorer.x = [[0.5], [-0.5]]
    explorer.step = 2
    key = next(field["key"] for field in explorer.layout_of_cell["tabs"][0]["rows"][0]["fields"])
    at = (0, 0)
    sent: list[Any] = []
    explorer.send = lambda content, buffers=None: sent.append((content, buffers))
    before = explorer.shown
    ask(explorer, ahead={"key": key, "at": list(at), "values": [0.5, 0.6], "ticket": 9})
    assert explorer.shown is before, "to look ahead changes nothing"
    (content, (buffer,)) = sent[0]
    assert content["ahead"]["ticket"] == 9
    rows = np.frombuffer(buffer).reshape(2, -1)
    for value, row in zip((0.5, 0.6), rows, strict=True):
        ask(explorer, changes=[[key, list(at), value]])
        start = 0
        for name, shape in content["ahead"]["layout"]:
            size = int(np.prod(shape))
            part = row[start : start + size].reshape(shape)
            start += size
            np.testing.assert_array_equal(part, expected(explorer, name))
        assert start == len(row)


def expected(explorer: CellExplorer, name: str) -> Any:
    shown = explorer.shown
    if name == "scale":
        return shown["scale"]
    if name.startswith("saturated."):
        return shown["saturated"][name.removeprefix("saturated.")]
    return shown["numbers"][name]


def test_ahead_of_what_cannot_be_is_nothing() -> None:
    explorer = CellExplorer("lstm")
    sent: list[Any] = []
    explorer.send = lambda content, buffers=None: sent.append(content["ahead"]["values"])
    ask(explorer, ahead={"key": "forget.b", "at": [0], "values": [1, 99, 2], "ticket": 1})
    ask(explorer, ahead={"key": "no", "at": [0], "values": [1], "ticket": 1})
    ask(explorer, ahead={"key": "forget.b", "at": [0], "values": [0] * 100, "ticket": 1})
    assert [len(values) for values in sent] == [1, 0, 32]


def test_what_moves_is_all_but_what_is_set() -> None:
    explorer = lstm()
    names = set(moving(explorer._setting))
    assert {"h", "x", "h_prev", "h_along", "scale", "saturated.f"} <= names
    assert not {"xs", "h_0", "forget.W"} & names


@pytest.mark.parametrize(
    ("cell", "preset", "left"),
    [("lstm", "carry", 0.9), ("gru", "carry", 0.9), ("rnn", "echo", 0.0)],
)
def test_presets_of_several_steps_carry_or_lose_what_the_first_wrote(
    cell: str, preset: str, left: float
) -> None:
    explorer = CellExplorer(cell, preset=preset)
    first, *_, last = (trace.c if cell == "lstm" else trace.h for trace in explorer.traces)
    assert len(explorer.traces) == 6
    assert first[0] > 0.7
    assert left * first[0] <= last[0] < (left + 0.1) * first[0]
