"""`nbgrader generate_feedback` with our page, chosen in nbgrader_config.py."""

from importlib.resources import files
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Bool, Unicode

from course_utils.mathml import font_face, style
from nbexaminer.exercises import CLASS, exercises
from nbexaminer.feedback.code import colours
from nbexaminer.feedback.page import page_of
from nbexaminer.feedback.template import page_template
from nbexaminer.gradebook import less_penalty
from nbexaminer.notebook.released import data_files
from nbexaminer.points import as_points
from nbexaminer.steps.personal import PersonalData

_HERE = files(__package__)


class FeedbackExporter(Exporter):
    """One HTML file: no scripts, nothing fetched, a content security policy that forbids both.

    Formulas are MathML; their font and all pictures are inside the file; whatever a student wrote
    is shown as text.
    """

    export_from_notebook = "Feedback"
    worked_solutions = Bool(
        True, help="Show the worked solution of each question, with the student's own numbers."
    ).tag(config=True)
    language = Unicode("en", help="The language of the assignments.").tag(config=True)

    @property
    def file_extension(self) -> str:
        """Pages are .html."""
        return ".html"

    def from_notebook_node(
        self, nb: NotebookNode, resources: Any | None = None, **kw: Any
    ) -> tuple[Any, Any]:
        """Return the page of a graded notebook, after the steps of GenerateFeedback."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        names = resources["nbgrader"]
        whose = names["student"] if PersonalData(parent=self.parent).personal else CLASS
        penalty = names["late_penalty"]
        total = less_penalty(names["score"] + penalty, penalty)  # nbgrader's goes below 0
        coursedir: Any = getattr(self.parent, "coursedir", None)
        own = data_files(coursedir, names["assignment"]) if coursedir is not None else {}
        with exercises().beside(own):
            page = page_of(nb, names["notebook"], whose, solutions=self.worked_solutions)
        html = page_template(__package__, marks=as_points).render(
            page=page,
            names=names,
            total=total,
            style=_style(),
            font=font_face(),
            language=self.language,
        )
        return html, resources


def _style() -> str:
    """Return the page's style sheet, with Pygments' colours for the light and the dark theme."""
    light, dark = colours(), colours("github-dark")
    sheet = _HERE.joinpath("page.css").read_text("utf-8")
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n{sheet}{style()}"
