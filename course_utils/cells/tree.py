"""Parameters are named tuples of arrays, nested; here they are walked, mapped and joined.

A field that is None (a bias that a convention does not have) is no leaf and stays None.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np

from course_utils.cells.checks import Array, CellInputError

Tree = TypeVar("Tree")


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Array]]:
    """Yield every array of `tree` with its name, such as ``("forget.W", W)``, in order of fields.

    `tree` is an array, None, or a tuple (named or not) of such. Raises CellInputError at anything
    else, naming its place.
    """
    if tree is None:
        return
    if isinstance(tree, np.ndarray):
        yield path, tree
    elif isinstance(tree, tuple):
        fields = getattr(tree, "_fields", None)
        for k, child in enumerate(tree):
            here = f"{path}[{k}]" if fields is None else f"{path}.{fields[k]}".removeprefix(".")
            yield from leaves(child, here)
    else:
        raise CellInputError(
            f"{path or 'the tree'} is a {type(tree).__name__}, expected an array or a named tuple"
        )


def map_leaves(function: Callable[..., Any], tree: Tree, *others: Tree) -> Tree:
    """Return a tree like `tree` whose leaves are ``function(leaf, *leaves of the others)``.

    The others have the same structure, or CellInputError is raised.
    """
    return _map(function, "", tree, *others)  # type: ignore[no-any-return]


def _map(function: Callable[..., Any], path: str, tree: Any, *others: Any) -> Any:
    if isinstance(tree, tuple):
        if not all(isinstance(o, tuple) and len(o) == len(tree) for o in others):
            raise CellInputError(f"the trees differ at {path or 'the root'}")
        names = getattr(tree, "_fields", range(len(tree)))
        mapped = [
            _map(function, f"{path}.{name}".removeprefix("."), *children)
            for name, *children in zip(names, tree, *others, strict=True)
        ]
        return type(tree)(*mapped) if hasattr(tree, "_fields") else tuple(mapped)
    if any((o is None) != (tree is None) or isinstance(o, tuple) for o in others):
        raise CellInputError(f"the trees differ at {path or 'the root'}")
    return None if tree is None else function(tree, *others)


def flatten(tree: Any) -> Array:
    """Return one new vector (P,) of all numbers of `tree`, leaf after leaf."""
    return np.concatenate([leaf.ravel() for _, leaf in leaves(tree)])


def unflatten(like: Tree, vector: Array) -> Tree:
    """Return a tree shaped as `like` whose leaves are **views** of `vector`: the way back.

    A change of the vector in place is a change of the tree. Raises CellInputError when the
    lengths differ.
    """
    total = sum(leaf.size for _, leaf in leaves(like))
    if vector.shape != (total,):
        raise CellInputError(f"vector has shape {vector.shape}, expected ({total},)")
    start = 0

    def take(leaf: Array) -> Array:
        nonlocal start
        view: Array = vector[start : start + leaf.size].reshape(leaf.shape)
        start += leaf.size
        return view

    return map_leaves(take, like)
