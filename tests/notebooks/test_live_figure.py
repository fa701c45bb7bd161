"""Sliders over a figure: the picture and its words follow, and both stay without a kernel."""

import runpy
from typing import Any

import ipywidgets as widgets
import matplotlib as mpl
import pytest

from tests.notebooks.stored import NOTEBOOKS

mpl.use("agg")
live = runpy.run_path(str(NOTEBOOKS / "live_figure.py"))["live"]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    bundles: list[dict[str, Any]] = []
    monkeypatch.setitem(live.__globals__, "display", lambda bundle, **_: bundles.append(bundle))
    return bundles


@pytest.fixture
def boxes(monkeypatch: pytest.MonkeyPatch) -> list[widgets.VBox]:
    made: list[widgets.VBox] = []
    real = live.__globals__["looked_after"]

    def keep(*children: widgets.Widget) -> widgets.VBox:
        made.append(real(*children))
        return made[-1]

    monkeypatch.setitem(live.__globals__, "looked_after", keep)
    return made


@pytest.fixture
def slider(shown: list[dict[str, Any]], boxes: list[widgets.VBox]) -> widgets.FloatSlider:
    from matplotlib import pyplot as plt

    figure, ax = plt.subplots(figsize=(1, 1))
    (line,) = ax.plot([0, 1], [0, 0])
    ax.set_ylim(0, 1)

    def move(height: float) -> str:
        line.set_ydata([height, height])
        return f"height < 1: {height:.1f}"

    moved = widgets.FloatSlider(0.2, min=0, max=1)
    live(figure, move, height=moved)
    assert not plt.fignum_exists(figure.number)
    return moved


def panes(boxes: list[widgets.VBox]) -> list[str]:
    """The HTML under the slider: the picture, then the words."""
    return [child.value for child in boxes[0].children[-2:]]


def test_without_a_kernel_a_picture_and_its_words_stay(
    slider: widgets.FloatSlider, shown: list[dict[str, Any]], boxes: list[widgets.VBox]
) -> None:
    (bundle,) = shown
    assert bundle["text/plain"] == "height < 1: 0.2"
    assert bundle["image/png"] in panes(boxes)[0]


def test_the_picture_and_its_words_follow_the_slider(
    slider: widgets.FloatSlider, boxes: list[widgets.VBox]
) -> None:
    before, _ = panes(boxes)
    slider.value = 0.7
    picture, words = panes(boxes)
    assert picture != before
    assert 'alt="height &lt; 1: 0.7"' in picture
    assert words == '<span role="status">height &lt; 1: 0.7</span>'
    slider.value = 0.2
    assert panes(boxes)[0] == before
