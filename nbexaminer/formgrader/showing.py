"""A question and its answers as the marking page asks for them: plain values, and harmless HTML."""

from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup
from nbformat import NotebookNode
from nbgrader.utils import is_task

from nbexaminer.feedback.code import highlighted
from nbexaminer.feedback.markup import as_html, as_inline_html
from nbexaminer.feedback.outputs import Shown, pictures, shown
from nbexaminer.hand_marking.answers import Answer
from nbexaminer.hand_marking.clustering import groups
from nbexaminer.hand_marking.questions import HandMarkedQuestion
from nbexaminer.hand_marking.tasks import digest_of

_PICTURE = Markup(
    '<img class="shown" style="max-width: 100%" src="{}" alt="A picture in the answer">'
)
_TEXT = Markup('<pre class="shown">{}</pre>')


def question_shown(question: HandMarkedQuestion, answers: Sequence[Answer]) -> dict[str, Any]:
    """Return the question with its rubric and the answers, in groups and in order."""
    texts = tuple("\n\n".join(map(_all_of, _cells(answer))) for answer in answers)
    code = any(cell.cell_type == "code" for answer in answers for cell in _cells(answer))
    return {
        "title": question.title,
        "points": question.points,
        "prompt": as_html(question.prompt),
        "solution": as_html(question.solution),
        "trouble": question.trouble,
        "rubric": [
            {"text": c.text, "points": c.points, "html": as_inline_html(c.text)}
            for c in question.rubric
        ],
        "groups": [
            {
                "html": Markup("").join(map(answer_html, _cells(answers[group.members[0]]))),
                "empty": group.empty,
                "likeness": group.likeness,
                "members": members_shown(question, (answers[k] for k in group.members)),
            }
            for group in groups(texts, question.blank, code=code)
        ],
    }


def members_shown(question: HandMarkedQuestion, answers: Iterable[Answer]) -> list[dict[str, Any]]:
    """Return whose the answers are and how they stand."""
    return [
        {
            "grade": answer.grade,
            "submission": answer.submission,
            "name": answer.name,
            "digest": answer.digest,
            "points": answer.mark.manual,
            "automatic": answer.mark.auto,
            "comment": answer.comment,
            "met": _met(question, answer),
            "open": answer.mark.open,
            "changed": answer.by_hand.changed,
        }
        for answer in answers
    ]


def _cells(answer: Answer) -> tuple[NotebookNode, ...]:
    """Return the cells that are the answer; of a task, those of the student's own."""
    return answer.work if is_task(answer.cell) else (answer.cell,)


def _all_of(cell: NotebookNode) -> str:
    """Return an answer's text; one with other pictures is another answer."""
    attached = cell.get("attachments")
    return f"{cell.source}\n{digest_of(cell)}" if attached else str(cell.source)


def _met(question: HandMarkedQuestion, answer: Answer) -> list[bool]:
    """Return which criteria were met; those that the rubric had not then were not."""
    met = {one.criterion for one in answer.by_hand.judged if one.met}
    return [criterion in met for criterion in question.rubric]


def answer_html(cell: NotebookNode) -> Markup:
    """Return an answer as it may stand on a page beside an instructor's rights."""
    parts = Markup("").join(map(_part, shown(cell)))
    if cell.cell_type == "code":
        return Markup('<pre class="source">{}</pre>').format(highlighted(cell.source)) + parts
    return as_html(cell.source) + pictures_html(cell) + parts


def pictures_html(cell: NotebookNode) -> Markup:
    """Return the pictures that were put into a cell of text."""
    return Markup("").join(map(_part, pictures(cell)))


def _part(part: Shown) -> Markup:
    if part.kind == "picture":
        return _PICTURE.format(part.content)
    if part.kind == "html":
        return Markup('<div class="shown">{}</div>').format(part.content)
    return _TEXT.format(part.content)
