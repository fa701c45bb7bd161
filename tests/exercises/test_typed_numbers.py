"""Numbers typed as text: what they stand for, what is not guessed, and what each refusal says."""

import math
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from course_utils.exercises import exercise
from course_utils.exercises.answers import AnswerError, as_answer
from course_utils.exercises.typed_numbers import NumberError, has_decimal_comma, number, numbers
from course_utils.formulas.evaluating import Values
from course_utils.formulas.nodes import (
    Apply,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    walk,
)
from course_utils.formulas.printing import text as printed
from nbexaminer.student_side import wire
from tests.exercises.styles import TensorWithGradient


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.73", 0.73),
        ("0,73", 0.73),
        ("-,5", -0.5),
        ("73 %", 0.73),
        ("0,5%", 0.005),
        ("1e-1", 0.1),
        ("1,5E-2", 0.015),
        ("3/4", 0.75),
        ("-3 / 4", -0.75),
        ("½", 0.5),
        ("2^-3", 0.125),
        ("2**-3", 0.125),
        ("2⁻³", 0.125),
        ("2^{-3}", 0.125),
        ("-2^2", -4.0),
        ("1·10^-3", 0.001),
        ("1,5 × 10⁻³", 0.0015),
        ("−0.5", -0.5),
        ("– 0,5", -0.5),
        ("\u00a0+0.5\u2009", 0.5),
        ("1\u202f280", 1280.0),
        ("1 280,5", 1280.5),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1,234,567", 1234567.0),
        ("1'280", 1280.0),
        ("0{,}73", 0.73),
        (r"\frac{3}{4}", 0.75),
        (r"$73\,\%$", 0.73),
        ("≈ 0.73", 0.73),
        ("w = 0.730...", 0.73),
        ("(−0,5)", -0.5),
        ("0.5.", 0.5),
        ("73 percent", 0.73),
        ("1.5 x 10^-3", 0.0015),
        ("０．７３", 0.73),
    ],
)
def test_a_number_is_read_as_it_was_meant(text: str, value: float) -> None:
    assert number(text) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1,234", "may be 1.234 or 1234"),
        ("abc", "no number"),
        ("0.5.1", "no number"),
        ("1_000", "no number"),
        ("1/3 %", "no number"),
        ("(0.5", "no number"),
        ("0.5 ± 0.1", "no number"),
        ("sqrt(2)", "no number: sqrt stands in it"),
        ("max(0,1)", "no number: max stands in it"),
        ("0.3*f_t", "no number: f_t stands in it"),
        ("1, 5", "after '1' comes ',', expected"),
        ("0,3 0,4", "after '0.3' comes '0', expected an operator"),
        ("2/3 = 0.667", "after '2/3' comes '=', expected an operator"),
        ("0.5 because tanh", "no number"),
        ("softmax(0.3)", "softmax.0.3. is of a vector"),
        ("[1; 2]", "comes ';', expected"),
        ("2 + [0.5, 0.3]", r"\[0.5, 0.3\] is of a vector"),
        ("exp(800) - 1", r"has no finite value at exp\(800\)"),
        ("log(0.5-1)", r"has no finite value at log\(0.5 - 1\)"),
        ("3*(0-2)^0.5", "has no finite value at"),
        ("4/(0.5-0.5)", r"divides by zero in 4 / \(0.5 - 0.5\)"),
        ("2e9999/3", "too large at 2e9999"),
        ("10^400", "no finite value at 10"),
        ("9**9999", "no finite value at 9"),
        ("1·10^999", "no finite value at 10"),
        ("1,234*2", "may be 1.234 or 1234"),
        ("0·73", "may be 0.73 or a product"),
        ("2^50 %", "what % belongs to"),
        ("(" * 90 + "1" + ")" * 90, "nested deeper than 30"),
        ("2^" * 90 + "2", "nested deeper than 30"),
        ("__import__('os')", "no number"),
        ("1/0", "divides by zero"),
        ("0^-1", "divides by zero"),
        ("9" * 5000, "too long"),
        ("", "holds no number"),
    ],
)
def test_what_is_no_number_says_why(text: str, says: str) -> None:
    with pytest.raises(NumberError, match=says):
        number(text)


