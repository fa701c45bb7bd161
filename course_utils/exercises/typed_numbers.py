"""Numbers that were typed as text: with a decimal comma, in percent, or as a calculation.

A text that is only a calculation over numbers stands for what it gives: ``0,9*1,4 + 0,69*0,5``,
``1/(1+exp(-0.3))``, ``2^-3``. It is read by the reader of formulas; nothing is evaluated by Python.
Where a comma may separate two numbers or stand for the decimal point, neither is guessed.
"""

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from course_utils.formulas import FormulaError
from course_utils.formulas.dress import plain_signs
from course_utils.formulas.evaluating import Values
from course_utils.formulas.naming import text_of
from course_utils.formulas.nodes import Dot, Joined, Node, Power, Quotient, Symbol, walk
from course_utils.formulas.printing import text as printed
from course_utils.formulas.reading import calculation

LONGEST = 4_000
"""Characters of one text."""
_LONGEST_NUMBER = 200
_SHOWN = 40
"""Characters of a part that a message repeats."""

_DRESS = re.compile(r"\\[,;:! ]|\\(?:left|right)(?![a-zA-Z])|\$|\{\s*(?=,)|(?<=,)\s*\}")
_TIMES = re.compile(r"\\(?:cdot|times)(?![a-zA-Z])|(?<=[\d)])\s*[xX]\s*(?=[\d(.])")
_ABOUT = re.compile(r"^\s*(?:[A-Za-z_]\w*\s*(?=[=≈]))?(?:[=≈~]|ca\.|approx\.?|about)?\s*")
_END = re.compile(r"\.+\s*$")
_IN_BRACKETS = re.compile(r"[\[(]\s*([^\[\]()]*?)\s*[\])]")
_PERCENT = re.compile(r"(?<=\d)\s*(?:per\s?cent|[pP]rozent)\b")

_DIGITS = (
    r"(?:\d+(?:[.,]\d*)?|[.,]\d+"
    r"|\d{1,3}(?P<mark>[ '.,])\d{3}(?:(?P=mark)\d{3})*(?:[.,]\d+)?)"
)
_UNSIGNED = (
    rf"(?P<digits>{_DIGITS})(?:\s*[eE]\s*(?P<exponent>[+-]?\d{{1,4}}))?\s*(?P<percent>\\?%)?"
)
_NUMBER = re.compile(rf"(?P<sign>[+-]?)\s*{_UNSIGNED}")
_IN_CALCULATION = re.compile(rf"(?<![\w.,]){_UNSIGNED}(?<![,\s])(?![.,']?\d)")
_MAY_BE_POINT = re.compile(r"[+-]?0\*(\d+)")  # 0·73, as some write the decimal point
_THOUSANDS = re.compile(r"[1-9]\d{0,2},\d{3}")
_DECIMAL_COMMA = re.compile(r"\d*,\d+")
_TWO_COMMAS = re.compile(r",\d*,")

_WRAPPING = re.compile(
    r"^\s*[A-Za-z_]\w*\s*=|(?:np|numpy|jnp|torch)\.|(?:array|[tT]ensor|[mM]atrix|list|tuple)(?=\s*[(\[])"
    r"|,\s*(?:dtype|requires_grad|grad_fn|device)\s*=[^,)]*|\\(?:begin|end)\s*\{[^{}]*\}"
    r"|\^\s*\{?\s*(?:T|\\top|\\intercal)\s*\}?"
)
_LINE_BREAK = re.compile(r"\\\\(?![a-zA-Z])")
_NEXT_ROW = re.compile(r"\] ?,?\s?\[")
_SEPARATORS = re.compile(r"[;&|\n]")
_JOINED = ((re.compile(r"\s*([/^*])\s*"), r"\1"), (re.compile(r"\s+(?=\\?%)"), ""))
_SIGN_APART = re.compile(r"(^|[;,&|\n])(\s*[+-])\s+(?=[\d.,])")

_NEXT_NUMBER = re.compile(r"[\w)%.] [+-](?=[\w.(\\])")
_TERM = re.compile(r"(?:[^()\[\]{}+-]|(?:^|(?<=[eE^/*]))[+-])*")
_BORDERS = set(",;|&\n[](){}")
_OF_VECTORS = ("softmax", "total")


