"""The side of the explorer that the browser sees: what is synced, and how the view is answered.

The view computes what it draws, by the program in the catalogue. Whatever a person sets there comes
here as a whole state; it is checked, computed with :mod:`course_utils.cells`, and acknowledged.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from course_utils.cells import CellInputError
from course_utils.widgets import setting as settings
from course_utils.widgets.catalogue import catalogue
from course_utils.widgets.families import Family, Preset
from course_utils.widgets.setting import Setting

STATIC = Path(__file__).parent / "static"
MIME = "application/vnd.recurrent-cell+json"
"""The kind of a stored state: ``cell``, ``name``, ``unit`` and what an explorer shows."""


class LiveCell(anywidget.AnyWidget):
    """A setting that a view shows and changes; :class:`CellExplorer` is what Python meets."""

    _esm = STATIC / "explorer.js"
    _css = STATIC / "explorer.css"

    catalogue = traitlets.Dict().tag(sync=True)
    """What does not change: the pictures and programs of this kind of cell, its presets."""
    shown = traitlets.Dict().tag(sync=True)
    """What is shown: ``values``, ``choice``, ``step`` (from 0), ``preset``, the ``origin`` that
    reset goes back to, and a ``message`` to the reader, which may be a ``problem``; ``sequence`` is
    the number of the view's message that this answers, or 0."""
    unit = traitlets.Int(0).tag(sync=True)
    """Which unit the diagram shows where there are more than two, counted from 0."""
    name = traitlets.Unicode().tag(sync=True)
    """What links in the text call it; the kind of cell, unless another name is given."""

    _family: Family

    @property
    def cell(self) -> str:
        """The kind of cell: "lstm", "gru" or "rnn"."""
        return self._family.name

    def show_preset(self, name: str) -> None:
        """Show a preset, by this course's conventions; raises CellInputError when there is none."""
        self._start(self._preset_setting(name), name)

    def reset(self) -> None:
        """Go back to the numbers, the convention and the step it was last started with."""
        self._start(self._origin, self._preset)

    def as_python(self) -> str:
        """What is shown, as Python text that computes the same step."""
        return settings.python(self._setting)

    @property
    def _presets(self) -> dict[str, Preset]:
        return dict(self._family.presets)

    def _preset_setting(self, name: str) -> Setting:
        preset = self._presets.get(name)
        if preset is None:
            raise CellInputError(f"preset is {name!r}, expected one of {', '.join(self._presets)}")
        return settings.start(self._family.under({}), preset.params, preset.x, preset.state)

    def _note(self, setting: Setting) -> str:
        """What the preset is for; it says so of this course's conventions only."""
        if self._preset is None or setting.family is not setting.family.under({}):
            return ""
        return self._presets[self._preset].note

    def _start(self, setting: Setting, preset: str | None) -> None:
        """Show `setting` and remember it as what reset goes back to."""
        self._origin, self._preset = setting, preset
        self._show(setting, self._note(setting))

    def _show(self, setting: Setting, message: str = "") -> None:
        self._adopt(setting)
        self._publish(message=message)

    def _adopt(self, setting: Setting) -> None:
        traces = settings.traces(setting)
        self._reading = settings.reading(setting, traces)
        self._setting, self._traces, self._family = setting, traces, setting.family
        self.unit = min(self.unit, self._reading.units - 1)

    def _publish(self, message: str = "", *, problem: bool = False, sequence: int = 0) -> None:
        if not self.catalogue:
            self.catalogue = catalogue(self.cell)
        self.shown = {
            **settings.as_state(self._setting),
            "origin": settings.as_state(self._origin),
            "preset": self._preset,
            "message": message,
            "problem": problem,
            "sequence": sequence,
        }

    def _on_message(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Take over what a person has set in the view, or say why it cannot be."""
        sequence = int(content["sequence"])
        try:
            self._take(content["state"])
        except CellInputError as error:
            self._publish(str(error), problem=True, sequence=sequence)
        else:
            self._publish(sequence=sequence)

    def _take(self, state: Mapping[str, Any]) -> None:
        setting = settings.from_state(self._family, state)
        origin = settings.from_state(self._family, state["origin"])
        preset = state["preset"]
        if preset is not None and preset not in self._presets:
            raise CellInputError(
                f"preset is {preset!r}, expected one of {', '.join(self._presets)}"
            )
        self._adopt(setting)
        self._origin, self._preset = origin, preset
