"""What the explorer shows, as data: a cell, a sequence of inputs, and which step is looked at.

Pure: every function gives a new setting and leaves the old one as it was. A setting's values are
the parameters, ``xs`` of shape (T, D), and the state before the first step: ``h_0`` and, for the
LSTM, ``c_0``.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from course_utils.cells import CellInputError
from course_utils.cells.checks import as_floats
from course_utils.widgets.families import Choice, Family
from course_utils.widgets.families.base import as_code
from course_utils.widgets.reading import Reading, read
from course_utils.widgets.values import Values

MOST_STEPS = 12


class Setting(NamedTuple):
    """Everything that determines the figure."""

    family: Family
    values: Values
    step: int = 0
    """which step is shown, counted from 0"""

    @property
    def steps(self) -> int:
        """T, the number of inputs."""
        return len(self.values["xs"])

    @property
    def several(self) -> bool:
        """There is more than one step."""
        return self.steps > 1


def start(family: Family, params: Any, x: Any, state: Any) -> Setting:
    """Return a setting of one step, x of shape (D,), or of a sequence, (T, D).

    Raises CellInputError, in one sentence, when the numbers do not fit.
    """
    rows = as_floats("x", x)
    xs = np.array(rows[None] if rows.ndim == 1 else rows, dtype=np.float64)
    if xs.ndim == 2:
        _check_steps(len(xs))
    values = dict(family.values(params, xs[0] if xs.ndim == 2 else xs, state))
    del values["x"]
    for name in family.carried:
        values[initial(name)] = values.pop(name)
    return Setting(family, {**values, "xs": xs})


def initial(name: str) -> str:
    """``h_prev`` before the first step is ``h_0``."""
    return name.replace("_prev", "_0")


def before_step(setting: Setting, t: int, trace: Any = None) -> Values:
    """Return the values of step `t` alone: ``x`` and the state that `trace`, of t-1, hands on."""
    values = {k: v for k, v in setting.values.items() if k != "xs"}
    values["x"] = setting.values["xs"][t]
    for name, (field, _) in setting.family.carried.items():
        first = values.pop(initial(name))
        values[name] = first if trace is None else getattr(trace, field)
    return values


def traces(setting: Setting) -> list[Any]:
    """Return the trace of every step, each from the state that the one before hands on."""
    found: list[Any] = []
    for t in range(setting.steps):
        values = before_step(setting, t, found[-1] if found else None)
        found.append(setting.family.trace(values))
    return found


def reading(setting: Setting, steps: list[Any]) -> Reading:
    """Return what a reader sees of the step shown, and of the states of all steps."""
    along = {
        f"{field}_along": np.stack([getattr(trace, field) for trace in steps])
        for field, _ in setting.family.carried.values()
    }
    return read(setting.family.diagram, {**setting.values, **along}, steps, setting.step)


def with_convention(setting: Setting, choice: Choice) -> Setting:
    """Read the same numbers by another convention.

    A number that is new starts at 0; a second bias that goes is added to the first, a peephole
    that goes is left out.
    """
    family = setting.family.under({**setting.family.choice, **choice})
    values = dict(setting.values)
    for key in [k for k in values if k == "b" or k.endswith(".b")]:
        second = values.pop(f"{key}_h", np.zeros_like(values[key]))
        if family.choice["biases"] == "two":
            values[f"{key}_h"] = second
        else:
            values[key] = values[key] + second
    known = [block.key for tab in family.tabs for block in tab.blocks]
    values = {k: v for k, v in values.items() if not k.endswith(".p") or k in known}
    for key in known:
        values.setdefault(key, np.zeros_like(values["h_0"]))
    return setting._replace(family=family, values=values)


def at_step(setting: Setting, step: Any) -> Setting:
    """Show another step, counted from 1; raises CellInputError where there is none."""
    try:
        wanted = int(step)
    except (TypeError, ValueError):
        wanted = 0
    if not 1 <= wanted <= setting.steps:
        raise CellInputError(f"step is {step!r}, expected 1 to {setting.steps}")
    return setting._replace(step=wanted - 1)


def python(setting: Setting) -> str:
    """Return Python that computes the step shown."""
    fill = {"steps": str(setting.step + 1), "inputs": str(setting.values["xs"].shape[1])}

    def filled(found: re.Match[str]) -> str:
        return fill.get(found[1]) or repr(setting.values[found[1]].tolist())

    return re.sub(r"<([\w.]+)>", filled, template(setting.family))


def template(family: Family) -> str:
    """Return that Python with ``<key>`` where numbers are filled in, ``<steps>`` among them."""
    code = family.code
    lines = (
        "import numpy as np",
        "",
        *code.imports,
        "",
        code.params,
        f"xs = {as_code('xs')}  # one row per step",
        f"state = {code.state}",
        "for x in xs[:<steps>]:",
        f"    state, trace = {code.step}",
    )
    return "\n".join(lines) + "\n"


def as_state(setting: Setting) -> dict[str, Any]:
    """Return the setting as JSON: its values, its convention, its step."""
    values = {name: array.tolist() for name, array in setting.values.items()}
    return {"values": values, "choice": dict(setting.family.choice), "step": setting.step}


def from_state(family: Family, state: Mapping[str, Any]) -> Setting:
    """Return the setting of a state that came as JSON, of any sizes.

    Raises CellInputError where it is none of this cell.
    """
    under = family.under(_part(state, "choice", dict))
    values = {}
    for name, numbers in _part(state, "values", dict).items():
        values[name] = np.array(as_floats(name, numbers), dtype=np.float64)
    known = set(start_of(under)) - {"x", *under.carried}
    known |= {"xs", *map(initial, under.carried)}
    if set(values) != known:
        raise CellInputError(f"there are numbers {sorted(values)}, expected {sorted(known)}")
    if values["xs"].ndim != 2:
        raise CellInputError(f"xs has shape {values['xs'].shape}, expected (T, D)")
    _check_steps(len(values["xs"]))
    setting = at_step(Setting(under, values), _part(state, "step", int) + 1)
    traces(setting)
    return setting


def start_of(family: Family) -> Values:
    """Return the values of the family's first preset, by name."""
    first = next(iter(family.presets.values()))
    return family.values(first.params, np.atleast_2d(first.x)[0], first.state)


def _part(state: Mapping[str, Any], name: str, kind: type) -> Any:
    part = state.get(name)
    if not isinstance(part, kind):
        raise CellInputError(f"{name} is {part!r}, expected {kind.__name__}")
    return part


def _check_steps(count: int) -> None:
    if not 1 <= count <= MOST_STEPS:
        raise CellInputError(f"there are {count} steps, expected 1 to {MOST_STEPS}")
