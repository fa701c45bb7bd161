"""A student's function, called and watched: what it returns, prints, changes, and how it fails.

It imports nothing of ours but itself, so that the grader can hand a copy of it to a submission's
kernel.
"""

from .calling import (
    PATIENCE,
    Call,
    Failure,
    LocalFunction,
    Outcome,
    StudentFunction,
    outcome_of,
    parameters_of,
)
from .time_limit import TimeIsUp, time_limit

__all__ = [
    "PATIENCE",
    "Call",
    "Failure",
    "LocalFunction",
    "Outcome",
    "StudentFunction",
    "TimeIsUp",
    "outcome_of",
    "parameters_of",
    "time_limit",
]
