"""The data that a student's function is tried on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from course_utils.exercises.drawing import Draws

if TYPE_CHECKING:
    from course_utils.cells.checks import Array
    from course_utils.exercises.definition import Exercise


def fresh(exercise: Exercise, seed: object, k: int) -> dict[str, Array]:
    """Return data for trial k: the first of the usual sizes, later ones larger."""
    assert exercise.sample is not None
    sizes = {
        letter: size + (k * (place + 1)) % 3
        for place, (letter, size) in enumerate(exercise.sizes.items())
    }
    draws = Draws("function", exercise.id, seed, k)
    data = exercise.sample(draws, **sizes)
    return {
        name: np.array(value, dtype=np.int64 if name in exercise.whole else np.float64)
        for name, value in data.items()
    }


def as_kind(exercise: Exercise, data: dict[str, Array], kind: str) -> dict[str, Array]:
    """Return data with float arguments of dtype `kind`."""
    return {
        name: value
        if name in exercise.whole
        else np.rint(value).astype(kind)
        if kind.startswith("int")
        else value.astype(kind)
        for name, value in data.items()
    }


def stacked(exercise: Exercise, data: dict[str, Array]) -> dict[str, Array]:
    """Return data of two examples, stacked."""
    return {
        name: np.stack([value, np.roll(value, 1, axis=-1)]) if name in exercise.batched else value
        for name, value in data.items()
    }
