"""Attention over a few states: scores, weights, context; and the axis over which one normalises."""

from collections.abc import Generator
from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.cells import sigmoid, softmax
from course_utils.cells.checks import Array
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.drawing import Draws
from course_utils.exercises.latex import display, matrix, number, row
from course_utils.exercises.rules import Rule, Slip

_SUM = "The weights of one query are positive and sum to 1: e^score over the sum of all e^score."


def _slip(name: str, use: Any, did: str, why: str) -> Slip:
    return Slip(name, use, did, why, "attention")


def _one_hot(s: Array) -> Array:
    return np.asarray(s == s.max(axis=-1, keepdims=True), dtype=np.float64)


SCORE = Rule(
    "score",
    lambda q, k, v: q @ k.T,
    (
        _slip(
            "divided by √H",
            lambda q, k, v: q @ k.T / np.sqrt(k.shape[1]),
            "The scores were divided by √H.",
            "Transformers do that; here the score is the plain product q · k.",
        ),
        _slip(
            "scored by the values",
            lambda q, k, v: q @ v.T,
            "The query was multiplied with the values.",
            "It is compared with the keys; the values come in when the mean is taken.",
        ),
        _slip(
            "scored by length",
            lambda q, k, v: q @ k.T / np.linalg.norm(k, axis=1),
            "The products were divided by the lengths of the keys.",
            "The score is the plain product q · k: a longer key has more say.",
        ),
        _slip(
            "distance for product",
            lambda q, k, v: -np.linalg.norm(k - q[..., None, :], axis=-1),
            "The score is minus the distance of query and key.",
            "The score is the product q · k.",
        ),
    ),
)

SHARES = (
    _slip("not normalised", np.exp, "The exponentials were not divided by their sum.", _SUM),
    _slip("scores for weights", lambda s: s, "The scores serve as weights.", _SUM),
    _slip(
        "divided without exponentials",
        lambda s: s / s.sum(axis=-1, keepdims=True),
        "The scores were divided by their sum.",
        f"{_SUM} A negative score has a small weight, not a negative one.",
    ),
    _slip(
        "sigmoid for softmax",
        sigmoid,
        "Each score went through the sigmoid.",
        f"{_SUM} The keys compete.",
    ),
    _slip(
        "all on the best",
        _one_hot,
        "All of the weight is on the best key.",
        "Attention is soft: every key has its share.",
    ),
)
"""How the weights of one query go wrong."""

EACH_BY_ITSELF = _slip(
    "each score by itself",
    np.ones_like,
    "Every weight is 1: each score was normalised by itself.",
    "The softmax runs over the keys: the weights of one query sum to 1.",
)
OVER_THE_QUERIES = _slip(
    "softmax over the queries",
    lambda s: softmax(s.T).T,
    "The columns sum to 1: the softmax ran over the queries, the wrong axis.",
    "It runs over the keys: each row, all weights of one query, sums to 1.",
)
OVER_THE_TABLE = _slip(
    "softmax over the whole table",
    lambda s: softmax(s.ravel()).reshape(s.shape),
    "All weights together sum to 1.",
    "Each query has weights of its own: each row sums to 1.",
)

MEAN = Rule(
    "mean",
    lambda w, k, v: w @ v,
    (
        _slip(
            "keys averaged",
            lambda w, k, v: w @ k,
            "The weights were applied to the keys.",
            "Keys are for comparing. What is read is the values.",
        ),
        _slip(
            "weights left out",
            lambda w, k, v: np.broadcast_to(v.mean(axis=0), (w @ v).shape),
            "This is the plain mean of the values.",
            "Each value counts by its weight.",
        ),
        _slip(
            "best value only",
            lambda w, k, v: v[np.argmax(w, axis=-1)],
            "This is the value of the largest weight.",
            "The context is the sum over all keys of weight times value.",
        ),
        _slip(
            "divided by their number",
            lambda w, k, v: w @ v / len(v),
            "The sum was divided by the number of keys.",
            "The weights sum to 1 already: the weighted sum is the mean.",
        ),
    ),
)


def sample(draws: Draws, N: int, H: int) -> dict[str, npt.ArrayLike]:
    return {
        "query": draws.grid(-2, 2, 0.5, H),
        "keys": draws.grid(-1, 1, 0.5, (N, H)),
        "values": draws.grid(-3, 3, 1, (N, H)),
    }


def accept(given: Any, value: Any) -> bool:
    """Scores apart, of both sizes; no key or value of zeros, no query with one."""
    s = np.sort(value.scores)
    return bool(
        np.abs(given.query).min() > 0
        and np.abs(given.keys).sum(axis=1).min() > 0
        and np.abs(given.values).sum(axis=1).min() > 0
        and np.abs(s).max() <= 2.5
        and np.diff(s).min() >= 0.2
        and abs(s.sum()) >= 0.4
        and value.weights.max() <= 0.85
        and np.abs(value.context).min() >= 0.05
    )


