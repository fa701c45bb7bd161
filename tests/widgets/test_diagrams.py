"""Every diagram draws its trace: each node is a number of it, each equation gives that number."""

import itertools
import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.cells import CellInputError
from course_utils.cells.activations import sigmoid
from course_utils.widgets.diagram import BAR_LABEL, BOX_WIDTH, Node, Wire, bar_step, box_height
from course_utils.widgets.families import FAMILIES, Family, Preset, family
from course_utils.widgets.reading import Reading, as_sentence, as_text, decimals, read
from course_utils.widgets.values import Values


def every_choice(cell: Family) -> list[Family]:
    """The cell under every combination of its conventions."""
    options = [[(c.name, option.value) for option in c.options] for c in cell.conventions]
    return [cell.under(dict(choice)) for choice in itertools.product(*options)]


EVERY = [chosen for cell in FAMILIES.values() for chosen in every_choice(cell)]
CELLS = pytest.mark.parametrize("cell", EVERY, ids=lambda f: "-".join([f.name, *f.choice.values()]))
RNG = np.random.default_rng(5)


def one_step(cell: Family, preset: Preset) -> Values:
    """The values of a preset's first step, second biases drawn at random."""
    values = dict(cell.values(preset.params, np.atleast_2d(preset.x)[0], preset.state))
    seconds = {k: RNG.normal(size=v.shape) for k, v in values.items() if k.endswith(("b_h", ".p"))}
    return values | seconds


def readings(cell: Family) -> list[Reading]:
    """A reading of every preset."""
    found = []
    for preset in cell.presets.values():
        values = one_step(cell, preset)
        found.append(read(cell.diagram, values, [cell.trace(values)]))
    return found


def evaluated(node: Node, numbers: dict[str, np.ndarray], unit: int) -> float:
    """What the node's equation gives, worked out from the numbers it is filled in with."""
    equation = node.equation
    if equation.terms or not equation.filled:
        total = sum(
            math.prod([row[j], *(numbers[v][j] for v in term.vectors)])
            for term in equation.terms
            for row in [numbers[term.W][unit][len(numbers[term.after]) if term.after else 0 :]]
            for j in range(len(numbers[term.vectors[0]]))
        )
        total += sum(numbers[name][unit] for name in equation.plus)
        if equation.peephole:
            total += math.prod(numbers[name][unit] for name in equation.peephole)
        return float(total * (numbers[equation.times][unit] if equation.times else 1))
    text = re.sub(r"\{(\w+)\}", lambda m: f"({numbers[m[1]][unit]!r})", equation.filled)
    text = text.replace("·", "*").replace("−", "-").replace("σ", "sigmoid")
    names = {"sigmoid": sigmoid, "tanh": np.tanh, "np": np}
    return float(eval(text, names))


@CELLS
def test_each_equation_with_numbers_filled_in_gives_the_number_of_the_trace(cell: Family) -> None:
    for reading in readings(cell):
        for node in cell.diagram.nodes:
            if "given" in node.equation.formula:
                continue
            for unit in range(reading.units):
                expected = reading.numbers[node.name][unit]
                got = evaluated(node, reading.numbers, unit)
                assert got == pytest.approx(expected, abs=1e-12), (node.name, unit)


@CELLS
def test_every_result_of_the_trace_is_drawn(cell: Family) -> None:
    drawn = {node.name for node in cell.diagram.nodes}
    for preset in cell.presets.values():
        assert set(cell.trace(one_step(cell, preset))._fields) - {"hx"} == drawn


@CELLS
def test_bars_stand_on_one_another(cell: Family) -> None:
    """The end of the last bar that starts on another is the sum that is drawn as one bar."""
    diagram = cell.diagram
    stacked = [bar for bar in diagram.bars if bar.start]
    whole = diagram.bars[diagram.bars.index(stacked[-1]) + 1]
    for reading in readings(cell):
        parts = [diagram.bars[0], *stacked]
        total = sum(reading.numbers[bar.name] for bar in parts)
        np.testing.assert_allclose(total, reading.numbers[whole.name], atol=1e-12)
        assert all(np.abs(reading.numbers[bar.name]).max() <= reading.scale for bar in diagram.bars)


@CELLS
@pytest.mark.parametrize("units", [1, 2])
def test_boxes_lie_inside_and_apart(cell: Family, units: int) -> None:
    diagram = cell.diagram
    half_w, half_h = BOX_WIDTH / 2, box_height(units) / 2
    for node in diagram.nodes:
        assert half_w <= node.x <= diagram.width - half_w
        assert half_h <= node.y <= diagram.height - half_h
    for k, one in enumerate(diagram.nodes):
        for other in diagram.nodes[k + 1 :]:
            apart = abs(one.x - other.x) >= BOX_WIDTH or abs(one.y - other.y) >= 2 * half_h
            assert apart, (one.name, other.name)


