"""The view that counts parameters: every matrix to scale, and the sum by every convention."""

from types import MappingProxyType
from typing import Any

import traitlets

from course_utils.cells import CellInputError
from course_utils.widgets.views.controls import Check, Choice, Control, Preset, Settings, Slider
from course_utils.widgets.views.counts import (
    CONVENTIONS,
    GATES,
    Group,
    Matrix,
    bias_vectors,
    model_groups,
    total,
)
from course_utils.widgets.views.live_view import LiveView
from course_utils.widgets.views.scene import (
    Box,
    Boxes,
    Label,
    Mark,
    Picture,
    Role,
    Scene,
    Table,
    plain,
)

_ROLES: dict[str, Role] = {"embedding": "forget", "cell": "input", "output": "candidate"}
"""The colours of lecture 2: the dictionary going in, what remembers, the dictionary coming out."""
_WIDE, _HIGH, _LARGEST = 744.0, 440.0, 18.0
_GAP, _GROUP_GAP, _ABOVE, _BELOW = 12.0, 28.0, 44.0, 30.0
_SQUARES = 2500
"""Up to so many numbers in a matrix each is a square of its own."""


class ParameterCounter(LiveView):
    """The matrices of a cell, or of a language model, to scale, and how many numbers they hold.

    `model` is "cell" or "language model", `cell` "rnn", "lstm" or "gru", `V` the words, `D` the
    numbers of one input (in a language model E, of a word's vector), `H` the units, `convention`
    "weights", "textbook", "keras", "pytorch" or "onnx", `tied` whether U is E.
    """

    title = "Counting parameters"
    name = traitlets.Unicode("counter").tag(sync=True)
    controls: tuple[Control, ...] = (
        Choice(
            "model",
            "count",
            (("cell", "cell alone"), ("language model", "language model")),
        ),
        Choice("cell", "cell", (("rnn", "RNN"), ("lstm", "LSTM"), ("gru", "GRU"))),
        Slider("V", "words V", 1, 40, 1, typed_up_to=100_000),
        Slider("D", "numbers per x, D", 1, 40, 1, typed_up_to=10_000),
        Slider("H", "units H", 1, 40, 1, typed_up_to=10_000),
        Choice("convention", "biases as in", tuple(CONVENTIONS.items())),
        Check("tied", "tied: U is E"),
    )
    defaults: Settings = MappingProxyType(
        {
            "model": "language model",
            "cell": "rnn",
            "V": 9,
            "D": 6,
            "H": 5,
            "convention": "textbook",
            "tied": False,
        }
    )
    presets: tuple[Preset, ...] = (
        Preset("The notes, V = 9", "154 in the notes, which leave out the biases.", {"V": 9}),
        Preset("The notes, V = 8", "143 in the notes, which leave out the biases.", {"V": 8}),
        Preset(
            "Exam 1, LSTM",
            "4·4·8 = 128 weights and 16 biases.",
            {"model": "cell", "cell": "lstm", "D": 4, "H": 4},
        ),
        Preset(
            "A model of real size",
            "Nearly all of it is dictionary.",
            {"V": 10_000, "D": 100, "H": 200},
        ),
    )

    @classmethod
    def constants(cls) -> dict[str, Any]:
        """Return the names of gates and conventions, and how many biases a gate has by each."""
        biases = {cell: {name: bias_vectors(cell, name) for name in CONVENTIONS} for cell in GATES}
        return {"gates": GATES, "conventions": CONVENTIONS, "biases": biases}

    def draw(self, settings: Settings) -> Picture:
        """Return the matrices to scale, the sum, and the totals of all conventions."""
        chosen = settings["convention"]
        groups = _groups(settings, chosen)
        unit, rows = _arranged(groups)
        marks: list[Mark] = []
        top = 6.0
        for row in rows:
            left = 8.0
            for group in row:
                marks += _drawn(group, left, top, unit)
                left += _width(group, unit) + _GROUP_GAP
            top += _height(row, unit)
        totals = {name: total(_groups(settings, name)) for name in CONVENTIONS}
        marks += _totals(totals, chosen, top + 22)
        terms = " + ".join(f"{m.symbol} {_size(m)}" for group in groups for m in group.matrices)
        alone = "The cell alone: " if settings["model"] == "cell" else ""
        words = f"{alone}{terms} = {total(groups):,} numbers."
        return Picture(Scene(top + 56, tuple(marks)), words, _tables(groups, totals))


def _groups(settings: Settings, convention: Any) -> tuple[Group, ...]:
    try:
        return model_groups(
            settings["model"],
            settings["cell"],
            settings["V"],
            settings["D"],
            settings["H"],
            convention,
            tied=settings["tied"],
        )
    except CellInputError as error:
        raise CellInputError(f"{error}. Nothing is changed.") from error


