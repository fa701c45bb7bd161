"""What is read, what is printed, and what is said of that which cannot be read."""

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.formulas import Formula, FormulaError, Formulas, read, read_right, textbook
from course_utils.formulas.nodes import Node
from course_utils.formulas.printing import text
from course_utils.formulas.reading import expression
from tests.formulas.trees import trees

CELLS = {name: f for name, f in vars(textbook).items() if isinstance(f, Formulas)}

FORGETTING = "C_t = f_t ∘ C_{t-1} + i_t ∘ C~_t"
SAME = [
    r"C_t = f_t \odot C_{t-1} + i_t \odot \tilde{C}_t",
    r"$$c_{t} = f_{t} \circ c_{t-1} + i_{t} \circ \tilde{c}_{t}$$",
    r"c^{(t)} = f^{(t)} \odot c^{(t-1)} + i^{(t)} \odot \tilde c^{(t)}",
    "c_t = f_t * c_prev + i_t * c_tilde",
    "C_t = f_t⊙C_{t−1} + i_t⊙C̃_t",
    r"\mathbf{c}_t = \mathbf{f}_t \mathbf{c}_{t-1} + \mathbf{i}_t \tilde{\mathbf{c}}_t",
    r"C_t = f_t C_{t-1} + i_t \widetilde{C_t}",
    r"C_{t} = f_{t} \cdot C_{t-1} + i_{t} \cdot \tilde{C_{t}}",
    "c⟨t⟩ = f⟨t⟩ ∗ c⟨t-1⟩ + i⟨t⟩ ∗ c̃⟨t⟩",
]
WAYS = {
    "h_t = tanh(W_h h_{t-1} + W_x x_t + b)": [
        r"h_t = \tanh\left(W_h h_{t-1} + W_x x_t + b\right)",
        "h_t = tanh(W_h @ h_prev + W_x @ x + b)",
        r"\mathbf{h}_t = \tanh(\mathbf{W}_{h} \mathbf{h}_{t-1} + \mathbf{W}_{x} \mathbf{x}_t + b)",
    ],
    "f_t = σ(W_f [h_{t-1}, x_t] + b_f)": [
        r"f_t = \sigma(W_f \cdot [h_{t-1}, x_t] + b_f)",
        "f_t = sigmoid(W_f [h_{t-1}; x_t] + b_f)",
    ],
    "y_hat = softmax(U h_t + b_2)": [r"\hat{y}_t = \text{softmax}(U h_t + b_2)"],
    "h_t = (1 - z_t) ∘ h_{t-1} + z_t ∘ h~_t": [
        r"H_t = (1 - z_t) \odot H_{t-1} + z_t \odot \tilde{H}_t"
    ],
    "s = 1 / (1 + exp(-z))": [r"s = \frac{1}{1 + e^{-z}}", "s = 1 / (1 + e^-z)"],
    "a = tanh(x_t ∘ (-2^{3})) + 0.015": ["a = tanh(x_t ∘ -2**3) + 1.5e-2"],
    "a = W_h^T h_{t-1}": [r"a = W_h^\top h_{t-1}", "a = W_h.T h_prev"],
}


class TestReading:
    @given(trees)
    def test_what_is_printed_is_read_again(self, tree: Node) -> None:
        assert expression(text(tree)) == tree

    @pytest.mark.parametrize("name", CELLS)
    def test_every_cell_is_read_again(self, name: str) -> None:
        assert read(str(CELLS[name])) == CELLS[name]

    @pytest.mark.parametrize("name", CELLS)
    def test_the_latex_of_every_cell_is_read_again(self, name: str) -> None:
        printed = "\n".join(formula.latex() for formula in CELLS[name].values())
        assert read(printed) == CELLS[name]

    @pytest.mark.parametrize("way", SAME)
    def test_one_line_in_the_ways_of_textbooks(self, way: str) -> None:
        assert read(way) == read(FORGETTING)

    @pytest.mark.parametrize("line", WAYS)
    def test_other_lines(self, line: str) -> None:
        assert str(read(line)) == line
        for way in WAYS[line]:
            assert read(way) == read(line)

    def test_lines_stand_below_each_other_or_apart(self) -> None:
        one = read("z_f = W_f [h_{t-1}, x_t] + b_f     f_t  = σ(z_f)")
        assert one == read("z_f = W_f [h_{t-1}, x_t] + b_f\nf_t = σ(z_f)")
        assert list(one) == ["z_f", "f_t"]

    def test_a_right_side_alone(self) -> None:
        assert read_right("C_t", "f_t ∘ C_{t-1}") == Formula("C_t", expression("f_t * c_prev"))


