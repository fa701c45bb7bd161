"""Names of quantities, and how they are written: ``c_prev`` is ``C_{t-1}``.

A name is what the course's code says; a writing is what its text says. The two states are written
C and h whatever a text writes; a candidate has a tilde.
"""

from functools import lru_cache
from typing import NamedTuple

_STATES = {"c": "C", "C": "C", "h": "h", "H": "h"}


class Scripts(NamedTuple):
    """What stands around a letter."""

    previous: bool = False
    now: bool = False
    tilde: bool = False
    hat: bool = False
    of: str = ""
    """Any other index."""


def name_of(letter: str, scripts: Scripts) -> str:
    """Return the name of a letter with its scripts."""
    letter = _STATES.get(letter, letter) if scripts != Scripts(of=scripts.of) else letter
    base = letter.lower() if letter in _STATES and (scripts.previous or scripts.tilde) else letter
    if scripts.tilde or scripts.hat:
        base += "_tilde" if scripts.tilde else "_hat"
    if scripts.of:
        base += f"_{scripts.of}"
    if scripts.previous:
        return f"{base}_prev"
    if scripts.now and not (scripts.tilde or scripts.hat or base == "x"):
        base += "_t"
    return base


def _pieces(name: str) -> tuple[str, str, str, list[str]]:
    """Return letter, mark, time and index of a name."""
    letter, *rest = name.split("_")
    mark = rest.pop(0) if rest and rest[0] in ("tilde", "hat") else ""
    time = rest.pop() if rest and rest[-1] in ("prev", "t") else ""
    if not time and not rest and (mark or letter == "x"):
        time = "t"
    if letter in _STATES and (mark == "tilde" or time):
        letter = _STATES[letter]
    return letter, mark, time, rest


@lru_cache(maxsize=1024)
def text_of(name: str) -> str:
    """Return a name as plain text: ``C~_t``, ``h_{t-1}``, ``W_f``."""
    letter, mark, time, rest = _pieces(name)
    if mark == "hat":
        return name
    index = ",".join([*rest, *({"prev": ["t-1"], "t": ["t"]}.get(time, []))])
    script = f"_{index}" if len(index) == 1 else f"_{{{index}}}" if index else ""
    return letter + ("~" if mark else "") + script


def latex_of(name: str) -> str:
    """Return a name as LaTeX: ``\\tilde{C}_t``."""
    letter, mark, time, rest = _pieces(name)
    body = letter if len(letter) == 1 else rf"\mathrm{{{letter}}}"
    if mark:
        body = rf"\{mark}{{{body}}}"
    words = [piece if len(piece) <= 2 else rf"\mathrm{{{piece}}}" for piece in rest]
    index = ",".join([*words, *({"prev": ["t-1"], "t": ["t"]}.get(time, []))])
    return body + (f"_{index}" if len(index) == 1 else f"_{{{index}}}" if index else "")
