"""What an equation was read as, as mathematics: in a notebook, in a box, on a page."""

import re

from course_utils.formulas import Formula, FormulaError, read

_SENTENCE = re.compile(r"It was read as (?P<line>\S+ = .+)\.(?=\s|$)")


def sentence(line: Formula) -> str:
    """Say what an equation was read as."""
    return f"It was read as {line}."


def typeset(said: str) -> str:
    """Return as LaTeX what a verdict says that an equation was read as; "" where it says none."""
    found = _SENTENCE.search(said)
    if found is None:
        return ""
    try:
        (line,) = read(found["line"]).values()
    except (FormulaError, ValueError):
        return ""
    return line.latex()
