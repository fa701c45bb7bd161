"""nbgrader's check of cells' metadata, which remembers what it has found valid."""

import json
from typing import Any

from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import CheckCellMetadata


class _RememberingValidator(MetadataValidator):  # type: ignore[misc]
    """What is checked of a cell is a function of its metadata and its type.

    nbgrader reads its schema from files and checks the schema itself for every cell.
    """

    def __init__(self) -> None:
        super().__init__()
        self._valid: set[tuple[str, str]] = set()

    def validate_cell(self, cell: NotebookNode) -> None:
        checked = (cell.cell_type, json.dumps(cell.metadata.get("nbgrader"), sort_keys=True))
        if checked not in self._valid:
            super().validate_cell(cell)
            self._valid.add(checked)


_VALIDATOR = _RememberingValidator()


class CheckMetadata(CheckCellMetadata):  # type: ignore[misc]
    """nbgrader's CheckCellMetadata, for many submissions in one process."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` as it is; raises ValidationError."""
        _VALIDATOR.validate_nb(nb)
        return nb, resources
