"""An export plugin writes its whole file or none."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin

from course_utils.grading.platforms.results import UnknownNameError


class FileExport(ExportPlugin):  # type: ignore[misc]
    """Base of the exports: `rows` says what is in the file, in CSV as RFC 4180 has it."""

    default_name = "grades.csv"
    encoding = "utf-8"

    def rows(self, gradebook: Gradebook) -> Iterator[list[str]]:
        """Yield the file's rows, the header first. Raises UnknownNameError."""
        raise NotImplementedError

    def export(self, gradebook: Gradebook) -> None:
        """Write the file that `--to` names; an older one stays as it is where this fails."""
        target = Path(self.to or self.default_name)
        try:
            rows = list(self.rows(gradebook))
        except UnknownNameError as error:
            raise SystemExit(f"nothing was exported: {error}") from None
        target.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(
            "w", encoding=self.encoding, newline="", dir=target.parent, delete=False
        ) as file:
            csv.writer(file).writerows(rows)
        Path(file.name).chmod(0o644)
        os.replace(file.name, target)
        self.log.info("%d rows written to %s", len(rows), target)