def test_a_number_beyond_all_floats_is_inf() -> None:
    assert number("1e9999") == float("inf")


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.9*1.4 + 0.69*0.5", 1.605),
        ("0,9*1,4", 1.26),
        ("0,2·1,5 − 0,3·0,4", 0.18),
        ("(1 − 0,62) × 0,4", 0.152),
        ("0.5 x 0.4", 0.2),
        ("2(0.3+0.1)", 0.8),
        ("3 - -2 * -0.5", 2.0),
        ("1/(1+exp(-0.3))", sigmoid(0.3)),
        ("1 / (1 + e^(−0,3))", sigmoid(0.3)),
        (r"\frac{1}{1+e^{-0.4}}", sigmoid(0.4)),
        ("σ(−1,2)", sigmoid(-1.2)),
        ("sigma(0.8)", sigmoid(0.8)),
        ("logistic(0.1)", sigmoid(0.1)),
        ("h = σ(0.8)·tanh(0.4)", sigmoid(0.8) * math.tanh(0.4)),
        (r"\tanh\left(0.5\right)", math.tanh(0.5)),
        ("np.tanh(0.3*0.5+0.1)", math.tanh(0.25)),
        ("-tanh(0.7)^2", -(math.tanh(0.7) ** 2)),
        ("ln(2)", math.log(2)),
        ("e^-0.3", math.exp(-0.3)),
        ("2^(1/2)", 2**0.5),
        ("2^2^3", 256.0),
        ("(-2)^2", 4.0),
        ("-3½", -3.5),
        ("1/2/4", 0.125),
        ("50 % · 0,3", 0.15),
        ("1,234*0,5", 0.617),
        ("4·(4·8)+4·4", 144.0),
        ("exp(1)/(exp(1)+exp(2)+e^0)", math.e / (math.e + math.e**2 + 1)),
    ],
)
def test_a_calculation_stands_for_what_it_gives(text: str, value: float) -> None:
    assert number(text) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("[0.83, 0.17, 0.44]", [0.83, 0.17, 0.44]),
        ("0.83 0.17 0.44", [0.83, 0.17, 0.44]),
        ("0,83; 0,17; 0,44", [0.83, 0.17, 0.44]),
        ("0,83 0,17 0,44", [0.83, 0.17, 0.44]),
        ("0,83\n0,17", [0.83, 0.17]),
        ("(0.83, −0.17)", [0.83, -0.17]),
        ("1,234; 0,5", [1.234, 0.5]),
        ("3/4, 1 / 2", [0.75, 0.5]),
        ("73 %, 17 %", [0.73, 0.17]),
        ("- 0.5, - 0.3", [-0.5, -0.3]),
        ("f_t = np.array([0.83, 0.17], dtype=np.float32)", [0.83, 0.17]),
        ("tensor([0.83, 0.17], requires_grad=True)", [0.83, 0.17]),
        ("[0.83,0.17].", [0.83, 0.17]),
        ("−0,83 | −0,17", [-0.83, -0.17]),
        ("[0.83 0.17]^T", [0.83, 0.17]),
        (r"\begin{pmatrix} 0,83 \\ 0,17 \end{pmatrix}", [0.83, 0.17]),
        ("0.3 -0.2", [0.3, -0.2]),
        ("0.3 -0.2, 0.5", [0.3, -0.2, 0.5]),
        ("1/2 -1/4", [0.5, -0.25]),
        ("(0.83, 0.17", [0.83, 0.17]),
        ("[0.5*3, 3/4]", [1.5, 0.75]),
        ("0,5*3; 0,5", [1.5, 0.5]),
        ("3/4,2^3", [0.75, 8.0]),
        ("(1-0.5)*0.5, 0.2", [0.25, 0.2]),
        ("0.5*(1 - 0.5), (0.75 - 0.5)", [0.25, 0.25]),
        ("[exp(0,0), σ(0,0)]", [1.0, 0.5]),
    ],
)
def test_a_text_with_several_numbers(text: str, values: list[float]) -> None:
    assert numbers(text, rows=False) == values


