"""Formulas on a page without a script: LaTeX as MathML, its style sheet, and a font that fits.

A browser takes the sizes of subscripts, the height of brackets and the italic letters from a font
for mathematics, and few machines have one: every page brings the same, a subset of STIX Two Math.
"""

from course_utils.mathml.font import FONT, font_face
from course_utils.mathml.mathml import as_mathml, style

__all__ = ["FONT", "as_mathml", "font_face", "style"]