def _lies(group: Group) -> bool:
    """Whether a group is laid on its side: more than three times as high as wide."""
    rows = group.matrices[0].shape[0]
    return rows > 40 and rows > 3 * sum(_columns(m) for m in group.matrices)


def _columns(matrix: Matrix) -> int:
    return matrix.shape[1] if len(matrix.shape) == 2 else 1


def _sides(matrix: Matrix, lies: bool) -> tuple[int, int]:
    """(columns, rows) as drawn."""
    sides = (_columns(matrix), matrix.shape[0])
    return sides[::-1] if lies else sides


def _slot(matrix: Matrix, unit: float, lies: bool) -> float:
    """The width of a matrix with the text below it."""
    return max(unit * _sides(matrix, lies)[0], 9.3 * len(_below(matrix)), 34.0)


def _width(group: Group, unit: float) -> float:
    lies = _lies(group)
    slots = [_slot(m, unit, lies) for m in group.matrices]
    inner = max(slots) if lies else sum(slots) + _GAP * (len(slots) - 1)
    return max(inner, 8.4 * len(group.title))


def _height(row: list[Group], unit: float) -> float:
    return max(_group_height(group, unit) for group in row)


def _group_height(group: Group, unit: float) -> float:
    lies = _lies(group)
    heights = [unit * _sides(m, lies)[1] for m in group.matrices]
    if lies:
        return 22 + sum(h + 22 + _BELOW for h in heights)
    return _ABOVE + max(heights) + _BELOW


def _arranged(groups: tuple[Group, ...]) -> tuple[float, list[list[Group]]]:
    """The largest scale at which all fits, and the groups in lines."""
    unit = _LARGEST
    while True:
        rows: list[list[Group]] = [[]]
        for group in groups:
            taken = sum(_width(g, unit) + _GROUP_GAP for g in rows[-1])
            if rows[-1] and taken + _width(group, unit) > _WIDE:
                rows.append([])
            rows[-1].append(group)
        wide = max(_width(group, unit) for group in groups)
        if (wide <= _WIDE and sum(_height(row, unit) for row in rows) <= _HIGH) or unit < 1e-3:
            return unit, rows
        unit *= 0.94


def _drawn(group: Group, left: float, top: float, unit: float) -> list[Mark]:
    lies = _lies(group)
    aside = " (on its side)" if lies else ""
    marks: list[Mark] = [Label(left, top + 15, group.title + aside, 15, faint=True)]
    y = top + (22 if lies else 0)
    for matrix in group.matrices:
        columns, rows = _sides(matrix, lies)
        upper = y + (22 if lies else _ABOVE)
        marks.append(Label(left, upper - 8, matrix.symbol, 16))
        marks.append(_block(left, upper, columns, rows, unit, _ROLES[group.part]))
        marks.append(Label(left, upper + unit * rows + 18, _below(matrix), 15, faint=True))
        if lies:
            y = upper + unit * rows + _BELOW
        else:
            left += _slot(matrix, unit, lies) + _GAP
    return marks


def _block(x: float, y: float, columns: int, rows: int, unit: float, role: Role) -> Boxes:
    """A square for each number, or one rectangle where they would be too many or too small."""
    if unit < 4 or rows * columns > _SQUARES:
        return Boxes(((x, y, max(unit * columns, 1.0), max(unit * rows, 1.0)),), role)
    side = unit - 1
    squares: list[Box] = [
        (x + unit * c, y + unit * r, side, side) for r in range(rows) for c in range(columns)
    ]
    return Boxes(tuple(squares), role)


def _size(matrix: Matrix) -> str:
    """5×6; of a vector its length."""
    return "×".join(f"{n:,}" for n in matrix.shape)


def _below(matrix: Matrix) -> str:
    """What stands below a matrix: 5×6 = 30."""
    return _size(matrix) + (f" = {matrix.size:,}" if len(matrix.shape) == 2 else "")


def _totals(totals: dict[str, int], chosen: str, y: float) -> list[Mark]:
    marks: list[Mark] = []
    for k, (name, count) in enumerate(totals.items()):
        x, bold = 8 + 160.0 * k, name == chosen
        marks.append(Label(x, y, CONVENTIONS[name], 15, faint=not bold, bold=bold))
        marks.append(Label(x, y + 22, f"{count:,}", 18, faint=not bold, bold=bold))
    return marks


def _tables(groups: tuple[Group, ...], totals: dict[str, int]) -> tuple[Table, ...]:
    rows = [
        (plain(m.symbol), group.title, _size(m), f"{m.size:,}")
        for group in groups
        for m in group.matrices
    ]
    whole = ("total", "", "", f"{total(groups):,}")
    others = tuple((CONVENTIONS[name], f"{n:,}") for name, n in totals.items())
    return (
        Table("Every matrix", ("matrix", "part", "shape", "numbers"), (*rows, whole)),
        Table("The total by convention", ("convention", "numbers"), others),
    )
