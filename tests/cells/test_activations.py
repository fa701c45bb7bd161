import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from strategies import finite

from course_utils.cells import CellInputError, sigmoid, softmax, tanh

vectors = hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=6), elements=finite)


@given(finite)
def test_sigmoid_is_its_formula_in_exact_arithmetic(z: float) -> None:
    # math.exp of the negative magnitude cannot overflow; this is the textbook quotient
    expected = 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))
    assert sigmoid(z) == pytest.approx(expected, rel=1e-14, abs=1e-300)


@given(vectors)
def test_sigmoid_of_minus_z_is_one_minus_sigmoid(z: np.ndarray) -> None:
    np.testing.assert_allclose(sigmoid(-z), 1 - sigmoid(z), atol=1e-15)


@given(vectors)
def test_tanh_is_a_stretched_sigmoid(z: np.ndarray) -> None:
    np.testing.assert_allclose(tanh(z), 2 * sigmoid(2 * z) - 1, atol=1e-15)


@given(vectors)
def test_softmax_shares_sum_to_one_and_keep_the_order(z: np.ndarray) -> None:
    shares = softmax(z)
    np.testing.assert_allclose(shares.sum(axis=-1), 1.0, rtol=1e-12)
    assert (shares >= 0).all()
    assert (
        np.take_along_axis(shares, z.argmax(-1)[..., None], -1) == shares.max(-1)[..., None]
    ).all()


@given(vectors, st.floats(-1e3, 1e3))
def test_softmax_ignores_a_common_shift(z: np.ndarray, shift: float) -> None:
    np.testing.assert_allclose(softmax(z + shift), softmax(z), atol=1e-9)


def test_softmax_of_two_is_the_sigmoid_of_the_difference() -> None:
    z = np.array([0.3, -1.2])
    assert softmax(z)[0] == pytest.approx(float(sigmoid(z[0] - z[1])), rel=1e-15)


@pytest.mark.parametrize("function", [sigmoid, tanh, softmax])
@pytest.mark.parametrize("z", [[1e308, -1e308], [-800.0, 800.0], [0.0, 0.0]])
def test_extremes_neither_overflow_nor_warn(function, z) -> None:
    with np.errstate(all="raise", under="ignore"):
        assert np.isfinite(function(z)).all()


@pytest.mark.parametrize("function", [sigmoid, tanh, softmax])
def test_float32_stays_float32_and_integers_become_float64(function) -> None:
    assert function(np.array([1, 2], dtype=np.float32)).dtype == np.float32
    assert function([1, 2]).dtype == np.float64


@pytest.mark.parametrize("z", [np.zeros(0), 3.0])
def test_softmax_needs_something_to_sum_over(z) -> None:
    with pytest.raises(CellInputError, match="z has shape"):
        softmax(z)
