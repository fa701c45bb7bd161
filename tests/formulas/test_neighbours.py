"""One change at a time: which formulas stand beside a formula."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.formulas import Formula, Formulas, read, read_right, textbook
from course_utils.formulas.functions import Array
from course_utils.formulas.neighbours import FAMILIES, distinct, own_shapes
from tests.tiers import one_in

GATE = textbook.LSTM.inlined("z_f")["f_t"]
CELLS = [
    formula
    for cell in vars(textbook).values()
    if isinstance(cell, Formulas)
    for formula in cell.values()
]
ASIDE = {name: np.ones(3) for name in ("f_t", "i_t", "o_t", "c_tilde", "c_prev", "h_prev")}

BESIDE = {
    "another quantity": ["f_t ∘ C_{t-1} + o_t ∘ C~_t", "f_t ∘ h_{t-1} + i_t ∘ C~_t"],
    "left out": ["f_t ∘ C_{t-1}", "C_{t-1} + i_t ∘ C~_t", "f_t ∘ C_{t-1} + i_t", "C_{t-1} + C~_t"],
    "exchanged": ["i_t ∘ C_{t-1} + f_t ∘ C~_t"],
    "another operation": [
        "(f_t + C_{t-1}) + i_t ∘ C~_t",
        "f_t ∘ C_{t-1} + i_t^T C~_t",
        "(f_t ∘ C_{t-1}) ∘ (i_t ∘ C~_t)",
        "(f_t + i_t) ∘ (C_{t-1} + C~_t)",  # what was to be added, multiplied, and the other way
    ],
    "sign": ["f_t ∘ C_{t-1} - i_t ∘ C~_t"],
    "one minus": ["(1 - f_t) ∘ C_{t-1} + i_t ∘ C~_t", "f_t ∘ C_{t-1} + (1 - f_t) ∘ C~_t"],
    "moved": ["f_t ∘ (C_{t-1} + i_t ∘ C~_t)"],
    "put in": ["tanh(f_t ∘ C_{t-1} + i_t ∘ C~_t)", "f_t ∘ C_{t-1} + i_t ∘ C~_t + h_{t-1}"],
    "replaced": ["o_t", "1 - f_t", "f_t ∘ C_{t-1} + o_t"],
    "scaled": ["2 (f_t ∘ C_{t-1} + i_t ∘ C~_t)", "0.5 (f_t ∘ C_{t-1} + i_t ∘ C~_t)"],
    "rounded": [
        "f_t ∘ C_{t-1} + tenths(i_t) ∘ C~_t",
        "whole(f_t) ∘ whole(C_{t-1}) + whole(i_t) ∘ whole(C~_t)",
    ],
    "entries": ["previous(f_t) ∘ C_{t-1} + i_t ∘ C~_t", "f_t ∘ C_{t-1} + first(i_t) ∘ C~_t"],
}
OTHERS = {
    "σ(W_f [h_{t-1}, x_t] + b_f)": [
        "ReLU(W_f [h_{t-1}, x_t] + b_f)",
        "exp(W_f [h_{t-1}, x_t] + b_f)",
        "clip01(0.2 (W_f [h_{t-1}, x_t] + b_f) + 0.5)",
        "tanh(W_f [h_{t-1}, x_t] + b_f)",
        "W_f [h_{t-1}, x_t] + b_f",
        "σ(W_f [h_{t-1}, x_t])",
        "σ(W_f [h_{t-1}, x_t]) + b_f",
        "σ(W_f [h_{t-1}, x_t]) + σ(b_f)",
        "σ(W_f [x_t, h_{t-1}] + b_f)",
        "σ(W_f [h_{t-1}, 0 x_t] + b_f)",
        "σ(W_f [h_{t-1}, x_t] - b_f)",
        "1 + exp(-(W_f [h_{t-1}, x_t] + b_f))",  # parts of what σ is, or with one thing wrong
        "exp(-(W_f [h_{t-1}, x_t] + b_f))",
        "1 / (1 - exp(-(W_f [h_{t-1}, x_t] + b_f)))",
        "1 / (1 + exp10(-(W_f [h_{t-1}, x_t] + b_f)))",
        "σ(W_f [tanh(h_{t-1}), tanh(x_t)] + b_f)",
        "σ(W_f [0 h_{t-1}, x_t] + b_f) + W_f [h_{t-1}, 0 x_t]",  # the blocks of W_f apart
        "σ(W_f[:, :3]^T h_{t-1} + W_f[:, 3:5] x_t + b_f)",
        "σ(diag(W_f[:, :3]) ∘ h_{t-1} + W_f[:, 3:5] x_t + b_f)",
        "σ(W_f[:, :3] h_{t-1} + W_f[:, :2] x_t + b_f)",
        "σ(W_f abs([h_{t-1}, x_t]) + b_f)",
        "σ(W_f [abs(h_{t-1}), x_t] + b_f)",
        "σ(W_f [h_{t-1}, x_t] / 5 + b_f)",
        "1 / 1 + exp(-(W_f [h_{t-1}, x_t] + b_f))",
        "0.5 + 0.25 (W_f [h_{t-1}, x_t] + b_f)",
        "σ(W_f [h_{t-1}, x_t] + b_f) + 1",
        "σ(W_f [h_{t-1} + b_f, x_t])",
        "σ(W_f lastless([h_{t-1}, x_t]) + b_f)",  # the last column was not seen
        "σ(running(W_f [h_{t-1}, x_t]) + b_f)",
        "σ(W_f [spread(h_{t-1}), x_t] + b_f)",
        "σ(W_f [h_{t-1}, x_t] + 1)",
    ],
    "tanh(W_h h_{t-1} + W_x x_t + b)": [
        "tanh(W_h^T h_{t-1} + W_x x_t + b)",
        "tanh(W_h h_{t-1} + W_x x_t)",
        "tanh((W_h h_{t-1} + W_x x_t + b) / 3)",
        "tanh(W_h h_{t-1}) + tanh(W_x x_t) + b",
        "tanh(W_h (h_{t-1} + W_x x_t) + b)",
        "tanh(diag(W_h) ∘ h_{t-1} + W_x x_t + b)",
        "tanh(-W_h h_{t-1} + W_x x_t - b)",
        "tanh(abs(W_h) h_{t-1} + W_x x_t + b)",
        "tanh(abs(W_h) abs(h_{t-1}) + abs(W_x) abs(x_t) + b)",
    ],
    "tanh(W_h [r_t ∘ h_{t-1}, x_t] + b_h)": [
        "tanh(r_t ∘ W_h [h_{t-1}, x_t] + b_h)",
        "r_t ∘ tanh(W_h [h_{t-1}, x_t] + b_h)",
        "tanh((r_t ∘ W_h [h_{t-1}, 0 x_t] + W_h [0 h_{t-1}, x_t]) + b_h)",
    ],
    "z_t ∘ h_{t-1} + (1 - z_t) ∘ h~_t": [
        "z_t ∘ h~_t + (1 - z_t) ∘ h_{t-1}",  # the same as 1 - z for z, wherever it stands
        "z_t ∘ h_{t-1} + (1 + z_t) ∘ h~_t",
        "z_t ∘ h_{t-1} + (1 - z_t ∘ h~_t)",  # the brackets lost
        "z_t ∘ h_{t-1} + z_t ∘ h~_t",
        "0.5 h_{t-1} + 0.5 h~_t",
        "z_t ∘ h_{t-1} + h~_t - z_t ∘ h_{t-1}",  # in what the bracket comes to
        "z_t ∘ h_{t-1} + ReLU((1 - z_t) ∘ h~_t - z_t ∘ h_{t-1})",  # the larger of both
    ],
    "softmax(U h_t + b_2)": [
        "exp(U h_t + b_2)",
        "(U h_t + b_2) / total(U h_t + b_2)",
        "log(softmax(U h_t + b_2))",
        "exp(U h_t + b_2) / largest(exp(U h_t + b_2))",
    ],
}


def known(formula: Formula, rng: np.random.Generator) -> dict[str, Array]:
    shapes = Formulas([(formula.name, formula.tree)]).program()["inputs"]
    letters = dict.fromkeys("HDKMNPQ", 3) | {"1": 1}
    return {
        one["name"]: rng.normal(size=[sum(letters[c] for c in n.split("+")) for n in one["shape"]])
        for one in shapes
    }


class TestFamilies:
    @pytest.mark.parametrize("family", FAMILIES)
    def test_each_kind_of_change_is_made(self, family: str) -> None:
        line = textbook.LSTM["C_t"]
        found = {v.formula.right for v in line.variants(ASIDE) if v.family == family}
        assert set(BESIDE.get(family, ())) <= found
        assert BESIDE.get(family) or family in (
            "another function",
            "a rare function",
            "transposed",
            "signs of one product",
            "two signs",
            "written out",
        )

    @pytest.mark.parametrize("right", OTHERS)
    def test_every_kind_of_node_is_changed(self, right: str) -> None:
        tree = read_right("h_t", right)
        shapes = tuple(own_shapes("h_t", tree.tree).items())
        found = [v.formula.tree for v in tree.variants()]
        for other in OTHERS[right]:
            trees = [*found, read_right("h_t", other).tree]
            assert len(found) == len(distinct(trees, shapes, 3)), other

    @pytest.mark.parametrize("formula", one_in(8, CELLS))
    def test_no_two_give_the_same_and_none_is_right(self, formula: Formula) -> None:
        numbers = [known(formula, np.random.default_rng(k)) for k in range(6)]
        numbers += [{name: np.abs(value) for name, value in one.items()} for one in numbers]
        found = [formula, *(v.formula for v in formula.variants(numbers[0]))]
        values = {
            b"".join(
                np.round(np.broadcast_to(f.evaluate(n), 3) + 0.0, 9).tobytes() for n in numbers
            )
            for f in found
        }
        assert len(values) == len(found)
        assert len(found) >= 20

    @pytest.mark.parametrize("formula", one_in(8, CELLS))
    def test_each_can_be_read_and_says_what_is_different(self, formula: Formula) -> None:
        for variant in formula.variants():
            assert read_right(formula.name, variant.formula.right) == variant.formula
            assert variant.family in FAMILIES
            assert 0 < variant.plausibility <= 1
            assert variant.sentence

    def test_a_quantity_that_stands_by_may_be_taken(self) -> None:
        taken = "has o_t in the place of i_t"
        assert taken in {v.sentence for v in textbook.LSTM["C_t"].variants(ASIDE)}
        assert taken not in {v.sentence for v in textbook.LSTM["C_t"].variants()}

    def test_a_bias_is_taken_for_biases_only(self) -> None:
        shapes = {"W_f": (3, 5), "b_f": (3,), "b_i": (3,), "h_prev": (3,), "x": (2,)}
        found = {
            v.sentence
            for v in GATE.variants({name: np.ones(shape) for name, shape in shapes.items()})
        }
        assert "has b_i in the place of b_f" in found
        assert "has h_{t-1} in the place of b_f" not in found

    def test_a_matrix_that_is_not_square_is_not_transposed(self) -> None:
        line = read("a = W h")["a"]
        for shape, square in (((3, 3), True), ((3, 2), False)):
            found = line.variants({"W": np.ones(shape), "h": np.ones(shape[1])})
            assert any(v.family == "transposed" for v in found) == square

    def test_the_same_change_has_the_same_name_in_every_gate(self) -> None:
        gates = textbook.LSTM.inlined("z_f", "z_i")
        changes = [
            {v.change for v in gates[name].variants() if v.family == "another function"}
            for name in ("f_t", "i_t")
        ]
        assert changes[0] == changes[1]

    @given(st.integers(0, 10_000))
    def test_minus_times_minus_is_left_at_minus_in_every_product(self, seed: int) -> None:
        line, numbers = textbook.RNN["z_t"], np.random.default_rng(seed)
        here = known(line, numbers)
        wrong = here["b"].copy()
        for matrix, vector in (("W_h", "h_prev"), ("W_x", "x")):
            for k, row in enumerate(here[matrix]):
                for weight, value in zip(row, here[vector], strict=True):
                    product = weight * value
                    wrong[k] += -product if weight < 0 and value < 0 else product
        said = "leaves minus times minus at minus"
        gives = [v.formula.evaluate(here) for v in line.variants() if v.sentence.startswith(said)]
        np.testing.assert_allclose(gives[0], wrong, rtol=1e-12, atol=1e-12)

    def test_all_parameters_of_another_line_are_taken(self) -> None:
        shapes = {"W_f": (2, 4), "b_f": (2,), "W_i": (2, 4), "b_i": (2,), "h_prev": (2,), "x": (2,)}
        found = {v.formula.right for v in GATE.variants({n: np.ones(s) for n, s in shapes.items()})}
        assert "σ(W_i [h_{t-1}, x_t] + b_i)" in found
        assert "σ(W_f [f_t ∘ h_{t-1}, x_t] + b_f)" not in found
        shapes["f_t"] = (2,)
        found = {v.formula.right for v in GATE.variants({n: np.ones(s) for n, s in shapes.items()})}
        assert "σ(W_f [f_t ∘ h_{t-1}, x_t] + b_f)" in found
