"""One step of a GRU, and the same step by other people's conventions."""

from collections.abc import Generator
from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.cells import Affine, affine, sigmoid, tanh
from course_utils.cells.affine import joined
from course_utils.cells.checks import Array
from course_utils.exercises.catalogue.common_rules import (
    BIAS,
    LATER_INPUTS,
    ORDER,
    SIGMOID,
    activated,
    pre_activation,
)
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.drawing import Draws
from course_utils.exercises.latex import display, matrix
from course_utils.exercises.one_unit import one_unit
from course_utils.exercises.rules import Rule, Slip
from course_utils.formulas.textbook import GRU

_MIX = "H_t = Z ∘ H_{t-1} + (1 - Z) ∘ H~_t: here Z says how much of the old state stays"
_RESET = "The candidate reads R ∘ H_{t-1}: the reset acts on the state before the product with W_h"

RESET = Rule(
    "reset",
    "before",
    (
        Slip(
            "reset after the product",
            "after",
            "The reset was applied after the product with W_h.",
            f"{_RESET}. (After it is PyTorch's convention, not this exercise's.)",
            "gru conventions",
        ),
        Slip(
            "reset left out",
            "never",
            "The reset gate plays no part in the candidate.",
            f"{_RESET}.",
            "gru",
        ),
        Slip(
            "z for r",
            "by z",
            "The update gate was used to reset the state.",
            f"{_RESET}.",
            "gru",
        ),
        Slip(
            "x reset too",
            "of x",
            "The reset was applied to the input as well.",
            f"{_RESET}; x enters whole.",
            "gru",
        ),
    ),
)

CANDIDATE = Rule(
    "candidate",
    tanh,
    (
        Slip(
            "sigmoid for tanh",
            sigmoid,
            "The candidate went through the sigmoid.",
            "Only the two gates do; a candidate may be negative and is squashed by tanh.",
            "gru",
        ),
        Slip(
            "tanh missing",
            lambda z: z,
            "The candidate was not squashed.",
            "It goes through tanh, into (-1, 1).",
            "gru",
        ),
    ),
)

MIX = Rule(
    "mix",
    lambda z, r, h, h_tilde: z * h + (1 - z) * h_tilde,
    (
        Slip(
            "z and 1 - z swapped",
            lambda z, r, h, h_tilde: (1 - z) * h + z * h_tilde,
            "Z and 1 - Z changed places.",
            f"{_MIX}. (The other way is Chung's convention, not this exercise's.)",
            "gru conventions",
        ),
        Slip(
            "1 - z left out",
            lambda z, r, h, h_tilde: z * h + h_tilde,
            "The candidate entered whole, without 1 - Z.",
            f"{_MIX}.",
            "gru",
        ),
        Slip(
            "z left out",
            lambda z, r, h, h_tilde: h + (1 - z) * h_tilde,
            "The old state entered whole, without Z.",
            f"{_MIX}.",
            "gru",
        ),
        Slip(
            "r for z",
            lambda z, r, h, h_tilde: r * h + (1 - r) * h_tilde,
            "The reset gate was used to mix.",
            f"{_MIX}.",
            "gru",
        ),
        Slip(
            "z for both",
            lambda z, r, h, h_tilde: z * h + z * h_tilde,
            "Both terms were weighed by Z.",
            f"{_MIX}.",
            "gru",
        ),
    ),
)


def sample(draws: Draws, H: int, D: int) -> dict[str, npt.ArrayLike]:
    blocks: dict[str, npt.ArrayLike] = {}
    for letter in "rzh":
        blocks[f"W_{letter}"] = draws.grid(-1.5, 1.5, 0.5, (H, H + D))
        blocks[f"b_{letter}"] = draws.grid(-1, 1, 0.5, H)
    return blocks | {
        "h_prev": draws.grid(-0.9, 0.9, 0.1, H),
        "x": draws.grid(-2, 2, 0.5, D),
    }


def accept(given: Any, value: Any) -> bool:
    """Pre-activations at most about 2, and no input or bias of zero."""
    squashed = np.concatenate([value.r_t, value.z_t])
    hx = np.concatenate([given.h_prev, given.x])
    biases = [np.abs(b).max() for b in (given.b_r, given.b_z, given.b_h)]
    return bool(
        squashed.min() >= sigmoid(-2.0)
        and squashed.max() <= sigmoid(2.0)
        and np.abs(value.h_tilde).max() <= np.tanh(2.0)
        and np.abs(hx).min() > 0
        and min(biases) > 0
    )


