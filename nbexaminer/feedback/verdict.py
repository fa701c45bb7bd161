"""What a test said, without what stands beside it on the page anyway."""

from nbformat import NotebookNode

from course_utils.mathml import as_mathml
from nbexaminer.exercises import exercises
from nbexaminer.feedback.outputs import Shown, printed, shown
from nbexaminer.notebook.judgements import Judgement


def said(cell: NotebookNode, judgement: Judgement | None) -> list[Shown]:
    """Return a test's outputs without the points at their end, and verdicts without headlines.

    Equations stand above it as they were read, typeset. Where an exercise was checked more than
    once, the last verdict is the one that counts. Of a
    notebook that was graded before judgements were kept, all is shown as it was printed.
    """
    if judgement is None:
        return shown(cell, tracebacks=False)
    lines = [line for one in judgement.last_said for line in one.text.splitlines()]
    text = printed("\n".join(line.strip() for line in lines))
    verdicts = (one.text for one in judgement.last_said if one.exercise is not None)
    read = (latex for one in verdicts for latex in exercises().equations(one))
    equations = [Shown("html", as_mathml(latex, display=True)) for latex in read]
    results = ("stream",) if judgement.score is None else ("stream", "execute_result")
    return [*equations, *([text] if text else []), *shown(cell, tracebacks=False, without=results)]