@pytest.mark.parametrize(
    "text",
    [
        "[[1.5, 2], [3, 4]]",
        "1,5 2; 3 4",
        "[[1.5 2. ]\n [3.  4. ]]",
        r"\begin{bmatrix} 1{,}5 & 2 \\ 3 & 4 \end{bmatrix}",
        "1.5 & 2 ; 3 & 4",
    ],
)
def test_a_text_with_rows_of_numbers(text: str) -> None:
    assert numbers(text, rows=True) == [[1.5, 2], [3, 4]]


@pytest.mark.parametrize("text", ["0,83, 0,17", "0,5", "[0,83, 0,17, 0,44]", "0.83, 0,17"])
def test_a_comma_that_may_be_both_is_not_guessed(text: str) -> None:
    with pytest.raises(NumberError, match="a comma may be a decimal point"):
        numbers(text, rows=False)


@pytest.mark.parametrize(
    "value",
    [
        ["0,5", "25 %", "3/4"],
        ["0,5", 0.25, Fraction(3, 4)],
        np.array(["0,5", "0,25", "0,75"]),
        [["0,5"], ["0,25"], ["0,75"]],
        "0,5; 0,25; 0,75",
        [TensorWithGradient(np.array(0.5)), np.float32(0.25), "0,75"],
    ],
)
def test_an_answer_that_a_person_typed(value: Any) -> None:
    assert as_answer("f_t", value, (3,), typed=True).tolist() == [0.5, 0.25, 0.75]


@pytest.mark.parametrize(
    "value", ["0,73", ["73 %"], "[0.73]", TensorWithGradient(np.array([0.73]))]
)
def test_one_number_that_a_person_typed(value: Any) -> None:
    assert as_answer("w", value, (), typed=True) == 0.73


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (["0.5", "abc", "1"], 'f_t holds the text "abc" in entry 2, which is no number;'),
        (["1,234", "1", "1"], 'the text "1,234" in entry 1, which may be 1.234 or 1234'),
        (["0.5", " ", "1"], "an entry that is not filled in"),
        ("0,83, 0,17, 0,44", "in which a comma may be a decimal point"),
        ("0.5; 0.6", 'is the text "0.5; 0.6", which holds 2 numbers'),
        ([0, 83, 0, 17, 0, 44], "in Python, 0,73 is 0.73"),
        ([0.83, 0, 17, 0.44], "in Python, 0,73 is 0.73"),
        (["1e400", "1", "1"], "holds inf"),
        (np.full(3, np.longdouble("1e4000")), "holds inf"),
        (["10^400", "1", "1"], 'the text "10^400" in entry 1, which has no finite value at 10'),
        ([10**400, 1, 1], "a number of too many digits"),
        (Fraction(10**4000, 3), "a number of too many digits"),
        ("[" * 100_000, "longer than 4000 characters"),
        ("\n" * 4000, "holds 0 numbers"),
        ("3½" * 2000, "too long for a number"),
    ],
)
def test_an_answer_that_cannot_be_read_says_what_and_where(value: Any, says: str) -> None:
    with pytest.raises(AnswerError) as caught:
        as_answer("f_t", value, (3,), typed=True)
    assert says in str(caught.value)
    assert "expected 3 numbers" in str(caught.value)


def test_an_entry_of_a_matrix_is_named_by_row_and_column() -> None:
    with pytest.raises(AnswerError, match=r"\"x\" in entry \(2, 1\)"):
        as_answer("W", [["1", "2"], ["x", "3"]], (2, 2), typed=True)


@pytest.mark.parametrize("value", [["0.5", "1", "1"], "0.5 1 1"])
def test_what_a_function_returns_is_no_text(value: Any) -> None:
    with pytest.raises(AnswerError, match="text"):
        as_answer("f_t", value, (3,))


