import numpy as np
from hypothesis import given
from strategies import generators, rnn_params, sizes

from course_utils.cells import Affine, RNNParams, rnn_step, softmax, softmax_output


def test_cs231n_published_row() -> None:
    # row vectors: their Wx and Wh are our transposes
    x = np.linspace(-0.4, 0.7, 30).reshape(3, 10)
    h = np.linspace(-0.2, 0.5, 12).reshape(3, 4)
    W_x = np.linspace(-0.1, 0.9, 40).reshape(10, 4).T
    W_h = np.linspace(-0.3, 0.7, 16).reshape(4, 4).T
    h_next, _ = rnn_step(RNNParams(W_h, W_x, np.linspace(-0.2, 0.4, 4)), x, h)
    expected = [-0.58172089, -0.50182032, -0.41232771, -0.31410098]
    np.testing.assert_allclose(h_next[0], expected, atol=5e-9)


def test_coursera_published_values() -> None:
    rng = np.random.RandomState(1)  # the exercise's own legacy generator
    x, a_prev = rng.randn(3, 10), rng.randn(5, 10)
    Waa, Wax, Wya = rng.randn(5, 5), rng.randn(5, 3), rng.randn(2, 5)
    ba, by = rng.randn(5, 1), rng.randn(2, 1)
    a_next, _ = rnn_step(RNNParams(Waa, Wax, ba[:, 0]), x.T, a_prev.T)
    np.testing.assert_allclose(a_next.T[4][:3], [0.59584544, 0.18141802, 0.61311866], atol=5e-9)
    y = softmax_output(Affine(Wya, by[:, 0]), a_next)
    np.testing.assert_allclose(y, softmax(a_next @ Wya.T + by[:, 0]))


@given(generators, sizes)
def test_element_by_element(rng, size) -> None:
    params = rnn_params(rng, size.inputs, size.units)
    x = rng.normal(size=(*size.batch, size.inputs))
    h = rng.normal(size=(*size.batch, size.units))
    got, trace = rnn_step(params, x, h)
    assert got.shape == h.shape
    for index in np.ndindex(*size.batch):
        for unit in range(size.units):
            z = params.b[unit]
            z += sum(params.W_h[unit, k] * h[index][k] for k in range(size.units))
            z += sum(params.W_x[unit, k] * x[index][k] for k in range(size.inputs))
            np.testing.assert_allclose(got[index][unit], np.tanh(z), atol=1e-12)
    np.testing.assert_allclose(trace.from_h + trace.from_x + params.b, trace.z)
    np.testing.assert_array_equal(np.tanh(trace.z), trace.h)


def test_softmax_output_is_a_distribution_over_the_vocabulary() -> None:
    rng = np.random.default_rng(3)
    y = softmax_output(Affine(rng.normal(size=(9, 5)), rng.normal(size=9)), rng.normal(size=(4, 5)))
    assert y.shape == (4, 9)
    np.testing.assert_allclose(y.sum(axis=-1), 1.0)