def reference(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    g = given
    r = yield "r_t", activated(pre_activation(g.W_r, g.b_r, g.h_prev, g.x, rule), g.b_r, rule)
    z = yield "z_t", activated(pre_activation(g.W_z, g.b_z, g.h_prev, g.x, rule), g.b_z, rule)
    read_h, read_x = g.h_prev, g.x
    if rule.reset in ("before", "of x"):
        read_h = r * g.h_prev
    if rule.reset == "of x":
        read_x = g.x * np.resize(r, g.x.shape)
    if rule.reset == "by z":
        read_h = z * g.h_prev
    pre = pre_activation(g.W_h, g.b_h, read_h, read_x, rule)
    if rule.reset == "after":
        from_h = pre_activation(g.W_h, 0 * g.b_h, g.h_prev, 0 * g.x, rule)
        pre = pre - from_h + r * from_h
    h_tilde = yield "h_tilde", activated(pre, g.b_h, rule, rule.candidate)
    yield "h_t", rule.mix(z, r, g.h_prev, h_tilde)


def statement(given: Any) -> str:
    g = given
    blocks = [
        f"{name}_{letter} = {matrix(getattr(g, f'{name}_{letter}'))}"
        for letter in "rzh"
        for name in "Wb"
    ]
    return (
        "Compute one step of a GRU: the reset gate `r_t`, the update gate `z_t`, the candidate "
        "`h_tilde` and the new state `h_t`. Weights read $[H_{t-1}, x_t]$; the reset comes before "
        "the product, and Z says how much of the old state stays:\n\n"
        r"$$\tilde{H}_t = \tanh(W_h [R \circ H_{t-1}, x_t] + b_h), \quad "
        r"H_t = Z \circ H_{t-1} + (1 - Z) \circ \tilde{H}_t$$"
        "\n\n"
        + "\n\n".join(display(*blocks[k : k + 2]) for k in (0, 2, 4))
        + "\n\n"
        + display(f"H_{{t-1}} = {matrix(g.h_prev)}", f"x_t = {matrix(g.x)}")
    )


def worked(given: Any, value: Any) -> list[str]:
    g, v = given, value
    hx = joined(g.h_prev, g.x)
    reset_hx = joined(v.r_t * g.h_prev, g.x)
    lines = []
    for latex, letter, result in (("R", "r", v.r_t), ("Z", "z", v.z_t)):
        W, b = getattr(g, f"W_{letter}"), getattr(g, f"b_{letter}")
        lines += [
            rf"{latex} &= \sigma(W_{letter} [H_{{t-1}}, x_t] + b_{letter})",
            rf"&= \sigma\left( {matrix(W)} {matrix(hx)} + {matrix(b)} \right)",
            rf"&= \sigma {matrix(affine(Affine(W, b), hx))} = {matrix(result)}",
        ]
    pre = affine(Affine(g.W_h, g.b_h), reset_hx)
    return [
        *lines,
        r"\tilde{H}_t &= \tanh(W_h [R \circ H_{t-1}, x_t] + b_h)",
        rf"&= \tanh\left( {matrix(g.W_h)} {matrix(reset_hx)} + {matrix(g.b_h)} \right)",
        rf"&= \tanh {matrix(pre)} = {matrix(v.h_tilde)}",
        r"H_t &= Z \circ H_{t-1} + (1 - Z) \circ \tilde{H}_t",
        rf"&= {matrix(v.z_t)} \circ {matrix(g.h_prev)} + {matrix(1 - v.z_t)} "
        rf"\circ {matrix(v.h_tilde)}",
        rf"&= {matrix(v.h_t)}",
    ]


_GRU_STEP = Exercise(
    id="gru_step",
    title="One step of a GRU",
    parts=(
        Part("r_t", "R_t"),
        Part("z_t", "Z_t"),
        Part("h_tilde", r"\tilde{H}_t"),
        Part("h_t", "H_t"),
    ),
    formulas=GRU,
    rules=(SIGMOID, BIAS, ORDER, RESET, CANDIDATE, MIX, LATER_INPUTS),
    reference=reference,
    sample=sample,
    sizes={"H": 2, "D": 2},
    accept=accept,
    statement_text=statement,
    worked=worked,
    arguments=("W_r", "b_r", "W_z", "b_z", "W_h", "b_h", "h_prev", "x"),
    returns=("h_t",),
    batched=("h_prev", "x"),
)

EXERCISES = (_GRU_STEP, one_unit(_GRU_STEP))
