"""Practice without end: a problem, boxes to fill, Check, Hint, Steps, Another, Easier, Harder.

The problem, its marking and its worked steps are those of :mod:`course_utils.exercises`; this
module only lays them out. Tab reaches everything. Enter in a box checks; once all is right it
brings the next problem. A box takes what a person types as a number, or as a small calculation:
see :mod:`course_utils.exercises.typed_numbers`. The next problem is drawn while the verdict on this
one is read.
"""

import re
from collections.abc import Callable, Iterable
from functools import partial
from html import escape
from threading import Thread
from typing import Any

import ipywidgets as widgets
import numpy as np

from course_utils.exercises import exercise
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.equations.read_as import typeset
from course_utils.exercises.ladders import Rung, rung
from course_utils.exercises.typed_numbers import NumberError, has_decimal_comma, number
from course_utils.exercises.verdict import PartVerdict, Verdict
from course_utils.mathml import as_mathml
from course_utils.widgets.keeper import Keeper, math_font
from course_utils.widgets.lecture_links import as_link
from course_utils.widgets.practice_record import practice_record

_BOX = widgets.Layout(width="5.5em")
_WIDE_BOX = widgets.Layout(width="100%", max_width="44em")
_HEARD = {"description_width": "0"}
"""A label without width: it is read aloud and takes no room."""
FIRST = {"button_color": "#0072B2", "text_color": "#FFFFFF"}
"""The button to press first: readable in every theme, which ipywidgets' own "primary" is not."""
_IN_A_ROW = 3
"""Problems solved alone in a row, after which the box proposes the next rung."""
_PLAIN = re.compile(r"[+\-−]?[\d.,' ]*(?:[eE][+-]?\d+)?")
"""A number, written out; everything else that can be read is a calculation."""
_QUOTED = 20
"""Characters of a text by which we see that the marker has named it."""
_SIGNS = {"right": ("✓", "#009E73"), "follows": ("✓", "#0072B2"), "not yet": ("✗", "#D55E00")}
"""Okabe and Ito's colours for the sign alone: the sentence beside it says the same in words."""


def practice(id: str, *, attempt: int = 0) -> "Practice":
    """Return a box of practice for exercise `id`, starting with its problem number `attempt`.

    Raises KeyError, listing the names, where there is no such exercise.
    """
    return Practice(exercise(id), attempt)


