"""What the browser computes: the programs give the numbers of the cells, and of the formulas."""

import itertools
from typing import Any

import numpy as np
import pytest

from course_utils.formulas import FormulaError, Formulas, read, textbook
from course_utils.formulas.nodes import Symbol
from course_utils.widgets.families import FAMILIES
from course_utils.widgets.setting import start_of
from tests.widgets.in_node import asked

SETTINGS = 1000
CHOICES = [
    (cell, dict(choice))
    for cell, family in FAMILIES.items()
    for choice in itertools.product(
        *([(c.name, option.value) for option in c.options] for c in family.conventions)
    )
]


@pytest.mark.parametrize(("cell", "choice"), CHOICES)
def test_a_step_in_the_browser_is_the_step_of_the_cells(cell: str, choice: dict[str, str]) -> None:
    """A thousand random settings in all, large and small, of one to five units."""
    rng = np.random.default_rng([7, len(cell), *map(len, choice.values())])
    family = FAMILIES[cell].under(choice)
    for _ in range(1 + SETTINGS // len(CHOICES)):
        units, inputs = rng.integers(1, 6, size=2)
        sizes = {"x": inputs, "h_prev": units, "c_prev": units}
        scale = 10 ** rng.uniform(-2, 1.3)
        values = {}
        for name in start_of(family):
            columns = {"W_h": units, "W_x": inputs}.get(name, units + inputs)
            shape = (units, columns) if "W" in name else (sizes.get(name, units),)
            values[name] = rng.normal(size=shape) * (scale if name not in sizes else 1)
        given = {name: array.tolist() for name, array in values.items()}
        found = asked(only={"program": family.program, "given": given})
        for name, expected in family.trace(values)._asdict().items():
            if name != "hx":
                np.testing.assert_allclose(found[name], expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    "lines",
    [part for part in vars(textbook).values() if isinstance(part, Formulas)]
    + [
        read("a = softmax(W x)  b = a / (a·a)  c = W^T (a - 2 b)  d = exp(-a) ∘ log(a + 1)"),
        read("a = x  b = x^2 + ReLU(x) - total(x)"),
    ],
    ids=lambda lines: "-".join(list(lines)[-2:]),
)
def test_every_operation_of_a_program_does_what_the_formula_does(lines: Formulas) -> None:
    rng = np.random.default_rng(3)
    program = lines.program()
    given = {
        part["name"]: rng.normal(size=[3 * (side.count("+") + 1) for side in part["shape"]])
        for part in program["inputs"]
    }
    steps = [[step["name"], step["op"], *step["args"]] for step in program["steps"]]
    plain = {name: array.tolist() for name, array in given.items()}
    found: dict[str, Any] = asked(only={"program": steps, "given": plain})
    for name, expected in lines.evaluate(given).items():
        np.testing.assert_allclose(found[name], expected, rtol=1e-12, atol=1e-15)


def test_a_part_of_a_line_gets_a_name_and_gives_it_back() -> None:
    named = textbook.LSTM.naming(kept="f_t ∘ C_{t-1}", squashed="tanh(C_t)")
    assert list(named)[-4:] == ["kept", "C_t", "squashed", "h_t"]
    assert str(named["C_t"]) == "C_t = kept + i_t ∘ C~_t"
    assert named.inlined("kept", "squashed") == textbook.LSTM
    with pytest.raises(FormulaError, match="no line has the part f_t ∘ h_t"):
        textbook.LSTM.naming(kept="f_t ∘ h_t")


def test_parts_are_replaced_wherever_they_stand_and_at_once() -> None:
    swapped = read("a = p + q  b = p ∘ q").replacing(
        {Symbol("p"): Symbol("q"), Symbol("q"): Symbol("p")}
    )
    assert str(swapped) == "a = q + p\nb = q ∘ p"
