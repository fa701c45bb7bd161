"""The two exams the course grew from: their data, and what the handwritten solution answered.

The data are right as they stand. The handwritten answers hold slips, kept here because the course
teaches from them; `HANDWRITTEN_*` is never a reference solution.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from course_utils.cells import Affine, LSTMParams, LSTMState
from course_utils.cells.checks import Array


def _frozen(**values: object) -> Mapping[str, Array]:
    arrays = {name: np.array(value, dtype=np.float64) for name, value in values.items()}
    for array in arrays.values():
        array.setflags(write=False)
    return MappingProxyType(arrays)


EXAM_1 = _frozen(
    one_hot=[0, 1, 0, 0],
    E=[[1, 1, 3, 4], [2, 3, 3, 4], [4, 1, 1, 0], [2, 0, 2, 4]],
    W_i=[
        [6, 4, 3, 1, 5, 6, 2, 0],
        [0, 0, 6, 6, 1, 3, 3, 5],
        [6, 4, 2, 3, 4, 5, 1, 2],
        [6, 6, 2, 6, 1, 4, 0, 0],
    ],
    b_i=[4, 4, 2, 1],
    h_prev=[0.76, 0.76, 0.76, 0.76],
    c_prev=[1, 1, 1, 0.99],
    f_t=[1, 1, 1, 1],
    o_t=[1, 1, 1, 1],
    c_tilde=[1, 1, 1, 1],
)
"""Four units. Asked: the embedding, a gate from W_i and b_i, C_t and h_t; W_i reads [h_prev, x]."""

HANDWRITTEN_1 = _frozen(
    x=[2, 3, 3, 4],
    i_t=[0.017, 0.980, 0.003, 0],
    C_t=[1.017, 1.98, 1.003, 0.99],
    h_t=[0.769, 0.963, 0.763, 0.757],
)

EXAM_2 = _frozen(
    h_prev=[0.4165792, 0.32134238],
    c_prev=[0.44354576, 1.99999732],
    x=[0, 2],
    f_t=[0.33209835, 0.9014788],
    i_t=[0.99999057, 0.333263],
    o_t=[0.33333224, 0.99998962],
    W_f=[[2, 6, 0, 0], [-3, 3, 6, 0]],
    b_f=[1, 0],
    W_i=[[3, 1, 2, 2], [-6, 3, 2, 1]],
    b_i=[0, 3],
    W_c=[[0, 4, 0, 5], [-2, 6, 2, 5]],
    b_c=[1, 1],
    W_o=[[4, 3, 4, 4], [-2, 2, 0, 4]],
    b_o=[1, -1],
)
"""Two units, time 2. The gate values given do **not** follow from the given weights."""

HANDWRITTEN_2 = _frozen(
    W_c=[[3, 4, 0, 5], [2, 6, 2, 5]],
    z_c=[13.53, 13.75],
    c_tilde=[1, 1],
    i_t=[0.4999, 0.3333],
    C_t=[1.1469, 2.1363],
    o_t=[0.3321, 0.9015],
    h_t=[0.2723, 0.9719],
)

EXAM_2_PARAMS = LSTMParams(
    forget=Affine(EXAM_2["W_f"], EXAM_2["b_f"]),
    input=Affine(EXAM_2["W_i"], EXAM_2["b_i"]),
    candidate=Affine(EXAM_2["W_c"], EXAM_2["b_c"]),
    output=Affine(EXAM_2["W_o"], EXAM_2["b_o"]),
)
"""The consistent version of exam 2: all four blocks computed from the given weights."""

EXAM_2_STATE = LSTMState(EXAM_2["h_prev"], EXAM_2["c_prev"])
