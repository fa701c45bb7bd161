"""Magics in a cell of the course: turned into Python, or refused where a test has them."""

import ast
from functools import lru_cache

from IPython.core.inputtransformer2 import TransformerManager

_AROUND = {"time", "capture"}
"""Cell magics that run their cell; without options, the cell is what they mean."""
_HARMLESS = {"autoreload", "colors", "config", "load_ext", "matplotlib", "precision"}
"""Line magics of which no test's result depends."""
_ESCAPES = {"run_line_magic": "%", "run_cell_magic": "%%", "system": "!", "getoutput": "!"}


class MagicError(ValueError):
    """A test with a magic that is not run outside the notebook. The message names it."""


@lru_cache(maxsize=1024)  # a class has the same cells a thousand times
def python(source: str) -> str:
    """Return a cell's code with its magics turned into Python.

    A magic around a cell that runs it and does nothing else, as `%%time`, is left away.
    """
    code = str(TransformerManager().transform_cell(source))
    match _magics(code), code.count("\n"):
        case [ast.Call(args=[ast.Constant(name), ast.Constant(""), ast.Constant(body)])], 1:
            if name in _AROUND:
                return "\n" + python(body)  # the lines keep their numbers
    return code


def check_magics(source: str) -> None:
    """Raise MagicError for a magic that has to be run for a test to mean what it says."""
    for call in _magics(python(source)):
        assert isinstance(call.func, ast.Attribute)
        name = str(call.args[0].value) if isinstance(call.args[0], ast.Constant) else ""
        if call.func.attr != "run_line_magic" or name not in _HARMLESS:
            raise MagicError(
                f"a test is run outside the notebook, where {_ESCAPES[call.func.attr]}{name} is "
                "not run: write it in Python"
            )


def _magics(code: str) -> list[ast.Call]:
    """Return the calls of IPython's that magics have been turned into."""
    if "get_ipython()" not in code:
        return []
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return []
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _ESCAPES
        and ast.unparse(node.func.value) == "get_ipython()"
        and node.args
    ]
