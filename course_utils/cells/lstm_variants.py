"""Three variants of the LSTM, written to be read and compared with the cell they vary.

- **Peepholes** (Gers & Schmidhuber 2000): the gates look at C as well, each through one number per
  unit.
- **Coupled gates** (Greff 2017): f = 1 - i; what is written is what is forgotten.
- **No forget gate** (Hochreiter & Schmidhuber 1997): f = 1; C only ever adds up.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells import sequences as seq
from course_utils.cells.activations import sigmoid, tanh
from course_utils.cells.affine import (
    Affine,
    affine,
    checked_affine,
    gates_backward,
    input_size,
    joined,
    parted,
)
from course_utils.cells.checks import Array, CellInputError, as_features, as_gradient, as_vector
from course_utils.cells.lstm import LSTMState
from course_utils.cells.tree import map_leaves


class PeepholeLSTMParams(NamedTuple):
    """An LSTM whose gates also read C: each W is (H, H + D), each b and each p_* is (H,)."""

    forget: Affine
    input: Affine
    candidate: Affine
    output: Affine
    p_forget: Array
    """times C_{t-1}"""
    p_input: Array
    """times C_{t-1}"""
    p_output: Array
    """times C_t, which is known by then"""


class CoupledLSTMParams(NamedTuple):
    """An LSTM with f = 1 - i: three blocks for four."""

    input: Affine
    candidate: Affine
    output: Affine


class NoForgetLSTMParams(NamedTuple):
    """The LSTM of 1997, with f = 1."""

    input: Affine
    candidate: Affine
    output: Affine


VariantParams = PeepholeLSTMParams | CoupledLSTMParams | NoForgetLSTMParams


class VariantTrace(NamedTuple):
    """Everything a step computed; a sequence stacks them, time first."""

    x: Array
    h_prev: Array
    c_prev: Array
    f: Array
    i: Array
    c_tilde: Array
    c: Array
    o: Array
    tanh_c: Array
    h: Array


class VariantGradients(NamedTuple):
    """dL/d(each argument of lstm_variant_sequence), in the type and shape of the argument."""

    params: Any
    xs: Array
    state: LSTMState


def lstm_variant_step(
    params: VariantParams, x: npt.ArrayLike, state: LSTMState
) -> tuple[LSTMState, VariantTrace]:
    """One time step of the variant to which `params` belong: C_t = f ∘ C_{t-1} + i ∘ C~_t.

    x is (..., D), state.h and state.c are (..., H). Raises CellInputError when the shapes do not
    fit or a number is not finite.
    """
    params = _checked(params)
    units, inputs = input_size("input", params.input)
    x = as_features("x", x, inputs)
    h_prev, c_prev = as_features("h", state.h, units), as_features("c", state.c, units)

    hx = joined(h_prev, x)
    p_f, p_i, p_o = _peepholes(params)
    i = sigmoid(affine(params.input, hx) + p_i * c_prev)
    if isinstance(params, PeepholeLSTMParams):
        f = sigmoid(affine(params.forget, hx) + p_f * c_prev)
    else:
        f = 1 - i if isinstance(params, CoupledLSTMParams) else np.ones_like(i)
    c_tilde = tanh(affine(params.candidate, hx))
    c = f * c_prev + i * c_tilde
    o = sigmoid(affine(params.output, hx) + p_o * c)
    tanh_c = tanh(c)
    h = o * tanh_c
    return LSTMState(h, c), VariantTrace(x, h_prev, c_prev, f, i, c_tilde, c, o, tanh_c, h)


def lstm_variant_step_backward(
    params: VariantParams, trace: VariantTrace, d_state: LSTMState
) -> tuple[Any, Array, LSTMState]:
    """One time step back: the chain rule on the lines of :func:`lstm_variant_step`.

    As :func:`course_utils.cells.lstm.lstm_step_backward`; read that one first. A peephole sends
    dL/dz of its gate into the C it reads (Greff 2017, section II.B). Returns dL/d(each argument of
    the step): the parameters, summed over the batch, x_t (..., D), and h_{t-1} and C_{t-1}
    (..., H). Raises CellInputError when the shapes do not fit or a number is not finite.
    """
    p, t = _checked(params), trace
    d_h = as_gradient("d_state.h", d_state.h, t.h.shape)
    d_c = as_gradient("d_state.c", d_state.c, t.h.shape)
    p_f, p_i, p_o = _peepholes(p)

    d_z_o = d_h * t.tanh_c * t.o * (1 - t.o)
    d_c = d_c + d_h * t.o * (1 - t.tanh_c**2) + d_z_o * p_o
    d_f = d_c * t.c_prev
    d_i = d_c * t.c_tilde
    if isinstance(p, CoupledLSTMParams):
        d_i = d_i - d_f  # f = 1 - i
    d_z_f = d_f * t.f * (1 - t.f)
    d_z_i = d_i * t.i * (1 - t.i)
    d_z_c = d_c * t.i * (1 - t.c_tilde**2)
    d_c_prev = d_c * t.f + d_z_f * p_f + d_z_i * p_i

    d_zs, d_peepholes = [d_z_i, d_z_c, d_z_o], []
    if isinstance(p, PeepholeLSTMParams):
        d_zs = [d_z_f, *d_zs]
        read = ((d_z_f, t.c_prev), (d_z_i, t.c_prev), (d_z_o, t.c))
        d_peepholes = [(d_z * c).reshape(-1, d_z.shape[-1]).sum(axis=0) for d_z, c in read]
    d_gates, d_hx = gates_backward(p[: len(d_zs)], joined(t.h_prev, t.x), d_zs)
    d_h_prev, d_x = parted(d_hx, t.h.shape[-1])
    return type(p)(*d_gates, *d_peepholes), d_x, LSTMState(d_h_prev, d_c_prev)


def lstm_variant_sequence(
    params: VariantParams, xs: npt.ArrayLike, state: LSTMState | None = None
) -> tuple[LSTMState, VariantTrace]:
    """Run :func:`lstm_variant_step` over xs (T, ..., D); returns h and C of every step, the trace.

    Raises CellInputError as the step does, or when there is no time step.
    """
    params = _checked(params)
    units, inputs = input_size("input", params.input)
    xs, sizes = seq.checked_sequence(xs, inputs, units)
    given = LSTMState(None, None) if state is None else state  # type: ignore[arg-type]
    start = (seq.checked_state(n, s, sizes) for n, s in given._asdict().items())
    shape = sizes.over_time[1:]
    current = LSTMState(
        *(np.zeros(shape, xs.dtype) if s is None else np.broadcast_to(s, shape) for s in start)
    )
    steps = []
    for x in xs:
        current, step = lstm_variant_step(params, x, current)
        steps.append(step)
    trace = VariantTrace(*(np.stack(field) for field in zip(*steps, strict=True)))
    return LSTMState(trace.h, trace.c), trace


def lstm_variant_sequence_backward(
    params: VariantParams, trace: VariantTrace, d_hs: npt.ArrayLike
) -> VariantGradients:
    """Backpropagate through time, from dL/dh_t at every step (T, ..., H) to every argument.

    The state's gradient has the full shape (..., H). Raises CellInputError when d_hs does not fit.
    """
    d_hs = as_gradient("d_hs", d_hs, trace.h.shape)
    d_params: Any = map_leaves(np.zeros_like, _checked(params))
    d_xs = np.empty_like(trace.x)
    d_state = LSTMState(np.zeros_like(trace.h[0]), np.zeros_like(trace.c[0]))
    for k in range(len(d_hs) - 1, -1, -1):
        step = VariantTrace(*(field[k] for field in trace))
        d_state = d_state._replace(h=d_state.h + d_hs[k])
        d_step, d_xs[k], d_state = lstm_variant_step_backward(params, step, d_state)
        d_params = map_leaves(np.add, d_params, d_step)
    return VariantGradients(d_params, d_xs, d_state)


def _peepholes(params: VariantParams) -> tuple[Any, Any, Any]:
    if isinstance(params, PeepholeLSTMParams):
        return params.p_forget, params.p_input, params.p_output
    return 0.0, 0.0, 0.0


def _checked(params: VariantParams) -> Any:
    """Return `params` as float arrays of fitting shapes, or raise CellInputError."""
    if not isinstance(params, PeepholeLSTMParams | CoupledLSTMParams | NoForgetLSTMParams):
        raise CellInputError(
            f"params is a {type(params).__name__}, expected a variant's parameters"
        )
    units, inputs = input_size("input", params.input)
    checked: dict[str, Any] = {
        name: as_vector(name, p, units)
        if name.startswith("p_")
        else checked_affine(name, p, (units, units + inputs))
        for name, p in params._asdict().items()
    }
    return type(params)(**checked)
