"""LaTeX as MathML, which browsers show without a script."""

import html
import re
from importlib.resources import files
from itertools import pairwise
from xml.etree.ElementTree import Element, tostring

from latex2mathml.converter import convert_to_element
from markupsafe import Markup

_LONGEST = 10_000
"""Characters of one formula; the longest worked solution has 4,000."""

_ATTRIBUTES = {"xmlns", "display", "displaystyle", "stretchy", "mathvariant", "columnalign"}
_ATTRIBUTES |= {"fence", "form", "width", "height", "depth", "lspace", "rspace", "accent"}
_ATTRIBUTES |= {"linethickness", "minsize", "maxsize", "accentunder", "separator", "symmetric"}

_SIGNS = {"−", "+", "±"}
_AFTER_VALUES = {")", "]", "}", "|", "!", "′", "%"}
"""What a sign may stand behind and still join two terms."""

_MATHML = "http://www.w3.org/1998/Math/MathML"


def as_mathml(latex: str, *, display: bool = False) -> Markup:
    """Return `latex` as a MathML element, or as escaped code where it cannot be read.

    A student's text may come here: nothing in it becomes a tag, a link or a style.
    """
    try:
        if len(latex) > _LONGEST:
            raise ValueError("too long")
        element = convert_to_element(_readable(latex), display="block" if display else "inline")
    except Exception:  # the library raises many kinds, RecursionError among them
        tag = "pre" if display else "code"
        return Markup("<{0}>{1}</{0}>").format(Markup(tag), latex[:_LONGEST])
    _make_safe(element)
    _group_brackets(element)
    _tell_signs_from_sums(element)
    return Markup(tostring(element, encoding="unicode"))


def _readable(latex: str) -> str:
    """Put `aligned`, and the space between its rows, as the library reads them."""
    return re.sub(r"\\\\\[[\d.]+(pt|em|ex)\]", r"\\\\", latex).replace("{aligned}", "{split}")


def _make_safe(element: Element) -> None:
    """Keep known attributes; texts as characters, which the library gives as HTML entities."""
    for part in element.iter():
        part.text = html.unescape(part.text) if part.text else part.text
        part.tail = html.unescape(part.tail) if part.tail else part.tail
        for name in list(part.attrib):
            if name not in _ATTRIBUTES or (name == "xmlns" and part.attrib[name] != _MATHML):
                del part.attrib[name]


def _group_brackets(element: Element) -> None:
    """Put a matrix and its brackets into a row of their own: brackets grow as high as their row,
    and without it as high as the highest matrix beside them."""
    for parent in list(element.iter()):  # the new rows are not looked at again
        children = list(parent)
        for before, table, after in zip(children, children[1:], children[2:], strict=False):
            if table.tag == "mtable" and (before.tag, after.tag) == ("mo", "mo"):
                row = Element("mrow")
                parent.insert(list(parent).index(before), row)
                for part in (before, table, after):
                    parent.remove(part)
                    row.append(part)


def _tell_signs_from_sums(element: Element) -> None:
    """Mark the minus of a negative number, as in [−1 0] and x = −1: no room is left behind it.

    A browser knows it without help only where it stands first.
    """
    for parent in element.iter():
        for before, sign in pairwise(parent):
            is_sign = (before.tag, sign.tag) == ("mo", "mo") and sign.text in _SIGNS
            if is_sign and before.text not in _AFTER_VALUES:
                sign.set("form", "prefix")


def style() -> str:
    """Return the style sheet of formulas, without the font."""
    return files(__package__).joinpath("formulas.css").read_text("utf-8")
