"""What a recurrent cell, or a language model around it, is made of: counted and grouped."""

from collections.abc import Callable
from math import prod
from typing import Any, Literal, NamedTuple

from course_utils.cells import (
    CellInputError,
    ParameterCount,
    count_gru,
    count_lstm,
    count_rnn,
)
from course_utils.cells.counts import Convention

CellName = Literal["rnn", "lstm", "gru"]
CONVENTIONS: dict[str, str] = {
    "weights": "weights only",
    "textbook": "one bias per gate",
    "keras": "Keras",
    "pytorch": "PyTorch",
    "onnx": "ONNX",
}
_COUNTERS: dict[CellName, Callable[[int, int, Convention], ParameterCount]] = {
    "rnn": count_rnn,
    "lstm": count_lstm,
    "gru": count_gru,
}
GATES: dict[CellName, dict[str, str]] = {
    "rnn": {"h": "recurrent cell"},
    "lstm": {"f": "forget gate", "i": "input gate", "c": "candidate", "o": "output gate"},
    "gru": {"r": "reset gate", "z": "update gate", "h": "candidate"},
}


class Matrix(NamedTuple):
    """One matrix, or a bias vector as a matrix of one column."""

    symbol: str
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return prod(self.shape)


class Group(NamedTuple):
    """Matrices with the same rows, side by side: what they make is added up."""

    title: str
    part: Literal["embedding", "cell", "output"]
    matrices: tuple[Matrix, ...]


def model_groups(
    model: Literal["cell", "language model"],
    cell: CellName,
    vocabulary: int,
    inputs: int,
    units: int,
    convention: Convention,
    *,
    tied: bool = False,
) -> tuple[Group, ...]:
    """Return what is learned, group by group: a cell alone, or with embedding and output layer.

    In a language model `inputs` is the length of a word's vector. Raises CellInputError when a
    size is not a positive integer, or tied weights do not fit.
    """
    shapes = _COUNTERS[cell](inputs, units, convention).shapes
    groups = [
        Group(title, "cell", tuple(_named(cell, shapes, gate)))
        for gate, title in GATES[cell].items()
    ]
    if model == "cell":
        return tuple(groups)
    if tied and inputs != units:
        raise CellInputError(f"tied weights need E = H, got E = {inputs} and H = {units}")
    table = Group("embedding", "embedding", (Matrix("E", (vocabulary, inputs)),))
    output = [] if tied else [Matrix("U", (vocabulary, units))]
    if convention != "weights":
        output.append(Matrix("b_{2}", (vocabulary,)))
    after = [Group("output layer", "output", tuple(output))] if output else []
    return (table, *groups, *after)


def bias_vectors(cell: CellName, convention: Any) -> int:
    """Return how many bias vectors a gate has."""
    gate = next(iter(GATES[cell]))
    shapes = _COUNTERS[cell](1, 1, convention).shapes
    return sum(name.startswith(f"b_{gate}") for name in shapes)


def total(groups: tuple[Group, ...]) -> int:
    """Return how many numbers are learned."""
    return sum(matrix.size for group in groups for matrix in group.matrices)


def _named(cell: CellName, shapes: dict[str, tuple[int, ...]], gate: str) -> list[Matrix]:
    """The blocks of one gate under the names of the course; a plain RNN's have no gate's letter."""
    letter, bias = ("", "1") if cell == "rnn" else (gate, gate)
    symbols = {
        f"W_{gate}h": f"W_{{{letter}h}}",
        f"W_{gate}x": f"W_{{{letter}x}}",
        f"b_{gate}": f"b_{{{bias}}}",
        f"b_{gate}_recurrent": f"b_{{{bias}}}′",
    }
    return [Matrix(symbol, shapes[name]) for name, symbol in symbols.items() if name in shapes]