def reference(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    g = given
    scores = yield "scores", rule.score(g.query, g.keys, g.values)
    weights = yield "weights", rule.normalise(scores)
    yield "context", rule.mean(weights, g.keys, g.values)


def statement(given: Any) -> str:
    return (
        "A decoder looks back at three states with its query $q$. Each state has a key $k_j$ and a "
        "value $v_j$, the rows of $K$ and $V$. Compute the `scores` $s_j = q \\cdot k_j$ (plain "
        "products, not divided by anything), the `weights` "
        r"$\alpha = \text{softmax}(s)$ and the `context` $\bar v = \sum_j \alpha_j v_j$:"
        "\n\n"
        + display(
            rf"q = {matrix(given.query)}",
            rf"K = {matrix(given.keys)}",
            rf"V = {matrix(given.values)}",
        )
    )


def worked(given: Any, value: Any) -> list[str]:
    powers = " + ".join(f"e^{{{number(s)}}}" for s in value.scores)
    terms = " + ".join(
        rf"{number(a)} {matrix(v)}" for a, v in zip(value.weights, given.values, strict=True)
    )
    return [
        rf"s &= K q = {matrix(given.keys)} {matrix(given.query)} = {matrix(value.scores)}",
        rf"\textstyle\sum_j e^{{s_j}} &= {powers} = {number(np.exp(value.scores).sum())}",
        rf"\alpha &= \text{{softmax}}(s) = {matrix(value.weights)}",
        rf"\bar v &= {terms} = {matrix(value.context)}",
    ]


def sample_many(draws: Draws, M: int, N: int, H: int) -> dict[str, npt.ArrayLike]:
    one = sample(draws, N, H)
    return {"queries": draws.grid(-2, 2, 0.5, (M, H)), "keys": one["keys"], "values": one["values"]}


def accept_many(given: Any, value: Any) -> bool:
    """As for one query, each of them; and two queries that differ."""
    s = value.scores
    return bool(
        np.abs(given.queries).min() > 0
        and np.abs(given.keys).sum(axis=1).min() > 0
        and np.abs(given.values).sum(axis=1).min() > 0
        and np.abs(s).max() <= 3
        and np.abs(s.sum(axis=-1)).min() >= 0.4
        and np.ptp(s, axis=-1).min() >= 0.5
        and np.ptp(s, axis=0).max() >= 0.5
        and value.weights.max() <= 0.9
    )


def reference_many(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    g = given
    scores = yield "scores", rule.score(g.queries, g.keys, g.values)
    weights = yield "weights", rule.normalise(scores)
    yield "context", rule.mean(weights, g.keys, g.values)


def statement_many(given: Any) -> str:
    return (
        "A decoder looks back at three states with two queries, the rows of $Q$; the rows of $K$ "
        "are the keys, those of $V$ the values. Compute the `weights`, a row for each query, and "
        "the `context`, a row for each query. (The `scores` $Q K^\\top$, not divided by anything, "
        "may be given too.)\n\n"
        + display(
            rf"Q = {matrix(given.queries)}",
            rf"K = {matrix(given.keys)}",
            rf"V = {matrix(given.values)}",
        )
    )


def worked_many(given: Any, value: Any) -> list[str]:
    return [
        rf"S &= Q K^\top = {matrix(value.scores)}",
        rf"\alpha &= \text{{softmax of each row}} = {matrix(value.weights)}",
        rf"\bar V &= \alpha V = {matrix(value.context)}",
    ]


def sample_table(draws: Draws) -> dict[str, npt.ArrayLike]:
    return {"scores": draws.grid(-1, 2, 0.5, (2, 3))}


def accept_table(given: Any, value: Any) -> bool:
    """Rows and columns that differ, sums that are not near zero."""
    s = given.scores
    return bool(
        np.abs(s.sum(axis=1)).min() >= 0.5
        and min(np.ptp(s[0]), np.ptp(s[1])) >= 1
        and np.abs(s[0] - s[1]).min() >= 0.5
    )


def reference_table(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    yield "weights", rule.normalise(given.scores)


def statement_table(given: Any) -> str:
    return (
        "Two queries have looked at three keys. Their scores stand in a table with a row for each "
        "query and a column for each key. Compute the `weights`, a table of the same shape:\n\n"
        + display(rf"S = {matrix(given.scores)}")
    )


def worked_table(given: Any, value: Any) -> list[str]:
    lines = [
        rf"\text{{query }} {n}: \quad \text{{softmax}} {row(s)} &= {row(w)}"
        for n, (s, w) in enumerate(zip(given.scores, value.weights, strict=True), 1)
    ]
    return [*lines, rf"\alpha &= {matrix(value.weights)}"]


EXERCISES = (
    Exercise(
        id="attention",
        title="Attention over three states",
        parts=(
            Part("scores", "s"),
            Part("weights", r"\alpha"),
            Part("context", r"\bar v"),
        ),
        rules=(SCORE, Rule("normalise", softmax, (EACH_BY_ITSELF, *SHARES)), MEAN),
        reference=reference,
        sample=sample,
        sizes={"N": 3, "H": 2},
        accept=accept,
        statement_text=statement,
        worked=worked,
    ),
    Exercise(
        id="attention_table",
        title="Weights for two queries",
        parts=(Part("weights", r"\alpha"),),
        rules=(
            Rule(
                "normalise", softmax, (OVER_THE_QUERIES, OVER_THE_TABLE, *SHARES[:1], *SHARES[2:])
            ),
        ),
        reference=reference_table,
        sample=sample_table,
        accept=accept_table,
        statement_text=statement_table,
        worked=worked_table,
    ),
    Exercise(
        id="attend",
        title="Attention for several queries",
        parts=(
            Part("scores", "S", optional=True),
            Part("weights", r"\alpha"),
            Part("context", r"\bar V"),
        ),
        rules=(SCORE, Rule("normalise", softmax, (OVER_THE_QUERIES, *SHARES)), MEAN),
        reference=reference_many,
        sample=sample_many,
        sizes={"M": 2, "N": 3, "H": 2},
        accept=accept_many,
        statement_text=statement_many,
        worked=worked_many,
        arguments=("queries", "keys", "values"),
        returns=("weights", "context"),
    ),
)
