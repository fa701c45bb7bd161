"""Feedback pages made in memory, and read back as a browser would."""

from html.parser import HTMLParser
from types import SimpleNamespace

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from nbexaminer.feedback import FeedbackExporter
from nbexaminer.notebook.judgements import Judgement, keep_judgement

FORGED = "<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>x</a>"


def checked_cell(
    name: str, source: str, score: float, points: float, **kept: object
) -> NotebookNode:
    """Return a marked test cell, as GetMarks leaves it."""
    return new_code_cell(source, metadata={"nbgrader": marks(name, score, points) | kept})


def answer_cell(name: str, source: str, comment: str = "") -> NotebookNode:
    """Return an answer cell."""
    kept = {"grade_id": name, "grade": False, "solution": True, "schema_version": 3}
    return new_code_cell(source, metadata={"nbgrader": kept | {"comment": comment}})


def words_cell(name: str, source: str, score: float, points: float, **kept: object) -> NotebookNode:
    """Return an answer in words, which is marked itself."""
    metadata = marks(name, score, points) | {"solution": True} | kept
    return new_markdown_cell(source, metadata={"nbgrader": metadata})


def marks(name: str, score: float, points: float) -> dict[str, object]:
    return {
        "grade_id": name, "grade": True, "solution": False, "schema_version": 3,
        "score": score, "points": points, "open": False,
    }  # fmt: skip


def stdout(text: str) -> NotebookNode:
    return new_output("stream", name="stdout", text=text)


def page(
    *cells: NotebookNode,
    student: str = "s1",
    remarks: tuple[dict, ...] = (),
    judgement: Judgement | None = None,
) -> str:
    """Return the feedback page of a notebook with these cells; `judgement` is of the first."""
    nb = new_notebook(cells=list(cells), metadata={"course_utils": {"remarks": list(remarks)}})
    if judgement is not None:
        keep_judgement(nb, cells[0], judgement)
    names = {
        "student": student, "assignment": "ps1", "notebook": "sums",
        "score": 1.0, "max_score": 3.0, "late_penalty": 0.0,
    }  # fmt: skip
    exporter = FeedbackExporter(parent=None)
    exporter.default_preprocessors = []
    html, _ = exporter.from_notebook_node(nb, {"nbgrader": names})
    return str(html)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.words.append(data)


def read(html: str) -> SimpleNamespace:
    """Return the page's tags with their attributes, and its text."""
    reader = _Reader()
    reader.feed(html)
    return SimpleNamespace(tags=reader.tags, text="".join(reader.words))
