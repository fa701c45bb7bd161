"""The cell explorer: one recurrent step, every number of it in sight and at hand.

Three layers: the trace of :mod:`course_utils.cells` -> this model, whose synced traits are the
truth -> a view that only draws (``static/explorer.js``). A slider sends one message with what it
changed; the answer is one message with every number of the new trace.
"""

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from course_utils.cells import CellInputError
from course_utils.cells.checks import Array
from course_utils.widgets.families import Family, Preset, family
from course_utils.widgets.picture import as_png
from course_utils.widgets.reading import as_sentence, as_text, read
from course_utils.widgets.values import Values, change

_STATIC = Path(__file__).parent / "static"


class CellExplorer(anywidget.AnyWidget):
    """A live diagram of one step of a recurrent cell, with a slider for every number.

    ``CellExplorer("lstm", preset="remember")`` starts from a preset;
    ``CellExplorer("lstm", params=..., x=..., state=...)`` starts from your own numbers: the
    parameters of the cell, x of shape (D,) and the state before the step, of H units.

    Raises CellInputError, in one sentence, when the numbers do not fit or the preset is unknown;
    setting ``params``, ``x`` or ``state`` to something that does not fit leaves all as it was.
    """

    _esm = _STATIC / "explorer.js"
    _css = _STATIC / "explorer.css"

    layout_of_cell = traitlets.Dict().tag(sync=True)
    """What changes seldom: the diagram, the fields with their ranges, the presets."""
    shown = traitlets.Dict().tag(sync=True)
    """What changes with every move: all numbers, saturation, the message to the reader."""
    unit = traitlets.Int(0).tag(sync=True)
    """Which unit the diagram shows where there are more than two, counted from 0."""

    def __init__(
        self,
        cell: str = "lstm",
        *,
        preset: str | None = None,
        params: Any = None,
        x: Any = None,
        state: Any = None,
    ) -> None:
        self._family: Family = family(cell)
        own = (params, x, state)
        if preset is not None and any(part is not None for part in own):
            raise CellInputError("preset and params, x, state are given, expected one or the other")
        if preset is None and any(part is None for part in own):
            if any(part is not None for part in own):
                raise CellInputError("params, x and state belong together: expected all three")
            preset = next(iter(self._family.presets))
        super().__init__()
        self.on_msg(self._on_message)
        if preset is None:
            self._start(self._family.values(params, x, state), preset)
        else:
            self.show_preset(preset)

    @property
    def cell(self) -> str:
        """The kind of cell: "lstm", "gru" or "rnn"."""
        return self._family.name

    @property
    def trace(self) -> Any:
        """The trace of what is shown, as the step function of the cell returns it."""
        return self._trace

    @property
    def params(self) -> Any:
        """The parameters that are shown; set them to show others of the same sizes."""
        return self._family.params(self._values)

    @params.setter
    def params(self, params: Any) -> None:
        self._start(self._family.values(params, self.x, self.state), None)

    @property
    def x(self) -> Array:
        """The input of the step, of shape (D,)."""
        return self._values["x"]

    @x.setter
    def x(self, x: Any) -> None:
        self._start(self._family.values(self.params, x, self.state), None)

    @property
    def state(self) -> Any:
        """The state before the step."""
        return self._family.state(self._values)

    @state.setter
    def state(self, state: Any) -> None:
        self._start(self._family.values(self.params, self.x, state), None)

    @property
    def preset(self) -> str | None:
        """The preset it started from, or None."""
        return self._preset

    def show(self, *, params: Any = None, x: Any = None, state: Any = None) -> None:
        """Show other numbers; what is left out stays. Raises CellInputError when they do not fit.

        To go over to other sizes give all three.
        """
        values = self._family.values(
            self.params if params is None else params,
            self.x if x is None else x,
            self.state if state is None else state,
        )
        self._start(values, None)

    def show_preset(self, name: str) -> None:
        """Show a preset; raises CellInputError when there is none of that name."""
        preset = self._presets.get(name)
        if preset is None:
            raise CellInputError(f"preset is {name!r}, expected one of {', '.join(self._presets)}")
        self._start(self._family.values(preset.params, preset.x, preset.state), name)

    def reset(self) -> None:
        """Go back to the numbers it was last started with."""
        self._start(self._origin, self._preset)

    def as_python(self) -> str:
        """What is shown, as Python text that computes the same step."""
        return self._family.python(self._values)

    @property
    def _presets(self) -> dict[str, Preset]:
        return dict(self._family.presets)

    def _start(self, values: Values, preset: str | None) -> None:
        """Show `values` and remember them as what reset goes back to."""
        self._origin, self._preset = values, preset
        tabs = self._family.tabs(values)
        self._fields = {
            (field.key, field.at): field for tab in tabs for row in tab.rows for field in row.fields
        }
        self._adopt(values)
        self.unit = min(self.unit, self._reading.units - 1)
        self.layout_of_cell = {
            "cell": self.cell,
            "title": self._family.title,
            "diagram": _plain(self._family.diagram),
            "tabs": [_plain(tab) for tab in tabs],
            "presets": [{"name": n, "title": p.title} for n, p in self._presets.items()],
        }
        self._publish(message=self._presets[preset].note if preset else "")

    def _adopt(self, values: Values) -> None:
        trace = self._family.trace(values)
        self._reading = read(self._family.diagram, values, trace)
        self._values, self._trace = values, trace

    def _publish(self, *, sequence: int = 0, message: str = "", problem: bool = False) -> None:
        reading = self._reading
        self.shown = {
            "numbers": {name: array.tolist() for name, array in reading.numbers.items()},
            "saturated": reading.saturated,
            "scale": reading.scale,
            "units": reading.units,
            "preset": self._preset,
            "message": message,
            "problem": problem,
            "sequence": sequence,
        }

    def _on_message(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        """Answer the view: whatever it asks for, one message says how things stand."""
        sequence = int(content.get("sequence", 0))
        if "python" in content:
            self.send({"python": self.as_python()})
        elif "preset" in content:
            self.show_preset(content["preset"])
        elif "reset" in content:
            self._reset_keys(content["reset"])
            self._publish(sequence=sequence)
        else:
            problem = self._apply(content.get("changes", []))
            self._publish(sequence=sequence, message=problem, problem=bool(problem))

    def _apply(self, changes: list[list[Any]]) -> str:
        """Make every change that can be made; return what is wrong with the last of the others."""
        values, problem = self._values, ""
        for key, index, raw in changes:
            try:
                values = change(values, self._fields[key, tuple(index)], raw)
            except CellInputError as error:
                problem = str(error)
        self._adopt(values)
        return problem

    def _reset_keys(self, keys: list[str] | str) -> None:
        wanted = self._origin.keys() if keys == "all" else keys
        self._adopt({**self._values, **{key: self._origin[key] for key in wanted}})

    def __repr__(self) -> str:
        sizes = f"{_count(self._reading.units, 'unit')}, {_count(self.x.size, 'input')}"
        where = f", preset {self._preset}" if self._preset else ""
        heading = f"{self._family.title}: {sizes}{where}"
        return f"{heading}\n{as_text(self._family.diagram, self._reading)}"

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live view and, for readers without a kernel, the same picture and the same numbers.

        JupyterLab takes the first of them that it can show.
        """
        bundle = super()._repr_mimebundle_()
        if bundle is None:
            return {"text/plain": repr(self)}, {}
        data, metadata = bundle
        diagram, reading = self._family.diagram, self._reading
        alternative = f"{self._family.title}. {as_sentence(diagram, reading)}"
        picture = as_png(self._family.title, diagram, reading, self.unit)
        return {**data, "image/png": picture}, {**metadata, "image/png": {"alt": alternative}}


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _plain(item: Any) -> Any:
    """Named tuples as dictionaries, all the way down: what JSON can carry."""
    if hasattr(item, "_asdict"):
        return {name: _plain(part) for name, part in item._asdict().items()}
    return [_plain(part) for part in item] if isinstance(item, tuple) else item
