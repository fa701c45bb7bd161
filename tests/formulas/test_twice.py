"""Two changes in one line: what is worked out without trees is what the trees give."""

import copy
import pickle

import numpy as np
import pytest

from course_utils.exercises import exercise
from course_utils.exercises.problem import any_data
from course_utils.formulas import FormulaError, read_right
from course_utils.formulas.evaluating import value_of
from course_utils.formulas.functions import Array
from course_utils.formulas.neighbours import Twice, twice
from course_utils.formulas.nodes import Number

LINES = [("forget_gate", "z_f"), ("state_update", "C_t"), ("rnn_step", "h_t"), ("gru_step", "h_t")]


def known(id: str, name: str) -> dict[str, Array]:
    values = dict(any_data(exercise(id)))
    formulas = exercise(id).formulas
    assert formulas is not None
    for one in list(formulas)[: list(formulas).index(name)]:
        values[one] = formulas[one].evaluate(values)
    return values


def pairs(id: str, name: str) -> tuple[Twice, dict[str, Array]]:
    formulas = exercise(id).formulas
    assert formulas is not None
    values = known(id, name)
    shapes = tuple(sorted((n, np.shape(v)) for n, v in values.items()))
    return twice(formulas[name].tree, shapes, shapes), values


@pytest.mark.parametrize(("id", "name"), LINES)
def test_every_row_is_what_its_formula_gives(id: str, name: str) -> None:
    two, values = pairs(id, name)
    rows = two.values(values)
    assert len(rows) == len(two) == len(two.plausibility) > 300
    held = 0
    for k in np.random.default_rng(0).integers(len(two), size=150):
        if np.isfinite(rows[k]).all():
            tree, _ = two.formula(int(k))
            value = np.broadcast_to(value_of(tree, values), rows[k].shape)
            np.testing.assert_allclose(rows[k], value, rtol=1e-9)
            held += 1
    assert held > 100


def test_both_changes_are_in_the_formula_and_in_its_sentences() -> None:
    two, values = pairs("state_update", "C_t")
    wanted = read_right("C_t", "o_t ∘ C_{t-1} + i_t ∘ h_{t-1}").tree
    answer = value_of(wanted, values)
    met = np.flatnonzero(np.abs(two.values(values) - answer).max(axis=1) < 1e-12)
    found = {two.formula(int(k))[0]: two.formula(int(k))[1] for k in met}
    one, other = found[wanted]
    assert {one.sentence, other.sentence} == {
        "has o_t in the place of f_t",
        "has h_{t-1} in the place of C~_t",
    }
    assert two.plausibility[met].max() < min(one.plausibility, other.plausibility)


@pytest.mark.parametrize(
    ("id", "name", "right"),
    [
        ("rnn_step", "h_t", "1 - softmax(z_t)"),  # around what was changed
        ("forget_gate", "f_t", "1 - tanh(z_f)"),  # 1 - σ(z) is σ(-z), but 1 - tanh(z) is not
        ("forget_gate", "f_t", "σ(-(1 - z_f))"),  # one change within the other, at one place
        ("state_update", "C_t", "tanh(o_t ∘ C_{t-1} + i_t ∘ C~_t)"),
        ("state_update", "h_t", "2 (o_t ∘ σ(C_t))"),
    ],
)
def test_one_change_may_stand_around_another(id: str, name: str, right: str) -> None:
    two, values = pairs(id, name)
    wanted = value_of(read_right(name, right).tree, values)
    met = np.flatnonzero(np.abs(two.values(values) - wanted).max(axis=1) < 1e-12)
    assert len(met)
    for k in met:
        np.testing.assert_allclose(value_of(two.formula(int(k))[0], values), wanted)


def test_a_tree_that_holds_the_same_is_the_same_object() -> None:
    tree = read_right("h_t", "o_t ∘ tanh(C_t)").tree
    assert read_right("h_t", "o_t ∘ tanh(C_t)").tree is tree
    assert type(Number(2).value) is float
    assert Number(2) is Number(2.0)
    assert copy.deepcopy(tree) is tree
    assert pickle.loads(pickle.dumps(tree)) is tree


def test_columns_and_diagonals_are_read_and_worked_out() -> None:
    W = np.arange(12.0).reshape(3, 4)
    given = {"W": W, "h_prev": np.ones(3)}
    assert np.array_equal(
        read_right("a", "W[:, 1:4] h_{t-1}").evaluate(given), W[:, 1:4] @ np.ones(3)
    )
    assert np.array_equal(read_right("a", "diag(W[:, :3])").evaluate(given), [0, 5, 10])
    with pytest.raises(FormulaError, match="a matrix in diag"):
        read_right("a", "diag(h_{t-1})")
