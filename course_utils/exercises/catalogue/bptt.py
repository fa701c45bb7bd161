"""Backpropagation through three scalar steps."""

from collections.abc import Generator
from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.cells import sigmoid
from course_utils.cells.checks import Array
from course_utils.exercises.catalogue.gradient_rules import SLOPE, gradient_slip
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.drawing import Draws
from course_utils.exercises.latex import display, number, row
from course_utils.exercises.rules import Rule

RULES = (
    Rule(
        "squash",
        np.tanh,
        (
            gradient_slip(
                "sigmoid for tanh",
                sigmoid,
                "The states went through the sigmoid.",
                "h_t = tanh(w h_{t-1} + u x_t).",
            ),
            gradient_slip(
                "tanh missing",
                lambda a: a,
                "The states were not squashed.",
                "h_t = tanh(w h_{t-1} + u x_t).",
            ),
        ),
    ),
    Rule(
        "weights",
        lambda w, u: (w, u),
        (
            gradient_slip(
                "w and u swapped",
                lambda w, u: (u, w),
                "w and u changed places in the forward pass.",
                "w belongs to the state, u to the input.",
            ),
        ),
    ),
    Rule(
        "error",
        lambda h, y: h - y,
        (
            gradient_slip(
                "sign of the error",
                lambda h, y: y - h,
                "The error has the wrong sign.",
                "L = (h_3 - y)² / 2 has the slope h_3 - y.",
            ),
            gradient_slip(
                "error doubled",
                lambda h, y: 2 * (h - y),
                "There is a factor 2 too many.",
                "The half in L = (h_3 - y)² / 2 takes it away.",
            ),
        ),
    ),
    SLOPE,
    Rule(
        "back",
        lambda w: w,
        (
            gradient_slip(
                "w left out on the way back",
                lambda w: 1.0,
                "The weight w is missing on the way back.",
                "From h_t to h_{t-1} the gradient is multiplied by the slope and by w.",
            ),
        ),
    ),
    Rule(
        "summed",
        np.sum,
        (
            gradient_slip(
                "last step only",
                lambda terms: terms[-1],
                "Only the last step was counted.",
                "w and u serve in every step: their gradients are sums over the steps.",
            ),
            gradient_slip(
                "first step only",
                lambda terms: terms[0],
                "Only the first step was counted.",
                "w and u serve in every step: their gradients are sums over the steps.",
            ),
        ),
    ),
    Rule(
        "read",
        lambda before, after: before,
        (
            gradient_slip(
                "h_t for h_{t-1}",
                lambda before, after: after,
                "The gradient of w was taken with h_t.",
                "w multiplies the previous state, h_{t-1}.",
            ),
        ),
    ),
)


def sample(draws: Draws) -> dict[str, npt.ArrayLike]:
    return {
        "w": float(draws.distinct(-1.5, 1.5, 0.5, 1)[0]),
        "u": float(draws.distinct(-1.5, 1.5, 0.5, 1)[0]),
        "h_0": draws.integer(1, 9) * 0.1,
        "x": draws.grid(-1, 1, 0.5, 3),
        "y": draws.integer(-9, 9) * 0.1,
    }


def accept(given: Any, value: Any) -> bool:
    """Weights of their own size, inputs that are there, gradients that have not vanished."""
    return bool(
        min(abs(given.w), abs(given.u), np.abs(given.x).min()) > 0
        and abs(given.w) not in (1.0, abs(given.u))
        and np.abs(value.h).max() <= np.tanh(2)
        and np.abs(value.delta).min() >= 0.04
        and min(abs(value.d_w), abs(value.d_u)) >= 0.05
    )


def reference(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    g = given
    w, u = rule.weights(g.w, g.u)
    states = [g.h_0]
    for x in g.x:
        states.append(rule.squash(w * states[-1] + u * x))
    h = yield "h", np.array(states[1:])
    slope = rule.slope(h)
    d_h = [rule.error(h[2], g.y)]
    for t in (2, 1):
        d_h.insert(0, d_h[0] * slope[t] * rule.back(g.w))
    delta = yield "delta", np.array(d_h) * slope
    before = np.array([g.h_0, h[0], h[1]])
    yield "d_w", rule.summed(delta * rule.read(before, h))
    yield "d_u", rule.summed(delta * g.x)


def statement(given: Any) -> str:
    g = given
    return (
        "A cell of one unit takes three steps, and the loss looks at the last state:\n\n"
        r"$$h_t = \tanh(z_t), \quad z_t = w h_{t-1} + u x_t, \quad L = \tfrac12 (h_3 - y)^2$$"
        "\n\n"
        + display(
            f"w = {number(g.w)}",
            f"u = {number(g.u)}",
            f"h_0 = {number(g.h_0)}",
            f"x = {row(g.x)}",
            f"y = {number(g.y)}",
        )
        + "\n\nCompute the states `h` ($h_1, h_2, h_3$), the gradients `delta` "
        r"($\partial L / \partial z_t$ for $t = 1, 2, 3$), and the gradients of the two weights, "
        "`d_w` and `d_u`."
    )


def worked(given: Any, value: Any) -> list[str]:
    g, v = given, value
    w, u = number(g.w), number(g.u)
    before = [g.h_0, v.h[0], v.h[1]]
    forward = [
        rf"h_{t + 1} &= \tanh({w} \cdot ({number(before[t])}) + {u} \cdot ({number(g.x[t])})) "
        rf"= {number(v.h[t])}"
        for t in range(3)
    ]
    backward = [
        rf"\delta_3 &= (h_3 - y)(1 - h_3^2) = ({number(v.h[2])} - ({number(g.y)}))"
        rf"(1 - ({number(v.h[2])})^2) = {number(v.delta[2])}"
    ] + [
        rf"\delta_{t} &= \delta_{t + 1} w (1 - h_{t}^2) = {number(v.delta[t])} \cdot ({w}) "
        rf"(1 - ({number(v.h[t - 1])})^2) = {number(v.delta[t - 1])}"
        for t in (2, 1)
    ]
    terms_w = " + ".join(
        rf"({number(d)})({number(h)})" for d, h in zip(v.delta, before, strict=True)
    )
    terms_u = " + ".join(rf"({number(d)})({number(x)})" for d, x in zip(v.delta, g.x, strict=True))
    return [
        *forward,
        *backward,
        rf"\partial L / \partial w &= \textstyle\sum_t \delta_t h_{{t-1}} = {terms_w} "
        rf"= {number(v.d_w)}",
        rf"\partial L / \partial u &= \textstyle\sum_t \delta_t x_t = {terms_u} = {number(v.d_u)}",
    ]


EXERCISES = (
    Exercise(
        id="bptt",
        title="Backpropagation through three steps",
        parts=(
            Part("h", "h"),
            Part("delta", r"\delta"),
            Part("d_w", r"\partial L / \partial w"),
            Part("d_u", r"\partial L / \partial u"),
        ),
        rules=RULES,
        reference=reference,
        sample=sample,
        accept=accept,
        statement_text=statement,
        worked=worked,
        arguments=("w", "u", "h_0", "x", "y"),
        returns=("d_w", "d_u"),
    ),
)
