"""How points are rounded and written: everywhere the same, and only where they are shown."""

from decimal import ROUND_HALF_UP, Decimal

DECIMALS = 2
"""Decimals of a mark where a person or another system reads it; the gradebook keeps them all."""
_NOISE = 9
"""Decimals behind which a float holds only the rounding of its own sum."""
TOLERANCE = 10.0**-_NOISE
"""Two marks that differ by less are the same."""


def rounded(value: float) -> Decimal:
    """Return points with at most two decimals, halves up: 6.2857 is 6.29, and 0.125 is 0.13."""
    exact = Decimal(repr(round(float(value), _NOISE)))
    return exact.quantize(Decimal(1).scaleb(-DECIMALS), ROUND_HALF_UP)


def as_points(value: float) -> str:
    """Return points as people write them: 7.5, not 7.50; 0, not -0."""
    text = f"{rounded(value):f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
