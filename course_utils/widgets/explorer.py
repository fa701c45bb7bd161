"""The cell explorer: a recurrent cell, every number of it in sight and at hand, step by step.

Python holds the truth: this model, whose trace is that of :mod:`course_utils.cells`. The view
(``static/explorer``) computes by itself from the same formulas, so that a slider waits for nobody.
"""

from typing import Any

from course_utils.cells import CellInputError
from course_utils.cells.checks import Array
from course_utils.widgets import setting as settings
from course_utils.widgets import twin
from course_utils.widgets.families import Choice, family
from course_utils.widgets.live_cell import MIME, LiveCell


class CellExplorer(LiveCell):
    """A live diagram of a recurrent cell, with a slider for every number.

    ``CellExplorer("lstm", preset="remember")`` starts from a preset;
    ``CellExplorer("lstm", params=..., x=..., state=...)`` starts from your own numbers: the
    parameters of the cell, x of shape (D,) for one step or (T, D) for a sequence, and the state
    before the first step, of H units. ``convention={"reset": "after"}`` reads them another way, and
    ``name`` is what links in the text call it.

    Raises CellInputError, in one sentence, when the numbers do not fit or the preset is unknown;
    setting ``params``, ``x`` or ``state`` to something that does not fit leaves all as it was.
    """

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
    ) -> None:
        chosen = family(cell).under(convention or {})
        own = (params, x, state)
        if preset is not None and any(part is not None for part in own):
            raise CellInputError("preset and params, x, state are given, expected one or the other")
        if preset is None and any(part is None for part in own):
            if any(part is not None for part in own):
                raise CellInputError("params, x and state belong together: expected all three")
            preset = next(iter(chosen.presets))
        self._family = chosen
        if preset is None:
            self._start(settings.start(chosen, params, x, state), preset)
        else:
            setting = self._preset_setting(preset)
            self._start(settings.with_convention(setting, convention or {}), preset)
        # Last, since it tells the browser, which may ask for the state from another thread.
        super().__init__(name=name or cell)
        self.on_msg(self._on_message)

    @property
    def convention(self) -> Choice:
        """How the numbers are read; set one or more of them to read them another way."""
        return dict(self._family.choice)

    @convention.setter
    def convention(self, choice: Choice) -> None:
        self._show(settings.with_convention(self._setting, choice))

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
        """The parameters as the sliders show them, two biases added into one; set them to show
        others. Both ways they are read by the present convention."""
        choice = self._family.choice
        plain = {name: choice[name] for name in ("variant", "reset", "biases") if name in choice}
        values = settings.before_step(self._setting, 0)
        return self._family.under(plain).params(values)

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
        now = {"params": self.params, "x": self.x, "state": self.state}
        new = settings.start(self._family, **(now | parts))
        if "params" not in parts:
            weights = {
                k: v for k, v in self._setting.values.items() if k not in ("xs", "h_0", "c_0")
            }
            new = new._replace(values={**new.values, **weights})
        self._start(new._replace(step=min(self._setting.step, new.steps - 1)), None)

    def __repr__(self) -> str:
        return twin.text(self._setting, self._reading, self._preset)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live view and, for readers without a kernel, the same picture and the same numbers.

        JupyterLab takes the first of them that it can show; pages take the state, for a view that
        lives there.
        """
        bundle = super()._repr_mimebundle_()
        if bundle is None:
            return {"text/plain": repr(self)}, {}
        data, metadata = bundle
        picture, alternative = twin.picture(self._setting, self._reading, self.unit)
        kept = ("values", "choice", "step", "preset", "origin", "message")
        state = {name: self.shown[name] for name in kept}
        if state["origin"] == {name: state[name] for name in state["origin"]}:
            del state["origin"]
        stored = {"cell": self.cell, "name": self.name, "unit": self.unit, **state}
        return (
            {**data, MIME: stored, "image/png": picture},
            {**metadata, "image/png": {"alt": alternative}},
        )