class NumberError(ValueError):
    """A text that is no number. The message goes on from what the text is."""


def number(text: str, *, decimal_comma: bool = False) -> float:
    """Return the number in `text`, or what the calculation in it gives.

    A plain number that is too large is inf. `decimal_comma` says that numbers beside it have one.
    Raises NumberError with a sentence that names the place.
    """
    _bound(text)
    plain = _plain(text)
    whole = _IN_BRACKETS.fullmatch(plain)
    return _number(whole[1] if whole else plain, decimal_comma)


def has_decimal_comma(texts: Iterable[str]) -> bool:
    """Tell whether one of `texts` has a number whose comma can only be the decimal point."""
    digits = [
        match["digits"]
        for text in texts
        if len(text) <= _LONGEST_NUMBER
        for match in _IN_CALCULATION.finditer(_plain(text))
    ]
    return any(_DECIMAL_COMMA.fullmatch(one) and not _THOUSANDS.fullmatch(one) for one in digits)


def numbers(text: str, *, rows: bool) -> list[Any]:
    """Return the numbers in `text` as a list, or, where `rows` are expected, a list of them.

    Raises NumberError where they cannot be told apart.
    """
    if len(text) > LONGEST:
        raise NumberError(f"which is longer than {LONGEST} characters")
    plain = _WRAPPING.sub("", _plain(_LINE_BREAK.sub(";", text)))
    for pattern, put in _JOINED:
        plain = pattern.sub(put, plain)
    plain = re.sub(r"[\[\]]", " ", _NEXT_ROW.sub(";", _with_lists_marked(plain)))
    plain = _SIGN_APART.sub(r"\1\2", plain)
    fields = [field.strip(" ,") for field in _SEPARATORS.split(plain)]
    found = _told_apart([field for field in fields if field], rows and "&" not in plain)
    if rows and "&" in plain:
        per_row = plain.split(";")[0].count("&") + 1
        flat = [value for field in found for value in field]
        return [flat[k : k + per_row] for k in range(0, len(flat), per_row)]
    return found if rows and len(found) > 1 else [value for field in found for value in field]


def _told_apart(fields: list[str], rows: bool) -> list[list[float]]:
    """Read each field both ways: commas separate numbers, or are decimal points.

    Fields are rows of several numbers, or else a number each where that is possible.
    """
    points = _each(fields, [_between_commas(field) for field in fields])
    pieces = [re.split(r",\s+|\s+", field) for field in fields]
    commas = _each(fields, pieces, comma=True)
    if isinstance(points, NumberError):
        if isinstance(commas, NumberError):
            raise commas if "," in "".join(fields) else points
        return commas
    if isinstance(commas, NumberError) or points == commas:
        return points
    if len(fields) > 1 and all(len(field) == 1 for field in commas):
        return points if rows else commas  # which has a shape that was asked for
    if not all(_NUMBER.fullmatch(piece) for field in pieces for piece in field):
        return points  # 3/4,2^3 are two
    raise NumberError("in which a comma may be a decimal point or stand between two numbers")


def _between_commas(field: str) -> list[str]:
    return [piece.strip() for piece in field.split(",")] if "," in field else field.split()


def _each(
    fields: list[str], pieces: Sequence[list[str]], *, comma: bool = False
) -> list[list[float]] | NumberError:
    """Return the numbers of each field, or the error of the first that is none."""
    decimal = comma and has_decimal_comma(piece for field in pieces for piece in field)
    try:
        if comma and any(_TWO_COMMAS.search(piece) for field in pieces for piece in field):
            raise NumberError("which is no list of numbers")
        return [[_entry(piece, decimal) for piece in field] for field in pieces]
    except NumberError as error:
        return error


def _with_lists_marked(text: str) -> str:
    """Write the brackets around a list or an entry as [ ]; beside a calculation's stands more."""
    text = re.sub(" +", " ", text)
    characters, opened = list(text), list[int]()
    for k, sign in enumerate(text):
        if sign in "[({":
            opened.append(k)
        elif sign in "])}" and opened:
            start = opened.pop()
            beside = text[max(0, start - 2) : start].strip()[-1:] + text[k + 1 : k + 3].strip()[:1]
            if set(beside) <= _BORDERS:
                characters[start], characters[k] = "[", "]"
            elif sign == "]":
                characters[start], characters[k] = "(", ")"
    return "".join(characters)


