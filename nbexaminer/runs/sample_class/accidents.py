"""What happens to notebooks between the student's desk and the grader's."""

import json
from copy import deepcopy

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from nbexaminer.notebook.released import graded_cells
from nbexaminer.runs.sample_class.roster import Accident


def handed_in(name: str, nb: NotebookNode, accident: Accident | None) -> tuple[str, bytes]:
    """Return the file name and the bytes that arrive when `name` is handed in."""
    nb = deepcopy(nb)
    cell = graded_cells(nb)[accident.cell] if accident and accident.cell else None
    match accident.kind if accident else None:
        case "wrong_kernel":
            nb.metadata["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}
        case "delete":
            nb.cells.remove(cell)
        case "duplicate":
            _duplicate(nb, cell)
        case "rename":
            name = name.removesuffix(".ipynb") + " (1).ipynb"
    raw = json.dumps(nb, indent=1, ensure_ascii=False).encode()
    if accident and accident.kind == "cut_off":
        raw = raw[: len(raw) * 2 // 3]
    return name, raw


def _duplicate(nb: NotebookNode, cell: NotebookNode | None) -> None:
    """Copy a cell as JupyterLab does, metadata and all; the original keeps a wrong attempt."""
    index = nb.cells.index(cell)
    copy = new_code_cell(nb.cells[index].source, metadata=deepcopy(nb.cells[index].metadata))
    signature = nb.cells[index].source.splitlines()[0]
    nb.cells[index].source = f"{signature}\n    return 0"
    nb.cells.insert(index + 3, copy)
