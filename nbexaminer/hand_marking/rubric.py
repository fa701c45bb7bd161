"""What a question is marked by when a person marks it: criteria, written in its solution.

A line `**Marking.**`, and below it one item of a list for each criterion, points first:

    **Marking.**

    - 1: names 15 million multiplications
    - 0.5: says that only one row matters

In a cell of code the lines are comments.
"""

import math
import re
from collections.abc import Iterable

from nbformat import NotebookNode
from nbgrader.utils import is_solution

from nbexaminer.gradebook import Criterion
from nbexaminer.notebook.released import grade_id, is_hand_marked

_HEADING = re.compile(r"\*\*Marking\b.*?\*\*(.*)")
_ITEM = re.compile(r"[-*+]\s+(?P<points>[^:\s]+):\s+(?P<text>\S.*)")
_HIDDEN = (("BEGIN SOLUTION", "END SOLUTION"), ("BEGIN MARK SCHEME", "END MARK SCHEME"))


class RubricError(ValueError):
    """A rubric that cannot be marked by, or that students would see. The message says where."""


def rubric_of(cell: NotebookNode) -> tuple[Criterion, ...]:
    """Return the criteria in the solution of a cell of source/; none where it has no rubric.

    Raises RubricError where a criterion cannot be read, where the points do not add up to the
    question's, or where the rubric stands in a part of the cell that is given out.
    """
    name = grade_id(cell)
    hidden, given_out = _parts(cell)
    if _reads_as_rubric(given_out):
        raise RubricError(
            f"{name or cell.source.strip()[:40]!r}: the rubric stands where students would see it; "
            "put it between BEGIN SOLUTION and END SOLUTION, in the question's own answer cell"
        )
    if not is_hand_marked(cell):
        return ()
    criteria = _criteria(hidden, name)
    total, points = sum(one.points for one in criteria), float(cell.metadata.nbgrader.points)
    if criteria and not math.isclose(total, points):
        raise RubricError(
            f"{name}: the criteria add up to {total:g} points, the question has {points:g}"
        )
    return criteria


def model_answer(cell: NotebookNode) -> str:
    """Return what the solution of a cell of source/ says above its rubric."""
    lines: list[str] = []
    for line in _parts(cell)[0]:
        if _HEADING.match(line.strip()):
            break
        lines.append(line)
    return "\n".join(lines).strip()


def _reads_as_rubric(lines: list[str]) -> bool:
    """Whether there is a rubric among the lines; prose about marking is none."""
    try:
        return bool(_criteria(lines, None))
    except RubricError:
        return False


def _parts(cell: NotebookNode) -> tuple[list[str], list[str]]:
    """Return the lines that nbgrader takes out of the cell, and those that students get."""
    hidden: list[str] = []
    given_out: list[str] = []
    end: str | None = None
    marked = False
    for line in cell.source.splitlines():
        begins = next((stop for start, stop in _HIDDEN if start in line), None)
        if begins is not None:
            end, marked = begins, True
        elif end is not None and end in line:
            end = None
        else:
            (given_out if end is None else hidden).append(_bare(line, cell))
    if is_solution(cell) and not marked:  # then nbgrader takes out the whole
        return given_out, []
    return hidden, given_out


def _bare(line: str, cell: NotebookNode) -> str:
    return re.sub(r"^\s*#\s?", "", line) if cell.cell_type == "code" else line


def _criteria(lines: Iterable[str], name: str | None) -> tuple[Criterion, ...]:
    """Return the list below the heading; empty where there is no heading."""
    rest = iter(lines)
    heading = next((found for line in rest if (found := _HEADING.match(line.strip()))), None)
    if heading is None:
        return ()
    if heading[1].strip():
        raise RubricError(
            f"{name}: one criterion a line below **Marking.**, as `- 1: names the forget gate`; "
            f"beside it stands {heading[1].strip()[:60]!r}"
        )
    criteria: list[Criterion] = []
    for line in rest:
        text = line.strip()
        if text[:2] in ("- ", "* ", "+ "):
            criteria.append(_criterion(text, name))
        elif text and criteria and line[:1].isspace():
            last = criteria.pop()
            criteria.append(last._replace(text=f"{last.text} {text}"))
        elif text:
            break
    if not criteria:
        raise RubricError(f"{name}: no criterion stands below **Marking.**, as `- 1: names ...`")
    return tuple(criteria)


def _criterion(item: str, name: str | None) -> Criterion:
    found = _ITEM.match(item)
    try:
        points = float(found["points"]) if found else math.nan
    except ValueError:
        points = math.nan
    if found is None or not 0 < points < math.inf:
        raise RubricError(
            f"{name}: a criterion is written as `- 1: what it asks for`, points first, "
            f"and this is {item!r}"
        )
    return Criterion(found["text"], points)
