"""Trees drawn at random, and numbers for what stands in them."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from course_utils.formulas.functions import FUNCTIONS, Array
from course_utils.formulas.nodes import (
    Apply,
    Columns,
    Diagonal,
    Dot,
    Joined,
    Matmul,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    Transposed,
)

VECTORS = ("f_t", "c_prev", "C_t", "c_tilde", "h_prev", "x", "z_f", "b_hn", "y_hat", "scores")
MATRICES = ("W_f", "U", "W_hh", "V_2")

vectors = st.sampled_from(VECTORS).map(Symbol)
numbers = st.sampled_from([0.0, 0.01, 0.5, 1.0, 2.0, 12.25]).map(Number)
matrices = st.sampled_from(MATRICES).map(Symbol)
columns = st.builds(Columns, matrices, st.integers(0, 2), st.integers(3, 12))
matrices = st.one_of(matrices, columns)
matrices = st.one_of(matrices, matrices.map(Transposed))


def _larger(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several: Any = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Negative, parts),
        st.builds(Sum, several),
        st.builds(Product, several),
        st.builds(Joined, several),
        st.builds(Quotient, parts, parts),
        st.builds(Power, parts, parts),
        st.builds(Matmul, matrices, parts),
        st.builds(Diagonal, matrices),
        st.builds(Dot, parts, parts),
        st.builds(Apply, st.sampled_from(sorted(FUNCTIONS)), parts),
    )


trees = st.recursive(st.one_of(vectors, numbers), _larger, max_leaves=12)


def values(rng: np.random.Generator, shapes: dict[str, tuple[int, ...]]) -> dict[str, Array]:
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}
