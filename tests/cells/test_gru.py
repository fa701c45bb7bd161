import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import generators, gru_params, sizes

from course_utils.cells import Affine, GRUParams, gru_step

resets = st.sampled_from(["before", "after"])


@given(generators, sizes, resets)
def test_the_trace_holds_the_formula(rng, size, reset) -> None:
    params = gru_params(rng, size.inputs, size.units, reset)
    x = rng.normal(size=(*size.batch, size.inputs))
    h = rng.normal(size=(*size.batch, size.units))
    new, t = gru_step(params, x, h, reset=reset)

    def product(W, v):
        return np.einsum("un,...n->...u", W, v)

    hx = np.concatenate([h, x], axis=-1)
    r = 1 / (1 + np.exp(-(product(params.reset.W, hx) + params.reset.b)))
    u = 1 / (1 + np.exp(-(product(params.update.W, hx) + params.update.b)))
    W_hh, W_hx = params.candidate.W[:, : size.units], params.candidate.W[:, size.units :]
    past = (
        product(W_hh, r * h) if reset == "before" else r * (product(W_hh, h) + params.b_recurrent)
    )
    h_tilde = np.tanh(past + product(W_hx, x) + params.candidate.b)
    np.testing.assert_allclose(t.r, r, atol=1e-12)
    np.testing.assert_allclose(t.u, u, atol=1e-12)
    np.testing.assert_allclose(t.h_tilde, h_tilde, atol=1e-12)
    np.testing.assert_allclose(new, u * h + (1 - u) * h_tilde, atol=1e-12)
    np.testing.assert_allclose(t.kept + t.written, new, atol=1e-15)


@given(generators, sizes, resets)
def test_a_batch_is_its_members(rng, size, reset) -> None:
    params = gru_params(rng, size.inputs, size.units, reset)
    x = rng.normal(size=(*size.batch, size.inputs))
    h = rng.normal(size=(*size.batch, size.units))
    new, _ = gru_step(params, x, h, reset=reset)
    for index in np.ndindex(*size.batch):
        one, _ = gru_step(params, x[index], h[index], reset=reset)
        np.testing.assert_allclose(one, new[index], atol=1e-14)


@given(generators, sizes)
def test_the_new_state_lies_between_the_old_one_and_the_candidate(rng, size) -> None:
    params = gru_params(rng, size.inputs, size.units)
    h = rng.normal(size=(*size.batch, size.units))
    new, t = gru_step(params, rng.normal(size=(*size.batch, size.inputs)), h)
    assert (new <= np.maximum(h, t.h_tilde) + 1e-12).all()
    assert (new >= np.minimum(h, t.h_tilde) - 1e-12).all()


@pytest.mark.parametrize(("bias", "expected"), [(1e3, "old"), (-1e3, "candidate")])
def test_update_one_keeps_and_zero_takes_the_candidate(bias, expected) -> None:
    rng = np.random.default_rng(5)
    params = gru_params(rng, 2, 3)
    params = params._replace(update=params.update._replace(b=np.full(3, bias)))
    h = rng.normal(size=3)
    new, t = gru_step(params, rng.normal(size=2), h)
    np.testing.assert_allclose(new, h if expected == "old" else t.h_tilde)


def test_the_place_of_the_reset_matters_and_vanishes_when_it_is_open() -> None:
    rng = np.random.default_rng(6)
    params = gru_params(rng, 2, 3)
    x, h = rng.normal(size=2), rng.normal(size=3)
    before, _ = gru_step(params, x, h, reset="before")
    after, _ = gru_step(params, x, h, reset="after")
    assert np.abs(before - after).max() > 1e-3
    still_open = params._replace(reset=Affine(params.reset.W, np.full(3, 1e3)))
    np.testing.assert_allclose(
        gru_step(still_open, x, h, reset="before")[0], gru_step(still_open, x, h, reset="after")[0]
    )


def test_with_reset_after_the_second_bias_is_not_redundant() -> None:
    rng = np.random.default_rng(7)
    params = gru_params(rng, 2, 3, "after")
    merged = GRUParams(
        params.reset,
        params.update,
        params.candidate._replace(b=params.candidate.b + params.b_recurrent),
    )
    x, h = rng.normal(size=2), rng.normal(size=3)
    apart, _ = gru_step(params, x, h, reset="after")
    together, _ = gru_step(merged, x, h, reset="after")
    assert np.abs(apart - together).max() > 1e-3
