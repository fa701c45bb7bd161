import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import generators

from course_utils.cells import CellInputError, embedding_lookup, one_hot
from course_utils.exercises.seed_exams import EXAM_1


def test_exam_1_reads_the_second_row() -> None:
    np.testing.assert_array_equal(EXAM_1["one_hot"], one_hot(1, 4))
    np.testing.assert_array_equal(embedding_lookup(EXAM_1["E"], 1), [2, 3, 3, 4])


@given(generators, st.integers(1, 6), st.integers(1, 6), st.sampled_from([(), (3,), (2, 3)]))
def test_a_lookup_is_a_product_with_the_one_hot_vector(rng, vocabulary, size, shape) -> None:
    E = rng.normal(size=(vocabulary, size))
    tokens = rng.integers(vocabulary, size=shape)
    np.testing.assert_array_equal(embedding_lookup(E, tokens), one_hot(tokens, vocabulary) @ E)


@given(st.integers(1, 20), st.data())
def test_one_hot_has_its_one_at_the_token(vocabulary, data) -> None:
    token = data.draw(st.integers(0, vocabulary - 1))
    vector = one_hot(token, vocabulary)
    assert vector.sum() == 1
    assert vector.argmax() == token


@pytest.mark.parametrize("token", [-1, 4])
def test_a_token_outside_the_vocabulary(token) -> None:
    with pytest.raises(CellInputError, match=f"token {token} is outside the vocabulary, .* 0 to 3"):
        embedding_lookup(EXAM_1["E"], token)


@pytest.mark.parametrize("token", [1.0, "1", None, True])
def test_a_token_that_is_no_integer(token) -> None:
    with pytest.raises(CellInputError, match="token has dtype .*, expected integers from 0 to 3"):
        one_hot(token, 4)


def test_a_table_that_is_no_matrix() -> None:
    with pytest.raises(CellInputError, match=r"E has shape \(4,\), expected a matrix"):
        embedding_lookup(np.zeros(4), 0)


def test_a_looked_up_row_is_a_copy() -> None:
    E = np.zeros((3, 2))
    embedding_lookup(E, 1)[:] = 7
    assert (E == 0).all()
