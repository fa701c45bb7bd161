"""The slider's number: what the view sends, what it accepts, and what stands for ipywidgets'."""

from typing import Any

import ipywidgets as widgets
import pytest
from traitlets import TraitError

from course_utils.widgets.slider import Slider, named


def send(slider: Slider, content: Any) -> None:
    """As if the view had sent it."""
    slider._handle_custom_msg(content, [])


def test_a_move_of_the_view_arrives_and_is_answered() -> None:
    slider = Slider(0.5, description="w")
    send(slider, {"position": 0.75, "move": 7})
    assert (slider.value, slider.heard) == (0.75, 7)


def test_a_move_along_the_logarithm() -> None:
    slider = Slider(0.001, min=-4, max=0, log=True)
    send(slider, {"position": -2, "move": 1})
    assert slider.value == pytest.approx(0.01)
    assert slider.span == (1e-4, 1)


@pytest.mark.parametrize(("position", "value"), [(9, 1), (-9, 0)])
def test_a_move_beyond_the_end_stops_at_the_end(position: float, value: float) -> None:
    slider = Slider(0.5)
    send(slider, {"position": position, "move": 1})
    assert slider.value == value


@pytest.mark.parametrize("content", [{"position": "x"}, {"position": float("nan")}, {}, "x", None])
def test_whatever_is_no_move_changes_nothing(content: Any) -> None:
    slider = Slider(0.5)
    send(slider, content)
    assert (slider.value, slider.heard) == (0.5, 0)


def test_a_value_outside_is_refused_in_one_sentence_and_the_old_one_stays() -> None:
    slider = Slider(0.5, description="weight w")
    with pytest.raises(TraitError, match="weight w is 2, expected 0 to 1"):
        slider.value = 2
    assert slider.value == 0.5


@pytest.mark.parametrize(
    ("control", "decimals", "log"),
    [
        (widgets.FloatSlider(1.2, min=-3, max=3, step=0.05, description="w"), 2, False),
        (widgets.FloatSlider(1.2, max=3, readout_format=".1f"), 1, False),
        (widgets.IntSlider(5, min=1, max=30), 0, False),
        (widgets.FloatLogSlider(0.01, min=-4, max=0, readout_format=".3g"), None, True),
    ],
)
def test_it_stands_for_a_slider_of_ipywidgets(control: Any, decimals: Any, log: bool) -> None:
    slider = named(control)
    assert (slider.value, slider.min, slider.max) == (control.value, control.min, control.max)
    assert (slider.step, slider.description) == (control.step, control.description)
    assert (slider.decimals, slider.log) == (decimals, log)


@pytest.mark.parametrize("continuous", [True, False])
def test_a_slider_that_waits_for_the_end_of_a_drag_still_does(continuous: bool) -> None:
    slider = named(widgets.FloatSlider(0.5, continuous_update=continuous))
    assert slider.continuous is continuous


def test_the_two_move_together() -> None:
    control = widgets.IntSlider(5, min=1, max=30)
    slider = named(control)
    send(slider, {"position": 12, "move": 1})
    assert control.value == 12
    assert isinstance(control.value, int)
    control.value = 3
    assert slider.value == 3


def test_any_other_control_stays_as_it_is() -> None:
    box = widgets.Checkbox()
    assert named(box) is box


def test_another_base_than_10_is_refused() -> None:
    with pytest.raises(TraitError, match="base is 2, expected 10"):
        named(widgets.FloatLogSlider(2, base=2, min=0, max=4))
