"""What passes between grader and kernel: every plain value, and nothing from an enemy."""

import base64
import json
import math
import pickle
import sys
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from nbexaminer.student_side import wire
from nbexaminer.student_side.wire import WireError
from tests.exercises.styles import WRITINGS

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.complex_numbers(allow_nan=False)
    | st.fractions()
    | st.decimals(allow_nan=False)
    | st.just(...)
)
keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=5) | st.integers()
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=20,
)
dtypes = npst.floating_dtypes() | npst.integer_dtypes() | npst.boolean_dtypes()


def sent(value: Any) -> Any:
    return wire.decode(wire.loads(wire.dumps(wire.encode(value))))


@given(values)
def test_plain_values_arrive_as_they_were(value: Any) -> None:
    arrived = sent(value)
    assert arrived == value
    assert type(arrived) is type(value)


@given(npst.arrays(dtypes, npst.array_shapes(min_dims=0, min_side=0)))
def test_arrays_arrive_with_dtype_shape_and_every_bit(array: np.ndarray) -> None:
    arrived = sent(array)
    assert arrived.dtype == array.dtype
    assert arrived.shape == array.shape
    assert arrived.tobytes() == array.tobytes()
    assert arrived.flags.writeable


def test_numbers_that_json_has_not() -> None:
    assert math.isnan(sent(float("nan")))
    assert sent([float("inf"), float("-inf")]) == [float("inf"), float("-inf")]
    assert type(sent(np.float32(1.5))) is np.float32
    assert sent({1, 2}) == {1, 2}
    assert sent(range(3)) == [0, 1, 2]
    assert sent(np.array([Fraction(1, 3), None], dtype=object)) == [Fraction(1, 3), None]
    assert sent(Decimal("0.1")) == Decimal("0.1")


@pytest.mark.parametrize("style", WRITINGS)
def test_every_way_of_writing_numbers_arrives(style: str) -> None:
    array = np.array([0.25, 1.5, -3.0])
    arrived = sent(WRITINGS[style](array))
    assert np.asarray(arrived, dtype=np.float64).ravel().tolist() == array.tolist()


def deep(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        deep(30),
        deep(5000),
        [0] * 200_000,
        [[0] * 60_000, [0] * 60_000],
        np.zeros(40_000_000, dtype=np.int8),
        np.array([object()]),
        np.array(["2026-01-01"], dtype="datetime64"),
        "x" * 200_000,
        10**5000,
        Fraction(10**4000, 3),
        Fraction(1, 10**1000),
        Decimal("1e999999999"),
        Decimal("1e-5000"),
        Decimal("1" * 2000),
        object(),
        print,
        dict.fromkeys(range(90_000)),
    ],
    ids=lambda value: f"{type(value).__name__}",
)
def test_what_is_too_large_too_deep_or_no_plain_value_is_not_sent(value: Any) -> None:
    with pytest.raises(WireError):
        wire.encode(value)


RAW = base64.b64encode(b"\0" * 8).decode()
FORGED: dict[str, Any] = {
    "no kind": [],
    "a number for a kind": [1, 2],
    "an object": {"a": 1},
    "an unknown kind": ["pickle", base64.b64encode(pickle.dumps(print)).decode()],
    "object dtype": ["array", "|O", [1], RAW],
    "a dtype with fields": ["array", "f8,i4", [1], RAW],
    "a void dtype": ["array", "|V8", [1], RAW],
    "a dtype of another kind": ["array", [["a", "<f8"]], [1], RAW],
    "a shape of a trillion": ["array", "<f8", [10**12], RAW],
    "a shape that overflows": ["array", "<f8", [2**62, 4], ""],
    "a negative shape": ["array", "<f8", [-1], RAW],
    "true for a shape": ["array", "<f8", [True], RAW],
    "a hundred axes": ["array", "<f8", [1] * 100, RAW],
    "no base64": ["array", "<f8", [1], "!" * len(RAW)],
    "too few numbers": ["array", "<f8", [2], RAW],
    "no fields": ["array"],
    "a text for a list": ["list", "abc"],
    "an unhashable key": ["dict", [[["list", []], 1]]],
    "half a pair": ["dict", [[1]]],
    "an unhashable member": ["set", [["list", []]]],
    "a division by zero": ["fraction", 1, 0],
    "no decimal": ["decimal", "x"],
    "another float": ["float", "1e400"],
    "a number of 4000 digits": 10**4000,
    "a fraction of 4000 digits": ["fraction", "9" * 4000, 1],
    "a decimal of a billion digits": ["decimal", "1e999999999"],
    "a complex number of three parts": ["complex", 1, 2, 3],
    "deep": ["list", [["list", [["list", []]]]]],
}
for _ in range(30):
    FORGED["deep"] = ["list", [FORGED["deep"]]]


