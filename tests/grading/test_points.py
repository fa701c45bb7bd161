"""Marks are rounded in one way wherever they are read."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nbexaminer
from nbexaminer.points import as_points, rounded


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7.5, "7.5"), (6 + 2 / 7, "6.29"), (0.125, "0.13"), (2.675, "2.68"), (1.005, "1.01"),
        (0.1 + 0.2, "0.3"), (-0.001, "0"), (-1.5, "-1.5"), (0.0, "0"), (100.0, "100"),
        (1234567.891, "1234567.89"), (1e-12, "0"), (2.9999999999996, "3"),
    ],
)  # fmt: skip
def test_points_are_written_as_people_write_them(value: float, text: str) -> None:
    assert as_points(value) == text


@given(st.integers(-(10**7), 10**7), st.floats(-1e-10, 1e-10))
def test_two_decimals_stay_whatever_noise_a_sum_has(hundredths: int, noise: float) -> None:
    assert rounded(hundredths / 100 + noise) == Decimal(hundredths) / 100


@given(st.floats(-1e6, 1e6))
def test_no_mark_moves_by_more_than_half_a_hundredth(value: float) -> None:
    assert abs(float(as_points(value)) - value) <= 0.005 + 1e-9


def test_no_other_place_rounds_marks() -> None:
    folder = Path(nbexaminer.__path__[0])
    rounding = re.compile(r"round\([^()]*(score|points|marks?|total)[^()]*, *\d\)")
    found = [path.name for path in folder.rglob("*.py") if rounding.search(path.read_text("utf-8"))]
    assert found == []
