"""Through time: states are carried as the sequence functions of the cells carry them."""

from typing import Any

import numpy as np
import pytest

from course_utils.cells import CellInputError, LSTMState, gru_sequence, lstm_sequence, rnn_sequence
from course_utils.exercises.seed_exams import EXAM_2_PARAMS, EXAM_2_STATE
from course_utils.widgets import CellExplorer
from tests.widgets.in_node import seen

XS = np.array([[0.0, 2.0], [1.0, -1.0], [0.5, 0.0], [0.0, 0.0]])


def lstm() -> CellExplorer:
    return CellExplorer("lstm", params=EXAM_2_PARAMS, x=XS, state=EXAM_2_STATE)


def test_every_step_starts_from_the_state_of_the_one_before() -> None:
    explorer = lstm()
    (hs, cs), _ = lstm_sequence(EXAM_2_PARAMS, XS, EXAM_2_STATE)
    numbers = seen(explorer)["numbers"]
    np.testing.assert_allclose(numbers["h_along"], hs, rtol=1e-12)
    np.testing.assert_allclose(numbers["c_along"], cs, rtol=1e-12)
    for step in range(1, 5):
        explorer.step = step
        np.testing.assert_allclose(explorer.trace.h, hs[step - 1], rtol=1e-12)
        if step > 1:
            now = seen(explorer)["numbers"]
            assert now["h_prev"] == numbers["h_along"][step - 2]
            assert now["c_prev"] == numbers["c_along"][step - 2]


@pytest.mark.parametrize(("cell", "run"), [("rnn", rnn_sequence), ("gru", gru_sequence)])
def test_rnn_and_gru_likewise(cell: str, run: Any) -> None:
    explorer = CellExplorer(cell)
    explorer.x = [[1.0], [0.0], [-1.0]]
    hs, _ = run(explorer.params, explorer.x, explorer.state)
    np.testing.assert_allclose(seen(explorer)["numbers"]["h_along"], hs, rtol=1e-12)


def test_the_bars_keep_one_scale_over_all_steps() -> None:
    explorer = lstm()
    scales = {seen(explorer, step=t)["scale"] for t in (1, 2, 3, 4)}
    assert len(scales) == 1
    assert scales.pop() >= np.abs(seen(explorer)["numbers"]["c_along"]).max()


def test_an_input_of_another_step_is_changed_and_the_step_stays() -> None:
    explorer = lstm()
    seen(explorer, step=3)
    shown = seen(explorer, changes=[["xs", [1, 0], "-2"]])
    assert shown["step"] == 2
    changed = XS.copy()
    changed[1, 0] = -2
    (hs, _), _ = lstm_sequence(EXAM_2_PARAMS, changed, EXAM_2_STATE)
    np.testing.assert_allclose(shown["numbers"]["h"], hs[2], rtol=1e-12)


def test_steps_are_added_and_taken_away() -> None:
    explorer = CellExplorer("lstm", preset="exam_2")
    rows = seen(explorer)["layout"]["tabs"][-1]["rows"]
    assert [row["label"] for row in rows] == ["x_t", "h_{t-1}", "C_{t-1}"]
    seen(explorer, steps=3)
    assert explorer.x.tolist() == [[0, 2], [0, 0], [0, 0]]
    assert explorer.step == 3
    rows = seen(explorer)["layout"]["tabs"][-1]["rows"]
    assert [row["label"] for row in rows] == ["x_1", "x_2", "x_3", "h_0", "C_0"]
    seen(explorer, steps=2)
    assert explorer.step == 2
    for count in (0, 13):
        shown = seen(explorer, steps=count)
        assert shown["problem"]
        assert f"there are {count} steps, expected 1 to 12" in shown["message"]
    assert explorer.x.tolist() == [[0, 2], [0, 0]]


def test_reset_brings_the_first_sequence_back() -> None:
    explorer = lstm()
    seen(explorer, changes=[["xs", [1, 0], 3], ["h_0", [0], -1]])
    seen(explorer, steps=2)
    seen(explorer, reset=["xs", "h_0", "c_0"])
    np.testing.assert_array_equal(explorer.x, XS)
    assert explorer.state.h.tolist() == EXAM_2_STATE.h.tolist()
    seen(explorer, step=3)
    seen(explorer, convention={"order": "xh"})
    seen(explorer, reset="all")
    assert explorer.step == 1
    assert explorer.convention == {"variant": "own", "order": "hx", "biases": "one"}


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
    for trace in lstm().traces:
        assert f"{trace.c[0]:.4f}" in text.replace("−", "-")


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
