"""One GRU step by three conventions: whose reset, and whose Z."""

from collections.abc import Generator
from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.cells import tanh
from course_utils.cells.checks import Array
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.drawing import Draws
from course_utils.exercises.latex import display, matrix
from course_utils.exercises.rules import Rule, Slip
from course_utils.formulas.textbook import GRU_CONVENTIONS

_TOPIC = "gru conventions"

RULES = (
    Rule(
        "before",
        lambda W, b, r, h: W @ (r * h),
        (
            Slip(
                "reset before taken for after",
                lambda W, b, r, h: r * (W @ h),
                "The reset was applied to the product, not to the state.",
                "Before the product means W (R ∘ H): the state is reset, then multiplied.",
                _TOPIC,
            ),
            Slip(
                "recurrent bias before",
                lambda W, b, r, h: W @ (r * h) + b,
                "The recurrent bias was added here as well.",
                "With the reset before the product there is one bias only, and it is in a_x.",
                _TOPIC,
            ),
        ),
    ),
    Rule(
        "after",
        lambda W, b, r, h: r * (W @ h + b),
        (
            Slip(
                "reset after taken for before",
                lambda W, b, r, h: W @ (r * h) + b,
                "The reset was applied to the state, not to the product.",
                "After the product means R ∘ (W H + b).",
                _TOPIC,
            ),
            Slip(
                "recurrent bias outside the reset",
                lambda W, b, r, h: r * (W @ h) + b,
                "The recurrent bias escaped the reset.",
                "R multiplies all of W H + b: that is why this bias is not redundant.",
                _TOPIC,
            ),
            Slip(
                "recurrent bias forgotten",
                lambda W, b, r, h: r * (W @ h),
                "The recurrent bias is missing.",
                "With the reset after the product there are two biases: R ∘ (W H + b).",
                _TOPIC,
            ),
        ),
    ),
    Rule(
        "keep",
        lambda z, h, new: z * h + (1 - z) * new,
        (
            Slip(
                "z that keeps taken for z that writes",
                lambda z, h, new: (1 - z) * h + z * new,
                "Here Z weighs the candidate.",
                "By Cho's convention, PyTorch's and Keras's, Z weighs the old state.",
                _TOPIC,
            ),
        ),
    ),
    Rule(
        "write",
        lambda z, h, new: (1 - z) * h + z * new,
        (
            Slip(
                "z that writes taken for z that keeps",
                lambda z, h, new: z * h + (1 - z) * new,
                "Here Z weighs the old state.",
                "By Chung's convention Z weighs the candidate.",
                _TOPIC,
            ),
        ),
    ),
    Rule(
        "library",
        True,
        (
            Slip(
                "candidate of the other reset",
                False,
                "The candidate with the reset before the product was used.",
                "PyTorch resets after the product, so its state mixes in that candidate.",
                _TOPIC,
            ),
        ),
    ),
)


def sample(draws: Draws, H: int) -> dict[str, npt.ArrayLike]:
    return {
        "r_t": draws.distinct(0.1, 0.9, 0.1, H),
        "z_t": draws.distinct(0.1, 0.9, 0.1, H),
        "h_prev": draws.grid(-0.9, 0.9, 0.1, H),
        "W_hh": draws.grid(-2, 2, 0.5, (H, H)),
        "b_hn": draws.grid(-1, 1, 0.5, H),
        "a_x": draws.grid(-1, 1, 0.1, H),
    }


def accept(given: Any, value: Any) -> bool:
    candidates = np.abs(np.concatenate([value.h_tilde_before, value.h_tilde_after]))
    return bool(candidates.max() <= np.tanh(2.0) and np.abs(given.h_prev).min() > 0)


def reference(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    g = given
    before = yield "h_tilde_before", tanh(g.a_x + rule.before(g.W_hh, g.b_hn, g.r_t, g.h_prev))
    after = yield "h_tilde_after", tanh(g.a_x + rule.after(g.W_hh, g.b_hn, g.r_t, g.h_prev))
    yield "h_cho", rule.keep(g.z_t, g.h_prev, before)
    yield "h_chung", rule.write(g.z_t, g.h_prev, before)
    yield "h_pytorch", rule.keep(g.z_t, g.h_prev, after if rule.library else before)


def statement(given: Any) -> str:
    g = given
    return (
        "The gates of a GRU step are done. With $a_x = W_{hx} x_t + b_h$ given, compute\n\n"
        "- `h_tilde_before`: the candidate with the reset before the product, "
        r"$\tanh(a_x + W_{hh} (R \circ H))$" + "\n"
        "- `h_tilde_after`: the candidate with the reset after it, "
        r"$\tanh(a_x + R \circ (W_{hh} H + b_{hn}))$" + "\n"
        "- `h_cho`: the new state by Cho (reset before; Z keeps the old state)\n"
        "- `h_chung`: the new state by Chung (reset before; Z writes the candidate)\n"
        "- `h_pytorch`: the new state by PyTorch (reset after; Z keeps the old state)\n\n"
        + display(
            f"R = {matrix(g.r_t)}",
            f"Z = {matrix(g.z_t)}",
            f"H = {matrix(g.h_prev)}",
            f"W_{{hh}} = {matrix(g.W_hh)}",
            f"b_{{hn}} = {matrix(g.b_hn)}",
            f"a_x = {matrix(g.a_x)}",
        )
    )


def worked(given: Any, value: Any) -> list[str]:
    g, v = given, value
    z, h, rest = matrix(g.z_t), matrix(g.h_prev), matrix(1 - g.z_t)
    before, after = matrix(v.h_tilde_before), matrix(v.h_tilde_after)
    return [
        rf"\tilde{{H}}^{{before}} &= \tanh\left( {matrix(g.a_x)} + {matrix(g.W_hh)} "
        rf"{matrix(g.r_t * g.h_prev)} \right) = {before}",
        rf"\tilde{{H}}^{{after}} &= \tanh\left( {matrix(g.a_x)} + {matrix(g.r_t)} \circ "
        rf"{matrix(g.W_hh @ g.h_prev + g.b_hn)} \right) = {after}",
        rf"H^{{Cho}} &= {z} \circ {h} + {rest} \circ {before} = {matrix(v.h_cho)}",
        rf"H^{{Chung}} &= {rest} \circ {h} + {z} \circ {before} = {matrix(v.h_chung)}",
        rf"H^{{PyTorch}} &= {z} \circ {h} + {rest} \circ {after} = {matrix(v.h_pytorch)}",
    ]


EXERCISES = (
    Exercise(
        id="gru_conventions",
        title="One GRU step by three conventions",
        parts=(
            Part("h_tilde_before", r"\tilde{H}^{before}"),
            Part("h_tilde_after", r"\tilde{H}^{after}"),
            Part("h_cho", "H^{Cho}"),
            Part("h_chung", "H^{Chung}"),
            Part("h_pytorch", "H^{PyTorch}"),
        ),
        formulas=GRU_CONVENTIONS,
        rules=RULES,
        reference=reference,
        sample=sample,
        sizes={"H": 2},
        accept=accept,
        statement_text=statement,
        worked=worked,
    ),
)
