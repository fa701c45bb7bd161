"""Backpropagation through three scalar steps, and the factors by which a gradient vanishes."""

from collections.abc import Generator
from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.cells import sigmoid
from course_utils.cells.checks import Array
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.drawing import Draws
from course_utils.exercises.latex import display, number, row
from course_utils.exercises.rules import Rule, Slip

_SLOPE = "The slope of tanh is 1 - tanh², so 1 - h² where h = tanh(a)"


def _slip(name: str, use: Any, did: str, why: str) -> Slip:
    return Slip(name, use, did, why, "gradients")


SLOPE = Rule(
    "slope",
    lambda h: 1 - h**2,
    (
        _slip(
            "slope of the sigmoid",
            lambda h: h * (1 - h),
            "h (1 - h) was taken for the slope.",
            f"That is the sigmoid's. {_SLOPE}.",
        ),
        _slip("square forgotten", lambda h: 1 - h, "1 - h was taken for the slope.", f"{_SLOPE}."),
        _slip(
            "slope left out",
            lambda h: np.ones_like(h),
            "The slope of tanh is missing.",
            f"{_SLOPE}; the chain rule has it in every step.",
        ),
        _slip(
            "tanh taken again",
            lambda h: 1 - np.tanh(h) ** 2,
            "tanh was applied to h once more.",
            f"{_SLOPE}: h has been through tanh already.",
        ),
    ),
)

# Three scalar steps ---------------------------------------------------------------------------

