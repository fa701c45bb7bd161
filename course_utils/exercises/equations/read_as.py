"""What an equation was read as, as mathematics: in a notebook, in a box, on a page."""

import re

from course_utils.formulas import FormulaError
from course_utils.formulas.dress import LONGEST
from course_utils.formulas.nodes import Node
from course_utils.formulas.printing import latex, text
from course_utils.formulas.reading import expression

_SENTENCE = re.compile(r"It was read as (?P<left>.+?) = (?P<right>.+?)\.(?=\s|$)")


def sentence(left: Node, right: Node) -> str:
    """Say what an equation was read as; nothing of one that takes too long to say."""
    said = f"It was read as {text(left)} = {text(right)}."
    return said if len(said) <= LONGEST else ""


def typeset(said: str) -> str:
    """Return as LaTeX what a verdict says that an equation was read as; "" where it says none."""
    found = _SENTENCE.search(said)
    if found is None:
        return ""
    try:
        return " = ".join(latex(expression(side)) for side in found.groups())
    except FormulaError:
        return ""
