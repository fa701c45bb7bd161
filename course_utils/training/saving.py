"""Parameters as .npz files: arrays by name and a description of the tree, never pickle."""

import json
from os import PathLike
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from course_utils.cells import (
    Affine,
    CellInputError,
    GRUParams,
    LSTMParams,
    LSTMState,
    RNNParams,
    leaves,
)
from course_utils.cells.checks import Array
from course_utils.training.encoder_decoder import EncoderDecoderParams
from course_utils.training.model import ModelParams

_STRUCTURE = "__structure__"
_TYPES: dict[str, Any] = {
    t.__name__: t
    for t in (
        Affine,
        EncoderDecoderParams,
        GRUParams,
        LSTMParams,
        LSTMState,
        ModelParams,
        RNNParams,
    )
}


def save_params(path: str | PathLike[str], params: Any) -> None:
    """Write a tree of parameters to `path`, as it is named, suffix or none.

    Raises CellInputError when the tree holds a type that :func:`load_params` does not know.
    """
    structure = json.dumps(_describe(params))
    arrays: dict[str, Any] = dict(leaves(params))
    with Path(path).open("wb") as file:  # a file, because np.savez would add .npz to a name
        np.savez(file, allow_pickle=False, **{_STRUCTURE: np.array(structure)}, **arrays)


def load_params(path: str | PathLike[str]) -> Any:
    """Read what :func:`save_params` wrote, with its types, shapes and dtypes.

    Raises CellInputError when the file is not such a file; nothing in it is ever executed.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return _build(json.loads(str(arrays[_STRUCTURE])), arrays, "")
    except (ValueError, KeyError, TypeError, AttributeError, EOFError, BadZipFile) as error:
        raise CellInputError(
            f"{path} does not hold parameters as save_params writes them: {error}"
        ) from error


def _describe(tree: Any) -> Any:
    """Return None, "array", a list (a tuple) or {"type": …, "fields": …} (a named tuple)."""
    if tree is None:
        return None
    if isinstance(tree, np.ndarray):
        return "array"
    name = type(tree).__name__
    if hasattr(tree, "_fields"):
        if _TYPES.get(name) is not type(tree):
            raise CellInputError(f"{name} cannot be saved, expected one of {', '.join(_TYPES)}")
        return {"type": name, "fields": {n: _describe(c) for n, c in tree._asdict().items()}}
    if isinstance(tree, tuple):
        return [_describe(child) for child in tree]
    raise CellInputError(f"a {name} cannot be saved, expected an array or a named tuple")


def _build(description: Any, arrays: dict[str, Array], path: str) -> Any:
    if description is None:
        return None
    if description == "array":
        return arrays[path]
    if isinstance(description, list):
        return tuple(_build(d, arrays, f"{path}[{k}]") for k, d in enumerate(description))
    fields = description["fields"].items()
    return _TYPES[description["type"]](
        **{n: _build(d, arrays, f"{path}.{n}".removeprefix(".")) for n, d in fields}
    )
