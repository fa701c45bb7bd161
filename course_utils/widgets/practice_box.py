"""Practice without end: a problem, boxes to fill, Check, Steps, Another.

The problem, its marking and its worked steps are those of :mod:`course_utils.exercises`; this
module only lays them out. Tab reaches everything, and Enter in a box checks.
"""

import re
from fractions import Fraction
from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets
import numpy as np
from latex2mathml.converter import convert as as_mathml

from course_utils.exercises import exercise
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.verdict import PartVerdict, Verdict

_BOX = widgets.Layout(width="5.5em")
_WIDE_BOX = widgets.Layout(width="100%", max_width="44em")
_HEARD = {"description_width": "0"}
"""A label without width: it is read aloud and takes no room."""
_FIRST = {"button_color": "#0072B2", "text_color": "#FFFFFF"}
"""The button to press first: readable in every theme, which ipywidgets' own "primary" is not."""
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
    """

    def __init__(self, exercise: Exercise, attempt: int = 0) -> None:
        self._exercise, self._attempt = exercise, attempt
        self.streak = 0
        self._done = self._looked = False
        self._lines: dict[str, _Line] = {}
        self._statement = widgets.Output()
        self._answers = widgets.VBox()
        self._steps = widgets.Output()
        self._summary = widgets.HTML()
        self._buttons = {
            "check": _button("Check", "Mark what is in the boxes (Enter in a box does it too)"),
            "steps": _button("Steps", "Show the worked solution; it ends the streak"),
            "another": _button("Another", "Another problem of this kind"),
        }
        for name, button in self._buttons.items():
            button.on_click(partial(self._pressed, getattr(self, name)))
        self._buttons["check"].style = _FIRST
        self._buttons["another"].disabled = exercise.fixed is not None
        bar = widgets.HBox([*self._buttons.values(), self._summary])
        super().__init__([self._statement, self._answers, bar, self._steps])
        self._pose()

    def check(self) -> Verdict:
        """Mark what is in the boxes, show what the marker says, and return its verdict."""
        verdict = self._exercise.mark(self._data, self.answers)
        for name, line in self._lines.items():
            line.say(verdict.parts[name])
        if verdict.correct and not self._done:
            self._done = True
            self.streak += not self._looked
        self._summarise(f"{round(100 * verdict.score)} %", verdict.notes)
        return verdict

    def steps(self) -> None:
        """Show the worked solution, with the problem's own numbers."""
        if not self._done and not self._looked:
            self._looked, self.streak = True, 0
        _show_markdown(self._steps, f"$$\n{self._exercise.steps(self._data)}\n$$")
        self._summarise()

    def another(self) -> None:
        """Pose another problem of the same kind."""
        if self._exercise.fixed is None:
            self._attempt += 1
            self._pose()

    @property
    def answers(self) -> dict[str, Any]:
        """What is in the boxes, by part: nested lists, None where a box is empty."""
        return {name: line.answer for name, line in self._lines.items()}

    def fill(self, **answers: Any) -> None:
        """Write `answers` into the boxes, as if typed. Raises KeyError for an unknown part."""
        for name, answer in answers.items():
            self._lines[name].fill(answer)

    def _pose(self) -> None:
        self._data = self._exercise.draw(student="practice", attempt=self._attempt)
        self._done = self._looked = False
        _show_markdown(self._statement, _breakable(self._exercise.statement(self._data)))
        self._steps.outputs = ()
        values = self._exercise.solve(self._data)
        self._lines = {
            part.name: _Line(part, values[part.name].shape, self.check)
            for part in self._exercise.parts
        }
        self._answers.children = tuple(self._lines.values())
        self._summarise()

    def _pressed(self, action: Any, _button: Any) -> None:
        action()

    def _summarise(self, score: str = "", notes: tuple[str, ...] = ()) -> None:
        parts = [score, *notes, f"Streak: {self.streak}"]
        self._summary.value = " · ".join(part for part in parts if part)

    def __repr__(self) -> str:
        return f"practice({self._exercise.id!r})"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """The live box and, for readers without a kernel, the problem."""
        bundle: dict[str, Any] = super()._repr_mimebundle_() or {}
        statement = self._exercise.statement(self._data)
        hint = "*Run this cell in JupyterLab to answer, and to get another problem.*"
        return bundle | {"text/plain": repr(self), "text/markdown": f"{statement}\n\n{hint}"}


class _Line(widgets.HBox):  # type: ignore[misc]
    """The boxes of one part, and what the marker said of it."""

    def __init__(self, part: Part, shape: tuple[int, ...], submit: Any) -> None:
        self._shape, self._text = shape, part.read is not None
        # MathML, because VS Code typesets no LaTeX inside a widget.
        label = as_mathml(part.latex) + (" (optional)" if part.optional else "")
        places = [()] if self._text else list(np.ndindex(*shape))
        self._boxes = [_box(part, place, submit) for place in places]
        self._message = widgets.HTML()
        super().__init__([widgets.HTML(label), _arranged(self._boxes, shape), self._message])
        self.layout.flex_flow = "row wrap"
        self.layout.align_items = "center"
        self.children[0].layout.min_width = "7.5em"

    @property
    def answer(self) -> Any:
        """Nested lists of the part's shape; None where nothing is filled in."""
        typed = [box.value.strip() for box in self._boxes]
        if not any(typed):
            return None
        if self._text:
            return typed[0]
        numbers = np.empty(len(typed), dtype=object)
        numbers[:] = [_number(text) for text in typed]
        return numbers.reshape(self._shape).tolist()

    def fill(self, answer: Any) -> None:
        """Write an answer into the boxes."""
        typed = [answer] if self._text else np.asarray(answer).reshape(-1).tolist()
        for box, value in zip(self._boxes, typed, strict=True):
            box.value = value if isinstance(value, str) else f"{value:.6g}"

    def say(self, verdict: PartVerdict) -> None:
        """Show the marker's sentence, with a sign in front."""
        sign, colour = _SIGNS.get(_state(verdict), ("", "inherit"))
        mark = f'<b aria-hidden="true" style="color: {colour}">{sign}</b>'
        self._message.value = f'<span role="status">{mark} {escape(verdict.message)}</span>'


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


def _number(text: str) -> float | str | None:
    """A number as a person types it: 0.5, 0,5, 1/2, 5e-1; other text is left for the marker."""
    if not text:
        return None
    try:
        return float(Fraction(text.replace(",", ".").replace(" ", "")))
    except (ValueError, ZeroDivisionError, OverflowError):
        return text


def _button(label: str, tooltip: str) -> widgets.Button:
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
