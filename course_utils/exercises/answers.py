"""What a student hands in becomes an array, or one clear sentence.

Accepted are all the ways in which a person writes numbers: lists, tuples, float32, fractions,
(n, 1) columns and (1, n) rows. Nothing an answer does can raise anything but AnswerError.
"""

import numbers
from collections.abc import Mapping
from types import EllipsisType
from typing import Any

import numpy as np

from course_utils.cells.checks import Array

LARGEST = 1e12
"""No exercise comes near; beyond it an answer is refused rather than computed with."""

_MOST_NUMBERS = 10_000


class AnswerError(ValueError):
    """An answer that cannot be read as the numbers asked for. The message is for the student."""


class NotHandedOver:
    """Stands for a value that a submission did not hand over to the grader.

    It is too large, or no plain value. Its class has the name of the value's.
    """

    def __init__(self, reason: str = "") -> None:
        """`reason` goes behind the value's name: "holds too much"; "" for its type alone."""
        self.reason = reason


def is_missing(value: Any) -> bool:
    """Tell whether a part was left as it came: None or the `...` of an unfilled cell."""
    return value is None or isinstance(value, EllipsisType)


def as_answer(name: str, value: Any, shape: tuple[int, ...]) -> Array:
    """Return `value` as float64 of exactly `shape`, reading columns and rows as vectors.

    Raises AnswerError with one sentence: which part, what came, what was expected.
    """
    try:
        array = _numbers(name, value, shape)
    except AnswerError:
        raise
    except Exception as error:  # whatever a student's object does when it is looked at
        raise AnswerError(
            f"{name} cannot be read ({type(error).__name__}): got {_kind(value)}, "
            f"expected {wanted(shape)}."
        ) from None
    return _shaped(name, array, shape)


def wanted(shape: tuple[int, ...]) -> str:
    """Say in words what shape an answer has: "3 numbers", "a (2, 4) matrix of numbers"."""
    if shape == ():
        return "one number"
    if len(shape) == 1:
        return "1 number" if shape[0] == 1 else f"{shape[0]} numbers"
    return f"a {shape} array of numbers"


def _numbers(name: str, value: Any, shape: tuple[int, ...]) -> Array:
    expected = f"expected {wanted(shape)}"
    if isinstance(value, NotHandedOver) and value.reason == "holds too much":
        raise AnswerError(f"{name} holds more than {_MOST_NUMBERS} numbers, {expected}.")
    if isinstance(value, str | bytes):
        raise AnswerError(f"{name} is text, {expected}.")
    if isinstance(value, Mapping | set | frozenset) or callable(value):
        raise AnswerError(f"{name} is {_kind(value)}, {expected}.")
    if _count(value) > _MOST_NUMBERS:
        raise AnswerError(f"{name} holds more than {_MOST_NUMBERS} numbers, {expected}.")
    try:
        array = np.asarray(value)
    except ValueError:
        raise AnswerError(f"{name} is ragged: its rows differ in length; {expected}.") from None
    if array.dtype.kind == "O":
        array = _from_objects(name, array, expected)
    if array.dtype.kind == "c":
        raise AnswerError(f"{name} holds complex numbers, {expected}, all real.")
    if array.dtype.kind not in "fiub":
        raise AnswerError(f"{name} holds {_dtype_in_words(array.dtype)}, {expected}.")
    if array.size > _MOST_NUMBERS:
        raise AnswerError(f"{name} holds {array.size} numbers, {expected}.")
    floats: Array = array.astype(np.float64)
    return _finite(name, floats, expected)


def _finite(name: str, floats: Array, expected: str) -> Array:
    bad = ~(np.abs(floats) <= LARGEST)  # NaN compares false with everything
    if bad.any():
        found = float(floats[bad].flat[0])
        what = "NaN (not a number)" if np.isnan(found) else f"{found:g}"
        raise AnswerError(f"{name} holds {what}, {expected} of ordinary size.")
    return floats


def _from_objects(name: str, array: Any, expected: str) -> Array:
    for item in array.ravel()[:_MOST_NUMBERS]:
        if is_missing(item):
            raise AnswerError(f"{name} has an entry that is not filled in, {expected}.")
        if isinstance(item, str):
            raise AnswerError(f"{name} holds text, {expected}.")
        if isinstance(item, numbers.Complex) and not isinstance(item, numbers.Real):
            raise AnswerError(f"{name} holds complex numbers, {expected}, all real.")
        if isinstance(item, list | tuple | np.ndarray):
            raise AnswerError(f"{name} is ragged: its rows differ in length; {expected}.")
    floats: Array = array.astype(np.float64)  # fractions and decimals; others raise
    return floats


def _count(value: Any, depth: int = 0) -> int:
    """How many numbers a nesting holds, looking no further than it has to."""
    if isinstance(value, np.ndarray | np.generic):
        return int(value.size)
    if not isinstance(value, list | tuple) or depth > 8:
        return 1
    if len(value) > _MOST_NUMBERS:
        return len(value)
    total = 0
    for item in value:
        total += _count(item, depth + 1)
        if total > _MOST_NUMBERS:
            break
    return total


def _shaped(name: str, array: Array, shape: tuple[int, ...]) -> Array:
    if array.shape == shape:
        return array
    without_ones = tuple(n for n in array.shape if n != 1)
    if without_ones == tuple(n for n in shape if n != 1) and array.ndim <= len(shape) + 2:
        return array.reshape(shape)
    raise AnswerError(f"{name} has shape {array.shape}, expected {wanted(shape)} {shape}.")


def _kind(value: Any) -> str:
    kind = type(value).__name__
    if callable(value):
        return "a function, not what it returns (call it)" if kind == "function" else f"a {kind}"
    return f"a {kind}"


def _dtype_in_words(dtype: np.dtype[Any]) -> str:
    return "text" if dtype.kind in "USa" else f"values of type {dtype}"
