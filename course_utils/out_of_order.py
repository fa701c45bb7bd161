"""A cell run out of order says which one comes first.

An extension of IPython: `ipython_kernel_config.json`, which is installed beside the package, loads
it into every kernel. It acts in notebooks that Jupyter has opened, on a NameError alone, and only
where another cell of that notebook makes the name.
"""

import ast
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

LONGEST = 10_000_000
"""Of a notebook in bytes; a larger one is not searched."""


def load_ipython_extension(shell: Any) -> None:
    """Follow up each NameError in the notebook that this kernel was started for, if there is one.

    Jupyter's server says its path in JPY_SESSION_NAME.
    """
    path = Path(os.environ.get("JPY_SESSION_NAME", ""))
    if path.suffix != ".ipynb":
        return

    def shown(
        shell: Any, kind: type, error: NameError, traceback: TracebackType, tb_offset: Any = None
    ) -> None:
        shell.showtraceback((kind, error, traceback), tb_offset=tb_offset)
        if said := comes_first(path, str(error.name or "")):
            print(said)

    shell.set_custom_exc((NameError,), shown)


def comes_first(path: Path, name: str) -> str | None:
    """Return the sentence on the cell that makes `name`; None where none does or none can be read.

    `path` is the notebook as it was last saved.
    """
    try:
        if path.stat().st_size > LONGEST:
            return None
        cells = json.loads(path.read_text("utf-8"))["cells"]
        found = _maker(cells, name)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return found and (
        f"{name} is made by {found}, which has not been run. Run that cell first; or click this "
        "one and choose Kernel → Restart Kernel and Run up to Selected Cell."
    )


def _maker(cells: list[Any], name: str) -> str | None:
    section = ""
    first = True
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            for heading in re.findall(r"(?m)^#{2,} (.+)$", source):
                section = f" in section “{heading.strip()}”"
        elif cell["cell_type"] == "code":
            if name in _made(source):
                begins = source.strip().partition("\n")[0].strip()
                return "the first cell" if first else f"the cell{section} that begins “{begins}”"
            first = False
    return None


def _made(source: str) -> set[str]:
    """The names that a cell makes at its top level; none where it does not parse."""
    try:
        tree = ast.parse(re.sub(r"(?m)^[ \t]*[%!].*$", "", source))
    except SyntaxError:
        return set()
    return set(_bound(tree))


def _bound(node: ast.AST) -> Iterator[str]:
    """What stands below `node` and is bound outside of functions, classes and comprehensions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield child.name
        elif isinstance(child, ast.alias):
            yield (child.asname or child.name).partition(".")[0]
        elif isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id
        elif not isinstance(child, ast.Lambda | ast.comprehension):
            yield from _bound(child)
