"""The gradients of the flow view, against central differences, and what is drawn of them."""

import numpy as np
import pytest

from course_utils.cells import LSTMState, central_difference, sequence
from course_utils.widgets import GradientFlow
from course_utils.widgets.views.axes import Axes, power
from course_utils.widgets.views.flows import FRACTION, UNITS, cells, drawn, flows
from course_utils.widgets.views.scene import Boxes, Dots

RNN, LSTM, GRU = range(3)


def numeric_norms(name: str, radius: float, steps: int, draw: int) -> list[float]:
    """||dL/d(state at t)|| with L the sum of h_T over √H, by running on from a state at t."""
    params = cells(radius, 1.0, 1.0, draw)[name]
    xs = drawn(draw).xs[:steps]
    _, trace = sequence(params, xs)
    found = []
    for t in range(steps - 1):
        start = trace.h[t]
        if name == "LSTM":
            start = np.concatenate([start, trace.c[t]])  # type: ignore[union-attr]

        def loss(s: np.ndarray, t: int = t) -> float:
            state = LSTMState(s[:UNITS], s[UNITS:]) if name == "LSTM" else s
            _, rest = sequence(params, xs[t + 1 :], state)
            return float(rest.h[-1].sum() / np.sqrt(UNITS))

        found.append(float(np.linalg.norm(central_difference(loss, start))))
    return [*found, 1.0]


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("radius", [0.5, 1.6])
def test_the_sizes_are_those_of_central_differences(name: str, radius: float) -> None:
    flow = next(f for f in flows(radius, 1.0, 1.0, 6, 3) if f.name == name)
    np.testing.assert_allclose(flow.norms, numeric_norms(name, radius, 6, 3), rtol=1e-6)


@pytest.mark.parametrize("radius", [0.0, 0.7, 2.5])
def test_every_recurrent_block_has_the_radius_asked_for(radius: float) -> None:
    made = cells(radius, 2.0, -1.0, 5)
    blocks = [made["RNN"].W_h, *(gate.W[:, :UNITS] for gate in made["LSTM"])]
    blocks += [gate.W[:, :UNITS] for gate in made["GRU"][:3]]
    for block in blocks:
        assert np.abs(np.linalg.eigvals(block)).max() == pytest.approx(radius, abs=1e-12)
    assert (made["LSTM"].forget.b == 2).all()
    assert (made["GRU"].update.b == -1).all()
    assert not any(made["LSTM"][k].b.any() for k in (1, 2, 3))


def test_reach_is_the_last_step_back_above_the_share() -> None:
    for flow in flows(0.9, 1.0, 1.0, 60, 0):
        back = flow.norms[::-1]
        assert (back[: flow.reach + 1] >= FRACTION * back[0]).all()
        assert flow.reach == 59 or back[flow.reach + 1] < FRACTION * back[0]


def test_the_presets_show_what_they_say() -> None:
    def reaches(title: str) -> list[int]:
        view = GradientFlow()
        view.show_preset(title)
        found = flows(**view.settings)
        if title == "It explodes":
            assert found[RNN].norms[0] > 1e4
        return [flow.reach for flow in found]

    assert max(reaches("Gates half open")) < 15
    assert reaches("Gates open")[RNN] < 15
    assert reaches("Gates open")[LSTM:] == [59, 59]
    assert reaches("No recurrent weights") == [0, 59, 59]
    assert reaches("It explodes")[RNN] == 59


def test_an_open_gate_reaches_further_than_a_half_open_one() -> None:
    for draw in range(5):
        half, opened = flows(0.9, 0.0, 0.0, 60, draw), flows(0.9, 3.0, 3.0, 60, draw)
        assert half[RNN].norms.tolist() == opened[RNN].norms.tolist()
        assert half[LSTM].reach < opened[LSTM].reach
        assert half[GRU].reach < opened[GRU].reach


@pytest.mark.parametrize("radius", [0.0, 4.0])
@pytest.mark.parametrize("bias", [-4.0, 6.0])
@pytest.mark.parametrize("steps", [2, 120])
def test_the_ends_of_the_sliders_draw(radius: float, bias: float, steps: int) -> None:
    for draw in (0, 20):
        view = GradientFlow(
            radius=radius, forget_bias=bias, update_bias=bias, steps=steps, draw=draw
        )
        assert len(view.picture.tables[0].rows) >= 3


def test_a_logarithmic_axis_is_even_in_powers_and_holds_what_is_off_the_scale() -> None:
    panel = Axes(0, 0, 100, 160, 1, 11, -12, 4, log=True)
    assert [panel.y(v) for v in (1e4, 1.0, 1e-4, 1e-12)] == pytest.approx([0, 40, 80, 160])
    assert [panel.y(v) for v in (0.0, 1e-30, 1e9)] == [160, 160, 0]
    assert [panel.x(t) for t in (1, 6, 11)] == [0, 50, 100]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1, "1"),
        (0.0123, "0.012"),
        (1.4e-8, "1·10⁻⁸"),
        (0.00999, "1·10⁻²"),
        (123, "1·10²"),
        (3e15, "3·10¹⁵"),
    ],
)
def test_sizes_are_written_short(value: float, text: str) -> None:
    assert power(value) == text


def test_the_band_covers_the_reach() -> None:
    view = GradientFlow()
    bands = [m for m in view.picture.scene.marks if isinstance(m, Boxes) and m.opacity < 1]
    found = flows(**view.settings)
    width = {band.boxes[0][2] for band in bands}
    assert len(bands) == 3
    assert len(width) == 3
    for band, flow in zip(bands, found, strict=True):
        assert band.boxes[0][2] == pytest.approx(214 * flow.reach / 59)


def test_each_cell_has_the_marker_it_has_in_the_lectures() -> None:
    view = GradientFlow()
    dots = [mark for mark in view.draw(view.defaults).scene.marks if isinstance(mark, Dots)]
    assert [mark.shape for mark in dots] == ["circle", "diamond", "triangle"]
    assert [mark.role for mark in dots] == ["forget", "candidate", "input"]