class TestPrinting:
    def test_as_latex(self) -> None:
        assert read(FORGETTING)["C_t"].latex() == (
            r"C_t = f_t \circ C_{t-1} + i_t \circ \tilde{C}_t"
        )

    def test_with_the_numbers_filled_in(self) -> None:
        line = read("f_t = σ(W_f [h_{t-1}, x_t] + b_f)")["f_t"]
        numbers = line.latex({"W_f": [[1, 0.5]], "h_prev": [-0.25], "x": [2], "b_f": [1 / 3]})
        assert numbers == (
            r"\sigma\left( \begin{bmatrix} 1 & 0.5 \end{bmatrix} "
            r"\begin{bmatrix} -0.25 \\ 2 \end{bmatrix} + "
            r"\begin{bmatrix} 0.3333 \end{bmatrix} \right)"
        )


REFUSED = {
    "C_t = f_t ∘": "in 'C_t = f_t ∘', after 'f_t *' comes nothing, expected a quantity",
    "C_t = f_t *** i_t": "after 'f_t **' comes '*', expected a quantity, a number, a function",
    "C_t = (f_t + 1": r"after '(f_t + 1' comes nothing, expected an operator or ')'",
    "C_t = f_t ]": "after 'f_t' comes ']', expected an operator",
    r"C_t = \foo": r"at the beginning comes '\foo', expected a quantity",
    "C_t": "'C_t' is no equation, expected one = with two sides",
    "f + g = 2": "'f + g' is on the left side, expected one quantity",
    "": "there is no equation; expected lines such as",
    "a = 1\na = 2": "a has two lines, expected one",
    "f_t = σ(o_t)\no_t = z_o": "f_t reads o_t, expected the line of it before",
    "a = W_f + 1": "in the line of a, W_f stands alone, expected a vector that it multiplies",
    "a = W [h, x] + h + W h": "a vector would have to be longer than itself",
    "a = [h, x] + [p, q, r]": "vectors of different lengths meet",
    "a = W_f 2": "in the line of a, W_f 2 multiplies a matrix with one number",
    "a = W_f^T": "in the line of a, W_f^T stands alone",
    "a = h^T": "after 'h^T' comes nothing, expected the vector that the transpose",
    "h = " + "(" * 500 + "a" + ")" * 400: "brackets are nested deeper than 30",
    "h = " + "-" * 900: "nested deeper than 30",
    "h = " + "2^" * 400 + "2": "nested deeper than 30",
    "h = 0.5 2": "after '0.5' comes '2', expected an operator",
    "h = 0.5.1": "after '0.5' comes '.', expected an operator",
    "h = " + "a + " * 300 + "a": "expected 1000 at most",
    "\n".join(f"a_{k} = 1" for k in range(50)): "there are 50 equations, expected 40 at most",
    "h = " + "+".join("a" * 400): "h is too long, expected 400 parts at most",
}


class TestRefusing:
    @pytest.mark.parametrize("wrong", REFUSED, ids=lambda text: text[:20])
    def test_it_says_where_and_what_was_expected(self, wrong: str) -> None:
        with pytest.raises(FormulaError) as caught:
            read(wrong)
        assert REFUSED[wrong] in str(caught.value)
        assert "\n" not in str(caught.value)

    @given(st.text(max_size=60))
    def test_nothing_else_is_raised(self, wrong: str) -> None:
        with contextlib.suppress(FormulaError):
            read(wrong)

    def test_a_missing_quantity_is_named(self) -> None:
        with pytest.raises(FormulaError, match="C_{t-1} is not given, expected its value as"):
            read(FORGETTING).evaluate({"f_t": np.ones(2), "i_t": np.ones(2)})

    def test_values_that_do_not_fit(self) -> None:
        with pytest.raises(FormulaError, match="the shapes do not fit"):
            read("a = b ∘ d").evaluate({"b": np.ones(2), "d": np.ones(3)})
        with pytest.raises(FormulaError, match="d has dtype <U1, expected real numbers"):
            read("a = b ∘ d").evaluate({"b": np.ones(2), "d": np.array(["1"])})