class Practice(widgets.VBox):  # type: ignore[misc]
    """One exercise to work at, problem after problem.

    A problem solved without looking at its steps lengthens the streak; looking first ends it.
    In an exam it has no buttons, and Enter marks nothing: the paper around it does that.
    """

    def __init__(self, exercise: Exercise, attempt: int = 0, *, in_exam: bool = False) -> None:
        self._exercise, self._attempt, self._in_exam = exercise, attempt, in_exam
        self.streak = 0
        self._done = self._looked = False
        self._hinted = 0
        self._next: Thread | None = None
        self._lines: dict[str, _Line] = {}
        self._told: tuple[str, ...] = ()  # of the record, once
        self._right: list[str] | None = None  # what is typed, where all of it was found right
        self._statement = widgets.Output()
        self._answers = widgets.VBox()
        self._read, self._hints, self._steps = (widgets.Output() for _ in range(3))
        self._summary = widgets.HTML()
        self._buttons = {
            "check": button_for("Check", "Mark what is in the boxes (Enter in a box does it too)"),
            "hint": button_for("Hint", "Which equation; then its numbers; then what comes first"),
            "steps": button_for("Steps", "Show the worked solution; it ends the streak"),
            "another": button_for("Another", "Another problem of this kind"),
            "easier": button_for("Easier", "The rung below"),
            "harder": button_for("Harder", "The next rung"),
        }
        for name, button in self._buttons.items():
            button.on_click(partial(self._pressed, getattr(self, name)))
        self._buttons["check"].style = FIRST
        self._buttons["another"].disabled = exercise.fixed is not None
        hidden = () if self._rung.rungs > 1 else ("easier", "harder")
        shown = [button for name, button in self._buttons.items() if name not in hidden]
        bar = widgets.HBox([*shown, self._summary], layout=widgets.Layout(flex_flow="row wrap"))
        self._keeper = Keeper(f"{exercise.id} {attempt}", self.restore)
        helpers = [self._read, self._hints, bar, self._keeper, math_font()]
        helpers = [] if in_exam else helpers
        super().__init__([self._statement, self._answers, *helpers, self._steps])
        if not in_exam:
            self.add_class("course-box")
        self._pose()

    def check(self) -> Verdict:
        """Mark what is in the boxes, show what the marker says, and return its verdict."""
        verdict = self._exercise.mark(self._data, self.answers)
        for name, line in self._lines.items():
            line.say(verdict.parts[name])
        unfinished = {name for name, line in self._lines.items() if not line.is_finished}
        if verdict.correct and not self._done:
            self._done = True
            self.streak += not self._looked
            self._note_solved()
        self._show_reading(verdict)
        if verdict.correct:
            self._draw_ahead()
        self._right = self._typed() if verdict.correct else None
        hints: tuple[str, ...] = ()
        if self._enter_goes_on():
            hints = ("Enter brings another problem",)
        harder = self._rung.harder
        if harder and verdict.correct and self.streak >= _IN_A_ROW:
            title = exercise(harder).title
            hints += (f"{self.streak} in a row: go on to Harder ({title})",)
        self._summarise(_score(verdict, unfinished), (*verdict.notes, *hints))
        return verdict

    def hint(self) -> None:
        """Show a hint, and each time a larger one, about the first line that is not right yet."""
        known = self._exercise.hints(self._data, self._first_open())
        self._hinted = min(self._hinted + 1, len(known))
        rest = "Steps shows the whole solution." if self._hinted == len(known) else ""
        if not known:
            _show_markdown(self._hints, f"There is no hint for this one. {rest}")
            return
        text = f"Hint {self._hinted} of {len(known)}. {rest}\n\n$$\n{known[self._hinted - 1]}\n$$"
        _show_markdown(self._hints, text)

    def steps(self) -> None:
        """Show the worked solution, with the problem's own numbers."""
        if not self._done and not self._looked:
            self._looked, self.streak = True, 0
        _show_markdown(self._steps, f"$$\n{self._exercise.steps(self._data)}\n$$")
        self._summarise()

    def another(self) -> None:
        """Pose another problem of the same kind."""
        if self._exercise.fixed is None:
            self._go_on_with(self._exercise, self._attempt + 1)

    @property
    def _rung(self) -> Rung:
        return rung(self._exercise.id)

    def easier(self) -> None:
        """Go one rung down, if there is one."""
        self._climb(self._rung.easier)

    def harder(self) -> None:
        """Go one rung up, if there is one."""
        self._climb(self._rung.harder)

    @property
    def statement(self) -> str:
        """The problem that is posed, as Markdown."""
        return self._exercise.statement(self._data)

    @property
    def answers(self) -> dict[str, Any]:
        """What is in the boxes, by part: nested lists, None where a box is empty."""
        return {name: line.answer for name, line in self._lines.items()}

    def fill(self, **answers: Any) -> None:
        """Write `answers` into the boxes, as if typed. Raises KeyError for an unknown part."""
        for name, answer in answers.items():
            self._lines[name].fill(answer)

    def restore(self, state: dict[str, Any], typed: Iterable[str]) -> None:
        """Take up again what a kernel that is gone had posed, and what was typed into it.

        Of `typed` it takes one text for each of its boxes, in order.
        """
        posed = self._exercise.id, self._attempt
        if rung(str(state.get("exercise"))).rungs > 1:
            self._exercise = exercise(str(state["exercise"]))
        if self._exercise.fixed is None:
            self._attempt = int(state.get("attempt", self._attempt))
        if posed != (self._exercise.id, self._attempt):
            self._pose()
        self._done, self._looked = bool(state.get("done")), bool(state.get("looked"))
        self.streak = int(state.get("streak", 0))
        for box, text in zip(self._boxes(), typed, strict=False):
            box.value = str(text)
        self._summarise()

    def _climb(self, id: str) -> None:
        """Pose the first problem of another rung; the streak begins again."""
        if id:
            self.streak = 0
            self._go_on_with(exercise(id), 0)

    def _go_on_with(self, exercise: Exercise, attempt: int) -> None:
        self._summary.value = "Drawing another problem …"
        self._keeper.leave()
        if self._next is not None:
            self._next.join()
        self._exercise, self._attempt = exercise, attempt
        self._pose()
        self._keeper.enter()

    def _pose(self) -> None:
        self._data = self._exercise.draw(student="practice", attempt=self._attempt)
        self._done = self._looked = False
        self._hinted, self._next, self._right = 0, None, None
        _show_markdown(self._statement, _breakable(self.statement))
        for output in (self._read, self._hints, self._steps):
            output.outputs = ()
        values = self._exercise.solve(self._data)
        self._lines = {
            part.name: _Line(
                part, values[part.name].shape, self._submitted, partial(self._said, part.name)
            )
            for part in self._exercise.parts
        }
        self._answers.children = tuple(self._lines.values())
        self._buttons["easier"].disabled = not self._rung.easier
        self._buttons["harder"].disabled = not self._rung.harder
        self._summarise()

    def _draw_ahead(self) -> None:
        """Draw the next problem while the verdict is read: that may take seconds.

        Not sooner: two that compute at once would make marking slow.
        """
        if self._next is None and not self._in_exam and self._exercise.fixed is None:
            after = {"student": "practice", "attempt": self._attempt + 1}
            self._next = Thread(target=self._exercise.draw, kwargs=after, daemon=True)
            self._next.start()

    def _note_solved(self) -> None:
        if self._in_exam:
            return
        record = practice_record()
        alone = not (self._looked or self._hinted)
        record.add(self._exercise.id, alone=alone, streak=self.streak)
        self._told = (record.note,)

    def _show_reading(self, verdict: Verdict) -> None:
        """Where the lectures explain what is wrong, as links."""
        found = dict.fromkeys(s for part in verdict.parts.values() for s in part.read)
        self._read.outputs = ()
        if found:
            _show_markdown(self._read, f"Read {' and '.join(map(as_link, found))}.")

    def _first_open(self) -> str:
        """The first part that is not right yet."""
        verdict = self._exercise.mark(self._data, self.answers)
        names = [n for n, part in verdict.parts.items() if part.weight and not part.correct]
        return names[0] if names else ""

    def _said(self, name: str, answer: Any) -> str:
        """Return what the marker says of the answer to one part alone."""
        return self._exercise.mark(self._data, {name: answer}).parts[name].text

    def _submitted(self) -> None:
        if self._enter_goes_on():
            self.another()
        elif not self._in_exam:
            self.check()

    def _enter_goes_on(self) -> bool:
        has_next = not self._in_exam and self._exercise.fixed is None
        return has_next and self._right == self._typed()

    def _boxes(self) -> list[widgets.Text]:
        return [box for line in self._lines.values() for box in line.boxes]

    def _typed(self) -> list[str]:
        return [box.value for box in self._boxes()]

    def _pressed(self, action: Any, _button: Any) -> None:
        action()

    def _summarise(self, score: str = "", notes: tuple[str, ...] = ()) -> None:
        parts = [score, *notes, *self._told, f"Streak: {self.streak}", str(self._rung)]
        self._told = ()
        self._summary.value = " · ".join(part for part in parts if part)
        self._keeper.state = {
            "exercise": self._exercise.id,
            "attempt": self._attempt,
            "streak": self.streak,
            "done": self._done,
            "looked": self._looked,
        }

    def __repr__(self) -> str:
        return f"practice({self._exercise.id!r})"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """The live box and, for readers without a kernel, the problem."""
        bundle: dict[str, Any] = super()._repr_mimebundle_() or {}
        hint = "*Run this cell in JupyterLab to answer, and to get another problem.*"
        return bundle | {"text/plain": repr(self), "text/markdown": f"{self.statement}\n\n{hint}"}


