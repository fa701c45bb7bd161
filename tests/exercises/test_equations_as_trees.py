"""A typed equation as a tree: what it was read as is what was meant, in every way of writing."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from course_utils.exercises import exercise
from course_utils.exercises.equations.dialect import Dialect
from course_utils.exercises.equations.evaluating import Reading, evaluate
from course_utils.exercises.equations.names import Names
from course_utils.exercises.equations.read_as import sentence, typeset
from course_utils.formulas import FormulaError, textbook
from course_utils.formulas.dress import equations
from course_utils.formulas.evaluating import value_of
from course_utils.formulas.nodes import (
    Apply,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    walk,
)
from course_utils.formulas.printing import text as printed
from course_utils.formulas.reading import expression
from tests.exercises.equation_forms import RIGHT, WRONG
from tests.formulas.trees import numbers
from tests.tiers import thinned

EX = exercise("equations")
DATA = EX.draw("s003")


@pytest.mark.parametrize(
    ("part", "text", "latex"),
    [
        ("C_t", "C_t = f*C_prev + i*C~", r"C_t = f_t \circ C_{t-1} + i_t \circ \tilde{C}_t"),
        ("C_t", "C_t = f_t C_{t-1} + o_t C~", r"C_t = f_t \circ C_{t-1} + o_t \circ \tilde{C}_t"),
        ("C_t", "a = i*C~; C_t = C_prev.mul(f) + a",
         r"C_t = C_{t-1} \circ f_t + i_t \circ \tilde{C}_t"),
        ("C_t", "2 C_t - 2 i C~ = f C_old", r"2 C_t - 2 i_t \circ \tilde{C}_t = f_t \circ C_{t-1}"),
        ("h_t", "h_t = np.multiply(o_t, np.tanh(C_t))", r"h_t = o_t \circ \tanh\left( C_t \right)"),
        ("h_t", "h_t = C_t.sigmoid().mul(o_t)", r"h_t = \sigma\left( C_t \right) \circ o_t"),
        ("h_t", "o_t (e^{C}-e^-C)/2",
         r"h_t = \frac{o_t \circ \left( e^{C_t} - e^{-C_t} \right)}{2}"),
        ("h_t", "output gate times tanh of cell state", r"h_t = o_t \circ \tanh\left( C_t \right)"),
        ("h_t", r"\sigma(W_o [h_{t-1}, x_t] + b_o) \tanh c_t^2",
         r"h_t = o_t \circ \tanh\left( \left( C_t \right)^{2} \right)"),
    ],
)  # fmt: skip
def test_what_was_read_is_given_as_mathematics(part: str, text: str, latex: str) -> None:
    assert typeset(EX.mark(DATA, {part: text}).parts[part].text) == latex


def worked_out(part: str, text: str) -> Reading | None:
    given = {name: DATA[name] for name in ("f_t", "i_t", "o_t", "c_tilde", "c_prev", "h_prev")}
    try:
        return evaluate(text, part, given | ({"C_t": DATA["C_t"]} if part == "h_t" else {}))
    except FormulaError:
        return None


@pytest.mark.parametrize("part", RIGHT)
@pytest.mark.parametrize("step", thinned(8))
def test_whatever_is_read_is_said_as_mathematics_that_means_the_same(part: str, step: int) -> None:
    texts = [*RIGHT[part], *WRONG[part]][::step]
    readings = [r for text in texts if (r := worked_out(part, text))]
    assert len(readings) > len(RIGHT[part]) / step
    for reading in readings:
        sides = [expression(printed(side)) for side in (reading.left, reading.right)]
        assert sides == [reading.left, reading.right]
        given = dict(DATA) | {part: reading.value}
        left, right = (np.broadcast_to(value_of(side, given), (4,)) for side in sides)
        np.testing.assert_allclose(left, right, rtol=1e-9, atol=1e-9)
        assert " = " in typeset(sentence(reading.left, reading.right))


QUANTITIES = ("f_t", "i_t", "o_t", "c_tilde", "c_prev", "h_prev", "C_t")
squares = st.integers(2, 8).map(float).map(Number)  # x^{-1} may be a time: C^{-1}
exponents = st.one_of(squares, squares.map(Negative))


def _larger(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    functions = st.sampled_from(["tanh", "sigmoid", "softmax", "exp"])
    return st.one_of(
        st.builds(Negative, parts),
        st.builds(Sum, several),
        st.builds(Product, several),
        st.builds(Quotient, parts, parts),
        st.builds(Power, parts, exponents),
        st.builds(Apply, functions, parts),
    )


elementwise = st.recursive(
    st.one_of(st.sampled_from(QUANTITIES).map(Symbol), numbers), _larger, max_leaves=12
)


@given(elementwise)
def test_what_the_course_writes_is_read_as_what_it_is(tree: Node) -> None:
    text = printed(tree)
    assert Names().put_in(Dialect(dressed(text), "h_t").all()) == expression(text) == tree


def dressed(text: str) -> str:
    ((side,), _) = equations(text)[0]
    return side


WRITTEN = {
    "f_t": ["f_t", "f", "forget gate", r"\mathbf{f}_t", "σ(z_f)"],
    "i_t": ["i_t", "i", "input gate"],
    "o_t": ["o_t", "output gate"],
    # not C~ as well: beside LaTeX's tilde it is LaTeX's space
    "c_tilde": [r"\tilde{C}_t", "candidate", "g_t"],
    "c_prev": ["C_{t-1}", "c_prev", "old cell state"],
    "h_prev": ["h_{t-1}", "h_prev"],
    "C_t": ["C_t", "c_t", "cell state"],
}
FORMS: dict[type[Node], list[str]] = {
    Negative: ["(0-{})", "(-1*{})"],
    Sum: ["({} + {})", "({} plus {})", "np.add({}, {})", "({}).add({})", "sum([{}, {}])"],
    Product: ["({} * {})", "np.multiply({}, {})", "({}).mul({})", "({{{}}}{{{}}})"],
    Quotient: ["({}/{})", r"\frac{{{}}}{{{}}}", "({} ÷ {})"],
    Power: ["({}**{})", "(({})^{{{}}})"],
}
CALLS = ["np.{}({})", "torch.{}( {} )", r"\{}{{{}}}"]


def typed(node: Node, data: st.DataObject) -> str:
    """Write a tree as a student may: with methods, functions and words for its operators."""
    if isinstance(node, Symbol):
        return data.draw(st.sampled_from(WRITTEN[node.name]))
    if isinstance(node, Number):
        return f"{node.value:g}"
    first, *others = (typed(part, data) for part in node.children)
    if isinstance(node, Apply):
        return data.draw(st.sampled_from(CALLS)).format(node.function, first)
    for other in others or [""]:
        first = data.draw(st.sampled_from(FORMS[type(node)])).format(first, other)
    return first


@given(elementwise, st.data())
def test_in_any_dialect_the_values_are_the_formula_s(tree: Node, data: st.DataObject) -> None:
    text = typed(tree, data)
    assume(len(text) < 900)
    value = np.broadcast_to(value_of(tree, DATA), (4,))
    reading = worked_out("h_t", f"h_t = {text}")
    if reading is None:
        assert not all(np.isfinite(value_of(part, DATA)).all() for _, part in walk(tree))
    else:
        np.testing.assert_allclose(np.broadcast_to(reading.value, (4,)), value, rtol=1e-9)


@pytest.mark.parametrize(
    "said",
    ["", "Right.", "It was read as nothing.", "It was read as C_t = = 3.", "read as C_t = f_t."],
)
def test_what_says_of_no_equation_gives_none(said: str) -> None:
    assert typeset(said) == ""


def test_what_was_read_stands_among_other_sentences() -> None:
    line = textbook.LSTM["C_t"]
    said = f"Right. {sentence(Symbol('C_t'), line.tree)} It was 0.5. See lecture 4."
    assert typeset(said) == line.latex()


def test_an_equation_that_takes_too_long_to_say_is_not_said() -> None:
    part = EX.mark(DATA, {"C_t": "+".join("f" * 290)}).parts["C_t"]
    assert "Not right" in part.message
    assert "read as" not in part.text
