"""What a test said, without what stands beside it on the page anyway."""

from nbformat import NotebookNode

from nbexaminer.feedback.outputs import Shown, printed, shown
from nbexaminer.notebook.judgements import Judgement


def said(cell: NotebookNode, judgement: Judgement | None) -> list[Shown]:
    """Return a test's outputs without the points at their end, and verdicts without headlines.

    Where an exercise was checked more than once, the last verdict is the one that counts. Of a
    notebook that was graded before judgements were kept, all is shown as it was printed.
    """
    if judgement is None:
        return shown(cell, tracebacks=False)
    lines = [line for one in judgement.last_said for line in one.text.splitlines()]
    text = printed("\n".join(line.strip() for line in lines))
    results = ("stream",) if judgement.score is None else ("stream", "execute_result")
    return [*([text] if text else []), *shown(cell, tracebacks=False, without=results)]
