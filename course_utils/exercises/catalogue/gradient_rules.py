"""Rules that both exercises on gradients share: the slope of tanh."""

from typing import Any

import numpy as np

from course_utils.exercises.rules import Rule, Slip

_SLOPE = "The slope of tanh is 1 - tanh², so 1 - h² where h = tanh(a)"


def gradient_slip(name: str, use: Any, did: str, why: str) -> Slip:
    """Return a slip that the lecture on gradients explains."""
    return Slip(name, use, did, why, "gradients")


SLOPE = Rule(
    "slope",
    lambda h: 1 - h**2,
    (
        gradient_slip(
            "slope of the sigmoid",
            lambda h: h * (1 - h),
            "h (1 - h) was taken for the slope.",
            f"That is the sigmoid's. {_SLOPE}.",
        ),
        gradient_slip(
            "square forgotten", lambda h: 1 - h, "1 - h was taken for the slope.", f"{_SLOPE}."
        ),
        gradient_slip(
            "slope left out",
            lambda h: np.ones_like(h),
            "The slope of tanh is missing.",
            f"{_SLOPE}; the chain rule has it in every step.",
        ),
        gradient_slip(
            "tanh taken again",
            lambda h: 1 - np.tanh(h) ** 2,
            "tanh was applied to h once more.",
            f"{_SLOPE}: h has been through tanh already.",
        ),
    ),
)
