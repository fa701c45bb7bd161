"""A kind of cell as the browser needs it: under every convention its picture and its program.

A view computes and lays out by itself from this, where there is a kernel and where there is none.
"""

import itertools
import json
from collections import Counter
from functools import cache
from typing import Any

from course_utils.widgets import setting as settings
from course_utils.widgets.families import FAMILIES, Family


@cache
def catalogue(cell: str) -> dict[str, Any]:
    """Return what there is to know of a kind of cell, of JSON's kinds. Treat it as constant.

    ``readings`` has the diagram, the program, the tabs and the Python of each convention, by the
    values of its options joined with commas; ``presets`` their numbers. Parts that occur several
    times stand in ``parts`` and are named there by {"$": place}.
    """
    own = FAMILIES[cell]
    options = [[option.value for option in known.options] for known in own.conventions]
    readings = {}
    for values in itertools.product(*options):
        names = (known.name for known in own.conventions)
        readings[",".join(values)] = _reading(own.under(dict(zip(names, values, strict=True))))
    presets = [
        {
            "name": name,
            "title": preset.title,
            "note": preset.note,
            "values": settings.as_state(settings.start(own, preset.params, preset.x, preset.state))[
                "values"
            ],
        }
        for name, preset in own.presets.items()
    ]
    parts, shared = _shared(readings)
    return {
        "cell": cell,
        "title": own.title,
        "conventions": plain(own.conventions),
        "carried": [[name, *rest] for name, rest in own.carried.items()],
        "most_steps": settings.MOST_STEPS,
        "presets": presets,
        "challenges": plain(own.challenges),
        "parts": parts,
        "readings": shared,
    }


def plain(item: Any) -> Any:
    """Named tuples as dictionaries, all the way down: what JSON can carry.

    What is empty, "" or False, by default is left out.
    """
    if hasattr(item, "_asdict"):
        left_out = [name for name, value in item._field_defaults.items() if value in ("", False)]
        parts = item._asdict().items()
        return {name: plain(part) for name, part in parts if part or name not in left_out}
    return [plain(part) for part in item] if isinstance(item, (tuple, list)) else item


def _reading(family: Family) -> dict[str, Any]:
    return {
        "diagram": plain(family.diagram),
        "program": family.program,
        "tabs": plain(family.tabs),
        "python": settings.template(family).splitlines(),
    }


_WORTH = 24
"""Characters from which on a part that occurs again is worth a name."""


def _shared(whole: Any) -> tuple[list[Any], Any]:
    """Return the parts that occur several times, and `whole` with their places for them."""
    seen: Counter[str] = Counter()

    def count(item: Any) -> None:
        text = json.dumps(item)
        seen[text] += 1
        if seen[text] == 1 and isinstance(item, (dict, list)):
            for part in item.values() if isinstance(item, dict) else item:
                count(part)

    parts: list[Any] = []
    places: dict[str, int] = {}

    def placed(item: Any) -> Any:
        if not isinstance(item, (dict, list, str)):
            return item
        text = json.dumps(item)
        if text in places:
            return {"$": places[text]}
        inner = item
        if isinstance(item, dict):
            inner = {name: placed(part) for name, part in item.items()}
        elif isinstance(item, list):
            inner = [placed(part) for part in item]
        if seen[text] == 1 or len(text) < _WORTH:
            return inner
        places[text] = len(parts)
        parts.append(inner)
        return {"$": places[text]}

    count(whole)
    return parts, placed(whole)