@CELLS
def test_lines_run_straight_and_have_a_gates_width(cell: Family) -> None:
    diagram = cell.diagram
    gates = {node.name for node in diagram.nodes if node.kind == "sigmoid"}
    carried = {wire.carries for wire in diagram.wires} - {""}
    assert gates < carried <= {node.name for node in diagram.nodes}
    for wire in diagram.wires:
        for (x1, y1), (x2, y2) in zip(wire.points, wire.points[1:], strict=False):
            assert (x1 == x2) != (y1 == y2)


def reads(cell: Family, name: str) -> set[str]:
    """The boxes and marks at which the lines that leave a box, and their branches, arrive."""
    diagram = cell.diagram
    nodes = {(node.x, node.y): node.name for node in diagram.nodes}
    marks = {(mark.x, mark.y): mark.sign for mark in diagram.operators}
    starts = [next(place for place, node in nodes.items() if node == name)]
    lines: list[Wire] = []
    while starts:
        new = [w for w in diagram.wires if w.points[0] in starts and w not in lines]
        branches = [w.points[0] for line in new for w in diagram.wires if on(w.points[0], line)]
        starts = [start for start in branches if start not in nodes | marks]
        lines += new
    return {arrives(line.points[-1], nodes | marks) for line in lines}


def arrives(end: tuple[float, float], places: dict[tuple[float, float], str]) -> str:
    """What stands at the end of a line: it may enter a box beside its middle."""
    beside = [(at, abs(x - end[0]), abs(y - end[1])) for (x, y), at in places.items()]
    found = [at for at, x, y in beside if x < BOX_WIDTH / 3 and y < box_height(1) / 2]
    return found[0]


def on(point: tuple[float, float], wire: Wire) -> bool:
    """Whether the point lies on the line."""
    x, y = point
    return any(
        min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)
        for (x1, y1), (x2, y2) in itertools.pairwise(wire.points)
    )


@pytest.mark.parametrize("cell", every_choice(family("gru")), ids=lambda f: str(f.choice))
def test_reset_multiplies_h_and_never_x(cell: Family) -> None:
    """The gates read both, R meets H alone, and what goes into the candidate beside that is x."""
    assert reads(cell, "h_prev") == {"z_u", "z_r", "×"}
    assert reads(cell, "x") == {"z_u", "z_r", "z_h"}


def test_the_rnn_has_a_line_for_each_of_its_two_matrices() -> None:
    rnn = family("rnn")
    assert reads(rnn, "h_prev") == {"from_h"}
    assert reads(rnn, "x") == {"from_x"}
    assert reads(rnn, "from_h") == reads(rnn, "from_x") == {"+"}


@pytest.mark.parametrize("cell", every_choice(family("lstm")), ids=lambda f: str(f.choice))
def test_gates_of_the_lstm_read_h_and_x_on_lines_of_their_own(cell: Family) -> None:
    """And peepholes read C: two of them before the step, one after it."""
    sums = {node.name for node in cell.diagram.nodes if node.kind == "sum"}
    assert reads(cell, "h_prev") == reads(cell, "x") == sums
    assert len(sums) == (3 if cell.choice["variant"] == "coupled" else 4)
    peeps = {"z_f", "z_i"} if cell.choice["variant"] == "peepholes" else set()
    assert reads(cell, "c_prev") == {"×"} | peeps


@CELLS
@pytest.mark.parametrize("units", [1, 2])
def test_labels_of_bars_do_not_overlap(cell: Family, units: int) -> None:
    assert bar_step(cell.diagram, units) >= BAR_LABEL


def test_saturated_means_a_flat_slope() -> None:
    presets = list(family("lstm").presets)
    exam_1 = readings(family("lstm"))[presets.index("exam_1")]
    gates = {name: [True] * 4 for name in ("f", "i", "c_tilde", "o")}
    assert exam_1.saturated == {**gates, "tanh_c": [False] * 4}
    one_weight = readings(family("lstm"))[presets.index("one_weight")]
    assert not any(any(flat) for flat in one_weight.saturated.values())


@given(st.floats(-1e6, 1e6))
def test_decimals_are_near_and_have_a_true_minus(value: float) -> None:
    text = decimals(value)
    assert "-" not in text
    assert float(text.replace("−", "-")) == pytest.approx(value, abs=0.051, rel=1e-3)
    assert text != "−0.0000"


@CELLS
def test_the_texts_hold_every_number(cell: Family) -> None:
    for reading in readings(cell):
        text = as_text(cell.diagram, reading)
        sentence = as_sentence(cell.diagram, reading)
        for node in cell.diagram.nodes:
            for value in reading.numbers[node.name]:
                assert decimals(float(value)) in text
                assert decimals(float(value)) in sentence


def test_an_unknown_cell_is_named() -> None:
    with pytest.raises(CellInputError, match="cell is 'lstn', expected one of rnn, lstm, gru"):
        family("lstn")
