"""Equations: every way of writing them is read, what is wrong is named, nothing is executed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.exercises import exercise

EX = exercise("equations")
DATA = EX.draw("s003")

RIGHT_C = [
    "C_t = f*C_prev + i*C~",
    "C_t = f_t * C_prev + i_t * C~_t",
    r"C_t = f_t \odot C_{t-1} + i_t \odot \tilde{C}_t",
    r"$C_t = f_t \odot C_{t-1} + I_t \odot C_t^{\sim}$",
    r"\[ \mathbf{c}_t = \mathbf{f}_t \odot \mathbf{c}_{t-1} + \mathbf{i}_t \odot "
    r"\mathbf{\tilde{c}}_t \]",
    r"C_t &= f_t \circ C_{t-1} + i_t \circ \widetilde{C_{t}} \\",
    r"c^{(t)} = f^{(t)} \odot c^{(t-1)} + i^{(t)} \odot \tilde{c}^{(t)}",
    r"C_t = \Gamma_f * C_{t-1} + \Gamma_u * \tilde C_t",
    r"C_t = f_t C_{t-1} + i_t \tilde{C}_t",
    r"C_t = f_t \times C_{\text{prev}} + i_t \times \tilde{C}_{t}",
    r"\left( f_t \cdot C_{t-1} \right) + \left( i_t \cdot \hat{C}_t \right)",
    "c_t = f_t * c_{t-1} + i_t * c~_t",
    "C_t = f_t·C_t-1 + i_t·C~_t",
    "f(t)*C(t-1) + i(t)*C~(t)",
    "c[t] = f[t]*c[t-1] + i[t]*c_tilde",
    "ct = ft ct-1 + it gt",
    "C_t = i_t*c_tilde + C_prev*f_t",
    "C = (f ⊙ C_prev) + (i ⊙ C_tilde)",
    "C_t = f_t × C_{t−1} + i_t × C̃_t",
    "C_t = forget*C_prev + input*candidate",
    "f*C_old+i*candidate",
    "C_t := f_t .* C_prev + i_t .* C_cand",
    "C_t = f_t*C_prev - (-i_t)*C~",
    "c<t> = f*c_before + i*c'".replace("c<t>", "c^<t>"),
]
RIGHT_H = [
    "h_t = o*tanh(C_t)",
    "o tanh C",
    "ht=ot*tanh(ct)",
    "otanh(ct)",
    "h_t = tanh(C_t) * o_t",
    "h_t = o_t * np.tanh(c_t)",
    "h_t = (o_t)(tanh(C_t))",
    "h(t) = o(t) * tanh(c(t))",
    "h^{<t>} = o^{<t>} * tanh(c^{<t>})",
    r"h_t = o_t \odot \tanh(C_t)",
    r"$$h_t = o_t \odot \tanh\left(C_t\right)$$",
    r"h_t = o_t \tanh C_t",
    r"h_t = o_t \odot \operatorname{tanh}(C_t)",
    r"\mathbf{h}_t = \mathbf{o}_t \odot \tanh(\mathbf{c}_t)",
    "h_t = o_t * tanh(f_t*C_prev + i_t*C~)",
    "h_t = o_t * (2*sigmoid(2*C_t) - 1)",
    "h_t = O_t ∘ tanh(c_t).",
    "H_t = output * tanh(C_t)",
]


@pytest.mark.parametrize("text", RIGHT_C)
def test_every_right_way_to_write_the_cell_state(text: str) -> None:
    assert EX.mark(DATA, {"C_t": text}).parts["C_t"].correct


@pytest.mark.parametrize("text", RIGHT_H)
def test_every_right_way_to_write_the_hidden_state(text: str) -> None:
    assert EX.mark(DATA, {"h_t": text}).parts["h_t"].correct


@pytest.mark.parametrize(
    ("part", "text", "slip"),
    [
        ("h_t", "h_t = o_t + tanh(c_t)", "o + tanh(C)"),  # the lecture's misprint
        ("h_t", "h_t = o_t * C_t", "tanh left out"),
        ("h_t", "h_t = tanh(o_t * C_t)", "tanh of the product"),
        ("h_t", r"h_t = o_t \odot \sigma(C_t)", "sigmoid for tanh in h_t"),
        ("h_t", "tanh(C_t)", "o left out"),
        ("h_t", "h_t = o_t * tanh(C_{t-1})", "old cell state shown"),
        ("h_t", "h_t = f_t * tanh(C_t)", "f for o"),
        ("C_t", "C_t = i*C_prev + f*C~", "f and i swapped"),
        ("C_t", "C_t = C_prev + i*C~", "f left out"),
        ("C_t", "C_t = f*C_prev + C~", "i left out"),
        ("C_t", "C_t = f*h_{t-1} + i*C~", "h for C"),
        ("C_t", "C_t = f*C_prev + (1-f)*C~", "1 - f for i"),
        ("C_t", "C_t = f*C_prev * i*C~", "terms multiplied"),
        ("C_t", "C_t = f*C_prev - i*C~", "terms subtracted"),
    ],
)
def test_slips_in_equations_are_named(part: str, text: str, slip: str) -> None:
    verdict = EX.mark(DATA, {part: text}).parts[part]
    assert verdict.slips == (slip,)
    assert verdict.score == 0.0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "nothing on its right side"),
        ("C_t =", "nothing on its right side"),
        ("__import__('os').system('true')", "'__import__' in it"),
        ("C_t = f*C_prev + i*y", "'y' in it"),
        ("C_t = (f*C_prev + i*C~", "bracket that is not closed"),
        ("C_t = f*C_prev + i*C~)", "')' where an operator belongs"),
        ("C_t = f*C_prev +", "breaks off"),
        ("h_t = f*C_prev + i*C~", "on its left side"),
        ("C_t = f = 3", "more than one equals sign"),
        ("C_t = 9**9**9", "exponent"),
        ("C_t = f / 0", "finite"),
        ("C_t = C_t", "where a value belongs"),
        ("(" * 200, "nested too deeply"),
        ("tanh " * 60 + "C_prev", "nested too deeply"),
        ("- " * 190 + "f", "nested too deeply"),
        ("f*" * 1000, "longer than"),
        (3, "expected an equation as text"),
        (["C_t"], "expected an equation as text"),
        (None, "no answer yet"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(text: object, says: str) -> None:
    part = EX.mark(DATA, {"C_t": text}).parts["C_t"]
    assert part.score == 0.0
    assert says in part.message
    assert "C_t" in part.message


def test_feedback_does_not_write_the_equation_down() -> None:
    for text in ("C_t = f*C_prev + C~", "C_t = i*C_prev + f*C~"):
        message = EX.mark(DATA, {"C_t": text}).parts["C_t"].message
        assert "=" not in message


@given(st.text(alphabet="fiochCt_{}()[]+-*/^~=.1 \\dottanhprev", max_size=60))
@settings(max_examples=300)
def test_any_text_gets_a_verdict(text: str) -> None:
    assert 0.0 <= EX.mark(DATA, {"C_t": text, "h_t": text}).score <= 1.0
