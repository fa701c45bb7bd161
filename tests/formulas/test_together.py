"""Many trees worked out at once give what each gives by itself."""

import numpy as np
import pytest

from course_utils.exercises import exercise, exercises
from course_utils.exercises.drawing import Draws
from course_utils.exercises.nearest import candidates
from course_utils.formulas import FormulaError, read_right
from course_utils.formulas.evaluating import value_of
from course_utils.formulas.functions import Array
from course_utils.formulas.nodes import Node
from course_utils.formulas.together import together

WITH_FORMULAS = [id for id, ex in exercises().items() if ex.formulas is not None]


def alone(tree: Node, known: dict[str, Array], size: int) -> Array:
    try:
        value = value_of(tree, known)
    except FormulaError:
        return np.full(size, np.nan)
    return (
        np.broadcast_to(value, size)
        if value.shape in ((size,), (), (1,))
        else np.full(size, np.nan)
    )


@pytest.mark.slow
@pytest.mark.parametrize("id", WITH_FORMULAS)
def test_all_candidates_are_as_each_alone(id: str) -> None:
    ex = exercise(id)
    given = ex.given(ex.fixed or ex.sample(Draws(ex.id), **ex.sizes))  # type: ignore[misc]
    right = ex.run(given)
    known = {**vars(given), **right}
    shapes = tuple((name, np.shape(value)) for name, value in known.items())
    names = [part.name for part in ex.parts]
    for k, name in enumerate(names):
        for shown in (frozenset[str](), frozenset(names[:k])):
            trees = tuple(one.tree for one in candidates(ex, name, shown, vars(given)))
            found = together(trees, shapes).values(known, right[name].size)
            for tree, row in zip(trees, found, strict=True):
                np.testing.assert_allclose(row, alone(tree, known, right[name].size), rtol=1e-12)


def test_what_does_not_fit_has_no_value() -> None:
    known = {"W": np.ones((2, 3)), "h_prev": np.ones(3), "x": np.ones(2)}
    shapes = tuple((name, value.shape) for name, value in known.items())
    texts = ["W h_{t-1}", "W x_t", "W^T x_t", "h_{t-1} + x_t", "o_t", "[h_{t-1}, x_t]", "1 + 2"]
    trees = tuple(read_right("a", text).tree for text in texts)
    nan = np.nan
    np.testing.assert_array_equal(
        together(trees, shapes).values(known, 2),
        [[3, 3], [nan] * 2, [nan] * 2, [nan] * 2, [nan] * 2, [nan] * 2, [3, 3]],
    )
    assert together(trees, shapes) is together(trees, shapes)
