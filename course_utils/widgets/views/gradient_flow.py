"""The view of a gradient on its way back through an RNN, an LSTM and a GRU."""

import math
from types import MappingProxyType
from typing import Any

import traitlets

from course_utils.widgets.views.axes import Axes, power
from course_utils.widgets.views.controls import Control, Preset, Settings, Slider
from course_utils.widgets.views.flows import DRAWS, FRACTION, LONGEST, UNITS, Flow, drawn, flows
from course_utils.widgets.views.live_view import LiveView
from course_utils.widgets.views.scene import Label, Line, Mark, Picture, Role, Scene, Shape, Table

_LEFT, _TOP, _PANEL, _GAP, _HEIGHT = 62.0, 66.0, 214.0, 18.0, 220.0
_LOOKS: dict[str, tuple[Role, Shape]] = {
    "RNN": ("forget", "circle"),
    "LSTM": ("candidate", "diamond"),
    "GRU": ("input", "triangle"),
}
"""A cell's colour and marker, as in every figure of the lectures."""
_LOW, _HIGH = -12, 4


class GradientFlow(LiveView):
    """How far back a gradient reaches: the size of dL/dh_t at every step of three cells.

    The loss looks at the last step only. Weights are random; `radius` is the spectral radius of
    every block that reads h, `forget_bias` and `update_bias` are those of the LSTM and the GRU,
    `steps` is T, `draw` numbers the random draw.
    """

    title = "How far back a gradient reaches"
    name = traitlets.Unicode("gradient-flow").tag(sync=True)
    controls: tuple[Control, ...] = (
        Slider("radius", "spectral radius", 0.0, 4.0, 0.05),
        Slider("forget_bias", "LSTM forget bias", -4.0, 6.0, 0.25),
        Slider("update_bias", "GRU update bias", -4.0, 6.0, 0.25),
        Slider("steps", "steps T", 2, LONGEST, 1),
        Slider("draw", "random draw", 0, DRAWS - 1, 1),
    )
    defaults: Settings = MappingProxyType(
        {
            "radius": 0.9,
            "forget_bias": 1.0,
            "update_bias": 1.0,
            "steps": 60,
            "draw": 0,
        }
    )
    presets: tuple[Preset, ...] = (
        Preset(
            "Gates half open",
            "Both biases 0: the gates start near ½, and ½ · ½ · ½ · … is soon nothing.",
            {"forget_bias": 0.0, "update_bias": 0.0},
        ),
        Preset(
            "Gates open",
            "Both biases 3: the gates start near 0.95, and two of the three reach the beginning.",
            {"forget_bias": 3.0, "update_bias": 3.0},
        ),
        Preset(
            "No recurrent weights",
            "W_{h} = 0: the RNN has no way back at all, the gated cells keep theirs past W_{h}.",
            {"radius": 0.0, "forget_bias": 3.0, "update_bias": 3.0},
        ),
        Preset(
            "It explodes",
            "A radius of 3: backwards the RNN's gradient grows. Try other draws.",
            {"radius": 3.0, "forget_bias": 3.0, "update_bias": 3.0, "draw": 1},
        ),
    )

    @classmethod
    def constants(cls) -> dict[str, Any]:
        """Return the spectral radii of every draw, which the browser does not compute."""
        return {"radii": [drawn(draw).radii.tolist() for draw in range(DRAWS)]}

    def draw(self, settings: Settings) -> Picture:
        """Return three panels, one for each cell, and the sizes at a few steps."""
        found = flows(**settings)
        largest = max(float(flow.norms.max()) for flow in found)
        high = max(_HIGH, 4 * math.ceil(math.log10(largest) / 4))
        marks: list[Mark] = []
        for k, flow in enumerate(found):
            left = _LEFT + k * (_PANEL + _GAP)
            panel = Axes(left, _TOP, _PANEL, _HEIGHT, 1, settings["steps"], _LOW, high, log=True)
            marks += _panel(panel, flow, first=k == 0)
        marks.append(
            Label(
                _LEFT,
                20,
                "size of the gradient that reaches h_{t} from a loss at the last step",
                16,
            )
        )
        bottom = _TOP + _HEIGHT + 42
        middle = _LEFT + 1.5 * _PANEL + _GAP
        marks.append(Label(middle, bottom, "step t", 16, "middle", faint=True))
        words = "; ".join(f"{flow.name} {_reaches(flow)}" for flow in found)
        says = f"Above {FRACTION:.0%} of its size at the last step the gradient reaches: {words}."
        return Picture(Scene(bottom + 12, tuple(marks)), says, (_table(found),))


def _panel(panel: Axes, flow: Flow, *, first: bool) -> list[Mark]:
    role, shape = _LOOKS[flow.name]
    line = panel.y(FRACTION)
    return [
        panel.band(panel.last - flow.reach, panel.last),
        *panel.frame(numbers=first),
        *panel.steps(),
        Line(((panel.left, line), (panel.right, line)), "faint", 1.2, dashed=True),
        Label(panel.left + 4, line - 6, f"{FRACTION:.0%}", 14, faint=True),
        *panel.curve(panel.points(flow.norms.tolist()), role, shape),
        Label(panel.left, panel.top - 10, f"{flow.name}: {_reaches(flow)}", 16, bold=True),
    ]


def _reaches(flow: Flow) -> str:
    if flow.reach == len(flow.norms) - 1:
        return f"all {flow.reach} steps" if flow.reach > 1 else "the one step"
    return f"{flow.reach} of {len(flow.norms) - 1} steps"


def _table(found: tuple[Flow, ...]) -> Table:
    steps = len(found[0].norms)
    back = sorted({0, 1, 2, 5, 10, 20, 40, 80, steps - 1})
    rows = [
        (str(n), *(power(float(flow.norms[-1 - n])) for flow in found)) for n in back if n < steps
    ]
    return Table(
        f"Size of the gradient, {UNITS} units each",
        ("steps back", *(flow.name for flow in found)),
        (*rows, ("reach", *(str(flow.reach) for flow in found))),
    )
