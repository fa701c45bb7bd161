"""Times of handing in, with the zone that they were written in."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from nbgrader.utils import parse_utc

_HOURS = {
    "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "MET": 1, "CEST": 2,
    "MESZ": 2, "MEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "EST": -5, "EDT": -4, "CDT": -5,
    "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11,
    "NZST": 12, "NZDT": 13,
}  # fmt: skip
"""Of abbreviations with one meaning. CST and IST, say, have several, and are refused by name."""
_ZONE = re.compile(r"(?<=[\d\s])(?!AM$|PM$|Z$)([A-Za-z]{2,5})$")
_OFFSET = re.compile(r"\s+([+-]\d\d:?\d\d)$")
"""Behind a space nbgrader reads +0200 as 200 seconds."""


def time_of(text: str) -> datetime:
    """Return the time in UTC, without a zone; one that names none is in UTC.

    nbgrader takes a zone that it does not know for UTC. Raises ValueError, whose text says why.
    """
    text = text.strip()
    zone = _ZONE.search(text)
    if zone is not None:
        hours = _HOURS.get(zone[1].upper())
        if hours is None and not _is_zone(zone[1]):
            raise ValueError(
                f"it names the zone {zone[1]!r}, which is not known; write UTC, or +0200 for CEST"
            )
        if hours is not None:
            text = f"{text[: zone.start()].rstrip()}{hours:+03d}00"
    try:
        found = parse_utc(_OFFSET.sub(r"\1", text))
    except (ValueError, OverflowError, TypeError):
        found = None
    if not isinstance(found, datetime):
        raise ValueError("it is no time")
    return found


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return False
    return True
