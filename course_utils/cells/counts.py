"""How many parameters a cell has, by whose convention.

A question on counts always says whether the embedding, the output layer, biases and tied weights
count; here each of these is an argument, and each matrix is listed with its shape.
"""

from math import prod
from typing import Literal, NamedTuple

from course_utils.cells.checks import CellInputError

Convention = Literal["weights", "textbook", "keras", "pytorch", "onnx"]
"""weights: no biases. textbook: one bias vector a gate. keras: its defaults (two a gate in a GRU,
where reset_after=True). pytorch, onnx: two bias vectors a gate, b_ih and b_hh."""

_CONVENTIONS = ("weights", "textbook", "keras", "pytorch", "onnx")


class ParameterCount(NamedTuple):
    """A total and what it is made of."""

    total: int
    shapes: dict[str, tuple[int, ...]]
    """Each matrix or vector by its name in the course, with its shape."""


def count_rnn(inputs: int, units: int, convention: Convention = "textbook") -> ParameterCount:
    """Count tanh(W_h h + W_x x + b): H(D + H) weights and 0, H or 2H biases.

    Raises CellInputError when a size is not a positive integer or the convention is unknown.
    """
    return _count_cell(["h"], inputs, units, _bias_vectors(convention, keras=1))


def count_lstm(
    inputs: int, units: int, convention: Convention = "textbook", *, peepholes: bool = False
) -> ParameterCount:
    """Count the four blocks of an LSTM: 4H(D + H) weights and 0, 4H or 8H biases.

    `peepholes` adds the three vectors through which the gates look at C (Gers & Schmidhuber 2000).
    Raises CellInputError when a size is not a positive integer or the convention is unknown.
    """
    count = _count_cell(["f", "i", "c", "o"], inputs, units, _bias_vectors(convention, keras=1))
    if not peepholes:
        return count
    return _counted(count.shapes | {f"p_{gate}": (units,) for gate in "fio"})


def count_gru(inputs: int, units: int, convention: Convention = "textbook") -> ParameterCount:
    """Count the three blocks of a GRU: 3H(D + H) weights and 0, 3H or 6H biases.

    textbook is also Keras with reset_after=False; keras is its default, reset_after=True, with two
    bias vectors a gate. Raises CellInputError when a size is not a positive integer or the
    convention is unknown.
    """
    return _count_cell(["r", "z", "h"], inputs, units, _bias_vectors(convention, keras=2))


def count_rnn_language_model(
    vocabulary: int,
    embedding: int,
    units: int,
    convention: Convention = "textbook",
    *,
    tied: bool = False,
) -> ParameterCount:
    """Count embedding, RNN and softmax output: V·E + H(E + H) + H·V weights, and biases.

    The output layer has one bias vector in every convention but "weights". The length of a sequence
    does not enter: the same matrices serve every step. `tied` uses the embedding as output matrix
    too, which needs E = H. Raises CellInputError when a size is not a positive integer, the
    convention is unknown, or tied weights do not fit.
    """
    _check_sizes(vocabulary=vocabulary, embedding=embedding, units=units)
    if tied and embedding != units:
        raise CellInputError(f"tied weights need E = H, got E = {embedding} and H = {units}")
    shapes: dict[str, tuple[int, ...]] = {"E": (vocabulary, embedding)}
    shapes |= count_rnn(embedding, units, convention).shapes
    if not tied:
        shapes["U"] = (vocabulary, units)
    if convention != "weights":
        shapes["b_2"] = (vocabulary,)
    return _counted(shapes)


def _count_cell(gates: list[str], inputs: int, units: int, biases: int) -> ParameterCount:
    _check_sizes(inputs=inputs, units=units)
    shapes: dict[str, tuple[int, ...]] = {}
    for gate in gates:
        shapes[f"W_{gate}h"] = (units, units)
        shapes[f"W_{gate}x"] = (units, inputs)
        shapes |= {f"b_{gate}{suffix}": (units,) for suffix in ["", "_recurrent"][:biases]}
    return _counted(shapes)


def _counted(shapes: dict[str, tuple[int, ...]]) -> ParameterCount:
    return ParameterCount(sum(prod(shape) for shape in shapes.values()), shapes)


def _bias_vectors(convention: Convention, *, keras: int) -> int:
    """How many bias vectors a gate has."""
    if convention not in _CONVENTIONS:
        raise CellInputError(
            f"convention is {convention!r}, expected one of {', '.join(_CONVENTIONS)}"
        )
    return {"weights": 0, "textbook": 1, "keras": keras, "pytorch": 2, "onnx": 2}[convention]


def _check_sizes(**sizes: int) -> None:
    for name, size in sizes.items():
        if not isinstance(size, int) or isinstance(size, bool) or size < 1:
            raise CellInputError(f"{name} is {size!r}, expected a positive integer")
