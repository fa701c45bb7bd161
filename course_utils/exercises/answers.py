"""What a student hands in becomes an array, or one clear sentence.

Accepted are all the ways in which a person writes numbers: lists, tuples, float32, fractions,
tensors, (n, 1) columns and (1, n) rows, and in answers that were typed, texts like "0,73", "73 %"
and "2^-3". Nothing an answer does can raise anything but AnswerError.
"""

import math
import numbers
from collections.abc import Mapping
from types import EllipsisType
from typing import Any

import numpy as np

from course_utils.cells.checks import Array
from course_utils.exercises import typed_numbers
from course_utils.exercises.typed_numbers import NumberError

LARGEST = 1e12
"""No exercise comes near; beyond it an answer is refused rather than computed with."""

_MOST_NUMBERS = 10_000
_DEEPEST = 8
_SHOWN = 30
"""Characters of a text that a message repeats."""
_TOO_LARGE = "holds a number of too many digits"
_NOT_HANDED_OVER = {
    "holds too much": f"holds more than {_MOST_NUMBERS} numbers",
    "is a number of too many digits": _TOO_LARGE,
    "is nested too deeply": "is nested too deeply",
}
"""What is said of a value that a submission's kernel did not send, by the reason that stands in its
place, as `not_handed_over`."""


class AnswerError(ValueError):
    """An answer that cannot be read as the numbers asked for. The message is for the student."""


def is_missing(value: Any) -> bool:
    """Tell whether a part was left as it came: None or the `...` of an unfilled cell."""
    return value is None or isinstance(value, EllipsisType)


def is_blank(entry: Any) -> bool:
    """Tell whether an entry of an answer was left as it came, or holds nothing but space."""
    return is_missing(entry) or (isinstance(entry, str) and not entry.strip())


def without_blanks(value: Any, instead: Array) -> tuple[Any, tuple[int, ...]]:
    """Return a list or tuple of numbers with its blank entries taken from `instead`, and which.

    Entries count from 0. Anything else, as a list of another length, comes back as it is.
    """
    if not isinstance(value, list | tuple) or len(value) != instead.size or instead.ndim != 1:
        return value, ()
    blank = tuple(k for k, entry in enumerate(value) if is_blank(entry))
    return [instead[k] if k in blank else entry for k, entry in enumerate(value)], blank


def as_answer(name: str, value: Any, shape: tuple[int, ...], *, typed: bool = False) -> Array:
    """Return `value` as float64 of exactly `shape`, reading columns and rows as vectors.

    `typed` says that a person wrote it: numbers may be texts. Raises AnswerError with one sentence:
    which part, what came, what was expected.
    """
    try:
        array = _numbers(name, value, shape, typed)
    except AnswerError:
        raise
    except OverflowError:
        raise AnswerError(f"{name} {_TOO_LARGE}, expected {wanted(shape)}.") from None
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


def _numbers(name: str, value: Any, shape: tuple[int, ...], typed: bool) -> Array:
    expected = f"expected {wanted(shape)}"
    reason = getattr(value, "not_handed_over", None)
    if isinstance(reason, str) and reason in _NOT_HANDED_OVER:
        raise AnswerError(f"{name} {_NOT_HANDED_OVER[reason]}, {expected}.")
    if isinstance(value, str) and typed:
        value = _in_text(name, value, shape)
    if isinstance(value, str | bytes):
        raise AnswerError(f"{name} is text, {expected}.")
    if isinstance(value, Mapping | set | frozenset) or callable(value):
        raise AnswerError(f"{name} is {_kind(value)}, {expected}.")
    if _count(value) > _MOST_NUMBERS:
        raise AnswerError(f"{name} holds more than {_MOST_NUMBERS} numbers, {expected}.")
    try:
        array = np.asarray(_detached(value))
    except ValueError:
        raise AnswerError(f"{name} is ragged: its rows differ in length; {expected}.") from None
    if array.size > _MOST_NUMBERS:
        raise AnswerError(f"{name} holds {array.size} numbers, {expected}.")
    if array.dtype.kind == "U" and typed:
        array = array.astype(object)
    if array.dtype.kind == "O":
        array = _from_objects(name, array, expected, typed)
    if array.dtype.kind == "c":
        raise AnswerError(f"{name} holds complex numbers, {expected}, all real.")
    if array.dtype.kind not in "fiub":
        raise AnswerError(f"{name} holds {_dtype_in_words(array.dtype)}, {expected}.")
    with np.errstate(over="ignore"):  # of a longer float, which is infinite then
        floats: Array = array.astype(np.float64)
    return _finite(name, floats, expected)


