"""The notebook that makes the report: to look further than the page does."""

from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

_SET_UP = """\
from pathlib import Path

from IPython.display import HTML

from nbexaminer.report import class_report, count_slips, question_statistics
from nbexaminer.report.page import page

report = class_report(Path({root!r}), {assignment!r})
record = report.record"""

_CELLS = (
    (
        "text",
        "# {assignment}: what the class has understood\n\nRun all cells to make the report anew.",
    ),
    ("code", _SET_UP),
    ("text", "## Question by question"),
    (
        "code",
        "for one in question_statistics(record):\n"
        '    print(f"{{one.question.title:40.40}} {{one.mean:6.0%}} {{one.discrimination:6.2f}}")',
    ),
    ("text", "## Slips"),
    (
        "code",
        "for one in count_slips(record):\n"
        '    print(f"{{len(one.students):4}} {{one.share:5.0%}}  {{one.name}}")',
    ),
    ("text", "## The page"),
    ("code", "HTML(page(report))"),
)


def report_notebook(root: Path, assignment: str) -> NotebookNode:
    """Return a notebook, not yet run, that makes the report of `assignment` of a course."""
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nb: NotebookNode = new_notebook(metadata={"kernelspec": kernel})
    for number, (kind, text) in enumerate(_CELLS):
        source = text.format(root=str(root.resolve()), assignment=assignment)
        name = f"report-{number}"
        text_cell = kind == "text"
        nb.cells.append(
            new_markdown_cell(source, id=name) if text_cell else new_code_cell(source, id=name)
        )
    return nb
