"""Times are read in the zone that they name, or refused with its name."""

from datetime import datetime

import pytest

from nbexaminer.times import time_of

NOON = datetime(2026, 7, 1, 12)


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-01 12:00:00", "2026-07-01 12:00:00 UTC", "2026-07-01T12:00:00Z",
        "2026-07-01 14:00:00 CEST", "2026-07-01T14:00:00 cest", "2026-07-01 14:00 +0200",
        "2026-07-01 14:00:00 MESZ", "2026-07-01 08:00:00 EDT", "2026-07-01 21:00:00.000 JST",
        "2026-07-01 14:00:00 Europe/Berlin", "2026-07-01 12:00 PM",
    ],
)  # fmt: skip
def test_the_zone_counts(text: str) -> None:
    assert time_of(text) == NOON


@pytest.mark.parametrize("zone", ["XYZ", "CST", "IST", "LOCAL"])
def test_a_zone_that_is_not_known_is_refused_by_name(zone: str) -> None:
    with pytest.raises(ValueError, match=f"names the zone '{zone}'"):
        time_of(f"2026-07-01 12:00:00 {zone}")


@pytest.mark.parametrize("text", ["", "yesterday", "9" * 400, "\0", "2026-13-41 12:00:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="it "):
        time_of(text)
