"""Rules that several exercises share: how a gate's pre-activation and activation go wrong."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.cells import Affine, affine, sigmoid, softmax, tanh
from course_utils.cells.affine import joined
from course_utils.cells.checks import Array
from course_utils.exercises.rules import Rule, Slip

_SIGMOID = (
    "The course writes σ for the logistic function 1 / (1 + e^(-z)), applied to each unit alone"
)


def _identity(z: Array) -> Array:
    return z


SIGMOID = Rule(
    "activation",
    sigmoid,
    (
        Slip(
            "softmax for sigmoid",
            softmax,
            "This is what softmax gives.",
            f"{_SIGMOID}; nothing makes the units add up to 1.",
        ),
        Slip(
            "tanh for sigmoid",
            tanh,
            "This is what tanh gives.",
            f"{_SIGMOID}; a gate lies between 0 (closed) and 1 (open).",
        ),
        Slip(
            "no activation",
            _identity,
            "The activation is missing: this is the pre-activation itself.",
            f"{_SIGMOID}.",
        ),
        Slip(
            "sign lost in the sigmoid",
            lambda z: sigmoid(-z),
            "This is 1 / (1 + e^z): the minus sign of the exponent was lost.",
            f"{_SIGMOID}; a large z opens the gate.",
        ),
    ),
)


def tanh_rule(name: str, what: str, topic: str = "gates") -> Rule:
    """Return the rule of `what` ("A candidate") that is squashed by tanh."""
    why = f"{what} may be negative: it is squashed by tanh, into (-1, 1), each unit alone."
    return Rule(
        name,
        tanh,
        (
            Slip("sigmoid for tanh", sigmoid, "This is what the sigmoid gives.", why, topic),
            Slip("softmax for tanh", softmax, "This is what softmax gives.", why, topic),
            Slip(
                "tanh missing",
                _identity,
                "The tanh is missing: this is the pre-activation itself.",
                why,
                topic,
            ),
            Slip(
                "tanh of half z",
                lambda z: tanh(z / 2),
                "This is (e^z - 1) / (e^z + 1), which is tanh of half of z.",
                "tanh(z) = (e^z - e^(-z)) / (e^z + e^(-z)), or (e^(2z) - 1) / (e^(2z) + 1).",
                topic,
            ),
        ),
    )


TANH = tanh_rule("activation", "A candidate")

ORDER = Rule(
    "order",
    joined,
    (
        Slip(
            "[x, h] for [h, x]",
            lambda h, x: joined(x, h),
            "x was put before h.",
            "The columns of W belong to [h, x] in this order: first the previous state, then the "
            "input.",
        ),
    ),
)

INPUTS = Rule(
    "inputs",
    lambda h, x: (h, x),
    (
        Slip(
            "x dropped",
            lambda h, x: (h, np.zeros_like(x)),
            "The input x plays no part.",
            "Gates and candidate look at both: the previous state h and the input x.",
        ),
        Slip(
            "h dropped",
            lambda h, x: (np.zeros_like(h), x),
            "The previous state h plays no part.",
            "Gates and candidate look at both: the previous state h and the input x.",
        ),
    ),
)

LATER_INPUTS = replace(INPUTS, since=2)
"""The same, for exercises whose numbers were given out before they knew it."""

BIAS = Rule(
    "bias",
    "added",
    (
        Slip(
            "bias forgotten",
            "forgotten",
            "The bias is missing.",
            "It is added to W [h, x], one number per unit, before the activation.",
        ),
        Slip(
            "bias added after the activation",
            "outside",
            "The bias was added after the activation.",
            "It belongs inside the activation: it is added to W [h, x] first.",
        ),
        Slip(
            "bias subtracted",
            "subtracted",
            "The bias was subtracted.",
            "It is added to W [h, x].",
        ),
    ),
)

_SIGN = {"added": 1.0, "subtracted": -1.0}


def pre_activation(W: Array, b: Array, h: Array, x: Array, rule: Any) -> Array:
    """W [h, x] + b, by the rules `order`, `bias` and, where there is one, `inputs`."""
    h, x = getattr(rule, "inputs", INPUTS.right)(h, x)
    return affine(Affine(W, _SIGN.get(rule.bias, 0.0) * b), rule.order(h, x))


def activated(
    z: Array, b: Array, rule: Any, activation: Callable[[Array], Array] | None = None
) -> Array:
    """The activation of z, by the rules `activation` and `bias`."""
    value = (activation or rule.activation)(z)
    return value + b if rule.bias == "outside" else value
