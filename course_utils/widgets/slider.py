"""A slider with a name: the browser's own <input type=range>, over one synced number.

ipywidgets' sliders give the handle no name and a screen reader fifteen digits. This one has a
label, says its number as it is written beside it, and says when no kernel answers.
"""

import math
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets

_STATIC = Path(__file__).parent / "static"


class Slider(anywidget.AnyWidget):
    """A number from `min` to `max` in steps of `step`, with its name in front.

    ``log=True`` moves along the number's logarithm: `min`, `max` and `step` are then exponents of
    10. The number is written with `decimals` decimals, or with three significant digits where
    `decimals` is None. With ``continuous=False`` a drag counts where it ends. Of the moves made
    while the kernel is busy with one, the last alone follows. Raises TraitError when the value lies
    outside.
    """

    _esm = _STATIC / "slider.js"
    _css = _STATIC / "slider.css"

    value = traitlets.Float(0.0).tag(sync=True)
    min = traitlets.Float(0.0).tag(sync=True)
    max = traitlets.Float(1.0).tag(sync=True)
    step = traitlets.Float(0.01).tag(sync=True)
    description = traitlets.Unicode("").tag(sync=True)
    decimals = traitlets.Int(2, allow_none=True).tag(sync=True)
    log = traitlets.Bool(False).tag(sync=True)
    continuous = traitlets.Bool(True).tag(sync=True)
    heard = traitlets.Int(0).tag(sync=True)
    """The number of the last move that arrived: what the view waits for."""

    def __init__(self, value: float, **traits: Any) -> None:
        super().__init__(value=value, **traits)
        self.on_msg(self._on_message)

    @traitlets.validate("value")
    def _inside(self, proposal: Any) -> float:
        value = float(proposal["value"])
        low, high = self.span
        slack = 1e-9 * (high - low)
        if not low - slack <= value <= high + slack:
            raise traitlets.TraitError(
                f"{self.description or 'the value'} is {value:g}, expected {low:g} to {high:g}"
            )
        return value

    @property
    def span(self) -> tuple[float, float]:
        """The smallest and the largest value."""
        return (10.0**self.min, 10.0**self.max) if self.log else (self.min, self.max)

    def _on_message(self, _: Any, content: Any, __: Any) -> None:
        """Take a position of the view, cut to the range; whatever else comes changes nothing."""
        position = content.get("position") if isinstance(content, dict) else None
        if isinstance(position, (int, float)) and math.isfinite(position):
            inside = min(max(position, self.min), self.max)
            self.value = 10.0**inside if self.log else inside
            self.heard = int(content.get("move", 0))

    def __repr__(self) -> str:
        return f"Slider({self.value:g}, {self.description!r})"


def named(control: Any) -> Any:
    """A Slider that moves `control` and follows it, where that is a slider of ipywidgets.

    Any other control is returned as it is.
    """
    if not isinstance(
        control, (ipywidgets.FloatSlider, ipywidgets.IntSlider, ipywidgets.FloatLogSlider)
    ):
        return control
    log = isinstance(control, ipywidgets.FloatLogSlider)
    if log and control.base != 10:
        raise traitlets.TraitError(f"base is {control.base:g}, expected 10")
    slider = Slider(
        control.value,
        min=control.min,
        max=control.max,
        step=control.step,
        description=control.description,
        decimals=_decimals(control.readout_format),
        log=log,
        continuous=control.continuous_update,
    )
    whole = isinstance(control, ipywidgets.IntSlider)
    traitlets.link(
        (slider, "value"), (control, "value"), transform=(round if whole else float, float)
    )
    return slider


def _decimals(readout_format: str) -> int | None:
    """The decimals of a format such as .2f or d; None for one of significant digits."""
    digits, kind = readout_format.lstrip(".")[:-1], readout_format[-1]
    if kind == "d":
        return 0
    return int(digits or 6) if kind == "f" else None
