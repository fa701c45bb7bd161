"""The neighbours of a formula: what one gets who mistakes it in one way, or in two."""

from course_utils.formulas.neighbours.changes import FAMILIES, Change
from course_utils.formulas.neighbours.found import neighbours, own_shapes

__all__ = ["FAMILIES", "Change", "neighbours", "own_shapes"]
