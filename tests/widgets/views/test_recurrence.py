"""The view of a recurrence: its numbers by plain loops, its words, and what it refuses."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.cells import CellInputError
from course_utils.widgets import Curve, Panel, Recurrence, Slider
from course_utils.widgets.views.scene import Boxes, Label
from tests.widgets.views.in_node import asked
from tests.widgets.views.recurrences import exploding, fading, told

W = Slider("w", "weight w", -3, 3, 0.05)
PANELS = [Panel([Curve("h", "h_{t}")], -1, 1)]


@given(w=st.floats(-3, 3), e=st.floats(-4, 0))
def test_state_and_gradient_are_those_of_a_loop(w: float, e: float) -> None:
    view = fading()
    h, d = 10**e, 1.0
    found = view._stepping.values({"w": w, "e": e}).series
    for t in range(1, 41):
        h = math.tanh(w * h)
        d *= w * (1 - h * h)
        assert found["h"][t] == pytest.approx(h, rel=1e-9, abs=1e-300)
        assert found["s"][t - 1] == pytest.approx(abs(d), rel=1e-7, abs=1e-300)
        assert found["B"][t] == pytest.approx(abs(w) ** t, rel=1e-9, abs=1e-300)


@given(b=st.floats(-6, 6), s=st.integers(1, 5))
def test_inputs_end_and_what_is_delayed_begins_with_0(b: float, s: int) -> None:
    found = told()._stepping.values({"b": b, "s": s}).series["h"]
    gate, states = 1 / (1 + math.exp(-b)), [0.0]
    for t in range(1, 13):
        x = {1: 1.0, 3: -1.0}.get(t, 0.0)
        candidate = math.tanh(2 * x - 0.5 / (1 + gate))
        past = states[t - s] if t >= s else 0.0
        states.append(gate * states[-1] + (1 - gate) * candidate + 0.1 * past)
    assert found == pytest.approx(states)


def test_the_sentence_holds_numbers_of_sliders_lines_steps_and_crossings() -> None:
    assert fading().picture.words == (
        "w = 1.2 from 1.0·10⁻³: 6.19 after 10, 97.5 after 40, bound 1.5·10³; "
        "steps 32, 33, 34, 35, 36, 37, 38, 39, 40."
    )
    view = fading()
    view.set(w=-1.2, e=-1)
    assert view.picture.words.startswith("w = −1.2 from 0.1: ")
    view.set(w=0)
    assert view.picture.words.endswith("0 after 40, bound 0; no step.")
    view.set(w=3, e=0)
    assert view.picture.words.endswith("; 41 steps.")


def test_words_stand_under_the_steps_and_fields_where_a_curve_should_be() -> None:
    marks = told().picture.scene.marks
    under = {m.text: m.x for m in marks if isinstance(m, Label) and m.text in ("up", "end")}
    assert under["up"] == pytest.approx(52 + 420 / 5)
    assert under["end"] == pytest.approx(52 + 420)
    (fields,) = [m for m in marks if isinstance(m, Boxes)]
    (first, second) = fields.boxes
    assert first[0] + first[2] / 2 == pytest.approx(52 + 2 * 420 / 5)
    assert first[1] + first[3] == pytest.approx(second[1])  # both end at 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lines": "h_t = tanh(w h_{t-1}"}, "in the lines, in "),
        ({"lines": "h_t = tanh(w h_{t-1})"}, "h_{t-1} has no start, expected a line h_0 = …"),
        ({"lines": "h_0 = 1"}, "h_0 starts nothing, expected a line h_t = …"),
        (
            {"lines": "h_0 = 1    h_t = tanh(v h_{t-1})"},
            "v is not given, expected a slider or a line",
        ),
        (
            {"lines": "w = 2    h_0 = 1    h_t = tanh(w h_{t-1})"},
            "w has a line and a slider, expected one of them",
        ),
        ({"lines": "h_0 = 1    h_t = softmax(w h_{t-1})"}, "softmax is none of abs, add, copy"),
        ({"lines": "h_0 = 1    h_t = W h_{t-1}"}, "W is not given, expected a slider or a line"),
        (
            {"lines": "h_0 = 9    h_t = 10^(10^h_{t-1})"},
            "h_t is no finite number at step",
        ),
        (
            {"panels": [Panel([Curve("g", "g")], -1, 1)]},
            "there is no curve of g, expected one",
        ),
        ({"panels": []}, "there is nothing to draw, expected a panel with a curve"),
        ({"panels": [Panel([Curve("h", "h")], 1, 1)]}, "a panel goes from 1 to 1"),
        ({"panels": [Panel([Curve("h", "h")] * 5, 0, 1)]}, "a panel has 5 curves, expected 4"),
        ({"says": "{q}"}, "says has {q}, expected a slider such as {w}"),
        ({"says": "{h_41}"}, "says has {h_41}, expected a slider"),
        ({"delayed": {"d": ("h", "s")}}, "delayed has ('h', 's'), expected a line of each step"),
        ({"steps": 0}, "steps is 0, expected 1 to 200"),
        ({"w": 4}, "weight w: 4 is outside −3 to 3"),
        ({"v": 4}, "“v” is no setting, expected w"),
    ],
)
def test_what_does_not_fit_together_is_said(change: dict[str, Any], said: str) -> None:
    given: dict[str, Any] = {"lines": "h_0 = 1    h_t = tanh(w h_{t-1})", "panels": PANELS, "w": 1}
    given |= change
    with pytest.raises(CellInputError) as error:
        Recurrence(given.pop("lines"), [W], given.pop("panels"), **given)
    assert str(error.value).startswith(said)


def test_a_slider_without_a_start_is_said() -> None:
    with pytest.raises(CellInputError, match="w has no number to start with, expected w=…"):
        Recurrence("h_0 = 1    h_t = tanh(w h_{t-1})", [W], PANELS)


@pytest.mark.parametrize("w", [1.1, 2.5])
def test_a_number_that_is_too_large_is_said_in_the_same_words_by_the_browser(w: float) -> None:
    asked(exploding())
    shown = asked(None, {"change": ["w", w, False]})
    with pytest.raises(CellInputError) as error:
        exploding().set(w=w)
    assert "h_t is no finite number at step" in str(error.value)
    assert str(error.value) in shown["message"]
    assert shown["settings"] == {"w": 0.9}
