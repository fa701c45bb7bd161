"""The neighbours of a formula: what one gets who mistakes it in one way, or in two."""

from course_utils.formulas.neighbours.apart import distinct
from course_utils.formulas.neighbours.changes import FAMILIES, Change
from course_utils.formulas.neighbours.found import neighbours, own_shapes
from course_utils.formulas.neighbours.twice import Twice, twice

__all__ = ["FAMILIES", "Change", "Twice", "distinct", "neighbours", "own_shapes", "twice"]
