"""The side of the explorer that the browser sees: what is synced, and how messages are answered.

A slider sends one message with what it changed; the answer is one message with every number of the
new trace. While a slider has the focus, the view asks ahead for the traces of the values next to
where it stands, so that it can draw them at once; what it then draws was computed here too.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from course_utils.cells import CellInputError
from course_utils.widgets import setting as settings
from course_utils.widgets.families import Choice, Family, Preset
from course_utils.widgets.links import followed, read_link
from course_utils.widgets.setting import Setting

_STATIC = Path(__file__).parent / "static"
_PARTS = (
    *("tools", "channel", "ahead", "diagram", "equation", "controls", "steps", "toolbar"),
    *("links", "explorer"),
)
_FILES = (_STATIC / "gone.js", *(_STATIC / "explorer" / f"{part}.js" for part in _PARTS))
_MOST_AHEAD = 32
"""How many values the view may ask for at once."""


class LiveCell(anywidget.AnyWidget):
    """A setting that a view shows and changes; :class:`CellExplorer` is what Python meets."""

    # One text for the browser, which cannot import one file of a widget from another.
    _esm = "\n".join(path.read_text("utf-8") for path in _FILES)
    _css = _STATIC / "explorer.css"

    layout_of_cell = traitlets.Dict().tag(sync=True)
    """What changes seldom: the diagram, the fields with their ranges, the presets."""
    shown = traitlets.Dict().tag(sync=True)
    """What changes with every move: all numbers, saturation, the message to the reader."""
    unit = traitlets.Int(0).tag(sync=True)
    """Which unit the diagram shows where there are more than two, counted from 0."""
    name = traitlets.Unicode().tag(sync=True)
    """What links in the text call it; the kind of cell, unless another name is given."""
    looks_ahead = traitlets.Bool(True).tag(sync=True)
    """Whether the view asks ahead for what a slider may be moved to."""

    _family: Family
    _answering = 0
    """the number of the message that is being answered"""

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
        self._show(setting, new_layout=True, message=self._note(setting))

    def _show(
        self,
        setting: Setting,
        *,
        new_layout: bool = False,
        message: str = "",
        problem: bool = False,
    ) -> None:
        self._adopt(setting)
        if new_layout:
            self._lay_out()
        self._publish(message, problem=problem)

    def _adopt(self, setting: Setting) -> None:
        traces = settings.traces(setting)
        self._reading = settings.reading(setting, traces)
        self._setting, self._traces, self._family = setting, traces, setting.family

    def _lay_out(self) -> None:
        tabs = settings.tabs(self._setting)
        self._fields = settings.fields(self._setting)
        self.unit = min(self.unit, self._reading.units - 1)
        self.layout_of_cell = {
            "cell": self.cell,
            "title": self._family.title,
            "diagram": _plain(self._family.diagram),
            "tabs": [_plain(tab) for tab in tabs],
            "presets": [{"name": n, "title": p.title} for n, p in self._presets.items()],
            "conventions": [_plain(convention) for convention in self._family.conventions],
            "choice": dict(self._family.choice),
            "carried": [list(part) for part in self._family.carried.values()],
            "most_steps": settings.MOST_STEPS,
        }

    def _publish(self, message: str = "", *, problem: bool = False) -> None:
        reading = self._reading
        self.shown = {
            "numbers": {name: array.tolist() for name, array in reading.numbers.items()},
            "saturated": reading.saturated,
            "scale": reading.scale,
            "units": reading.units,
            "preset": self._preset,
            "step": self._setting.step,
            "message": message,
            "problem": problem,
            "sequence": self._answering,
        }

    def _on_message(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        """Answer the view: whatever it asks for, one message says how things stand."""
        self._answering = int(content.get("sequence", 0))
        try:
            self._obey(content)
        except CellInputError as error:
            self._publish(str(error), problem=True)
        finally:
            self._answering = 0

    def _obey(self, content: Mapping[str, Any]) -> None:
        """Do the one thing that the view asks for."""
        orders: dict[str, Callable[[Any], None]] = {
            "python": lambda _: self.send({"python": self.as_python()}),
            "ahead": lambda asked: self._look_ahead(**asked),
            "preset": self.show_preset,
            "step": lambda step: self._show(settings.at_step(self._setting, step)),
            "steps": self._lengthen,
            "convention": self._switch,
            "link": self._follow,
            "reset": self._reset_keys,
            "changes": self._change,
        }
        for name, order in orders.items():
            if name in content:
                order(content[name])

    def _change(self, changes: list[list[Any]]) -> None:
        """Make every change that can be made; say what is wrong with the last of the others."""
        setting, problem = settings.changed(self._setting, self._fields, changes)
        self._show(setting, message=problem, problem=bool(problem))

    def _lengthen(self, count: int) -> None:
        longer = settings.with_steps(self._setting, count)
        if longer.steps > self._setting.steps:
            longer = longer._replace(step=longer.steps - 1)
        self._show(longer, new_layout=True)

    def _switch(self, choice: Choice) -> None:
        setting = settings.with_convention(self._setting, choice)
        message = " ".join(
            option.note
            for convention in self._family.conventions
            for option in convention.options
            if choice.get(convention.name) == option.value
        )
        self._show(setting, new_layout=True, message=message)

    def _follow(self, parts: Mapping[str, str]) -> None:
        """Set all that a link in the text asks for, or, where something is amiss, nothing."""
        link = read_link(parts, tuple(c.name for c in self._family.conventions))
        start = self._setting if link.preset is None else self._preset_setting(link.preset)
        setting = followed(start, link)
        if link.preset is not None:
            self._origin, self._preset = start, link.preset
        self._show(setting, new_layout=True, message=self._note(setting) if link.preset else "")

    def _reset_keys(self, keys: list[str] | str) -> None:
        if keys == "all":
            self.reset()
            return
        fresh = settings.with_convention(self._origin, self._family.choice).values
        values = {**self._setting.values, **{key: fresh[key] for key in keys}}
        step = min(self._setting.step, len(values["xs"]) - 1)
        longer = len(values["xs"]) != self._setting.steps
        self._show(self._setting._replace(values=values, step=step), new_layout=longer)

    def _look_ahead(self, key: str, at: list[int], values: list[float], ticket: int) -> None:
        """Send what the figure would show for each of `values` in one field."""
        layout, rows = settings.ahead(self._setting, self._fields, (key, at), values[:_MOST_AHEAD])
        content = {"ticket": ticket, "values": values[: len(rows)], "layout": layout}
        self.send({"ahead": content}, [rows.astype("<f8").tobytes()])


def _plain(item: Any) -> Any:
    """Named tuples as dictionaries, all the way down: what JSON can carry."""
    if hasattr(item, "_asdict"):
        return {name: _plain(part) for name, part in item._asdict().items()}
    return [_plain(part) for part in item] if isinstance(item, tuple) else item