class _Line(widgets.HBox):  # type: ignore[misc]
    """The boxes of one part, and what the marker said of it."""

    def __init__(
        self, part: Part, shape: tuple[int, ...], submit: Any, said: Callable[[Any], str]
    ) -> None:
        """`said` tells what the marker says of an answer."""
        self._shape, self._text = shape, part.read is not None
        # MathML, because VS Code typesets no LaTeX inside a widget.
        label = as_mathml(part.latex) + (" (optional)" if part.optional else "")
        places = [()] if self._text else list(np.ndindex(*shape))
        self.boxes = [_box(part, place, submit) for place in places]
        self._message, self._reading = widgets.HTML(), widgets.HTML()
        shown = [self._reading] if part.remark is not None else []
        super().__init__([widgets.HTML(label), _arranged(self.boxes, shape), *shown, self._message])
        for box in self.boxes if shown else ():
            box.observe(lambda _: self._show_what_is_read(said), "value")
        self.layout.flex_flow = "row wrap"
        self.layout.align_items = "center"
        self.children[0].layout.min_width = "9.5em"

    @property
    def answer(self) -> Any:
        """Nested lists of the part's shape; None where nothing is filled in."""
        typed = [box.value.strip() for box in self.boxes]
        if not any(typed):
            return None
        if self._text:
            return typed[0]
        numbers = np.empty(len(typed), dtype=object)
        comma = has_decimal_comma(typed)
        numbers[:] = [_number(text, comma)[0] for text in typed]
        return numbers.reshape(self._shape).tolist()

    @property
    def is_finished(self) -> bool:
        """Whether something stands in every box."""
        return all(box.value.strip() for box in self.boxes)

    def _show_what_is_read(self, said: Callable[[Any], str]) -> None:
        """Show an equation as it is read, typeset, while it is typed; nothing while it is none."""
        latex = typeset(said(self.answer)) if self.answer is not None else ""
        self._reading.value = as_mathml(latex) if latex else ""

    def fill(self, answer: Any) -> None:
        """Write an answer into the boxes."""
        typed = [answer] if self._text else np.asarray(answer).reshape(-1).tolist()
        for box, value in zip(self.boxes, typed, strict=True):
            box.value = value if isinstance(value, str) else f"{value:.6g}"

    def say(self, verdict: PartVerdict) -> None:
        """Show the marker's sentence, with a sign in front, and which boxes it cannot read.

        A line with a blank box is not finished rather than wrong: it gets no sign.
        """
        signs = _SIGNS if self.is_finished else {}
        sign, colour = signs.get(_state(verdict), ("", ""))
        mark = f'<b aria-hidden="true" style="color: {colour}">{sign}</b> ' if sign else ""
        message = " ".join([self._said(verdict), *self._came_to(), *self._unread(verdict)])
        self._message.value = f'<span role="status">{mark}{escape(message)}</span>'

    def _said(self, verdict: PartVerdict) -> str:
        if self.answer is None and verdict.weight:
            return "not answered yet"
        said = (verdict.message, verdict.remark) if verdict.read else (verdict.text,)
        return " ".join(text for text in said if text)

    def _came_to(self) -> list[str]:
        """What each calculation gave, so that a slip of the finger is seen."""
        comma = has_decimal_comma(box.value for box in self.boxes)
        said = []
        for box in self.boxes:
            value = None if self._text else _number(box.value.strip(), comma)[0]
            if isinstance(value, float) and not _PLAIN.fullmatch(box.value.strip()):
                said.append(f"{_place(box) or 'That '}comes to {value:.6g}.".replace(": c", " c"))
        return said

    def _unread(self, verdict: PartVerdict) -> list[str]:
        """Frame the boxes whose text is no number; say why of those that the marker does not."""
        comma = has_decimal_comma(box.value for box in self.boxes)
        said = []
        for box in self.boxes:
            text = box.value.strip()
            why = "" if self._text else _number(text, comma)[1]
            (box.add_class if why else box.remove_class)("course-unread")
            if why and f'"{text[:_QUOTED]}' not in verdict.text:
                said.append(f"{_place(box)}“{text}”, {why}.")
        return said


