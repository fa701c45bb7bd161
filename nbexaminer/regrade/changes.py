"""What a regrade would change: two gradebooks compared, question by question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from nbexaminer.gradebook import Mark, QuestionId, StudentMarks
from nbexaminer.points import TOLERANCE, as_points


@dataclass(frozen=True)
class Change:
    """One mark that moves."""

    student: str
    question: QuestionId | None
    """None for the penalty for lateness."""
    old: str
    new: str
    gain: float
    """Points; negative where some are lost."""
    why: str


@dataclass(frozen=True)
class Total:
    """A student's points for the assignment, before and after."""

    old: float
    new: float

    @property
    def gain(self) -> float:
        """How many points the student gains; 0 where rounding is all that differs."""
        gain = self.new - self.old
        return 0.0 if abs(gain) < TOLERANCE else gain


@dataclass(frozen=True)
class Tally:
    """One question over the class."""

    question: QuestionId
    points: tuple[float, float]
    up: int
    down: int
    same: int


@dataclass(frozen=True)
class Changes:
    """Everything that a regrade would change."""

    rows: tuple[Change, ...]
    """Losses first, then by student."""
    totals: Mapping[str, Total]
    tallies: tuple[Tally, ...]
    by_hand: int
    """Marks given by hand, which stay."""
    kept: int
    """Marks that stay because they are better than the new ones."""
    ask_again: tuple[tuple[str, QuestionId], ...]
    """Of these, where the automatic mark below has changed: somebody should look."""
    commented: int
    """Comments written by hand, which stay."""
    max_score: tuple[float, float]

    @property
    def by_share(self) -> bool:
        """Whether shares of the total are compared: where it shrinks, points go down for all."""
        return self.max_score[1] < self.max_score[0]

    @property
    def up(self) -> list[str]:
        """Who gains points over all; where the total shrinks, who gains a share of it."""
        return [name for name, total in self.totals.items() if self._gain(total) > 0]

    @property
    def down(self) -> list[str]:
        """Who loses points over all; where the total shrinks, who loses a share of it."""
        return [name for name, total in self.totals.items() if self._gain(total) < 0]

    def _gain(self, total: Total) -> float:
        was, now = self.max_score
        if not self.by_share:
            return total.gain
        gain = total.new / now - total.old / was if now else 0.0
        return 0.0 if abs(gain) < TOLERANCE else gain

    @property
    def unaffected(self) -> list[str]:
        """Whose marks all stay."""
        touched = {row.student for row in self.rows}
        return [name for name in self.totals if name not in touched]


Reasons = Mapping[tuple[str, QuestionId], str]


def compare(
    before: Mapping[str, StudentMarks],
    after: Mapping[str, StudentMarks],
    max_score: tuple[float, float],
    reasons: Reasons,
    order: Sequence[QuestionId] = (),
) -> Changes:
    """Compare the marks of everybody in `after`; `reasons` says why one moved, where known.

    `order` is that of the questions.
    """
    students = sorted(set(before) & set(after))
    before = {name: _ordered(before[name], order) for name in students}
    rows: list[Change] = []
    for student in students:
        rows += _rows(student, before[student], after[student], reasons)
    rows.sort(key=lambda row: (row.gain >= 0, row.student))
    both = [
        (student, question, old, after[student].marks[question])
        for student in students
        for question, old in before[student].marks.items()
        if question in after[student].marks
    ]
    return Changes(
        tuple(rows),
        {name: Total(before[name].total, after[name].total) for name in students},
        _tallies(both),
        sum(old.manual is not None for *_, old, _ in both),
        sum(old.manual is None and new.manual is not None for *_, old, new in both),
        tuple(
            (student, question)
            for student, question, old, new in both
            if new.manual is not None and new.open and not old.open
        ),
        sum(
            comment.manual is not None
            for student in students
            for comment in after[student].comments.values()
        ),
        max_score,
    )


def _ordered(one: StudentMarks, order: Sequence[QuestionId]) -> StudentMarks:
    places = {question: place for place, question in enumerate(order)}
    marks = sorted(one.marks.items(), key=lambda item: (places.get(item[0], len(places)), item[0]))
    return replace(one, marks=dict(marks))


def _rows(student: str, old: StudentMarks, new: StudentMarks, reasons: Reasons) -> list[Change]:
    rows = []
    for question, before in old.marks.items():
        after = new.marks.get(question)
        if after is None or not _differs(before, after):
            continue
        why = reasons.get((student, question), "")
        gain = _gain(before, after)
        rows.append(Change(student, question, shown(before), shown(after), gain, why))
    gain = old.penalty - new.penalty
    if abs(gain) >= TOLERANCE:
        why = "handed in late: a share of the points"
        was, now = (f"-{as_points(penalty)}" for penalty in (old.penalty, new.penalty))
        rows.append(Change(student, None, was, now, gain, why))
    return rows


def _differs(was: Mark, now: Mark) -> bool:
    return abs(was.score - now.score) >= TOLERANCE or was.known != now.known


def _gain(was: Mark, now: Mark) -> float:
    gain = now.score - was.score
    return 0.0 if abs(gain) < TOLERANCE else gain


def _tallies(both: list[tuple[str, QuestionId, Mark, Mark]]) -> tuple[Tally, ...]:
    found = []
    for question in dict.fromkeys(question for _, question, *_ in both):
        pairs = [(old, new) for _, one, old, new in both if one == question]
        gains = [_gain(old, new) for old, new in pairs]
        points = pairs[0][0].points, pairs[0][1].points
        up, down = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
        found.append(Tally(question, points, up, down, len(gains) - up - down))
    return tuple(found)


def shown(mark: Mark) -> str:
    """Return a mark as it is written: `2.5/4`, or `open` where a person has still to give it."""
    return f"{as_points(mark.score)}/{as_points(mark.points)}" if mark.known else "open"
