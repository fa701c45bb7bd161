"""The kinds of cells that the explorer shows."""

from course_utils.cells import CellInputError
from course_utils.widgets.families.base import Choice, Convention, Family, Preset
from course_utils.widgets.families.gru import gru
from course_utils.widgets.families.lstm import lstm
from course_utils.widgets.families.rnn import rnn

FAMILIES: dict[str, Family] = {family.name: family for family in (rnn({}), lstm({}), gru({}))}
"""each under this course's convention"""

__all__ = ["FAMILIES", "Choice", "Convention", "Family", "Preset", "family"]


def family(name: str) -> Family:
    """Return the family called `name`; raises CellInputError when there is none."""
    try:
        return FAMILIES[name]
    except KeyError:
        raise CellInputError(f"cell is {name!r}, expected one of {', '.join(FAMILIES)}") from None
