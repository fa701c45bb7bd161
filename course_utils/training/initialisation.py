"""Where parameters start. Each function draws from a generator, so that a seed decides all."""

from typing import Literal

import numpy as np

from course_utils.cells import Affine, CellInputError, GRUParams, LSTMParams, RNNParams
from course_utils.cells.any_cell import CellParams
from course_utils.cells.checks import Array
from course_utils.training.model import ModelParams

CellName = Literal["rnn", "gru", "lstm"]
Recurrent = Literal["uniform", "orthogonal"]
"""How the weights that read h start: each at random, or each matrix a random rotation."""
Generator = np.random.Generator


def uniform(rng: Generator, rows: int, columns: int) -> Array:
    """U(-1/√rows, 1/√rows), as PyTorch starts its cells; one row per unit."""
    bound = 1 / np.sqrt(rows)
    return rng.uniform(-bound, bound, (rows, columns))


def orthogonal(rng: Generator, size: int) -> Array:
    """A random rotation: every singular value is 1, so that W_h alone shrinks and stretches
    nothing (Saxe 2014)."""
    Q, R = np.linalg.qr(rng.normal(size=(size, size)))
    rotation: Array = Q * np.sign(np.diag(R))
    return rotation


def start_affine(rng: Generator, rows: int, columns: int) -> Affine:
    """A readout: weights U(±1/√columns), zero bias."""
    bound = 1 / np.sqrt(columns)
    return Affine(rng.uniform(-bound, bound, (rows, columns)), np.zeros(rows))


def start_cell(
    rng: Generator,
    cell: CellName,
    inputs: int,
    units: int,
    *,
    forget_bias: float = 1.0,
    input_bias: float = 0.0,
    update_bias: float = 0.0,
    recurrent: Recurrent = "uniform",
) -> CellParams:
    """Draw a cell: uniform weights, zero biases but for those of the gates that are named.

    forget_bias 1 keeps an LSTM's memory open from the start (Jozefowicz 2015), and update_bias
    does the same for a GRU, whose Z keeps. A GRU has its reset before the product.
    Each bias belongs to one cell and means nothing to the others. Raises CellInputError when the
    cell is unknown.
    """

    def gate(bias: float = 0.0) -> Affine:
        W = uniform(rng, units, units + inputs)
        if recurrent == "orthogonal":
            W[:, :units] = orthogonal(rng, units)
        return Affine(W, np.full(units, float(bias)))

    if cell == "rnn":
        p = gate()
        return RNNParams(W_h=p.W[:, :units].copy(), W_x=p.W[:, units:].copy(), b=p.b)
    if cell == "gru":
        return GRUParams(reset=gate(), update=gate(update_bias), candidate=gate())
    if cell == "lstm":
        return LSTMParams(
            forget=gate(forget_bias), input=gate(input_bias), candidate=gate(), output=gate()
        )
    raise CellInputError(f"cell is {cell!r}, expected 'rnn', 'gru' or 'lstm'")


def start_model(
    rng: Generator,
    cell: CellName,
    units: int,
    outputs: int,
    *,
    inputs: int | None = None,
    vocabulary: int | None = None,
    embedding: int | None = None,
    layers: int = 1,
    forget_bias: float = 1.0,
    input_bias: float = 0.0,
    update_bias: float = 0.0,
    recurrent: Recurrent = "uniform",
) -> ModelParams:
    """Draw a model that reads vectors (`inputs`) or tokens (`vocabulary`, of `embedding` numbers).

    Raises CellInputError when neither or both are given.
    """
    if (inputs is None) == (vocabulary is None):
        raise CellInputError("give either inputs, for vectors, or vocabulary, for tokens")
    E = None
    if vocabulary is not None:
        inputs = embedding or units
        E = rng.normal(size=(vocabulary, inputs)) / np.sqrt(inputs)
    widths = [int(inputs or 0), *[units] * (layers - 1)]
    stack = tuple(
        start_cell(
            rng, cell, width, units,
            forget_bias=forget_bias, input_bias=input_bias, update_bias=update_bias,
            recurrent=recurrent,
        )
        for width in widths
    )  # fmt: skip
    return ModelParams(E, stack, start_affine(rng, outputs, units))
