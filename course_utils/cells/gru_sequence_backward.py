"""The two backward loops of the GRU, one for each place of the reset gate.

The same chain rule, readable, is :func:`course_utils.cells.gru.gru_step_backward`.
"""

import numpy as np

from course_utils.cells.checks import Array


def back_before(
    W_h: Array,
    W_hh: Array,
    inputs: Array,
    blocks: Array,
    span: slice,
    given: Array,
    d_z: Array,
    d_h: Array,
    total: Array | None,
) -> None:
    """Walk the steps of `span` from the last to the first; fill d_z (3·H, K, B), rows r, u, H~.

    W_h is (H, 2·H), what r and u read of h, and W_hh (H, H), both transposed; inputs and blocks are
    those of the trace. d_h enters as what comes back from later steps and leaves as what goes back
    to earlier ones.
    """
    blocks, hs = blocks[span], inputs[1:, : len(d_h)][span]
    h_prevs = inputs[span, : len(d_h)]
    work = np.empty((3, *d_h.shape), d_h.dtype)
    by_r, by_u, by_g = work
    complements, flat = work[:2], work.reshape(len(d_z), d_h.shape[1])
    gates_flat = flat[: 2 * len(d_h)]
    other, back = np.empty((2, *d_h.shape), d_h.dtype)
    one = np.ones((), d_h.dtype)  # an array: a Python number would be converted at every call
    gates = (blocks[:, :2], blocks[:, 0], blocks[:, 1], blocks[:, 2])
    for k, r_u, r, u, g, h_prev, h, given_t in zip(
        range(len(blocks) - 1, -1, -1),
        *(v[::-1] for v in (*gates, h_prevs, hs, given[span])),
        strict=True,
    ):
        np.subtract(one, r_u, out=complements)
        np.multiply(g, g, out=by_g)
        np.subtract(one, by_g, out=by_g)  # tanh' = 1 - tanh²
        np.multiply(by_g, by_u, out=by_g)  # dH/dz of the candidate; by_u is 1 - Z as yet
        np.multiply(by_r, r, out=by_r)  # σ' = (1 - σ) σ
        np.multiply(by_r, h_prev, out=by_r)  # d(r ∘ h)/dz_r
        np.subtract(h, g, out=other)  # is Z ∘ (H_{t-1} - H~)
        np.multiply(by_u, other, out=by_u)  # dH/dz_u = (1 - Z) Z (H_{t-1} - H~)

        np.add(d_h, given_t, out=d_h)
        if total is not None:
            total[span.start + k] = d_h
        np.multiply(by_u, d_h, out=by_u)
        np.multiply(by_g, d_h, out=by_g)
        np.matmul(W_hh, by_g, out=other)  # dL/d(r ∘ h)
        np.multiply(by_r, other, out=by_r)
        np.matmul(W_h, gates_flat, out=back)
        np.multiply(d_h, u, out=d_h)
        np.multiply(other, r, out=other)
        np.add(d_h, other, out=d_h)
        np.add(d_h, back, out=d_h)
        d_z[:, k] = flat


def back_after(
    W_h: Array,
    inputs: Array,
    blocks: Array,
    span: slice,
    given: Array,
    d_z: Array,
    d_h: Array,
    total: Array | None,
) -> None:
    """Walk the steps of `span` from the last to the first; fill d_z (4·H, K, B), rows a, r, u, H~.

    W_h is (H, 3·H), what a, r and u read of h, transposed; the rest as in :func:`back_before`.
    """
    blocks, hs = blocks[span], inputs[1:, : len(d_h)][span]
    work = np.empty((4, *d_h.shape), d_h.dtype)
    by_a, by_r, by_u, by_g = work
    complements, flat = work[1:3], work.reshape(len(d_z), d_h.shape[1])
    read_h = flat[: 3 * len(d_h)]
    other = np.empty_like(d_h)
    one = np.ones((), d_h.dtype)
    gates = (blocks[:, 1:3], blocks[:, 0], blocks[:, 1], blocks[:, 2], blocks[:, 3])
    for k, r_u, a, r, u, g, h, given_t in zip(
        range(len(blocks) - 1, -1, -1),
        *(v[::-1] for v in (*gates, hs, given[span])),
        strict=True,
    ):
        np.subtract(one, r_u, out=complements)
        np.multiply(g, g, out=by_g)
        np.subtract(one, by_g, out=by_g)  # tanh' = 1 - tanh²
        np.multiply(by_g, by_u, out=by_g)  # dH/dz of the candidate; by_u is 1 - Z as yet
        np.multiply(by_r, r, out=by_r)  # σ' = (1 - σ) σ
        np.multiply(by_r, a, out=by_r)  # d(r ∘ a)/dz_r
        np.subtract(h, g, out=other)  # is Z ∘ (H_{t-1} - H~)
        np.multiply(by_u, other, out=by_u)  # dH/dz_u = (1 - Z) Z (H_{t-1} - H~)

        np.add(d_h, given_t, out=d_h)
        if total is not None:
            total[span.start + k] = d_h
        np.multiply(by_u, d_h, out=by_u)
        np.multiply(by_g, d_h, out=by_g)
        np.multiply(by_r, by_g, out=by_r)
        np.multiply(by_g, r, out=by_a)
        np.matmul(W_h, read_h, out=other)
        np.multiply(d_h, u, out=d_h)
        np.add(d_h, other, out=d_h)
        d_z[:, k] = flat
