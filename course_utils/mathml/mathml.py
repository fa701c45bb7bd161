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

_BARS = ("|", "‖")
_SIGNS = {"−", "+", "±"}
_AFTER_VALUES = {")", "]", "}", "|", "!", "′", "%"}
"""What a sign may stand behind and still join two terms."""

_ROWS = {"math", "mrow", "mtd", "msqrt", "mstyle"}
"""Elements whose children stand side by side, however many there are."""

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
    _set_names_apart(element)
    _correct_signs(element)
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


def _set_names_apart(element: Element) -> None:
    """Leave room around the name of a function, as in 2 ln 3."""
    for row in [part for part in element.iter() if part.tag in _ROWS]:
        for before, after in pairwise(list(row)):
            is_pair = not {before.tag, after.tag} & {"mo", "mspace", "mtext"}
            if is_pair and (_is_name(before) or _is_name(after)):
                row.insert(list(row).index(after), Element("mspace", width="0.167em"))


def _correct_signs(element: Element) -> None:
    """Set signs as LaTeX does: no room around ∂, ∞, a slash or a sign that stands alone; bars only
    as high as a letter, and close to what is between them."""
    for sign in list(element.iter("mo")):
        if sign.text in ("∂", "∞"):
            sign.tag = "mi"
            sign.set("mathvariant", "normal")
        elif sign.text == "/":
            sign.attrib |= {"lspace": "0", "rspace": "0"}
        elif sign.text in _BARS and "stretchy" not in sign.attrib:
            sign.set("stretchy", "false")
    for row in (part for part in element.iter() if part.tag in _ROWS):
        for bar in _BARS:
            bars = [part for part in row if part.tag == "mo" and part.text == bar]
            for first, last in zip(bars[::2], bars[1::2], strict=False):
                first.set("form", "prefix")
                last.set("form", "postfix")
        if len(row) == 1 and row[0].tag == "mo":
            row[0].attrib |= {"lspace": "0", "rspace": "0"}


def _is_name(part: Element) -> bool:
    """Whether it is a function's name, with or without an index."""
    head = part[0] if part.tag in ("msub", "msup", "msubsup") else part
    return head.tag in ("mi", "mo") and len(head.text or "") > 1 and (head.text or "").isalpha()


def style() -> str:
    """Return the style sheet of formulas, without the font."""
    return files(__package__).joinpath("formulas.css").read_text("utf-8")