def _place(box: widgets.Text) -> str:
    """Which entry a box is of, as its name says it: "Place 2: ", or nothing of a single number."""
    place = box.description.partition(", ")[2]
    return f"{place.capitalize()}: " if place else ""


def _score(verdict: Verdict, unfinished: set[str]) -> str:
    """The score, or, while boxes are blank, how many of the finished lines are right."""
    asked = {name: part for name, part in verdict.parts.items() if part.weight}
    given = [part for name, part in asked.items() if name not in unfinished]
    if len(given) == len(asked):
        return f"{round(100 * verdict.score)} %"
    right = sum(_state(part) != "not yet" for part in given)
    return f"{len(given)} of {len(asked)} lines answered, {right} right"


def _state(verdict: PartVerdict) -> str:
    if not verdict.weight:
        return "open"
    if verdict.correct:
        return "right"
    return "follows" if verdict.followed_through else "not yet"


def _box(part: Part, place: tuple[int, ...], submit: Any) -> widgets.Text:
    where = ", ".join(str(k + 1) for k in place)
    name = f"{part.name}, place {where}" if where else part.name
    # The formula stands in front of the row; each box has its own name, for those who hear it.
    box = widgets.Text(
        description=name, style=_HEARD, layout=_WIDE_BOX if part.read else _BOX, tooltip=name
    )
    box.on_msg(lambda _, content, __: submit() if content.get("event") == "submit" else None)
    return box


