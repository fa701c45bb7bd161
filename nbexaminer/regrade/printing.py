"""The changes of a regrade on a terminal, and as a file."""

import csv
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from nbexaminer.console import counted, harmless, listed, plain
from nbexaminer.gradebook import QuestionId
from nbexaminer.points import as_points
from nbexaminer.regrade.changes import Change, Changes, Tally

MOST_ROWS = 40
"""Of those who gain; every loss is shown."""
_MOST_NAMED = 12
_LATE = "late penalty"


def show(
    console: Console,
    assignment: str,
    changes: Changes,
    left: dict[str, str],
    *,
    only_raise: bool = False,
) -> None:
    """Print what would change; `left` says who keeps every mark without being graded, and why.

    `only_raise` says that the command at hand can keep better marks.
    """
    if changes.rows:
        console.print(_table(assignment, changes))
        hidden = len(changes.rows) - len(_chosen(changes))
        if hidden:
            console.print(f"... and {hidden} more marks that go up; all are in the file below.")
    if changes.rows or any(old != new for old, new in (t.points for t in changes.tallies)):
        console.print(_tallies(changes))
    for line in _sentences(changes, only_raise=only_raise):
        console.print(line, highlight=False)
    for student, reason in left.items():
        console.print(plain(f"{student} keeps every mark: {reason}"), style="yellow")


def write(path: Path, changes: Changes) -> None:
    """Write every change as CSV, and every total."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(["student", "question", "old", "new", "gain", "why"])
        for row in changes.rows:
            texts = harmless(row.student), harmless(name(row.question))
            out.writerow([*texts, row.old, row.new, f"{as_points(row.gain)}", harmless(row.why)])
        for student, total in changes.totals.items():
            old, new = as_points(total.old), as_points(total.new)
            out.writerow([harmless(student), "total", old, new, as_points(total.gain), ""])


def name(question: QuestionId | None) -> str:
    """Return a question's name in a table."""
    return _LATE if question is None else question.cell


def _table(assignment: str, changes: Changes) -> Table:
    table = Table(title=f"What regrading {assignment} would change", title_justify="left")
    table.add_column("student", overflow="fold", max_width=16)
    table.add_column("question", overflow="fold", max_width=22)
    table.add_column("old", justify="right", no_wrap=True)
    table.add_column("new", justify="right", no_wrap=True)
    table.add_column("why", ratio=1, overflow="fold")
    for row in _chosen(changes):
        style = "green" if row.gain > 0 else "red" if row.gain < 0 else ""
        new = Text(row.new, f"bold {style}".strip())
        cells = (plain(row.student), plain(name(row.question)), Text(row.old), new)
        table.add_row(*cells, plain(_short(row.why)))
    return table


def _chosen(changes: Changes) -> list[Change]:
    lost = [row for row in changes.rows if row.gain < 0]
    return lost + [row for row in changes.rows if row.gain >= 0][:MOST_ROWS]


def _tallies(changes: Changes) -> Table:
    table = Table(title="By question", title_justify="left")
    table.add_column("question", overflow="fold")
    for head in ("points", "up", "down", "same"):
        table.add_column(head, justify="right", no_wrap=True)
    for one in changes.tallies:
        down = Text(str(one.down), "bold red" if one.down else "")
        table.add_row(plain(one.question.cell), _points(one), str(one.up), down, str(one.same))
    return table


def _points(one: Tally) -> str:
    old, new = one.points
    return as_points(new) if old == new else f"{as_points(old)} -> {as_points(new)}"


def _sentences(changes: Changes, *, only_raise: bool) -> list[Text]:
    totals = list(changes.totals.values())
    count = len(totals)
    if not changes.rows:
        first = f"{count} regraded: no mark changes."
    else:
        up, down = len(changes.up), len(changes.down)
        first = f"{count} regraded: {up} up, {down} down, {count - up - down} with the same total."
        if changes.by_share:
            first = (
                f"{count} regraded, by their share of the total, which shrinks: {up} up, "
                f"{down} down, {count - up - down} with the same."
            )
    lines = [Text(first, "bold")]
    if totals:
        old, new = (sum(t.old for t in totals) / count, sum(t.new for t in totals) / count)
        was, now = changes.max_score
        worth = as_points(now) if was == now else f"{as_points(now)} (it was {as_points(was)})"
        share = f", {_percent(old, was)} -> {_percent(new, now)}" if was != now else ""
        lines.append(Text(f"The mean goes from {old:.2f} to {new:.2f} of {worth}{share}."))
    if changes.down:
        what = "A LOWER SHARE OF THE TOTAL" if changes.by_share else "LOWER MARKS"
        lost = listed(
            [f"{student} {_lost(changes, student)}" for student in changes.down], _MOST_NAMED
        )
        lines.append(Text(f"{what} for {len(changes.down)}: {lost}.", "bold red"))
        if only_raise:
            lines.append(Text("With --only-raise each question keeps the better mark."))
    if changes.rows and changes.unaffected:
        lines.append(Text(f"Unaffected: {listed(changes.unaffected, _MOST_NAMED)}."))
    if changes.kept:
        lines.append(Text(f"Better than the new ones, and kept: {counted(changes.kept, 'mark')}."))
    if changes.by_hand or changes.commented:
        hand = f"{counted(changes.by_hand, 'mark')}, {counted(changes.commented, 'comment')}"
        lines.append(Text(f"By hand, and kept: {hand}."))
    if changes.ask_again:
        people = [f"{student} ({question.cell})" for student, question in changes.ask_again]
        said = listed(people, _MOST_NAMED)
        text = f"To be looked at, as the answer is marked otherwise now: {said}."
        lines.append(Text(text, "yellow"))
    return lines


def _lost(changes: Changes, student: str) -> str:
    total = changes.totals[student]
    if not changes.by_share:
        return as_points(total.gain)
    was, now = changes.max_score
    return f"{_percent(total.old, was, 1)} -> {_percent(total.new, now, 1)}"


def _percent(points: float, worth: float, decimals: int = 0) -> str:
    return f"{100 * points / worth:.{decimals}f} %" if worth else "-"


def _short(why: str, most: int = 72) -> str:
    return why if len(why) <= most else why[: most - 3].rsplit(" ", 1)[0] + "..."