@pytest.mark.parametrize("case", FORGED)
def test_what_no_encoding_gives_is_refused(case: str) -> None:
    with pytest.raises(WireError):
        wire.decode(FORGED[case])


P = sys.hash_info.modulus
COLLIDING: dict[str, Callable[[int], Any]] = {
    "whole numbers": lambda k: k * P,
    "fractions": lambda k: Fraction(k * P, 7),
    "decimals": lambda k: Decimal(k * P),
    "complex numbers": lambda k: complex(-float(sys.hash_info.imag * k), k),
    "NumPy's complex numbers": lambda k: np.complex128(complex(-sys.hash_info.imag * k, k)),
    "pairs": lambda k: (k // 50 * P, k % 50 * P),
    "numbers and fractions in turn": lambda k: k * P if k % 2 else Fraction(k * P, 7),
}
"""Different values for each number, of which any many hash alike."""


@pytest.mark.parametrize("kind", COLLIDING)
@pytest.mark.parametrize("within", [set, dict.fromkeys, list, tuple, lambda values: [values, {}]])
def test_many_values_that_hash_alike_are_refused_also_where_a_test_would_make_a_set_of_them(
    kind: str, within: Callable[[Any], Any]
) -> None:
    few, many = ([COLLIDING[kind](k) for k in range(count)] for count in (50, 2_000))
    assert sent(within(few)) == within(few)
    message = wire.encode(many if within in (set, dict.fromkeys) else within(many))
    if within is set:
        message = ["set", message[1]]  # such a set is never made here
    elif within is dict.fromkeys:
        message = ["dict", [[key, None] for key in message[1]]]
    with pytest.raises(WireError, match="hash alike"):
        wire.decode(message)


def test_equal_values_are_as_many_as_there_are() -> None:
    for value in ((0, 0), 10**30, 1j, Fraction(1, 3), np.float64(0.1)):
        assert sent([value] * 500) == [value] * 500
    assert sent(set(range(3000))) == set(range(3000))
    assert len(set(sent([(a, b) for a in range(40) for b in range(40)]))) == 1600


@pytest.mark.parametrize(
    "text",
    [
        None,
        b"1",
        ["list", []],
        "",
        "{",
        "NaN",
        "[Infinity]",
        "[" * 100_000 + "]" * 100_000,
        '{"a":' * 2000 + "1" + "}" * 2000,
        "1" * 5_000_000,
        "1" * 10_000,
        "[" + "0," * 400_000 + "0]",
    ],
    ids=lambda text: repr(text)[:12],
)
def test_a_text_that_is_no_answer_is_refused_before_it_is_read(text: Any) -> None:
    with pytest.raises(WireError):
        wire.decode(wire.loads(text))  # Python 3.13 loads what is nested deeply


@given(
    st.recursive(
        scalars.filter(lambda v: v is None or isinstance(v, bool | int | str)),
        lambda inner: st.lists(inner, max_size=5),
        max_leaves=30,
    )
)
def test_nothing_but_a_wire_error_comes_of_whatever_is_read(message: Any) -> None:
    with suppress(WireError):
        wire.decode(wire.loads(json.dumps(message)))
