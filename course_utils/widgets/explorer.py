"""The cell explorer: a recurrent cell, every number of it in sight and at hand, step by step.

Three layers: the trace of :mod:`course_utils.cells` -> this model, whose synced traits are the
truth -> a view that only draws (``static/explorer``). A slider sends one message with what it
changed; the answer is one message with every number of the new trace. While a slider has the
focus, the view asks ahead for the traces of the values next to where it stands, so that it can draw
them at once; what it then draws was computed here too.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from course_utils.cells import CellInputError
from course_utils.cells.checks import Array
from course_utils.widgets import setting as settings
from course_utils.widgets import twin
from course_utils.widgets.families import Choice, Preset, family
from course_utils.widgets.links import followed, read_link
from course_utils.widgets.setting import Setting

_STATIC = Path(__file__).parent / "static"
_PARTS = (
    *("tools", "channel", "ahead", "diagram", "equation", "controls", "steps", "toolbar"),
    *("links", "explorer"),
)
_MOST_AHEAD = 32
"""How many values the view may ask for at once."""


class CellExplorer(anywidget.AnyWidget):
    """A live diagram of a recurrent cell, with a slider for every number.

    ``CellExplorer("lstm", preset="remember")`` starts from a preset;
    ``CellExplorer("lstm", params=..., x=..., state=...)`` starts from your own numbers: the
    parameters of the cell, x of shape (D,) for one step or (T, D) for a sequence, and the state
    before the first step, of H units. ``convention={"reset": "after"}`` reads them another way, and
    ``name`` is what links in the text call it.

    Raises CellInputError, in one sentence, when the numbers do not fit or the preset is unknown;
    setting ``params``, ``x`` or ``state`` to something that does not fit leaves all as it was.
    """

    # One text for the browser, which cannot import one file of a widget from another.
    _esm = "\n".join((_STATIC / "explorer" / f"{part}.js").read_text("utf-8") for part in _PARTS)
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

    def __init__(
        self,
        cell: str = "lstm",
        *,
        preset: str | None = None,
        params: Any = None,
        x: Any = None,
        state: Any = None,
        convention: Choice | None = None,
        name: str = "",
        looks_ahead: bool = True,
    ) -> None:
        chosen = family(cell).under(convention or {})
        own = (params, x, state)
        if preset is not None and any(part is not None for part in own):
            raise CellInputError("preset and params, x, state are given, expected one or the other")
        if preset is None and any(part is None for part in own):
            if any(part is not None for part in own):
                raise CellInputError("params, x and state belong together: expected all three")
            preset = next(iter(chosen.presets))
        super().__init__(name=name or cell, looks_ahead=looks_ahead)
        self._family, self._answering = chosen, 0
        self.on_msg(self._on_message)
        if preset is None:
            self._start(settings.start(chosen, params, x, state), preset)
        else:
            setting = self._preset_setting(preset)
            self._start(settings.with_convention(setting, convention or {}), preset)

    @property
    def cell(self) -> str:
        """The kind of cell: "lstm", "gru" or "rnn"."""
        return self._family.name

    @property
    def convention(self) -> Choice:
        """How the numbers are read; set one or more of them to read them another way."""
        return dict(self._family.choice)

    @convention.setter
    def convention(self, choice: Choice) -> None:
        self._show(settings.with_convention(self._setting, choice), new_layout=True)

    @property
    def trace(self) -> Any:
        """The trace of the step shown, as the step function of the cell returns it."""
        return self._traces[self._setting.step]

    @property
    def traces(self) -> tuple[Any, ...]:
        """The traces of all steps."""
        return tuple(self._traces)

    @property
    def step(self) -> int:
        """Which step is shown, counted from 1; set it to show another."""
        return self._setting.step + 1

    @step.setter
    def step(self, step: int) -> None:
        self._show(settings.at_step(self._setting, step))

    @property
    def params(self) -> Any:
        """The parameters as the step function takes them; set them to show others that fit."""
        return self._family.params(settings.before_step(self._setting, 0))

    @params.setter
    def params(self, params: Any) -> None:
        self._replace(params=params)

    @property
    def x(self) -> Array:
        """The input of shape (D,), or, of a sequence, all inputs: (T, D)."""
        xs = self._setting.values["xs"]
        return xs if self._setting.several else xs[0]

    @x.setter
    def x(self, x: Any) -> None:
        self._replace(x=x)

    @property
    def state(self) -> Any:
        """The state before the first step."""
        return self._family.state(settings.before_step(self._setting, 0))

    @state.setter
    def state(self, state: Any) -> None:
        self._replace(state=state)

    @property
    def preset(self) -> str | None:
        """The preset it started from, or None."""
        return self._preset

    def show(self, *, params: Any = None, x: Any = None, state: Any = None) -> None:
        """Show other numbers; what is left out stays. Raises CellInputError when they do not fit.

        To go over to other sizes give all three. Parameters are read by the present convention.
        """
        given = {"params": params, "x": x, "state": state}
        self._replace(**{name: part for name, part in given.items() if part is not None})

    def _replace(self, **parts: Any) -> None:
        """Show `parts` in the place of params, x or state; weights that stay are not touched."""
        now = {"params": self._raw_params(), "x": self.x, "state": self.state}
        new = settings.start(self._family, **(now | parts))
        if "params" not in parts:
            weights = {
                k: v for k, v in self._setting.values.items() if k not in ("xs", "h_0", "c_0")
            }
            new = new._replace(values={**new.values, **weights})
        self._start(new._replace(step=min(self._setting.step, new.steps - 1)), None)

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

    def _raw_params(self) -> Any:
        """Parameters of the right kind and sizes, whatever the convention makes of them."""
        return self._family.under({}).params(settings.before_step(self._setting, 0))

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

    def __repr__(self) -> str:
        return twin.text(self._setting, self._reading, self._preset)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live view and, for readers without a kernel, the same picture and the same numbers.

        JupyterLab takes the first of them that it can show.
        """
        bundle = super()._repr_mimebundle_()
        if bundle is None:
            return {"text/plain": repr(self)}, {}
        data, metadata = bundle
        picture, alternative = twin.picture(self._setting, self._reading, self.unit)
        return {**data, "image/png": picture}, {**metadata, "image/png": {"alt": alternative}}


def _plain(item: Any) -> Any:
    """Named tuples as dictionaries, all the way down: what JSON can carry."""
    if hasattr(item, "_asdict"):
        return {name: _plain(part) for name, part in item._asdict().items()}
    return [_plain(part) for part in item] if isinstance(item, tuple) else item
