"""The data that a student's function is tried on."""

from collections.abc import Mapping
from types import SimpleNamespace

import numpy as np

from course_utils.cells.checks import Array
from course_utils.exercises.drawing import Draws
from course_utils.exercises.problem import Problem

_MOST_SAMPLES = 20_000


def sizes_of(exercise: Problem, k: int) -> dict[str, int]:
    """Return the dimensions of trial k: each one larger once, in turn, and else the usual ones."""
    return {
        letter: size + (place == k)
        for place, (letter, size) in enumerate(exercise.sizes.items(), 1)
    }


def fresh(exercise: Problem, seed: object, k: int) -> dict[str, Array]:
    """Return data for trial k, which the exercise accepts as it accepts what students are given.

    The first trial is of the usual sizes. Raises RuntimeError where no sample is accepted.
    """
    assert exercise.sample is not None
    sizes = sizes_of(exercise, k)
    draws = Draws("function", exercise.id, seed, k)
    for _ in range(_MOST_SAMPLES):
        sampled = exercise.sample(draws, **sizes)
        floats = {name: np.asarray(value, dtype=np.float64) for name, value in sampled.items()}
        given = SimpleNamespace(**floats)
        if exercise.accept(given, SimpleNamespace(**exercise.run(given))):
            return {
                name: np.array(value, dtype=np.int64 if name in exercise.whole else np.float64)
                for name, value in sampled.items()
            }
    raise RuntimeError(f"{exercise.id}: no sample of {_MOST_SAMPLES} with {in_words(sizes)} is fit")


def in_words(sizes: Mapping[str, int]) -> str:
    """Return sizes as a student reads them: "H=4, D=2"."""
    return ", ".join(f"{letter}={size}" for letter, size in sizes.items())


def as_kind(exercise: Problem, data: dict[str, Array], kind: str) -> dict[str, Array]:
    """Return data with float arguments of dtype `kind`."""
    return {
        name: value
        if name in exercise.whole
        else np.rint(value).astype(kind)
        if kind.startswith("int")
        else value.astype(kind)
        for name, value in data.items()
    }


def stacked(exercise: Problem, data: dict[str, Array]) -> dict[str, Array]:
    """Return data of two examples, stacked."""
    return {
        name: np.stack([value, np.roll(value, 1, axis=-1)]) if name in exercise.batched else value
        for name, value in data.items()
    }
