"""The course's decisions on questions, kept beside the gradebook that they have shaped.

`course drop` writes them to nbgrader_config.json and takes points out of the gradebook: one without
the other gives totals that nobody has decided on.
"""

import json
import os
from pathlib import Path
from typing import Any

from nbexaminer.backup.errors import BackUpError

FILE = "nbgrader_config.json"
SECTION = "Counting"
"""The decisions among the values of the file."""


def read(path: Path) -> dict[str, Any] | None:
    """Return the decisions in a file; None where it is not there or has none.

    Raises BackUpError where it cannot be read.
    """
    return _load(path).get(SECTION)


def write(root: Path, values: dict[str, Any] | None) -> None:
    """Set the decisions in the course's file, or take them out; whatever else is in it stays."""
    path = root / FILE
    if values == read(path):
        return
    others = {name: one for name, one in _load(path).items() if name != SECTION}
    after = others if values is None else others | {SECTION: values}
    if after:
        replace(path, (json.dumps(after, indent=2, ensure_ascii=False) + "\n").encode())
    else:
        path.unlink()


def keep(root: Path, saved: Path) -> None:
    """Write the decisions of now beside the back-up `saved`."""
    now = read(root / FILE)
    values = {} if now is None else {SECTION: now}
    with open(os.open(beside(saved), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(json.dumps(values, indent=2, ensure_ascii=False).encode())


def beside(saved: Path) -> Path:
    """Return where a back-up's decisions stand; one from before they were kept has no such file."""
    return saved.with_suffix(".json")


def replace(path: Path, raw: bytes) -> None:
    """Write the file whole or not at all."""
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(raw)
    new.replace(path)


def _load(path: Path) -> dict[str, Any]:
    try:
        values: Any = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise BackUpError(f"{path} is no JSON: {error}") from None
    if not isinstance(values, dict) or not isinstance(values.get(SECTION, {}), dict):
        raise BackUpError(f"{path} does not hold values for nbgrader")
    return values
