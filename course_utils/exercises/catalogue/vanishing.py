"""The factors by which a gradient vanishes or explodes."""

from collections.abc import Generator
from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.cells.checks import Array
from course_utils.exercises.catalogue.gradient_rules import SLOPE, gradient_slip
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.drawing import Draws
from course_utils.exercises.latex import display, number, row
from course_utils.exercises.rules import Rule

RULES = (
    SLOPE,
    Rule(
        "weight",
        lambda w: w,
        (
            gradient_slip(
                "w left out",
                lambda w: 1.0,
                "The weight w is missing.",
                "∂h_t / ∂h_{t-1} = w (1 - h_t²).",
            ),
            gradient_slip(
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
            gradient_slip(
                "factors added",
                np.sum,
                "The factors were added.",
                "The chain rule multiplies them: that is why gradients vanish or explode.",
            ),
            gradient_slip(
                "first factor left out",
                lambda f: np.prod(f[1:]),
                "The first factor is missing.",
                "There is a factor for every step between the two states.",
            ),
            gradient_slip(
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
            gradient_slip(
                "bound multiplied by the steps",
                lambda w, steps: np.abs(w) * steps,
                "|w| was multiplied by the number of steps.",
                "Every step multiplies by at most |w|: the bound is a power of it.",
            ),
            gradient_slip(
                "bound one step short",
                lambda w, steps: np.abs(w) ** (steps - 1),
                "The bound is one step short.",
                "There are as many factors as steps between the two states.",
            ),
        ),
    ),
)


def sample(draws: Draws) -> dict[str, npt.ArrayLike]:
    return {
        "w": draws.integer(4, 18) * 0.1 * (-1.0) ** draws.integer(0, 1),
        "h": draws.distinct(0.1, 0.8, 0.1, 4) * (-1.0) ** draws.grid(0, 1, 1, 4),
    }


def accept(given: Any, value: Any) -> bool:
    return bool(0.02 <= abs(value.product) <= 3 and abs(abs(given.w) - 1) >= 0.15)


def reference(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    factors = yield "factors", rule.weight(given.w) * rule.slope(given.h)
    yield "product", rule.chain(factors)
    yield "bound", rule.bound(given.w, len(given.h))


def statement(given: Any) -> str:
    g = given
    return (
        r"A cell of one unit, $h_t = \tanh(w h_{t-1} + u x_t)$, passes through these states:"
        "\n\n"
        + display(f"w = {number(g.w)}", f"(h_1, h_2, h_3, h_4) = {row(g.h)}")
        + "\n\nCompute the four `factors` $\\partial h_t / \\partial h_{t-1}$, $t = 1 \\dots 4$, "
        "their `product` $\\partial h_4 / \\partial h_0$, and the `bound` on the size of any such "
        "product that $|w|$ alone gives."
    )


def worked(given: Any, value: Any) -> list[str]:
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
        id="vanishing",
        title="Vanishing factors",
        parts=(
            Part("factors", r"\partial h_t / \partial h_{t-1}"),
            Part("product", r"\partial h_4 / \partial h_0"),
            Part("bound", "|w|^4"),
        ),
        rules=RULES,
        reference=reference,
        sample=sample,
        accept=accept,
        statement_text=statement,
        worked=worked,
    ),
)
