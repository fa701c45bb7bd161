"""A worked solution in small pieces: an equation, its numbers, what comes first, and no more."""

import re
from collections.abc import Iterable

MOST = 3
"""which equation; the equation with its numbers; the first thing that comes out of them"""

_EQUALS = re.compile(r"\s*&?(?<![\\<>!:])=\s*")


def hints(lines: Iterable[str], about: str = "") -> tuple[str, ...]:
    """Return at most three hints as LaTeX, each with one piece more than the one before.

    `lines` are those of the worked solution, with "&=" where they line up. They begin with the
    quantity `about`, where it has lines of its own, or with the first. What a quantity comes to is
    no hint.
    """
    pieces: list[list[str]] = []
    for line in lines:
        first, *others = _EQUALS.split(line.strip())
        if first or not pieces:
            pieces.append([first])
        pieces[-1] += others
    own = [found for found in pieces if _bare(found[0]) == _bare(about)]
    symbol, *steps = (own or pieces)[0]
    shown = steps[:-1][:MOST]
    return tuple(_lined_up(symbol, shown[: k + 1]) for k in range(len(shown)))


def _bare(symbol: str) -> str:
    """h_{t} and h_t are one."""
    return re.sub(r"[{}\s]", "", symbol)


def _lined_up(symbol: str, steps: list[str]) -> str:
    first, *others = steps
    body = " \\\\[4pt]\n".join([f"{symbol} &= {first}", *(f"&= {step}" for step in others)])
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"
