"""Files that are meant to stop the run."""

import json
import os
from pathlib import Path

from nbformat import NotebookNode

from tests.grading.attacks.attack import Attack
from tests.grading.course import by_id, written


def raw(content: bytes) -> object:
    return lambda nb: content


def deep_metadata(nb: NotebookNode) -> bytes:
    return b'{"metadata": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b', "cells": []}'


def strange_cells(nb: NotebookNode) -> bytes:
    content = json.loads(written(nb))
    content["cells"] = [None, 5, [], {}, {"cell_type": "code"}, *content["cells"]]
    content["cells"].append({"cell_type": "code", "source": 7, "metadata": [], "outputs": {}})
    content["nbformat"], content["nbformat_minor"] = 4, -(10**30)
    return json.dumps(content).encode()


def surrogates(nb: NotebookNode) -> bytes:
    for one in nb.cells:
        one.source += "\ud800\x00\x1b]0;title\x07"
    return written(nb)


def large(nb: NotebookNode) -> bytes:
    nb.cells[0].source = "x" * 60_000_000
    return written(nb)


def many_cells(nb: NotebookNode) -> bytes:
    one = {"cell_type": "code", "source": "1", "metadata": {}, "outputs": []}
    return json.dumps({**json.loads(written(nb)), "cells": [*nb.cells, *[one] * 400_000]}).encode()


def many_copies(nb: NotebookNode) -> bytes:
    return json.dumps({**nb, "cells": nb.cells + [by_id(nb, "hand")] * 50_000}).encode()


def link_to(target: str) -> object:
    def lay_down(folder: Path, content: bytes) -> None:
        (folder / "vault.ipynb").symlink_to(target)

    return lay_down


def fifo(folder: Path, content: bytes) -> None:
    os.mkfifo(folder / "vault.ipynb")


def as_folder(folder: Path, content: bytes) -> None:
    (folder / "vault.ipynb").mkdir()
    (folder / "vault.ipynb" / "vault.ipynb").write_bytes(content)


def hostile_names(folder: Path, content: bytes) -> None:
    for name in (
        "$(touch attack-left).ipynb",
        "a\nb\x1b[2J.ipynb",
        "-rf.ipynb",
        "\u202ekcatta.ipynb",
    ):
        (folder / name).write_bytes(content)


def hostile_timestamp(folder: Path, content: bytes) -> None:
    (folder / "vault.ipynb").write_bytes(content)
    (folder / "timestamp.txt").write_bytes(b"99999-99-99 \x00\xff in 10**9 years\n" * 1000)


def timestamp_before_all_time(folder: Path, content: bytes) -> None:
    (folder / "vault.ipynb").write_bytes(content)
    (folder / "timestamp.txt").write_text("0001-01-01 00:00:00 +1400")


def modules_beside(folder: Path, content: bytes) -> None:
    """Python files that would be imported, if the grader worked in this folder."""
    (folder / "vault.ipynb").write_bytes(content)
    for name in ("numpy", "json", "course_utils", "sitecustomize", "nbgrader_config", "handout"):
        (folder / f"{name}.py").write_text("import os; os._exit(3)")
    (folder / "course_utils").mkdir()
    (folder / "course_utils" / "__init__.py").write_text("import os; os._exit(3)")
    (folder / "handout.json").write_text("[]")
    (folder / "link").symlink_to("/etc/shadow")


ATTACKS = [
    Attack("is_no_json", edit=raw(b"{")),
    Attack("is_empty", edit=raw(b"")),
    Attack("is_binary", edit=raw(bytes(range(256)) * 1000)),
    Attack("is_a_number", edit=raw(b"17")),
    Attack("is_nested_too_deeply", edit=deep_metadata),
    Attack("has_strange_cells", edit=strange_cells),
    Attack("has_characters_that_are_none", edit=surrogates),
    Attack("is_enormous", edit=large, said="more than the 50 MB"),
    Attack("has_many_cells", edit=many_cells, said="too many parts to be a notebook"),
    Attack("has_many_copies", edit=many_copies, said="more than the 2000 that are read"),
    Attack("is_a_link_to_the_gradebook", lay_down=link_to("../../../gradebook.db")),
    Attack("is_a_link_to_a_neighbour", lay_down=link_to("../../honest-000/vault/vault.ipynb")),
    Attack("is_a_link_to_the_source", lay_down=link_to("../../../source/vault/vault.ipynb")),
    Attack("is_a_pipe", lay_down=fifo),
    Attack("is_a_folder", lay_down=as_folder),
    Attack("has_hostile_names", lay_down=hostile_names),
    Attack("has_a_hostile_timestamp", lay_down=hostile_timestamp),
    Attack("was_handed_in_before_all_time", lay_down=timestamp_before_all_time),
    Attack("brings_modules_along", lay_down=modules_beside),
]
