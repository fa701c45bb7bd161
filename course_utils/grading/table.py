"""The one table of scores."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from course_utils.grading.scores import Mark, Question, Result


def score_table(questions: list[Question], results: list[Result]) -> RenderableType:
    """Return the table: a row a student, a column a question, total and remarks; then a legend."""
    numbers = _numbers(questions)
    table = Table(show_lines=True, header_style="bold", pad_edge=False)
    table.add_column("student")
    for question in questions:
        table.add_column(f"{numbers[question]}\n/{question.points:g}", justify="right")
    points = sum(question.points for question in questions)
    table.add_column(f"total\n/{points:g}", justify="right")
    table.add_column("remarks", ratio=1, min_width=30)
    for result in results:
        marks = [_mark(question, result.marks.get(question)) for question in questions]
        remarks = "\n".join(_remarks(result, numbers))
        table.add_row(Text(result.student), *marks, _total(result), Text(remarks))
    return Group(table, *_legend(questions, numbers))


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
    if mark.to_be_graded_by_hand:
        return Text("hand", style="cyan")
    share = mark.score / question.points if question.points else 1.0
    style = "green" if share >= 1 else "red" if share <= 0 else "yellow"
    return Text(f"{round(mark.score, 2):g}", style=style)


def _total(result: Result) -> Text:
    text = Text(f"{round(result.total, 2):g}", style="bold")
    if result.open_points:
        text.append(f" +{result.open_points:g}?", style="cyan")
    return text


def _remarks(result: Result, numbers: dict[Question, str]) -> list[str]:
    """Return what is to be said: remarks, then the reasons with the questions they are for."""
    lines = [remark.text for remark in result.remarks if not remark.marks]
    asked: dict[str, list[str]] = {}
    for question in result.marks:
        for remark in result.remarks:
            if remark.marks and remark.cell == question.name:
                asked.setdefault(remark.text, []).append(numbers[question])
    lines += [f"{', '.join(questions)}: {reason}" for reason, questions in asked.items()]
    return lines or ["all right"]


def _legend(questions: list[Question], numbers: dict[Question, str]) -> list[Text]:
    lines = [
        Text(
            f"{assignment}: "
            + ", ".join(f"{numbers[q]} {q.name}" for q in questions if q.assignment == assignment),
            style="dim",
        )
        for assignment in dict.fromkeys(question.assignment for question in questions)
    ]
    hand = "hand: to be graded by hand in formgrader; +3?: as many points are still open; "
    return [*lines, Text(hand + "-: no submission", style="dim")]
