"""Links in the text of a lecture that set an explorer: ``[shut it](#explore=lstm&forget.b[0]=-6)``.

A link is the fragment of an address. The view catches the click and sends its parts on; here they
are read. Where no explorer lives, on GitHub or in an HTML export, such a link goes nowhere and does
no harm. Parts: ``preset``, ``step`` (counted from 1), the name of a convention, and ``key[j]`` or
``key[i,j]`` for a number, counted from 0 as in Python: ``x[0]`` of the step shown, ``xs[2,0]`` of
another, ``h_0[1]``, ``forget.W[0,1]``.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from course_utils.cells import CellInputError
from course_utils.widgets.setting import Setting, at_step, changed, fields, with_convention

_PLACE = re.compile(r"^([\w.]+)\[(\d+(?:,\d+)*)\]$")


class Link(NamedTuple):
    """What a link asks for."""

    preset: str | None
    step: str | None
    convention: dict[str, str]
    changes: list[tuple[str, tuple[int, ...], Any]]


def read_link(parts: Mapping[str, str], conventions: tuple[str, ...]) -> Link:
    """Read the parts of a link; raises CellInputError for one that means nothing here."""
    known = {"preset", "step", *conventions}
    changes = []
    for name, value in parts.items():
        if name in known:
            continue
        place = _PLACE.match(name)
        if place is None:
            raise CellInputError(
                f"the link says {name!r}, expected preset, step, a convention "
                f"({', '.join(conventions)}) or a number such as x[0]"
            )
        at = tuple(int(j) for j in place[2].split(","))
        changes.append((place[1], at, value))
    chosen = {name: parts[name] for name in conventions if name in parts}
    return Link(parts.get("preset"), parts.get("step"), chosen, changes)


def followed(start: Setting, link: Link) -> Setting:
    """Return what a link makes of `start`; raises CellInputError where any part cannot be done."""
    setting = with_convention(start, link.convention)
    if link.step is not None:
        setting = at_step(setting, link.step)
    changes = [
        ("xs", (setting.step, *at), value) if key == "x" else (key, at, value)
        for key, at, value in link.changes
    ]
    setting, problem = changed(setting, fields(setting), changes)
    if problem:
        raise CellInputError(problem)
    return setting
