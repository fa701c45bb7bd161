"""What was measured when stored networks were trained: a file of runs beside their weights."""

import json
import platform
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np

RUNS = "runs.json"


def make_runs(
    folder: Path,
    names: Sequence[str],
    makers: Mapping[str, Callable[[], Any]],
    about: Mapping[str, str],
) -> None:
    """Make what is named, or everything, and keep what the file in `folder` has of the others.

    The file is written after each, with `about` and the versions that made it.
    """
    path = folder / RUNS
    found = json.loads(path.read_text("utf-8")) if path.exists() else {}
    versions = {"python": platform.python_version(), "numpy": np.__version__}
    for name in names or tuple(makers):
        found[name] = makers[name]()
        parts = {made: found[made] for made in makers if made in found}
        told = {**about, **versions, **parts}
        lines = (f" {json.dumps(k)}: {json.dumps(v)}" for k, v in told.items())
        path.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
        click.echo(f"{name}: done")
