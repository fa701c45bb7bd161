"""Names of a student's own beside an equation, ``m = tanh(C_t)`` or ``φ(x) = tanh(x)``.

Where such a name is used, what it stands for is put in its place, as text: the reader of equations
knows the course's names alone.
"""

import re
from collections.abc import Callable, Iterable

from course_utils.formulas import FormulaError
from course_utils.formulas.dress import LONGEST, Equation

_SCRIPT = r"(?:\s*(?:_\s*(?:\{[^{}]*\}|\w+)|\^\s*\{[^{}]*\}))?"
_NAME = re.compile(rf"(?<![\w.\\])\\?[^\W\d_]+\d?{_SCRIPT}(?!\w)")
_OF_X = re.compile(r"(.*?)\s*\(\s*(\w)\s*\)\s*")
_FUNCTION = re.compile(r"[\s{]*(?:\w+\.)?\\?(tanh|sigmoid|sigma|σ)[\s}]*(?:\(\s*\*?\s*\))?\s*")
_BRACKETED = re.compile(r"\s*[({]((?:[^()]|\([^()]*\))*)[)}]")
_UPDATE = re.compile(r"([^-+*/]*[^-+*/\s])\s*([-+*/])")
_MEANINGLESS = re.compile(r"[\s{}\\]")


def written_in(
    found: list[Equation], defines: str, is_known: Callable[[str, Equation], bool]
) -> list[Equation]:
    """Return the equations in `found` that define no name of the student's own, with these put in.

    `is_known` tells whether the left side of an equation is one of the course's quantities; what a
    program returns is `defines`. Raises FormulaError where two equations define one name.
    """
    found = _updated(found)
    functions: dict[str, tuple[str, str]] = {}
    values: dict[str, str] = {}
    others = []
    for equation in found:
        name, function = _function(equation)
        if len(equation.sides) == 2 and function:
            functions[name] = function
        elif len(equation.sides) == 2 and _is_a_name(equation) and not is_known(name, equation):
            if name in values:
                raise FormulaError(f"says twice what {equation.sides[0][:20]!r} is")
            values[name] = equation.sides[1]
        else:
            others.append(equation)
    if not others:
        return found
    others = _returned(others, defines)
    if not functions and not values:
        return others
    return [
        equation._replace(sides=[_put_in(side, functions, values) for side in equation.sides])
        for equation in others
    ]


def _updated(found: Iterable[Equation]) -> list[Equation]:
    """Write ``a = b`` and ``a += c`` as one equation."""
    done: list[Equation] = []
    for equation in found:
        update = _UPDATE.fullmatch(equation.sides[0]) if len(equation.sides) == 2 else None
        before = [
            k for k, other in enumerate(done) if update and _key(other.sides[0]) == _key(update[1])
        ]
        if update and before and len(done[before[-1]].sides) == 2:
            left, right = done[before[-1]].sides
            changed = [left, f"({right}) {update[2]} ({equation.sides[1]})"]
            done[before[-1]] = equation._replace(sides=changed)
        elif done and len(equation.sides) == 2 == len(done[-1].sides) and _goes_on(done, equation):
            left, right = done[-1].sides
            changed = [left, _put_in(equation.sides[1], {}, {_key(left): right}, 1)]
            done[-1] = equation._replace(sides=changed)
        else:
            done.append(equation)
    return done


def _goes_on(done: list[Equation], equation: Equation) -> bool:
    """Tell whether an equation changes what the one before gave: ``C = C + i * C~``."""
    name = _key(equation.sides[0])
    used = (_key(match.group()) for match in _NAME.finditer(equation.sides[1]))
    return _key(done[-1].sides[0]) == name and name in used


def _returned(found: list[Equation], defines: str) -> list[Equation]:
    """Call what a program returns `defines`; the lines above are then what it is made of."""
    if all(equation.sides[0] != "return" for equation in found):
        return found
    return [
        Equation([defines, *sides[1:]] if sides[0] == "return" else sides, "return")
        for sides, _ in found
    ]


def _key(text: str) -> str:
    return _MEANINGLESS.sub("", text)


def _is_a_name(equation: Equation) -> bool:
    """Tell whether a left side may be a name of the student's own; x is the course's."""
    name = _key(equation.sides[0])
    return _NAME.fullmatch(equation.sides[0]) is not None and name not in ("return", "x", "x_t")


def _function(equation: Equation) -> tuple[str, tuple[str, str] | None]:
    """Return the name on the left side, and the letter and the formula of the function it is."""
    left, right = equation.sides[0], equation.sides[-1]
    of_x = _OF_X.fullmatch(left)
    if of_x and of_x[2] not in "tnk":
        return _key(of_x[1]), (of_x[2], right)
    said = _FUNCTION.fullmatch(right)
    return _key(left), ("x", f"{said[1]}(x)") if said else None


def _put_in(
    side: str,
    functions: dict[str, tuple[str, str]],
    values: dict[str, str],
    times: int | None = None,
) -> str:
    """Return a side with what names stand for in their place, again till none is left."""
    for _ in range(times or len(values) + len(functions) + 1):
        before, side, at = side, "", 0
        for match in _NAME.finditer(before):
            name, end = _key(match.group()), match.end()
            if match.start() < at:
                continue
            meant = f"({values[name]})" if name in values else match.group()
            argument = _BRACKETED.match(before, end)
            if name in functions and argument:
                letter, formula = functions[name]
                put = f"({argument[1]})".replace("\\", r"\\")
                meant = re.sub(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])", put, f"({formula})")
                end = argument.end()
            side += before[at : match.start()] + meant
            at = end
        side += before[at:]
        if side == before or len(side) > LONGEST:
            break
    return side
