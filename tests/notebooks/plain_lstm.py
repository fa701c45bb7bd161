"""An oracle of its own: the LSTM in plain Python, and the exams typed from their sheets.

It shares no line with course_utils and uses no NumPy, so that a slip in the library, in its copy of
the exams or in the lecture shows as a difference.
"""

from math import exp, prod, tanh
from typing import NamedTuple

Vector = list[float]
Matrix = list[Vector]


class Gate(NamedTuple):
    W: Matrix
    b: Vector


class Cell(NamedTuple):
    forget: Gate
    input: Gate
    candidate: Gate
    output: Gate


class Step(NamedTuple):
    z_f: Vector
    z_i: Vector
    z_c: Vector
    z_o: Vector
    f: Vector
    i: Vector
    c_tilde: Vector
    o: Vector
    kept: Vector
    written: Vector
    c: Vector
    h: Vector


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z)) if z >= 0 else exp(z) / (1 + exp(z))


def sigmoids(z: Vector) -> Vector:
    return [sigmoid(v) for v in z]


def tanhs(z: Vector) -> Vector:
    return [tanh(v) for v in z]


def softmax(z: Vector) -> Vector:
    e = [exp(v - max(z)) for v in z]
    return [v / sum(e) for v in e]


def dot(row: Vector, v: Vector) -> float:
    return sum(w * a for w, a in zip(row, v, strict=True))


def plus(*vectors: Vector) -> Vector:
    return [sum(numbers) for numbers in zip(*vectors, strict=True)]


def times(*vectors: Vector) -> Vector:
    return [prod(numbers) for numbers in zip(*vectors, strict=True)]


def pre(gate: Gate, v: Vector) -> Vector:
    return [dot(row, v) + bias for row, bias in zip(gate.W, gate.b, strict=True)]


def step(cell: Cell, v: Vector, c_prev: Vector) -> Step:
    """One step of a cell whose gates read `v`, in whatever order its W expects."""
    z_f, z_i, z_c, z_o = (pre(gate, v) for gate in cell)
    f, i, c_tilde, o = sigmoids(z_f), sigmoids(z_i), tanhs(z_c), sigmoids(z_o)
    kept, written = times(f, c_prev), times(i, c_tilde)
    c = plus(kept, written)
    h = times(o, tanhs(c))
    return Step(z_f, z_i, z_c, z_o, f, i, c_tilde, o, kept, written, c, h)


SMALL = Cell(
    forget=Gate([[1, -1, 2], [2, 0, -1]], [-1, -1]),
    input=Gate([[1, 1, -1], [1, -1, 1]], [-1, -1]),
    candidate=Gate([[2, 0, -1], [0, -2, 1]], [-1, -1]),
    output=Gate([[-1, 1, 2], [1, 2, 1]], [-1, 1]),
)
SMALL_HX, SMALL_C = [0.5, -0.5, 1], [1, -1]

E_1 = [[1, 1, 3, 4], [2, 3, 3, 4], [4, 1, 1, 0], [2, 0, 2, 4]]
X_1, COLUMN_1 = [2, 3, 3, 4], [1, 3, 1, 0]
H_1, C_1 = [0.76] * 4, [1, 1, 1, 0.99]
GATE_1 = Gate(
    [
        [6, 4, 3, 1, 5, 6, 2, 0],
        [0, 0, 6, 6, 1, 3, 3, 5],
        [6, 4, 2, 3, 4, 5, 1, 2],
        [6, 6, 2, 6, 1, 4, 0, 0],
    ],
    [4, 4, 2, 1],
)
SHEET_1_I = [0.017, 0.980, 0.003, 0]
SHEET_1_C = [1.017, 1.98, 1.003, 0.99]
SHEET_1_H = [0.769, 0.963, 0.763, 0.757]

CELL_2 = Cell(
    forget=Gate([[2, 6, 0, 0], [-3, 3, 6, 0]], [1, 0]),
    input=Gate([[3, 1, 2, 2], [-6, 3, 2, 1]], [0, 3]),
    candidate=Gate([[0, 4, 0, 5], [-2, 6, 2, 5]], [1, 1]),
    output=Gate([[4, 3, 4, 4], [-2, 2, 0, 4]], [1, -1]),
)
H_2, C_2, X_2 = [0.4165792, 0.32134238], [0.44354576, 1.99999732], [0, 2]
F_2, I_2, O_2 = [0.33209835, 0.9014788], [0.99999057, 0.333263], [0.33333224, 0.99998962]
SHEET_2_W = [[3, 4, 0, 5], [2, 6, 2, 5]]
SHEET_2_Z = [13.53, 13.75]
SHEET_2_I, SHEET_2_C = [0.4999, 0.3333], [1.1469, 2.1363]
SHEET_2_O, SHEET_2_H = [0.3321, 0.9015], [0.2723, 0.9719]
