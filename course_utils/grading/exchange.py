"""nbgrader's exchange, where one student's folder must not keep the others from being served."""

from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseFeedback
from nbgrader.utils import parse_utc


class Collect(ExchangeCollect):  # type: ignore[misc]
    """Collects every folder it can, and marks those it cannot.

    A folder that is too large or cannot be copied, and one without a notebook, becomes a submission
    with an empty file that says so by its name, so that it is graded with that reason; all of it
    stays in the exchange. The time of handing in is the one in the folder's name where the
    student's own timestamp.txt cannot be read.
    """

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy one submission from the exchange."""
        try:
            super().do_copy(src, dest, log)
        except Exception as error:
            self.log.error("%s could not be collected: %s", src, error)
            Path(dest).mkdir(parents=True, exist_ok=True)
            (Path(dest) / "could not be collected from the exchange.ipynb").touch()
        if not list(Path(dest).glob("*.ipynb")):
            (Path(dest) / "no notebook was handed in.ipynb").touch()
        stamp = Path(dest) / "timestamp.txt"
        if not _is_time(stamp):
            stamp.unlink(missing_ok=True)
            stamp.write_text(self._path_to_record(src)["timestamp"].isoformat(" "))

    def _path_to_record(self, path: str) -> dict[str, Any]:
        try:
            record: dict[str, Any] = super()._path_to_record(path)
        except ValueError:
            name = Path(path).name
            self.log.warning("%s names no time of handing in; taken as the oldest", name)
            record = {"username": name.split("+")[0], "filename": name, "timestamp": datetime.min}
        return record


class ReleaseFeedback(ExchangeReleaseFeedback):  # type: ignore[misc]
    """Releases feedback to those who handed in through the exchange.

    nbgrader stops at the first student who did not: such a submission has no secret to name the
    page by. Their pages stay in feedback/, to be sent the way the work came in.
    """

    def copy_files(self) -> None:
        """Copy the pages, leaving out those without a way back."""
        pages = Path(self.src_path).parent.parent.glob(f"*/{self.coursedir.assignment_id}")
        without = [
            folder.parent.name
            for folder in sorted(pages)
            if not (folder / "submission_secret.txt").exists()
        ]
        if without:
            self.log.info("No exchange to send feedback by: %s", ", ".join(without))
        before = self.coursedir.student_id_exclude
        self.coursedir.student_id_exclude = ",".join(filter(None, [before, *without]))
        try:
            super().copy_files()
        finally:
            self.coursedir.student_id_exclude = before


def _is_time(path: Path) -> bool:
    try:
        return parse_utc(path.read_text().strip() or "none") is not None
    except (OSError, ValueError, OverflowError):
        return False
