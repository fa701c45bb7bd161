"""Gradient clipping by the norm: one gradient above the threshold, one below."""

from collections.abc import Generator
from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.cells.checks import Array
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.drawing import Draws
from course_utils.exercises.latex import display, matrix, number
from course_utils.exercises.rules import Rule, Slip

_TRIPLES = ((1, 2, 2), (2, 3, 6), (1, 4, 8), (4, 4, 7), (2, 6, 9), (6, 6, 7), (3, 4, 12))
"""Whole numbers whose squares add up to a square."""

_NORM = "The norm is the root of the sum of squares"
_CLIP = "Where the norm exceeds the threshold the whole gradient is multiplied by threshold / norm"


def _norm(g: Array) -> Array:
    norm: Array = np.sqrt(np.sum(g**2))
    return norm


def _slip(name: str, use: Any, did: str, why: str) -> Slip:
    return Slip(name, use, did, why, "clipping")


RULES = (
    Rule(
        "norm",
        _norm,
        (
            _slip("root forgotten", lambda g: np.sum(g**2), "The root is missing.", f"{_NORM}."),
            _slip(
                "sizes added",
                lambda g: np.sum(np.abs(g)),
                "The sizes of the entries were added.",
                f"{_NORM}. (The sum of sizes is another norm.)",
            ),
            _slip(
                "entries added",
                np.sum,
                "The entries were added, with their signs.",
                f"{_NORM}.",
            ),
            _slip(
                "largest entry",
                lambda g: np.max(np.abs(g)),
                "The largest entry was taken for the norm.",
                f"{_NORM}.",
            ),
        ),
    ),
    Rule(
        "clip",
        lambda g, norm, limit: g * limit / norm,
        (
            _slip(
                "clipped entry by entry",
                lambda g, norm, limit: np.clip(g, -limit, limit),
                "Every entry was cut at the threshold on its own.",
                f"{_CLIP}: the direction stays.",
            ),
            _slip(
                "made a unit vector",
                lambda g, norm, limit: g / norm,
                "The gradient was divided by its norm and no more.",
                f"{_CLIP}: its norm becomes the threshold, not 1.",
            ),
            _slip(
                "divided by the threshold",
                lambda g, norm, limit: g / limit,
                "The gradient was divided by the threshold.",
                f"{_CLIP}.",
            ),
            _slip(
                "not clipped",
                lambda g, norm, limit: g,
                "The gradient was left as it was.",
                f"{_CLIP}.",
            ),
        ),
    ),
    Rule(
        "below",
        lambda g, norm, limit: g,
        (
            _slip(
                "scaled up to the threshold",
                lambda g, norm, limit: g * limit / norm,
                "A gradient below the threshold was scaled up to it.",
                "Clipping only ever shortens: below the threshold nothing happens.",
            ),
            _slip(
                "short one set to zero",
                lambda g, norm, limit: 0 * g,
                "A gradient below the threshold was thrown away.",
                "Below the threshold nothing happens.",
            ),
        ),
    ),
    Rule(
        "step",
        lambda theta, alpha, clipped, g: theta - alpha * clipped,
        (
            _slip(
                "step uphill",
                lambda theta, alpha, clipped, g: theta + alpha * clipped,
                "The step was added.",
                "Descent subtracts: θ_new = θ_old - α g.",
            ),
            _slip(
                "learning rate left out",
                lambda theta, alpha, clipped, g: theta - clipped,
                "The learning rate plays no part.",
                "θ_new = θ_old - α g.",
            ),
            _slip(
                "unclipped step",
                lambda theta, alpha, clipped, g: theta - alpha * g,
                "The step was made with the gradient as it was before clipping.",
                "The clipped gradient takes its place.",
            ),
        ),
    ),
)


def sample(draws: Draws) -> dict[str, npt.ArrayLike]:
    """Two gradients whose norms come out even, one a tenth of the size of the other."""
    triples = [_TRIPLES[int(k)] for k in draws.distinct(0, len(_TRIPLES) - 1, 1, 2)]
    signs = [(-1.0) ** draws.grid(0, 1, 1, 3) for _ in triples]
    turned = [np.roll(t, draws.integer(0, 2)) * s for t, s in zip(triples, signs, strict=True)]
    return {
        "g_1": turned[0],
        "g_2": turned[1] * 0.1,
        "threshold": draws.integer(4, 10) * 0.5,
        "theta": draws.grid(-2, 2, 0.5, 3),
        "alpha": draws.integer(1, 5) * 0.1,
    }


def accept(given: Any, value: Any) -> bool:
    limit = float(given.threshold)
    return bool(value.norm_1 >= 1.2 * limit and value.norm_2 <= 0.8 * limit)


def reference(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    g = given
    norm_1 = yield "norm_1", rule.norm(g.g_1)
    norm_2 = yield "norm_2", rule.norm(g.g_2)
    clipped = yield "clipped_1", rule.clip(g.g_1, norm_1 or 1.0, g.threshold)
    yield "clipped_2", rule.below(g.g_2, norm_2 or 1.0, g.threshold)
    yield "theta_new", rule.step(g.theta, g.alpha, clipped, g.g_1)


def statement(given: Any) -> str:
    g = given
    return (
        f"Gradients are clipped by their norm, at a threshold of {number(g.threshold)}. Compute "
        "the norms `norm_1` and `norm_2` of the two gradients, what clipping makes of each, "
        "`clipped_1` and `clipped_2`, and the parameters `theta_new` after one step of gradient "
        f"descent with the first one, at learning rate α = {number(g.alpha)}.\n\n"
        + display(
            f"g_1 = {matrix(g.g_1)}",
            f"g_2 = {matrix(g.g_2)}",
            rf"\theta = {matrix(g.theta)}",
        )
    )


def worked(given: Any, value: Any) -> list[str]:
    g, v = given, value

    def norm(name: str, entries: Array, result: Array) -> str:
        squares = " + ".join(
            rf"({number(entry)})^2" if entry < 0 else rf"{number(entry)}^2" for entry in entries
        )
        return rf"\lVert {name} \rVert &= \sqrt{{{squares}}} = {number(result)}"

    limit = number(g.threshold)
    return [
        norm("g_1", g.g_1, v.norm_1) + rf" > {limit}",
        norm("g_2", g.g_2, v.norm_2) + rf" \le {limit}",
        rf"\text{{clipped}}_1 &= \frac{{{limit}}}{{{number(v.norm_1)}}} {matrix(g.g_1)} "
        rf"= {matrix(v.clipped_1)}",
        rf"\text{{clipped}}_2 &= g_2 = {matrix(v.clipped_2)}",
        rf"\theta_{{new}} &= {matrix(g.theta)} - {number(g.alpha)} {matrix(v.clipped_1)} "
        rf"= {matrix(v.theta_new)}",
    ]


EXERCISES = (
    Exercise(
        id="clipping",
        title="Gradient clipping",
        parts=(
            Part("norm_1", r"\lVert g_1 \rVert"),
            Part("norm_2", r"\lVert g_2 \rVert"),
            Part("clipped_1", r"\text{clipped}_1"),
            Part("clipped_2", r"\text{clipped}_2"),
            Part("theta_new", r"\theta_{new}"),
        ),
        rules=RULES,
        reference=reference,
        sample=sample,
        accept=accept,
        statement_text=statement,
        worked=worked,
    ),
)