def _in_text(name: str, text: str, shape: tuple[int, ...]) -> Any:
    """Return the numbers that one text stands for."""
    count = math.prod(shape)
    try:
        if count == 1:
            return typed_numbers.number(text)
        found = typed_numbers.numbers(text, rows=len([n for n in shape if n != 1]) > 1)
    except NumberError as error:
        raise AnswerError(
            f"{name} is the text {_quoted(text)}, {error}; expected {wanted(shape)}."
        ) from None
    holds = _count(found)
    if holds != count:
        numbers = "1 number" if holds == 1 else f"{holds} numbers"
        raise AnswerError(
            f"{name} is the text {_quoted(text)}, which holds {numbers}, expected {wanted(shape)}."
        )
    return found


def _detached(value: Any, depth: int = 0) -> Any:
    """Return `value` with PyTorch's tensors cut off from their gradients: NumPy reads no others."""
    if isinstance(value, list | tuple) and depth <= _DEEPEST:
        return [_detached(item, depth + 1) for item in value]
    if hasattr(type(value), "detach") and hasattr(type(value), "__array__"):
        return np.asarray(value.detach())
    return value


def _finite(name: str, floats: Array, expected: str) -> Array:
    bad = ~(np.abs(floats) <= LARGEST)  # NaN compares false with everything
    if bad.any():
        found = float(floats[bad].flat[0])
        what = "NaN (not a number)" if np.isnan(found) else f"{found:g}"
        raise AnswerError(f"{name} holds {what}, {expected} of ordinary size.")
    return floats


def _from_objects(name: str, array: Any, expected: str, typed: bool) -> Array:
    if any(map(is_blank, array.flat)):
        raise AnswerError(f"{name} has an entry that is not filled in, {expected}.")
    texts = [item for item in array.flat if isinstance(item, str)]
    if texts and not typed:
        raise AnswerError(f"{name} holds text, {expected}.")
    comma = typed_numbers.has_decimal_comma(texts)
    read = np.empty(array.size, dtype=object)
    for k, item in enumerate(array.flat):
        read[k] = _one_number(name, item, _entry(k, array.shape), comma, expected)
    floats: Array = read.astype(np.float64).reshape(array.shape)  # fractions; others raise
    return floats


def _one_number(name: str, item: Any, entry: str, comma: bool, expected: str) -> Any:
    if isinstance(item, str):
        try:
            return typed_numbers.number(str(item), decimal_comma=comma)
        except NumberError as error:
            text = _quoted(item)
            raise AnswerError(
                f"{name} holds the text {text}{entry}, {error}; {expected}."
            ) from None
    if isinstance(item, numbers.Complex) and not isinstance(item, numbers.Real):
        raise AnswerError(f"{name} holds complex numbers, {expected}, all real.")
    if isinstance(item, list | tuple | np.ndarray):
        raise AnswerError(f"{name} is ragged: its rows differ in length; {expected}.")
    return item


def _entry(k: int, shape: tuple[int, ...]) -> str:
    """Say which entry number `k` from 0 is, as people count: "in entry 2", "in entry (1, 2)"."""
    if not shape:
        return ""
    place = tuple(int(n) + 1 for n in np.unravel_index(k, shape))
    wide = [one for one, n in zip(place, shape, strict=True) if n != 1]
    return f" in entry {place if len(wide) > 1 else (wide or [1])[0]}"


def _quoted(text: str) -> str:
    """Return a text between quotes, cut and on one line."""
    plain = "".join(c if c.isprintable() else " " for c in text[:_SHOWN]).strip()
    return f'"{plain}…"' if len(text) > _SHOWN else f'"{plain}"'


def _count(value: Any, depth: int = 0) -> int:
    """How many numbers a nesting holds, looking no further than it has to."""
    if isinstance(value, np.ndarray | np.generic):
        return int(value.size)
    if not isinstance(value, list | tuple) or depth > _DEEPEST:
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
    raise AnswerError(
        f"{name} has shape {array.shape}, expected {wanted(shape)} {shape}."
        f"{_split_by_comma(array, math.prod(shape))}"
    )


def _split_by_comma(array: Array, count: int) -> str:
    """Return a sentence where decimal commas may have made more numbers of them: [0,73, 0,17]."""
    more = array.size - count
    whole = int(np.sum(array == np.round(array)))
    if 0 < more <= count and whole >= 2 * more:
        return " A comma in a number makes two numbers of it: in Python, 0,73 is 0.73."
    return ""


def _kind(value: Any) -> str:
    kind = type(value).__name__
    if callable(value):
        return "a function, not what it returns (call it)" if kind == "function" else f"a {kind}"
    return f"a {kind}"


def _dtype_in_words(dtype: np.dtype[Any]) -> str:
    return "text" if dtype.kind in "USa" else f"values of type {dtype}"
