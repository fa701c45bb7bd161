"""The textbook's line as a tree: read, printed, worked out, translated, varied.

Elementwise and affine equations of one step, such as ``C_t = f_t ∘ C_{t-1} + i_t ∘ C~_t``. From one
tree come its values, its LaTeX with and without numbers, a program for the browser, and its
neighbours: what one gets who mistakes it in one way. It needs NumPy and nothing of ours.
"""

from course_utils.formulas.lines import Formula, Formulas, Variant, read, read_right
from course_utils.formulas.nodes import FormulaError

__all__ = ["Formula", "FormulaError", "Formulas", "Variant", "read", "read_right"]