def _arranged(boxes: list[widgets.Text], shape: tuple[int, ...]) -> widgets.Box:
    """A row of boxes for a vector, rows of boxes for a matrix."""
    if len(shape) < 2 or len(boxes) == 1:
        return widgets.HBox(boxes, layout=widgets.Layout(flex_flow="row wrap"))
    width = shape[-1]
    rows = [widgets.HBox(boxes[k : k + width]) for k in range(0, len(boxes), width)]
    return widgets.VBox(rows)


def _number(text: str, decimal_comma: bool) -> tuple[float | str | None, str]:
    """What a person typed as a number, "" behind it; or the text, left for the marker, and why."""
    try:
        return (number(text, decimal_comma=decimal_comma) if text else None), ""
    except NumberError as error:
        return text, str(error)


def button_for(label: str, tooltip: str) -> widgets.Button:
    """A button as wide as its label."""
    return widgets.Button(description=label, tooltip=tooltip, layout=widgets.Layout(width="auto"))


def _breakable(text: str) -> str:
    """Formulas that stand in a row, each by itself: a narrow page breaks the row and hides none."""

    def row(display: re.Match[str]) -> str:
        formulas = display[1].strip().split(r", \quad ")
        return " &emsp; ".join(rf"$\displaystyle {_room(f)}{f}$" for f in formulas)

    return re.sub(r"\$\$(.+?)\$\$", row, text, flags=re.DOTALL)


def _room(formula: str) -> str:
    """Nothing, as high as a matrix with one row more: so that rows of matrices do not touch."""
    breaks = formula.count(r"\\")
    rows = r" \\ ".join((breaks + 2) * "0")
    return rf"\vphantom{{\begin{{matrix}} {rows} \end{{matrix}}}}" if breaks else ""


def _show_markdown(output: widgets.Output, text: str) -> None:
    bundle = {"text/markdown": text, "text/plain": text}
    output.outputs = ({"output_type": "display_data", "data": bundle, "metadata": {}},)