def _plain(text: str) -> str:
    text = re.sub(r"([^\W_]+)([¼-¾⅐-⅞])", r"(\1+\2)", text)  # 3½ is not 31/2
    text = _DRESS.sub("", plain_signs(text)).replace("**", "^")
    text = _ABOUT.sub("", _TIMES.sub("*", text))
    text = _PERCENT.sub("%", _END.sub("", text)).strip(" \t\"'`")
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def _bound(text: str) -> None:
    if len(text) > _LONGEST_NUMBER:
        raise NumberError("which is too long for a number")


def _entry(text: str, decimal_comma: bool) -> float:
    """Read one of several numbers. There "0.3 -0.2" are two, never a difference."""
    if _NEXT_NUMBER.search(text):
        raise NumberError("which is no list of numbers")
    bare = text.strip(" ()[]{}")  # a list's bracket may have no other
    return _number(bare if _TERM.fullmatch(bare) else text, decimal_comma)


def _number(text: str, decimal_comma: bool) -> float:
    _bound(text)
    if match := _NUMBER.fullmatch(text):
        value = _value(match, decimal_comma)
        return -value if match["sign"] == "-" else value
    if not re.search(r"[\d(]", text):
        raise NumberError("which is no number" if text else "which holds no number")
    if match := _MAY_BE_POINT.fullmatch(text):
        raise NumberError(f"which may be 0.{match[1]} or a product: write the one that you mean")
    return _calculated(_with_plain_numbers(text, decimal_comma or has_decimal_comma([text])))


def _with_plain_numbers(text: str, decimal_comma: bool) -> str:
    """Write the numbers of a calculation as the reader of formulas takes them."""

    def plain(match: re.Match[str]) -> str:
        value = _value(match, decimal_comma)
        if match["percent"] and text[: match.start()].rstrip("+- ")[-1:] in ("/", "^"):
            raise NumberError("which is no number: put brackets around what % belongs to")
        if not math.isfinite(value):
            raise NumberError(f"which is too large at {match.group()}")
        return repr(value).removesuffix(".0")

    return _IN_CALCULATION.sub(plain, text)


def _calculated(text: str) -> float:
    values = Values({})
    try:
        tree = calculation(text)
        for _, part in reversed(list(walk(tree))):  # a part before what it is in
            _check_finite(part, values)
        return float(values.of(tree).item())
    except FormulaError as error:
        raise NumberError(f"which is no number: {error}") from None


def _check_finite(part: Node, values: Values) -> None:
    """Raise NumberError, naming the part, where a part of a calculation gives no number."""
    if isinstance(part, Symbol):
        raise NumberError(f"which is no number: {_cut(text_of(part.name))} stands in it")
    if isinstance(part, Joined | Dot) or getattr(part, "function", "") in _OF_VECTORS:
        raise NumberError(f"which is no number: {_cut(printed(part))} is of a vector")
    if math.isfinite(values.of(part).item()):
        return
    said = "has no finite value at"
    if isinstance(part, Quotient | Power):
        divisor = part.second if isinstance(part, Quotient) else part.first
        said = said if values.of(divisor).any() else "divides by zero in"
    raise NumberError(f"which {said} {_cut(printed(part))}")


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _value(match: re.Match[str], decimal_comma: bool) -> float:
    """Return the value of a number without its sign."""
    value = float(f"{_with_point(match['digits'], decimal_comma)}e{match['exponent'] or 0}")
    return value / (100 if match["percent"] else 1)


def _with_point(digits: str, decimal_comma: bool) -> str:
    """Return digits with points, commas, spaces or apostrophes in them as Python writes them."""
    digits = re.sub(r"[ ']", "", digits)
    if _THOUSANDS.fullmatch(digits) and not decimal_comma:
        raise NumberError(
            f"which may be {digits.replace(',', '.')} or {digits.replace(',', '')}: "
            "write the one that you mean"
        )
    marks = [mark for mark in digits if mark in ".,"]
    if len(set(marks)) == 2 or len(marks) > 1:  # the last of two kinds is the decimal point
        groups = marks[0]
        digits = digits.replace(groups, "")
    return digits.replace(",", ".")
