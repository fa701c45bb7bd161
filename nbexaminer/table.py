"""The one table of scores."""

from collections.abc import Iterable
from typing import NamedTuple

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from nbexaminer.gradebook import Mark, Question
from nbexaminer.points import as_points
from nbexaminer.scores import StudentScores

_WIDE = 120
"""Columns of a terminal from which on the remarks stand beside the marks; else under them."""


def score_table(
    questions: list[Question], results: list[StudentScores], *, width: int = _WIDE
) -> RenderableType:
    """Return the table: a row a student, a column a question, total and remarks; then a legend.

    `width` is the number of characters of a line.
    """
    numbers = _numbers(questions)
    rows = [
        _Row(
            Text(result.student),
            [_mark(question, result.marks.get(question)) for question in questions],
            _total(result),
            Text("\n".join(_remarks(result, numbers))),
        )
        for result in results
    ]
    points = sum(question.points for question in questions)
    heads = [f"{numbers[question]}\n/{as_points(question.points)}" for question in questions]
    table = (_beside if width >= _WIDE else _under)([*heads, f"total\n/{as_points(points)}"], rows)
    return Group(table, *_legend(questions, results, numbers))


class _Row(NamedTuple):
    student: Text
    marks: list[Text]
    total: Text
    remarks: Text


def _beside(heads: list[str], rows: list[_Row]) -> RenderableType:
    table = Table(show_lines=True, header_style="bold")
    table.add_column("student", no_wrap=True)
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("remarks", ratio=1)
    for row in rows:
        table.add_row(row.student, *row.marks, row.total, row.remarks)
    return table


def _under(heads: list[str], rows: list[_Row]) -> RenderableType:
    """Lay each student out in two parts: a line of marks, and the remarks over the full width."""
    cells = [[row.student, *row.marks, row.total] for row in rows]
    columns = [["student\n", *[row[0].plain for row in cells]]]
    columns += [[head, *[row[i].plain for row in cells]] for i, head in enumerate(heads, start=1)]
    widths = [max(len(line) for text in column for line in text.split("\n")) for column in columns]
    table = Table(show_lines=True, header_style="bold", expand=True)
    tops, bottoms = zip(*(column[0].split("\n") for column in columns), strict=True)
    table.add_column(
        Text("\n").join([_line(map(Text, tops), widths), _line(map(Text, bottoms), widths)])
    )
    for row, line in zip(rows, cells, strict=True):
        table.add_row(Group(_line(line, widths), Padding(row.remarks, (0, 0, 0, 2))))
    return table


def _line(cells: Iterable[Text], widths: list[int]) -> Text:
    line = Text(no_wrap=True)
    for i, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        space = " " * (width - len(cell.plain))
        line.append_text(cell).append(space) if i == 0 else line.append(space).append_text(cell)
        line.append(" ")
    return line


def _numbers(questions: list[Question]) -> dict[Question, str]:
    assignments = list(dict.fromkeys(question.assignment for question in questions))
    numbers: dict[Question, str] = {}
    for i, assignment in enumerate(assignments, start=1):
        own = [question for question in questions if question.assignment == assignment]
        numbers |= {question: f"{i}.{j}" for j, question in enumerate(own, start=1)}
    return numbers


def _mark(question: Question, mark: Mark | None) -> Text:
    if mark is None:
        return Text("-", style="dim")
    if mark.open:
        return Text("hand", style="cyan")
    share = mark.score / question.points if question.points else 1.0
    style = "green" if share >= 1 else "red" if share <= 0 else "yellow"
    return Text(as_points(mark.score), style=style)


def _total(result: StudentScores) -> Text:
    text = Text(as_points(result.total), style="bold")
    if result.open_points:
        text.append(f" +{as_points(result.open_points)}?", style="cyan")
    return text


def _remarks(result: StudentScores, numbers: dict[Question, str]) -> list[str]:
    """Return what is to be said: of all of the work, then with the questions that it is of."""
    places = {question.id for question in result.marks}
    general = [one.text for one in result.remarks if (one.notebook, one.cell) not in places]
    lines = list(dict.fromkeys(general))
    asked: dict[str, list[str]] = {}
    for question in result.marks:
        said = [r.text for r in result.remarks if (r.notebook, r.cell) == question.id]
        lost = result.reasons.get(question, ()) if _is_short(question, result) else ()
        for text in (*said, *lost):
            asked.setdefault(text, []).append(numbers[question])
    lines += [f"{', '.join(questions)}: {reason}" for reason, questions in asked.items()]
    unsaid = [
        numbers[question]
        for question, mark in result.marks.items()
        if not mark.open and mark.score < question.points
    ]
    if unsaid and not lines:
        return [f"{', '.join(unsaid)}: not full marks, and the grader noted no reason"]
    return lines or ["all right"]


def _is_short(question: Question, result: StudentScores) -> bool:
    """Whether marks are missing still; a person may have given what was lost."""
    return not question.points or result.marks[question].score < question.points


def _legend(
    questions: list[Question], results: list[StudentScores], numbers: dict[Question, str]
) -> list[Text]:
    lines = [
        Text(
            f"{assignment}: "
            + ", ".join(f"{numbers[q]} {q.cell}" for q in questions if q.assignment == assignment),
            style="dim",
        )
        for assignment in dict.fromkeys(question.assignment for question in questions)
    ]
    for assignment in dict.fromkeys(question.assignment for question in questions):
        old = [r for r in results if any(q.assignment == assignment for q in r.outdated)]
        names = sorted({q.cell for r in old for q in r.outdated if q.assignment == assignment})
        if old:
            text = (
                f"{assignment}: {len(old)} graded before the points of {', '.join(names)} were "
                f"changed, and shown by the old ones; `course regrade {assignment}` shows what "
                "the new ones change"
            )
            lines.append(Text(text, style="yellow"))
    hand = "hand: to be graded by hand in formgrader; +3?: as many points are still open; "
    return [*lines, Text(hand + "-: no submission", style="dim")]
