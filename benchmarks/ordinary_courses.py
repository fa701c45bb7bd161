"""How the marks of ordinary nbgrader assignments compare with those that nbgrader gives them.

`python -m benchmarks.ordinary_courses NOTEBOOK...` takes notebooks with solutions and tests, as a
course's source/ has them, with the files that lie beside them. Each is answered in several ways:
its own solution, the blank, and wrong answers made of the solution. Each test of each answer is
marked by nbgrader's own Execute in an ordinary kernel, and here. It prints a row for each notebook,
and says what differs. Notebooks of others are run with all rights of whoever calls this.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests

from nbexaminer.course.course_folder import CourseFolderError
from nbexaminer.judge.places import tests_inside
from nbexaminer.notebook.released import is_test, other_files
from nbexaminer.points import TOLERANCE
from nbexaminer.runs.pure import as_notebook
from nbexaminer.runs.single import generated, grade
from nbexaminer.runs.snapshot import unpacked
from nbexaminer.runs.trials import answers_to, released_with_tests
from tests.grading.ordinary.stock import stock_marks


class Compared(NamedTuple):
    """What came of one notebook."""

    tests: int
    inside: int
    cells: int
    """Tests, times the ways in which the notebook was answered."""
    earning: int
    """Of these, those that earn something in nbgrader: the others fail in both for any reason."""
    differ: list[str]


def compare(path: Path) -> Compared:
    """Mark one notebook both ways. Raises CourseFolderError where it cannot be generated."""
    source = nbformat.read(path, as_version=4)
    source.metadata["kernelspec"] = {"name": "python3", "display_name": "", "language": "python"}
    # In a repository of others, what has the name of a notebook's file is no data of it.
    data = {name: (path.parent / name).read_bytes() for name in other_files(path.parent, [".*"])}
    released = as_notebook(unpacked(generated(source, data)).notebooks[0].released)
    cells = earning = 0
    differ = []
    for answer, nb in answers_to(source, released_with_tests(source, released)):
        plain = _plain(nb, data)
        ours = grade(source, _handed_in(nb), data=data).questions
        for test, mark in plain.items():
            cells += 1
            earning += mark > 0
            if abs((ours[test].score or 0.0) - mark) > TOLERANCE:
                reasons = " ".join(ours[test].reasons)[:150]
                differ.append(f"{answer}, {test}: {ours[test].score} for {mark}: {reasons}")
    tests = [cell for cell in source.cells if is_test(cell)]
    return Compared(len(tests), len(tests_inside(released)), cells, earning, differ)


def _plain(nb: NotebookNode, data: Mapping[str, bytes]) -> dict[str, float]:
    with TemporaryDirectory() as folder:
        return stock_marks(nb, data, Path(folder) / "work", timeout=10)


def _handed_in(nb: NotebookNode) -> NotebookNode:
    nb, _ = ClearHiddenTests().preprocess(nbformat.from_dict(nb), {})
    return nb


def rows(paths: list[Path]) -> Iterator[str]:
    """Yield a row of Markdown for each notebook, and what differs behind it."""
    yield "| notebook | tests | inside | compared | earn marks | equal | different |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for path in paths:
        try:
            one = compare(path)
        except CourseFolderError as error:
            yield f"| {path} | not generated: {error} |"
            continue
        equal = one.cells - len(one.differ)
        counts = (one.tests, one.inside, one.cells, one.earning, equal, len(one.differ))
        yield f"| {path} | {' | '.join(map(str, counts))} |"
        yield from (f"  {difference}" for difference in one.differ)


if __name__ == "__main__":
    for row in rows([Path(word) for word in sys.argv[1:]]):
        print(row, flush=True)
