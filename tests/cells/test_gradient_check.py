"""What the gradient checker forgives, and what it does not."""

import numpy as np
import pytest

from course_utils.cells.gradient_check import GradientError, check_gradients

POINT = (np.array([0.3, -0.7]),)


def loss(point) -> float:
    """A large number with two slopes of a millionth: the differences are mostly rounding."""
    return 10.0 + 1e-6 * float(np.sin(point[0]).sum())


def test_rounding_in_the_differences_is_no_error() -> None:
    slope = 1e-6 * np.cos(POINT[0])
    assert check_gradients(loss, POINT, (slope,)).elements == 2


@pytest.mark.parametrize("wrong", [1.01, -1.0, 0.0])
def test_a_wrong_slope_is_found_all_the_same(wrong) -> None:
    with pytest.raises(GradientError, match=r"\[0\]\[1\]: expected .* received .*relative error"):
        check_gradients(loss, POINT, (1e-6 * np.cos(POINT[0]) * [1.0, wrong],))


def test_nan_is_wrong() -> None:
    with pytest.raises(GradientError, match="received nan"):
        check_gradients(loss, POINT, (np.array([np.nan, 0.0]),))
