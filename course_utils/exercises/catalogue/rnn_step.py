"""One step of the vanilla RNN, and the softmax output over the vocabulary."""

from collections.abc import Generator
from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.cells import RNNParams, rnn_step, sigmoid, softmax
from course_utils.cells.checks import Array
from course_utils.exercises.catalogue.common_rules import tanh_rule
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.drawing import Draws
from course_utils.exercises.latex import display, matrix
from course_utils.exercises.rules import Rule, Slip
from course_utils.formulas.textbook import RNN

_STATE = "h_t = tanh(W_h h_{t-1} + W_x x_t + b)"
_OUTPUT = "The output is softmax(U h_t + b_2)"

RULES = (
    tanh_rule("squashed", "The state of an RNN", "rnn"),
    Rule(
        "W_h",
        lambda W: W,
        (
            Slip(
                "W_h transposed",
                lambda W: W.T,
                "W_h was used by its columns.",
                f"{_STATE}: each unit has its row of W_h, multiplied with h from the right.",
                "rnn",
            ),
        ),
    ),
    Rule(
        "terms",
        (1, 1),
        (
            Slip(
                "h dropped",
                (0, 1),
                "The previous state plays no part.",
                f"{_STATE}: without W_h h_{{t-1}} the cell has no memory.",
                "rnn",
            ),
            Slip(
                "x dropped",
                (1, 0),
                "The input plays no part.",
                f"{_STATE}.",
                "rnn",
            ),
        ),
    ),
    Rule(
        "bias",
        (1, 0),
        (
            Slip("b forgotten", (0, 0), "The bias b is missing.", f"{_STATE}.", "rnn"),
            Slip(
                "b added after the tanh",
                (0, 1),
                "The bias b was added after the tanh.",
                f"It belongs inside: {_STATE}.",
                "rnn",
            ),
        ),
    ),
    Rule(
        "U",
        lambda U: U,
        (
            Slip(
                "U transposed",
                lambda U: U.T,
                "U was used by its columns.",
                f"{_OUTPUT}: each word has its row of U.",
                "softmax",
            ),
        ),
    ),
    Rule(
        "read",
        lambda h, h_prev: h,
        (
            Slip(
                "old state read out",
                lambda h, h_prev: h_prev,
                "The output was computed from h_{t-1}.",
                f"{_OUTPUT}: it reads the new state.",
                "softmax",
            ),
        ),
    ),
    Rule(
        "b_2",
        1,
        (Slip("b_2 forgotten", 0, "The output's bias is missing.", f"{_OUTPUT}.", "softmax"),),
    ),
    Rule(
        "output",
        softmax,
        (
            Slip(
                "sigmoid for softmax",
                sigmoid,
                "This is what the sigmoid gives, word by word.",
                f"{_OUTPUT}: a distribution, whose numbers add up to 1.",
                "softmax",
            ),
            Slip(
                "softmax not divided",
                lambda z: np.exp(np.minimum(z, 50)),
                "These are the exponentials alone.",
                "softmax divides them by their sum, so that they add up to 1.",
                "softmax",
            ),
            Slip(
                "softmax without e",
                lambda z: z / z.sum(),
                "The scores were divided by their sum.",
                "softmax takes e to the scores first, so that every share is positive.",
                "softmax",
            ),
            Slip(
                "tanh for softmax",
                np.tanh,
                "This is what tanh gives.",
                f"{_OUTPUT}: a distribution, whose numbers add up to 1.",
                "softmax",
            ),
        ),
    ),
)


def sample(draws: Draws, H: int, D: int) -> dict[str, npt.ArrayLike]:
    """As many words as units, so that a transposed U has the right shape too."""
    return {
        "W_h": draws.grid(-1, 1, 0.5, (H, H)),
        "W_x": draws.grid(-1.5, 1.5, 0.5, (H, D)),
        "b": draws.grid(-1, 1, 0.5, H),
        "h_prev": draws.grid(-0.9, 0.9, 0.1, H),
        "x": draws.grid(-2, 2, 0.5, D),
        "U": draws.grid(-2, 2, 1, (H, H)),
        "b_2": draws.grid(-1, 1, 0.5, H),
    }


def accept(given: Any, value: Any) -> bool:
    """|a| at most 2 and no two alike; scores up to 2.5 that do not nearly cancel."""
    a, s = np.sort(value.z_t), np.sort(value.scores)
    return bool(
        np.abs(a).max() <= 2
        and np.abs(s).max() <= 2.5
        and min(np.diff(a).min(), np.diff(s).min()) >= 0.15
        and abs(s.sum()) >= 0.3
        and np.abs(np.concatenate([given.h_prev, given.x])).min() > 0
    )


def reference(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    g = given
    inside, outside = rule.bias
    keeps_h, keeps_x = rule.terms
    params = RNNParams(keeps_h * rule.W_h(g.W_h), keeps_x * g.W_x, inside * g.b)
    _, trace = rnn_step(params, g.x, g.h_prev)
    z_t = yield "z_t", trace.z
    h_t = yield "h_t", rule.squashed(z_t) + outside * g.b
    scores = yield "scores", rule.U(g.U) @ rule.read(h_t, g.h_prev) + rule.b_2 * g.b_2
    yield "y_hat", rule.output(scores)


def statement(given: Any) -> str:
    g = given
    return (
        "Compute the new state `h_t` of the recurrent cell and the output `y_hat`, the "
        "distribution over the next word. (The pre-activation `z_t` and the output's `scores` may "
        "be given too.)\n\n"
        r"$$h_t = \tanh(W_h h_{t-1} + W_x x_t + b), \quad \hat{y}_t = \text{softmax}(U h_t + b_2)$$"
        "\n\n"
        + display(
            f"W_h = {matrix(g.W_h)}",
            f"W_x = {matrix(g.W_x)}",
            f"b = {matrix(g.b)}",
            f"h_{{t-1}} = {matrix(g.h_prev)}",
            f"x_t = {matrix(g.x)}",
        )
        + "\n\n"
        + display(f"U = {matrix(g.U)}", f"b_2 = {matrix(g.b_2)}")
    )


def worked(given: Any, value: Any) -> list[str]:
    g, v = given, value
    return [
        r"z_t &= W_h h_{t-1} + W_x x_t + b",
        rf"&= {matrix(g.W_h)} {matrix(g.h_prev)} + {matrix(g.W_x)} {matrix(g.x)} + {matrix(g.b)}",
        rf"&= {matrix(v.z_t)}",
        rf"h_t &= \tanh(z_t) = {matrix(v.h_t)}",
        rf"U h_t + b_2 &= {matrix(g.U)} {matrix(v.h_t)} + {matrix(g.b_2)} = {matrix(v.scores)}",
        rf"\hat{{y}}_t &= \text{{softmax}} {matrix(v.scores)} = {matrix(v.y_hat)}",
    ]


EXERCISES = (
    Exercise(
        id="rnn_step",
        title="One step of an RNN, with its output",
        parts=(
            Part("z_t", "z_t", optional=True, formerly="a_t"),
            Part("h_t", "h_t"),
            Part("scores", "U h_t + b_2", optional=True),
            Part("y_hat", r"\hat{y}_t"),
        ),
        formulas=RNN,
        rules=RULES,
        reference=reference,
        sample=sample,
        sizes={"H": 3, "D": 2},
        accept=accept,
        statement_text=statement,
        worked=worked,
        arguments=("W_h", "W_x", "b", "h_prev", "x", "U", "b_2"),
        returns=("h_t", "y_hat"),
        batched=("h_prev", "x"),
    ),
)
