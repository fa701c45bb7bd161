"""Plugins for `nbgrader zip_collect`, so that one bad file does not keep the others out."""

import re
import shutil
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin
from traitlets import Unicode


class ExtractEachArchive(ExtractorPlugin):  # type: ignore[misc]
    """nbgrader's extractor, called for one file at a time.

    An archive that cannot be opened is laid down as an unreadable notebook, and one without a
    notebook gets an empty file that says so by its name: their students are graded with that
    reason instead of being left out.
    """

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Extract or copy every file under `archive_path` to `extracted_path`."""
        archive = Path(archive_path)
        for file in sorted(path for path in archive.rglob("*") if path.is_file()):
            inner = file.relative_to(archive)
            with TemporaryDirectory() as alone:
                (Path(alone) / inner).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, Path(alone) / inner)
                self._extract_alone(file, alone, Path(extracted_path), inner.with_suffix(""))

    def _extract_alone(self, file: Path, alone: str, extracted: Path, inner: Path) -> None:
        folder = extracted / inner
        try:
            super().extract(alone, str(extracted))
        except Exception as error:
            self.log.error("%s cannot be unpacked: %s", file, error)
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, folder / f"{file.name}.ipynb")
        if folder.is_dir() and not list(folder.rglob("*.ipynb")):
            (folder / "no notebook was handed in.ipynb").touch()


class StudentAndTime(FileNameCollectorPlugin):  # type: ignore[misc]
    """nbgrader's collector by file name, with a format for the time of handing in."""

    timestamp_format = Unicode(
        "%Y-%m-%d-%H-%M-%S", help="How the regexp's group `timestamp` is written; it is UTC."
    ).tag(config=True)

    def _match(self, filename: str) -> dict[str, str | datetime] | None:
        found: dict[str, str | datetime] | None = super()._match(re.sub(r"[\\/]+", "/", filename))
        if found and isinstance(stamp := found.get("timestamp"), str):
            try:
                found["timestamp"] = datetime.strptime(stamp, self.timestamp_format)
            except ValueError:
                self.log.warning("%r in %s is not a time; taken as the oldest", stamp, filename)
                found["timestamp"] = datetime.min
        return found
