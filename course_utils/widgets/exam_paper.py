"""A mock exam as one paper: questions without hints, marked as a whole when the reader asks.

Every question is a box of practice without its buttons; the paper has the buttons.
"""

from html import escape
from typing import Any

import ipywidgets as widgets

from course_utils.exercises import exam
from course_utils.exercises.exam import Exam
from course_utils.widgets.keeper import Keeper, math_font
from course_utils.widgets.practice_box import FIRST, Practice, button_for


def practice_exam(id: str, *, attempt: int = 0) -> "ExamPaper":
    """Return paper `id` to be worked, starting with its paper number `attempt`.

    Raises KeyError, listing the names, where there is no such paper.
    """
    return ExamPaper(exam(id), attempt)


class ExamPaper(widgets.VBox):  # type: ignore[misc]
    """One paper after another. Worked solutions are open once the paper has been marked.

    After a look at the solutions the marks stand: the paper can no longer be marked.
    """

    def __init__(self, exam: Exam, attempt: int = 0) -> None:
        self._exam, self._attempt = exam, attempt
        self._title, self._marks = widgets.HTML(), widgets.HTML()
        self.boxes = tuple(
            Practice(question.exercise, attempt, in_exam=True) for question in exam.questions
        )
        self._mark = button_for("Mark the paper", "Count the points of the whole paper")
        self._solutions = button_for("Worked solutions", "Show them under each question")
        self._another = button_for("Another paper", "Replace every question by a new one")
        self._mark.style = FIRST
        self._mark.on_click(lambda _: self.mark())
        self._solutions.on_click(lambda _: self.show_solutions())
        self._another.on_click(lambda _: self.another())
        self._another.disabled = any(q.exercise.fixed is not None for q in exam.questions)
        bar = widgets.HBox([self._mark, self._solutions, self._another])
        headed = [
            child
            for heading, box in zip(_headings(exam), self.boxes, strict=True)
            for child in (widgets.HTML(f"<h3>{escape(heading)}</h3>"), box)
        ]
        self._keeper = Keeper(f"{exam.id} {attempt}", self._restore)
        helpers = [self._keeper, math_font()]
        super().__init__([self._title, *headed, bar, *helpers, self._marks])
        self.add_class("course-box")
        self._begin()

    def mark(self) -> tuple[float, ...] | None:
        """Mark the paper as it stands, show and return each question's points.

        A paper that was left empty is not marked.
        """
        if all(answer is None for box in self.boxes for answer in box.answers.values()):
            self._say("Nothing is filled in yet, so there is nothing to mark.")
            return None
        questions = self._exam.questions
        earned = tuple(
            question.points * box.check().score
            for question, box in zip(questions, self.boxes, strict=True)
        )
        self._say(
            *(
                f"Question {n}: {points:.1f} of {question.points:g}"
                for n, (points, question) in enumerate(zip(earned, questions, strict=True), 1)
            ),
            f"Together: {sum(earned):.1f} of {self._exam.points:g}",
        )
        self._solutions.disabled = False
        self._note(marked=True)
        return earned

    def show_solutions(self) -> None:
        """Show the worked solution under each question of this paper, once it is marked."""
        if self._solutions.disabled:
            return
        for box in self.boxes:
            box.steps()
        self._mark.disabled = True
        self._note(marked=True, solved=True)

    def another(self) -> None:
        """Replace every question: the next paper, empty and unmarked."""
        if self._another.disabled:
            return
        self._attempt += 1
        self._keeper.leave()
        for box in self.boxes:
            box.another()
        self._begin()
        self._keeper.enter()

    def _begin(self) -> None:
        self._title.value = f"<b>{escape(self._exam.title)}, paper {self._attempt}</b>"
        self._marks.value = ""
        self._mark.disabled, self._solutions.disabled = False, True
        self._note()

    def _restore(self, state: dict[str, Any], typed: list[str]) -> None:
        """Take up again the paper that a kernel that is gone had posed, as far as it had come."""
        self._attempt = int(state["attempt"])
        left = iter(typed)
        for box in self.boxes:
            box.restore({"attempt": self._attempt}, left)
        self._begin()
        if state.get("marked"):
            self.mark()
        if state.get("solved"):
            self.show_solutions()

    def _note(self, *, marked: bool = False, solved: bool = False) -> None:
        """Give the browser what a new kernel needs to take up this paper."""
        self._keeper.state = {"attempt": self._attempt, "marked": marked, "solved": solved}

    def _say(self, *lines: str) -> None:
        self._marks.value = f'<div role="status">{"<br>".join(map(escape, lines))}</div>'

    def __repr__(self) -> str:
        return f"practice_exam({self._exam.id!r})"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """The live paper and, for readers without a kernel, its questions."""
        bundle: dict[str, Any] = super()._repr_mimebundle_() or {}
        questions = [
            f"**{heading}**\n\n{box.statement}"
            for heading, box in zip(_headings(self._exam), self.boxes, strict=True)
        ]
        hint = "*Run this cell in JupyterLab to answer, and to get another paper.*"
        text = "\n\n".join([*questions, hint])
        return bundle | {"text/plain": repr(self), "text/markdown": text}


def _headings(exam: Exam) -> list[str]:
    return [
        f"Question {n}: {question.exercise.title}, {question.points:g} points"
        for n, question in enumerate(exam.questions, 1)
    ]
