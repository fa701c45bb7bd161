"""From a word's number to its vector.

The embedding matrix E has shape (V, E): a word's vector is its **row**. The seed's notes write the
same thing with columns (a 6x9 matrix for 9 words of 6 numbers); transpose to translate.
"""

import numpy as np
import numpy.typing as npt

from course_utils.cells.checks import Array, CellInputError, as_features, as_matrix


def one_hot(token: npt.ArrayLike, vocabulary_size: int) -> Array:
    """Return vectors of zeros with a single 1 at `token`: shape (...) gives (..., V).

    `token` holds integers from 0 to V - 1. Raises CellInputError for any other.
    """
    ids = _token_ids(token, vocabulary_size)
    vectors: Array = np.eye(vocabulary_size)[ids]
    return vectors


def embedding_lookup(E: npt.ArrayLike, token: npt.ArrayLike) -> Array:
    """Return row `token` of the embedding matrix E: (V, E) and tokens (...) give (..., E).

    It equals ``one_hot(token, V) @ E``, without the multiplications by zero. Raises CellInputError
    when E is not a matrix or a token is not an integer from 0 to V - 1.
    """
    E = as_matrix("E", E, (None, None))
    rows: Array = E[_token_ids(token, E.shape[0])]
    return rows


def _token_ids(token: npt.ArrayLike, vocabulary_size: int) -> npt.NDArray[np.integer]:
    ids = np.asarray(token)
    if ids.dtype.kind not in "iu":
        raise CellInputError(
            f"token has dtype {ids.dtype}, expected integers from 0 to {vocabulary_size - 1}"
        )
    outside = (ids < 0) | (ids >= vocabulary_size)
    if outside.any():
        raise CellInputError(
            f"token {ids[outside].flat[0]} is outside the vocabulary, "
            f"expected integers from 0 to {vocabulary_size - 1}"
        )
    return ids


def embedding_backward(E: npt.ArrayLike, token: npt.ArrayLike, d_vectors: npt.ArrayLike) -> Array:
    """Return dL/dE (V, E) from dL/d(the vectors) (..., E): each adds to the row it came from.

    A word that occurs twice gets both gradients; one that does not occur gets zeros. Raises
    CellInputError as :func:`embedding_lookup` does, or when d_vectors has another shape.
    """
    E = as_matrix("E", E, (None, None))
    ids = _token_ids(token, E.shape[0])
    d_vectors = as_features("d_vectors", d_vectors, E.shape[1])
    if d_vectors.shape[:-1] != ids.shape:
        raise CellInputError(
            f"d_vectors has shape {d_vectors.shape}, expected {(*ids.shape, E.shape[1])}"
        )
    d_E = np.zeros(E.shape, np.result_type(E, d_vectors))
    np.add.at(d_E, ids, d_vectors)
    return d_E
