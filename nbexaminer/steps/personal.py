"""Personal data: every student's own numbers, where the course asks for them."""

from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool
from traitlets.config import Configurable

from nbexaminer.exercises import CLASS, Checked, exercises
from nbexaminer.notebook.judgements import marks_of
from nbexaminer.notebook.released import grade_id, is_test, with_ids
from nbexaminer.notebook.remarks import add_remark
from nbexaminer.pipeline.context import context_of

_SIGN_IN_ID = "sign-in"


class PersonalData(Configurable):
    """Whether each student works on numbers of their own; read by the steps of this module."""

    personal = Bool(False, help="Give each student their own numbers.").tag(config=True)


class InsertSignIn(NbGraderPreprocessor):  # type: ignore[misc]
    """While generating an assignment: a cell to sign in, in front of the first code cell."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb`, with the cell where the data are personal; once, however often it is asked.

        nbgrader's commands read a configuration file twice, and insert a step twice.
        """
        asks = any(cell.get("id") == _SIGN_IN_ID for cell in nb.cells)
        sign_in = exercises().sign_in.rstrip()
        if PersonalData(parent=self).personal and sign_in and not asks:
            places = (k for k, cell in enumerate(nb.cells) if cell.cell_type == "code")
            with_ids(nb).cells.insert(next(places, 0), new_code_cell(sign_in, id=_SIGN_IN_ID))
        return nb, resources


class RecogniseOthersData(NbGraderPreprocessor):  # type: ignore[misc]
    """A wrong answer that is right for another student's numbers is remarked as such.

    Only where it can hardly be chance: at least three numbers, and right for one or two others. The
    remark names nobody; the log names whose numbers they are. The judge says what was answered.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with its remarks."""
        if not PersonalData(parent=self).personal:
            return nb, resources
        context = context_of(resources)
        own = context.student
        others = [CLASS, *(one for one in context.students if one != own)]
        for cell in nb.cells:
            if is_test(cell) and _lost_marks(nb, cell):
                for checked in context.checks.get(str(grade_id(cell)), ()):
                    self._compare(nb, cell, checked, own, others)
        return nb, resources

    def _compare(
        self, nb: NotebookNode, cell: NotebookNode, checked: Checked, own: str, others: list[str]
    ) -> None:
        fitting = exercises().fitting(checked.exercise, checked.answers, others, checked.attempt)
        if fitting == [CLASS]:
            text = "The answer is right for the class's numbers, not for your own: sign in first."
        elif 1 <= len(fitting) <= 2:
            text = "The answer is right for another student's numbers, not for your own."
            self.log.warning(
                "%s: %s answered %s with the numbers of %s",
                grade_id(cell),
                own,
                checked.exercise,
                " and ".join(fitting),
            )
        else:
            return
        add_remark(nb, text, grade_id(cell))


def _lost_marks(nb: NotebookNode, cell: NotebookNode) -> bool:
    score, points = marks_of(nb, cell)
    return bool(score is not None and score < points)
