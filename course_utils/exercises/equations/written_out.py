"""Gates and candidate where a student writes out what they are: ``σ(W_f [h_{t-1}, x_t] + b_f)``.

An equation of a state may hold its gates by name or written out. Which gate it is, the index of its
weights says; the argument has to be what every LSTM's is, weights times h_{t-1} and x_t.
"""

import re

from course_utils.formulas import FormulaError
from course_utils.formulas.nodes import Joined, Matmul, Node, Product, Sum, Symbol, is_matrix
from course_utils.formulas.reading import calculation

_QUANTITY = {"f": "f_t", "i": "i_t", "o": "o_t", "c": "c_tilde", "g": "c_tilde"}
_FUNCTION = {"f_t": "sigmoid", "i_t": "sigmoid", "o_t": "sigmoid", "c_tilde": "tanh"}
_READ = {"h_prev", "x"}
_NO_UNDERSCORE = re.compile(r"(?<![A-Za-z_])([WURVbz])(?=[fiocCgxh]{1,2}(?![A-Za-z]))")
_CONCATENATED = re.compile(
    r"(?:\w+\.)*(?:concat(?:enate)?|cat|[hv]stack)\s*\(\s*[(\[]([^()\[\]]*)[)\]][^()\[\]]*\)"
)
_PRODUCT = re.compile(
    r"(?:\w+\.)*(?:dot|matmul)\s*\(\s*(\w+)\s*,\s*(\[[^\[\]]*\]|[\w{}-]+)\s*\)"
    r"|(\w+)\.(?:dot|matmul)\s*\(\s*(\[[^\[\]]*\]|[\w{}-]+)\s*\)"
)
_INDEX = re.compile(r"(?<![A-Za-z])[WUVRbz]_?\{?[xh]?([fiocg])[xh]?(?![A-Za-z])")
_MAY_BE = re.compile(r"(?<![A-Za-z])[WURVzas](?![a-z]{3})")
_VECTORS = re.compile(r"\(([^()\[\]]*,[^()\[\]]*)\)")


def function_of(quantity: str) -> str | None:
    """Return the function that gives a gate or the candidate, or None for another quantity."""
    return _FUNCTION.get(quantity)


def is_of_another(quantity: str, argument: str) -> bool:
    """Tell whether weights and pre-activation in `argument` are all other gates'."""
    found = {_QUANTITY[index] for index in _INDEX.findall(argument)}
    return bool(found) and quantity not in found


def quantity_of(function: str, argument: str) -> str | None:
    """Return the quantity that `function` of `argument` is, or None where it is none of an LSTM's.

    `argument` is in plain notation, as `dress` leaves it.
    """
    if not _MAY_BE.search(argument):
        return None
    plain = _CONCATENATED.sub(r"[\1]", _NO_UNDERSCORE.sub(r"\1_", argument).replace("X", "x"))
    plain = _PRODUCT.sub(r"\1\3 \2\4", plain)
    try:
        tree = calculation(_VECTORS.sub(r"[\1]", plain))
    except FormulaError:
        return None
    indices: set[str] = set()
    read: set[str] = set()
    terms = tree.parts if isinstance(tree, Sum) else (tree,)
    for term in terms:
        if isinstance(term, Symbol) and term.name[:2] in ("z_", "a_", "s_") and len(terms) == 1:
            read |= _READ
            indices.add(_index(term))
        elif isinstance(term, Symbol) and term.name[:2] == "b_":
            indices.add(_index(term))
        elif found := _weighted(term):
            indices.add(_index(found[0]))
            read |= found[1]
        else:
            return None
    quantity = _QUANTITY.get(indices.pop()) if len(indices) == 1 and read == _READ else None
    return quantity if quantity and _FUNCTION[quantity] == function else None


def _weighted(term: Node) -> tuple[Symbol, set[str]] | None:
    """Return the weights of ``W [h, x]``, or ``x W``, and the vectors that they multiply."""
    if not isinstance(term, Matmul | Product) or len(term.children) != 2:
        return None
    weights, vector = sorted(term.children, key=is_matrix, reverse=True)
    vectors = vector.children if isinstance(vector, Joined) else (vector,)
    names = {part.name for part in vectors if isinstance(part, Symbol)}
    if not isinstance(weights, Symbol) or not is_matrix(weights) or len(names) != len(vectors):
        return None
    return (weights, names) if names <= _READ else None


def _index(weights: Symbol) -> str:
    """Return which gate weights belong to: W_f, W_{xf}, W_{fh} and W_{if} are f's."""
    index = "".join(weights.name.split("_")[1:]).lower().removesuffix("t")
    return index.strip("xh")[-1:] or index[-1:]
