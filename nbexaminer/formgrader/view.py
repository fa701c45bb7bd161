"""formgrader's page of one submission: inert, and with the rubric beside each answer in words."""

import html
from typing import Any

from markupsafe import Markup
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from nbexaminer.feedback.markup import as_inline_html
from nbexaminer.formgrader.filters import RUBRIC
from nbexaminer.formgrader.inert import inert
from nbexaminer.gradebook import ByHand, question_rows
from nbexaminer.hand_marking.questions import HandMarkedQuestion, hand_marked_questions
from nbexaminer.hand_marking.reconcile import ANSWER_CHANGED
from nbexaminer.notebook.released import graded_cells
from nbexaminer.points import as_points

_NAMES = ("student", "first_name", "last_name", "notebook_path", "notebook_id", "assignment_id")
_RUBRIC = Markup(
    '<aside class="course-rubric tex2jax_ignore" aria-label="Rubric" '
    'style="flex: 2 1 16em; border-left: 3px solid #337ab7; padding: 0 0 0 1em; color: #333">'
    "<strong>Rubric</strong>{}</aside>"
)
_LIST = Markup('<ul style="list-style: none; padding: 0; margin: .4em 0">{}</ul>')
_ITEM = Markup('<li style="margin: .3em 0">{} <strong>{}</strong>&ensp;{}</li>')
_SIGNS = {True: "☑", False: "☐"}


class ShowForMarking(Preprocessor):
    """Make the notebook inert, and put the rubric and what of it was met beside the answers."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the notebook for formgrader's template."""
        shown = inert(nb)
        names = {key: resources.get(key) for key in _NAMES}
        if names["student"] is not None:
            self._add_rubrics(shown, names)
        for key, value in names.items():  # the template writes them as they are
            if value is not None:
                resources[key] = html.escape(str(value))
        return shown, resources

    def _add_rubrics(self, nb: NotebookNode, names: dict[str, Any]) -> None:
        coursedir = CourseDirectory(config=self.config)
        try:
            questions = hand_marked_questions(
                coursedir, names["assignment_id"], names["notebook_id"]
            )
        except NbGraderException as error:
            self.log.warning("No rubric is shown: %s", error)
            return
        cells = graded_cells(nb)
        with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
            for question in questions:
                cell = cells.get(question.cell)
                kept = _by_hand(gradebook, question, names["student"])
                if cell is not None and kept is not None:
                    cell.metadata[RUBRIC] = str(rubric_html(question, kept))


def _by_hand(gradebook: Gradebook, question: HandMarkedQuestion, student: str) -> ByHand | None:
    rows = question_rows(gradebook, question, student=student)
    return rows[0].kept.of(rows[0].mark) if rows else None


def rubric_html(question: HandMarkedQuestion, kept: ByHand) -> Markup:
    """Return the criteria as HTML, ticked where the mark was given by them."""
    met = {one.criterion.text: one.met for one in kept.judged}
    items = [
        _ITEM.format(_SIGNS[met.get(c.text, False)], as_points(c.points), as_inline_html(c.text))
        for c in question.rubric
    ]
    parts = [_LIST.format(Markup("").join(items))] if items else []
    notes = [question.trouble, ANSWER_CHANGED if kept.changed else ""]
    parts += [Markup("<p>{}</p>").format(note) for note in notes if note]
    return _RUBRIC.format(Markup("").join(parts))
