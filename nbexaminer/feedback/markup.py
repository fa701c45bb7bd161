"""Markdown as HTML that cannot do anything: no raw HTML, no scripts, nothing fetched."""

import html
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup
from mdit_py_plugins.dollarmath import dollarmath_plugin

from course_utils.mathml import as_mathml

_LONGEST = 20_000
_LONGEST_LINE = 2_000
_LONGEST_PLAIN = 200_000
_SIGNS, _MOST_SIGNS = "[*_$|<`", 2000
"""What begins a link, a formula or a table: the time to read many of them grows with the square."""


def _math(latex: str, options: dict[str, Any]) -> str:
    return as_mathml(latex, display=bool(options["display_mode"]))


def _image(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    """Show a picture's text: the picture itself may be anywhere."""
    return f"<em>[{html.escape(tokens[index].content or 'picture')}]</em>"


_markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": 30}).enable("table")
dollarmath_plugin(_markdown, allow_labels=False, double_inline=True, renderer=_math)
_markdown.add_render_rule("image", _image)


def as_html(text: str) -> Markup:
    """Return Markdown with formulas between dollars as HTML; tags in it are shown as text.

    What is very long, or made of signs, is shown as it was written.
    """
    if len(text) > _LONGEST or any(text.count(sign) > _MOST_SIGNS for sign in _SIGNS):
        return as_plain_html(text)
    return Markup(_markdown.render(text))


def as_plain_html(text: str) -> Markup:
    """Return text as it was written; the end of 200,000 characters is left out."""
    if len(text) > _LONGEST_PLAIN:
        text = text[:_LONGEST_PLAIN] + "\n(cut off here)"
    return Markup("<pre>{}</pre>").format(text)


def as_inline_html(text: str) -> Markup:
    """Return one line of Markdown, a heading's text say, as HTML without a paragraph around it."""
    return Markup(_markdown.renderInline(text[:_LONGEST_LINE]))
