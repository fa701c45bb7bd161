"""What the explorer shows, as data: a cell, a sequence of inputs, and which step is looked at.

Pure: every function gives a new setting and leaves the old one as it was. A setting's values are
the parameters, ``xs`` of shape (T, D), and the state before the first step: ``h_0`` and, for the
LSTM, ``c_0``.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from course_utils.cells import CellInputError
from course_utils.cells.checks import Array, as_floats
from course_utils.widgets.families import Choice, Family
from course_utils.widgets.families.base import as_code
from course_utils.widgets.reading import Reading, read
from course_utils.widgets.values import Field, Row, Tab, Values, change, field_of

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

    A bias that is new starts at 0; one that goes is added to the first.
    """
    family = setting.family.under({**setting.family.choice, **choice})
    values = dict(setting.values)
    for key in [k for k in values if k == "b" or k.endswith(".b")]:
        second = values.pop(f"{key}_h", np.zeros_like(values[key]))
        if family.choice["biases"] == "two":
            values[f"{key}_h"] = second
        else:
            values[key] = values[key] + second
    return setting._replace(family=family, values=values)


def with_steps(setting: Setting, count: int) -> Setting:
    """Lengthen the sequence by inputs of zeros, or cut it; raises CellInputError beyond bounds."""
    _check_steps(count)
    xs = setting.values["xs"]
    longer = np.zeros((max(count - len(xs), 0), xs.shape[1]))
    values = {**setting.values, "xs": np.concatenate([xs[:count], longer])}
    return setting._replace(values=values, step=min(setting.step, count - 1))


def at_step(setting: Setting, step: Any) -> Setting:
    """Show another step, counted from 1; raises CellInputError where there is none."""
    try:
        wanted = int(step)
    except (TypeError, ValueError):
        wanted = 0
    if not 1 <= wanted <= setting.steps:
        raise CellInputError(f"step is {step!r}, expected 1 to {setting.steps}")
    return setting._replace(step=wanted - 1)


def tabs(setting: Setting) -> tuple[Tab, ...]:
    """Return every field by tabs: those of the parameters, then the inputs and the state."""
    return (*setting.family.tabs(before_step(setting, 0)), _sequence_tab(setting))


def fields(setting: Setting) -> dict[tuple[str, tuple[int, ...]], Field]:
    """Return every number that can be set, by its key and place."""
    return {
        (field.key, field.at): field
        for tab in tabs(setting)
        for row in tab.rows
        for field in row.fields
    }


def changed(
    setting: Setting, known: Mapping[Any, Field], changes: Iterable[Any]
) -> tuple[Setting, str]:
    """Make every change (key, place, what was typed) that can be made.

    Returns what is wrong with the last of the others, or nothing.
    """
    values, problem = setting.values, ""
    for key, place, raw in changes:
        try:
            field = known.get((key, tuple(place)))
            if field is None:
                raise CellInputError(f"there is no number {key}{list(place)}")
            values = change(values, field, raw)
        except CellInputError as error:
            problem = str(error)
    return setting._replace(values=values), problem


def moving(setting: Setting) -> dict[str, Array]:
    """Return the numbers of a figure that follow from the values, by name."""
    found = reading(setting, traces(setting))
    flat = {f"saturated.{k}": np.array(v, dtype=float) for k, v in found.saturated.items()}
    numbers = {k: v for k, v in found.numbers.items() if k not in setting.values}
    return {**numbers, **flat, "scale": np.array(found.scale)}


def ahead(
    setting: Setting, known: Mapping[Any, Field], place: tuple[str, Any], values: list[Any]
) -> tuple[list[Any], Array]:
    """Return what would move for each of `values` in one field: a row of numbers for each.

    The first part of the result says which names and shapes a row consists of. A value that the
    field cannot take ends the rows.
    """
    rows: list[Array] = []
    layout: list[Any] = []
    for value in values:
        moved, problem = changed(setting, known, [(*place, value)])
        if problem:
            break
        numbers = moving(moved)
        layout = [[name, list(array.shape)] for name, array in numbers.items()]
        rows.append(np.concatenate([array.ravel() for array in numbers.values()]))
    return layout, np.array(rows)


def python(setting: Setting) -> str:
    """Return Python that computes the step shown."""
    code = setting.family.code(before_step(setting, 0))
    inputs = as_code(setting.values["xs"])
    lines = (
        "import numpy as np",
        "",
        *code.imports,
        "",
        code.params,
        f"xs = {inputs}  # one row a step",
        f"state = {code.state}",
        f"for x in xs[:{setting.step + 1}]:",
        f"    state, trace = {code.step}",
    )
    return "\n".join(lines) + "\n"


def _sequence_tab(setting: Setting) -> Tab:
    letters = [letter for _, letter in setting.family.carried.values()]
    inputs, before = ("x_{}", "0") if setting.several else ("x_t", "{t-1}")
    made = [_vector_row("xs", (t,), inputs.format(t + 1), setting) for t in range(setting.steps)]
    for name, (_, letter) in setting.family.carried.items():
        made.append(_vector_row(initial(name), (), f"{letter}_{before}", setting))
    longest = max(len(row.fields) for row in made)
    columns = tuple(str(j + 1) for j in range(longest))
    return Tab("state", ", ".join(["x", *letters]), "state", columns, tuple(made), False)


def _vector_row(key: str, at: tuple[int, ...], symbol: str, setting: Setting) -> Row:
    fields = (
        field_of(key, (*at, j), f"{symbol}, entry {j + 1}", setting.values)
        for j in range(setting.values[key].shape[-1])
    )
    return Row(symbol, tuple(fields))


def _check_steps(count: int) -> None:
    if not 1 <= count <= MOST_STEPS:
        raise CellInputError(f"there are {count} steps, expected 1 to {MOST_STEPS}")
