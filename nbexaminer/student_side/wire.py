"""Plain values as text, and back: what passes between the grader and a submission's kernel.

Both sides use this file, so that it imports nothing of ours. JSON's
own scalars stand for themselves, everything else is a list that begins with its kind. Never pickle:
reading makes numbers, texts, containers of them and NumPy arrays, and nothing else. What is read
may come from an enemy, so size, depth, dtypes and shapes are looked at before anything is made.
"""

import base64
import json
import math
import re
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

MOST_CHARACTERS = 4_000_000
MOST_ITEMS = 100_000
"""Values in one text, the numbers of arrays not counted."""
DEEPEST = 24
_MOST_DIGITS = 1000
_MOST_ALIKE = 100
"""Different values of one text that may hash alike: a set compares each with all the others."""
_PLAIN_HASH = sys.hash_info.modulus
"""Smaller whole numbers hash to themselves."""
_LONGEST_TEXT = 100_000
_KINDS = re.compile(r"[<>=|]?(?:b1|[iu][1248]|f(?:2|4|8|16)|c(?:8|16)|U\d{1,4})")

Other = Callable[[str, list[Any]], Any]
"""Makes what is no plain value: (kind, its fields) -> value. Raises WireError."""


class WireError(ValueError):
    """A value that is not sent, or a text that is not read. The message says why."""


def encode(value: Any, other: Callable[[Any], Any] | None = None) -> Any:
    """Return `value` in terms of JSON; `other` stands in for what is no plain value.

    Raises WireError for a value that is too large, too deep or of no plain kind.
    """
    return _Encoder(other).value(value, 0)


def dumps(message: Any) -> str:
    """Return an encoded message as text. Raises WireError when it is too long."""
    text = json.dumps(message, allow_nan=False, separators=(",", ":"))
    if len(text) > MOST_CHARACTERS:
        raise WireError("holds too much")
    return text


def loads(text: Any) -> Any:
    """Return the message in `text`, still encoded. Raises WireError for what is none."""
    if not isinstance(text, str) or len(text) > MOST_CHARACTERS:
        raise WireError("is no text of at most 4 MB")
    if text.count(",") + text.count("[") + text.count("{") > 3 * MOST_ITEMS:
        raise WireError("holds too much")
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise WireError("is no JSON") from None


def decode(value: Any, other: Other | None = None) -> Any:
    """Return the value that was encoded. Raises WireError for what no encoding gives."""
    return _Decoder(other).value(value, 0)


def _refuse(constant: str) -> Any:
    raise WireError(f"{constant} is no JSON")


class _Counter:
    """Counts the values of one message."""

    def __init__(self) -> None:
        self._items = 0

    def count(self, items: int, depth: int) -> None:
        self._items += items
        if self._items > MOST_ITEMS:
            raise WireError("holds too much")
        if depth > DEEPEST:
            raise WireError("is nested too deeply")


class _Encoder(_Counter):
    def __init__(self, other: Callable[[Any], Any] | None) -> None:
        super().__init__()
        self._other = other

    def value(self, value: Any, depth: int) -> Any:
        self.count(1, depth)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, np.ndarray | np.generic) and not isinstance(value, str):
            return self._array(value, depth)
        if isinstance(value, str):
            return self._text(str(value))
        if isinstance(value, int):
            return _integer(int(value))
        if isinstance(value, float):
            number = float(value)
            return number if math.isfinite(number) else ["float", str(number)]
        if isinstance(value, complex):
            return ["complex", self.value(value.real, depth), self.value(value.imag, depth)]
        if value is ...:
            return ["ellipsis"]
        if isinstance(value, Fraction):
            return ["fraction", _integer(value.numerator), _integer(value.denominator)]
        if isinstance(value, Decimal):
            return ["decimal", str(_decimal(value))]
        return self._container(value, depth)

    def _container(self, value: Any, depth: int) -> Any:
        if isinstance(value, list | range):
            return ["list", self._items_of(value, depth)]
        if isinstance(value, tuple):
            return ["tuple", self._items_of(value, depth)]
        if isinstance(value, set | frozenset):
            return ["set", self._items_of(value, depth)]
        if isinstance(value, Mapping):
            self.count(2 * len(value), depth)
            pairs = [[self.value(k, depth + 1), self.value(value[k], depth + 1)] for k in value]
            return ["dict", pairs]
        if not callable(value) and hasattr(type(value), "__array__"):
            free = value.detach() if hasattr(type(value), "detach") else value  # PyTorch's
            return self._array(np.asarray(free), depth)
        if self._other is None:
            raise WireError(f"is of type {type(value).__name__}")
        return self._other(value)

    def _items_of(self, values: Any, depth: int) -> list[Any]:
        if len(values) > MOST_ITEMS:
            raise WireError("holds too much")
        return [self.value(item, depth + 1) for item in values]

    def _text(self, text: str) -> str:
        if len(text) > _LONGEST_TEXT:
            raise WireError("is a text of more than 100000 characters")
        return text.encode("utf-8", "replace").decode()

    def _array(self, array: Any, depth: int) -> Any:
        if array.nbytes > MOST_CHARACTERS // 2:
            raise WireError("holds too much")
        if array.dtype.kind == "O":
            return self.value(array.tolist() if array.ndim else array.item(), depth)
        if not _KINDS.fullmatch(array.dtype.str):
            raise WireError(f"holds values of type {array.dtype}")
        raw = base64.b64encode(array.tobytes()).decode()
        kind = "array" if isinstance(array, np.ndarray) else "scalar"
        return [kind, array.dtype.str, list(array.shape), raw]


