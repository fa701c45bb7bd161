"""Code in colours, and their style sheets."""

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

_CLASSES = HtmlFormatter(nowrap=True, classprefix="py-")
_LONGEST = 50_000


def highlighted(source: str) -> Markup:
    """Return Python as HTML whose only tags are spans; what is too long is cut off.

    Without white space at the ends of lines, over which Pygments looks from each line to the last.
    """
    source = _cut(source)
    source = "\n".join(line.rstrip() for line in source.split("\n"))
    return Markup(highlight(source, PythonLexer(), _CLASSES))


def uncoloured(source: str) -> Markup:
    """Return code as text."""
    return Markup("{}").format(_cut(source))


def _cut(source: str) -> str:
    return source if len(source) <= _LONGEST else source[:_LONGEST] + "\n# cut off here"


def colours(style: str = "default") -> str:
    """Return the style sheet of one of Pygments' styles."""
    sheet: str = HtmlFormatter(style=style, classprefix="py-").get_style_defs("pre")
    return sheet
