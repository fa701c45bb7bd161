"""Answers typed into a released notebook, by grade id."""

from copy import deepcopy
from string import Template

import numpy as np
import numpy.typing as npt
from nbformat import NotebookNode

from course_utils.exercises import exercise
from course_utils.exercises.seed_exams import HANDWRITTEN_1
from nbexaminer.released import graded_cells

_BY_HAND = ("one_hot", "embedding_lookup", "exam_1_embedding", "forget_gate", "exam_1_gate")


def numbers() -> dict[str, str]:
    """Return the numbers that answers may name: `$forget_gate_f_t`, `$handwritten_1_i_t`, ..."""
    found: dict[str, str] = {}
    for name in _BY_HAND:
        one = exercise(name)
        for part, value in one.solve(one.draw()).items():
            found[f"{name}_{part}"] = _written(value)
    return found | {f"handwritten_1_{part}": _written(v) for part, v in HANDWRITTEN_1.items()}


def _written(value: npt.ArrayLike) -> str:
    rounded = np.round(np.asarray(value, dtype=np.float64), 3)
    return repr(rounded.tolist())


def fill(released: NotebookNode, answers: dict[str, str]) -> NotebookNode:
    """Return `released` with `answers` typed in; answers of other notebooks are left aside.

    Raises KeyError for a $name that no exercise has.
    """
    nb = deepcopy(released)
    known = numbers()
    for name, cell in graded_cells(nb).items():
        if name in answers:
            cell.source = Template(answers[name].strip()).substitute(known)
    return nb