BPTT_RULES = (
    Rule(
        "squash",
        np.tanh,
        (
            _slip(
                "sigmoid for tanh",
                sigmoid,
                "The states went through the sigmoid.",
                "h_t = tanh(w h_{t-1} + u x_t).",
            ),
            _slip(
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
            _slip(
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
            _slip(
                "sign of the error",
                lambda h, y: y - h,
                "The error has the wrong sign.",
                "L = (h_3 - y)² / 2 has the slope h_3 - y.",
            ),
            _slip(
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
            _slip(
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
            _slip(
                "last step only",
                lambda terms: terms[-1],
                "Only the last step was counted.",
                "w and u serve in every step: their gradients are sums over the steps.",
            ),
            _slip(
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
            _slip(
                "h_t for h_{t-1}",
                lambda before, after: after,
                "The gradient of w was taken with h_t.",
                "w multiplies the previous state, h_{t-1}.",
            ),
        ),
    ),
)


def sample_bptt(draws: Draws) -> dict[str, npt.ArrayLike]:
    return {
        "w": float(draws.distinct(-1.5, 1.5, 0.5, 1)[0]),
        "u": float(draws.distinct(-1.5, 1.5, 0.5, 1)[0]),
        "h_0": draws.integer(1, 9) * 0.1,
        "x": draws.grid(-1, 1, 0.5, 3),
        "y": draws.integer(-9, 9) * 0.1,
    }


def accept_bptt(given: Any, value: Any) -> bool:
    """Weights of their own size, inputs that are there, gradients that have not vanished."""
    return bool(
        min(abs(given.w), abs(given.u), np.abs(given.x).min()) > 0
        and abs(given.w) not in (1.0, abs(given.u))
        and np.abs(value.h).max() <= np.tanh(2)
        and np.abs(value.delta).min() >= 0.04
        and min(abs(value.d_w), abs(value.d_u)) >= 0.05
    )


def reference_bptt(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
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


def statement_bptt(given: Any) -> str:
    g = given
    return (
        "A cell of one unit takes three steps, and the loss looks at the last state:\n\n"
        r"$$h_t = \tanh(a_t), \quad a_t = w h_{t-1} + u x_t, \quad L = \tfrac12 (h_3 - y)^2$$"
        "\n\n"
        + display(
            f"w = {number(g.w)}",
            f"u = {number(g.u)}",
            f"h_0 = {number(g.h_0)}",
            f"x = {row(g.x)}",
            f"y = {number(g.y)}",
        )
        + "\n\nCompute the states `h` ($h_1, h_2, h_3$), the gradients `delta` "
        r"($\partial L / \partial a_t$ for $t = 1, 2, 3$), and the gradients of the two weights, "
        "`d_w` and `d_u`."
    )


def worked_bptt(given: Any, value: Any) -> list[str]:
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


# Vanishing factors ------------------------------------------------------------------------------

VANISHING_RULES = (
    SLOPE,
    Rule(
        "weight",
        lambda w: w,
        (
            _slip(
                "w left out",
                lambda w: 1.0,
                "The weight w is missing.",
                "∂h_t / ∂h_{t-1} = w (1 - h_t²).",
            ),
            _slip(
                "w divided",
                lambda w: 1 / w,
                "The slope was divided by w.",
                "∂h_t / ∂h_{t-1} = w (1 - h_t²): the weight multiplies.",
            ),
        ),
    ),
    Rule(
        "chain",
        np.prod,
        (
            _slip(
                "factors added",
                np.sum,
                "The factors were added.",
                "The chain rule multiplies them: that is why gradients vanish or explode.",
            ),
            _slip(
                "first factor left out",
                lambda f: np.prod(f[1:]),
                "The first factor is missing.",
                "There is a factor for every step between the two states.",
            ),
            _slip(
                "last factor left out",
                lambda f: np.prod(f[:-1]),
                "The last factor is missing.",
                "There is a factor for every step between the two states.",
            ),
        ),
    ),
    Rule(
        "bound",
        lambda w, steps: np.abs(w) ** steps,
        (
            _slip(
                "bound multiplied by the steps",
                lambda w, steps: np.abs(w) * steps,
                "|w| was multiplied by the number of steps.",
                "Every step multiplies by at most |w|: the bound is a power of it.",
            ),
            _slip(
                "bound one step short",
                lambda w, steps: np.abs(w) ** (steps - 1),
                "The bound is one step short.",
                "There are as many factors as steps between the two states.",
            ),
        ),
    ),
)


def sample_vanishing(draws: Draws) -> dict[str, npt.ArrayLike]:
    return {
        "w": draws.integer(4, 18) * 0.1 * (-1.0) ** draws.integer(0, 1),
        "h": draws.distinct(0.1, 0.8, 0.1, 4) * (-1.0) ** draws.grid(0, 1, 1, 4),
    }


def accept_vanishing(given: Any, value: Any) -> bool:
    return bool(0.02 <= abs(value.product) <= 3 and abs(abs(given.w) - 1) >= 0.15)


def reference_vanishing(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    factors = yield "factors", rule.weight(given.w) * rule.slope(given.h)
    yield "product", rule.chain(factors)
    yield "bound", rule.bound(given.w, len(given.h))


def statement_vanishing(given: Any) -> str:
    g = given
    return (
        r"A cell of one unit, $h_t = \tanh(w h_{t-1} + u x_t)$, passes through these states:"
        "\n\n"
        + display(f"w = {number(g.w)}", f"(h_1, h_2, h_3, h_4) = {row(g.h)}")
        + "\n\nCompute the four `factors` $\\partial h_t / \\partial h_{t-1}$, $t = 1 \\dots 4$, "
        "their `product` $\\partial h_4 / \\partial h_0$, and the `bound` on the size of any such "
        "product that $|w|$ alone gives."
    )


def worked_vanishing(given: Any, value: Any) -> list[str]:
    g, v = given, value
    lines = [
        rf"\partial h_{t + 1} / \partial h_{t} &= w (1 - h_{t + 1}^2) = {number(g.w)} "
        rf"(1 - ({number(g.h[t])})^2) = {number(v.factors[t])}"
        for t in range(4)
    ]
    product = r" \cdot ".join(f"({number(f)})" for f in v.factors)
    return [
        *lines,
        rf"\partial h_4 / \partial h_0 &= {product} = {number(v.product)}",
        rf"|\partial h_4 / \partial h_0| &\le |w|^4 = {number(v.bound)}",
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
        rules=BPTT_RULES,
        reference=reference_bptt,
        sample=sample_bptt,
        accept=accept_bptt,
        statement_text=statement_bptt,
        worked=worked_bptt,
        arguments=("w", "u", "h_0", "x", "y"),
        returns=("d_w", "d_u"),
    ),
    Exercise(
        id="vanishing",
        title="Vanishing factors",
        parts=(
            Part("factors", r"\partial h_t / \partial h_{t-1}"),
            Part("product", r"\partial h_4 / \partial h_0"),
            Part("bound", "|w|^4"),
        ),
        rules=VANISHING_RULES,
        reference=reference_vanishing,
        sample=sample_vanishing,
        accept=accept_vanishing,
        statement_text=statement_vanishing,
        worked=worked_vanishing,
    ),
)
