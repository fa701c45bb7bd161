"""Exercises as short forms: formulas, ranges, words and slips in TOML, and nothing to compute.

A form lies beside the notebook that asks it, as `NAME.toml`; docs/exercise.md tells how one is
written.
"""

from course_utils.exercises.forms.at_hand import beside, form_named
from course_utils.exercises.forms.making import exercise_of
from course_utils.exercises.forms.reading import Form, FormError, FormSlip, is_form, read_form

__all__ = [
    "Form",
    "FormError",
    "FormSlip",
    "beside",
    "exercise_of",
    "form_named",
    "is_form",
    "read_form",
]
