"""How formgrader's template writes cells: through the feedback page's writer of Markdown.

nbconvert's own leaves raw HTML in Markdown as it is.
"""

from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from nbconvert.filters import Highlight2HTML

from nbexaminer.feedback.markup import as_html

RUBRIC = "course_rubric"
"""The key in a cell's metadata under which its rubric stands, as HTML of ours."""
PICTURES = "course_pictures"
"""That of the pictures in a text, as HTML of ours."""

_BESIDE = Markup(
    '<div style="display: flex; flex-wrap: wrap; gap: 1.5em">'
    '<div class="course-answer" style="flex: 3 1 24em; min-width: 0">{}</div>{}</div>'
)
_highlight = Highlight2HTML(pygments_lexer="python3")


@pass_context
def markdown_html(context: Context, source: str) -> Markup:
    """Return Markdown as harmless HTML, with the cell's pictures, and its rubric beside it.

    MathJax is told to leave it alone: formulas are MathML already.
    """
    pictures = Markup(_metadata(context).get(PICTURES, ""))
    text = Markup('<div class="tex2jax_ignore">{}{}</div>').format(as_html(source), pictures)
    return _beside_rubric(context, text)


@pass_context
def code_html(context: Context, source: str, metadata: Any = None) -> Markup:
    """Return Python in colours, with the cell's rubric beside it."""
    return _beside_rubric(context, Markup(_highlight(source)))


def _beside_rubric(context: Context, html: Markup) -> Markup:
    rubric = _metadata(context).get(RUBRIC)
    return _BESIDE.format(html, Markup(rubric)) if rubric else html


def _metadata(context: Context) -> Any:
    return (context.get("cell") or {}).get("metadata", {})