def test_three_missing_numbers_are_no_decimal_commas() -> None:
    with pytest.raises(AnswerError) as caught:
        as_answer("f_t", [0.8, 0.2, 0.4, 0.5], (3,), typed=True)
    assert "comma" not in str(caught.value)


def test_answers_as_text_have_the_marks_of_their_numbers() -> None:
    gate = exercise("forget_gate")
    data = gate.draw("s003")
    right = gate.solve(data)["f_t"]
    as_text = [f"{value:.4f}".replace(".", ",") for value in right]
    assert gate.mark(data, {"f_t": as_text}).score == 1.0
    assert gate.mark(data, {"f_t": "; ".join(as_text)}).score == 1.0


@pytest.mark.parametrize("form", ["{}", "line {}", "Line {}.", "({})", "#{}", "{}.", "{},0"])
def test_the_line_with_the_slip_is_named_as_people_do(form: str) -> None:
    find = exercise("find_the_slip")
    data = find.draw("s003")
    line = form.format(int(find.solve(data)["line"]))
    assert find.mark(data, {"line": line}).parts["line"].correct


@pytest.mark.torch
def test_pytorch_tensors_with_gradients_are_numbers() -> None:
    import torch

    tensor = torch.tensor([0.5, 0.25, 0.75], requires_grad=True)
    for value in (tensor, list(tensor), tensor * 1):
        assert as_answer("f_t", value, (3,)).tolist() == [0.5, 0.25, 0.75]
        assert np.allclose(wire.decode(wire.encode(value)), [0.5, 0.25, 0.75])


@given(st.floats(-1e6, 1e6), st.sampled_from(["{}", "{:.3e}", "{:.3f}", "{:+.6f}"]))
def test_what_python_writes_is_read_back(value: float, form: str) -> None:
    text = form.format(value)
    assert number(text) == float(text)
    with_comma = text.replace(".", ",")
    assert number(with_comma, decimal_comma=True) == pytest.approx(float(text), rel=1e-12)


PIECES = r"0,9 1.4 2 · + - / ^ e^ tanh( σ ( ) [ ] , ; % ½ \frac{ { } exp 1e99 abc ² ="
MANGLED = st.one_of(
    st.text(alphabet="0123456789.,;-+/^*e% []()\n&\\−½⁻³x", max_size=60),
    st.lists(
        st.sampled_from([*PIECES.split(), " ", ", ", "\n"]),
        max_size=150,
    ).map("".join),
)


@given(MANGLED)
@settings(max_examples=300)
def test_any_text_is_read_or_refused(text: str) -> None:
    ways: list[Callable[[str], object]] = [number, partial(numbers, rows=False)]
    for read in [*ways, partial(numbers, rows=True), lambda text: has_decimal_comma([text])]:
        with suppress(NumberError):
            assert isinstance(read(text), float | list | bool)


CALCULATIONS = st.recursive(
    st.integers(0, 3000).map(lambda n: Number(n / 1000)),
    lambda parts: st.one_of(
        st.builds(Negative, parts),
        st.builds(Sum, st.tuples(parts, parts, parts)),
        st.builds(Product, st.tuples(parts, parts)),
        st.builds(Quotient, parts, parts),
        st.builds(Power, parts, st.integers(0, 3).map(Number)),
        st.builds(Apply, st.sampled_from(["tanh", "sigmoid", "exp", "relu"]), parts),
    ),
    max_leaves=8,
)


@given(CALCULATIONS, st.booleans())
def test_a_printed_calculation_is_read_back_to_its_value(tree: Node, comma: bool) -> None:
    text = printed(tree).replace(".", "," if comma else ".")
    assume(len(text) <= 200)
    values = Values({})
    if all(np.isfinite(values.of(part)) for _, part in walk(tree)):
        value = pytest.approx(values.of(tree).item(), rel=1e-12, abs=1e-12)
        assert number(text, decimal_comma=comma) == value
    else:
        with pytest.raises(NumberError, match="has no finite value at|divides by zero in"):
            number(text, decimal_comma=comma)
