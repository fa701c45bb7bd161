"""Code in colours, and the style sheets of code and formulas."""

from importlib.resources import files

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

_CLASSES = HtmlFormatter(nowrap=True, classprefix="py-")
_LONGEST = 50_000


def highlighted(source: str) -> Markup:
    """Return Python as HTML whose only tags are spans; what is too long is cut off."""
    if len(source) > _LONGEST:
        source = source[:_LONGEST] + "\n# cut off here"
    return Markup(highlight(source, PythonLexer(), _CLASSES))


def colours(style: str = "default") -> str:
    """Return the style sheet of one of Pygments' styles."""
    sheet: str = HtmlFormatter(style=style, classprefix="py-").get_style_defs("pre")
    return sheet


def formulas() -> str:
    """Return the style sheet of formulas."""
    return files(__package__).joinpath("mathematics.css").read_text("utf-8")