class _Decoder(_Counter):
    def __init__(self, other: Other | None) -> None:
        super().__init__()
        self._other = other
        self._alike: dict[int, list[Any]] = {}

    def value(self, value: Any, depth: int) -> Any:
        self.count(1, depth)
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, int):
            return value if -_PLAIN_HASH < value < _PLAIN_HASH else self._told(_integer(value))
        if isinstance(value, str):
            return self._text(value)
        if not isinstance(value, list) or not value or not isinstance(value[0], str):
            raise WireError("is no encoded value")
        try:
            return self._composite(value[0], value[1:], depth)
        except WireError:
            raise
        except Exception:  # fields of the wrong kind or number, in more ways than can be listed
            raise WireError(f"is no encoded {value[0][:20]}") from None

    def _composite(self, kind: str, fields: list[Any], depth: int) -> Any:
        if kind in ("list", "tuple", "set"):
            items = [self.value(item, depth + 1) for item in _a_list(*fields)]
            made = {"list": list, "tuple": tuple, "set": set}[kind](items)
            return self._told(made) if kind == "tuple" else made
        if kind == "dict":
            pairs = [_a_list(pair) for pair in _a_list(*fields)]
            return {self.value(k, depth + 1): self.value(v, depth + 1) for k, v in pairs}
        if kind in ("array", "scalar"):
            array = self._array(*fields)
            return array if kind == "array" else self._told(array[()])
        if kind == "float":
            return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[fields[0]]
        if kind == "complex":
            real, imaginary = (self.value(part, depth) for part in fields)
            return self._told(complex(real, imaginary))
        if kind == "ellipsis":
            return ...
        if kind == "fraction":
            return self._told(Fraction(*(_integer(int(part)) for part in fields)))
        if kind == "decimal":
            return self._told(_decimal(Decimal(self._text(fields[0])[: 2 * _MOST_DIGITS])))
        if self._other is None:
            raise WireError(f"is of an unknown kind, {kind[:20]}")
        return self._other(kind, fields)

    def _told(self, value: Any) -> Any:
        """Return a value whose hash anybody can choose; raises WireError for too many alike.

        A set or a dictionary of 100,000 such takes minutes, wherever it is made of them.
        """
        try:
            alike = self._alike.setdefault(hash(value), [])
        except TypeError:  # a tuple with a list in it
            return value
        if value not in alike:
            alike.append(value)
            if len(alike) > _MOST_ALIKE:
                raise WireError("holds too many values that hash alike")
        return value

    def _text(self, text: str) -> str:
        if len(text) > _LONGEST_TEXT:
            raise WireError("is a text of more than 100000 characters")
        return text.encode("utf-8", "replace").decode()

    def _array(self, dtype: str, shape: list[int], raw: str) -> np.ndarray[Any, Any]:
        if not _KINDS.fullmatch(dtype):
            raise WireError("holds values of a type that is not read")
        if len(shape) > DEEPEST or not all(type(n) is int and n >= 0 for n in shape):
            raise WireError("has no shape")
        kind = np.dtype(dtype)
        size = math.prod(shape) * kind.itemsize
        if size > MOST_CHARACTERS or 4 * ((size + 2) // 3) != len(raw):
            raise WireError("has not as many numbers as its shape")
        data = base64.b64decode(raw, validate=True)
        return np.frombuffer(data, dtype=kind).reshape(shape).copy()


def _integer(number: int) -> int:
    if number.bit_length() > 3 * _MOST_DIGITS:
        raise WireError("is a number of too many digits")
    return number


def _decimal(number: Decimal) -> Decimal:
    """Return the number; raises WireError where it has, or stands for, too many digits."""
    digits = len(number.as_tuple().digits)
    if digits > _MOST_DIGITS or (number.is_finite() and abs(number.adjusted()) > _MOST_DIGITS):
        raise WireError("is a number of too many digits")
    return number


def _a_list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise WireError("is no list")
    return value
