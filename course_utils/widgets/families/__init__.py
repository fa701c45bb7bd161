"""The kinds of cells that the explorer shows."""

from course_utils.cells import CellInputError
from course_utils.widgets.families.base import Family, Preset
from course_utils.widgets.families.gru import GRU
from course_utils.widgets.families.lstm import LSTM
from course_utils.widgets.families.rnn import RNN

FAMILIES: dict[str, Family] = {family.name: family for family in (RNN, LSTM, GRU)}

__all__ = ["FAMILIES", "Family", "Preset", "family"]


def family(name: str) -> Family:
    """Return the family called `name`; raises CellInputError when there is none."""
    try:
        return FAMILIES[name]
    except KeyError:
        raise CellInputError(f"cell is {name!r}, expected one of {', '.join(FAMILIES)}") from None
