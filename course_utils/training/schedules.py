"""Schedules: a function of the step (0, 1, …) that gives a factor for the learning rate."""

import math
from collections.abc import Callable

from course_utils.cells import CellInputError

Schedule = Callable[[int], float]


def constant() -> Schedule:
    """Always 1."""
    return lambda step: 1.0


def step_decay(every: int, factor: float = 0.5) -> Schedule:
    """Multiply by `factor` after each `every` steps."""
    _check("every", every)
    return lambda step: float(factor ** (step // every))


def exponential(half_life: int) -> Schedule:
    """Halve every `half_life` steps, smoothly."""
    _check("half_life", half_life)
    return lambda step: float(0.5 ** (step / half_life))


def cosine(steps: int, end: float = 0.0) -> Schedule:
    """Fall from 1 to `end` over `steps` along half a cosine, then stay there."""
    _check("steps", steps)

    def factor(step: int) -> float:
        done = min(step / steps, 1.0)
        return end + (1 - end) * (1 + math.cos(math.pi * done)) / 2

    return factor


def warm_up(steps: int, then: Schedule | None = None) -> Schedule:
    """Rise from 1/steps to 1 over `steps`, then follow `then`, which counts from 0."""
    _check("steps", steps)
    after = constant() if then is None else then
    return lambda step: (step + 1) / steps if step < steps else after(step - steps)


def _check(name: str, value: int) -> None:
    if value < 1:
        raise CellInputError(f"{name} is {value}, expected a positive number of steps")
