"""Live views of the cells: trace (pure) -> model (synced traits) -> view (static/*.js)."""

from course_utils.widgets.exam_paper import practice_exam
from course_utils.widgets.explorer import CellExplorer
from course_utils.widgets.practice_box import practice
from course_utils.widgets.practice_record import practice_record
from course_utils.widgets.prediction import predict, predictions
from course_utils.widgets.views import (
    EmbeddingTable,
    GradientFlow,
    ParameterCounter,
    Recurrence,
    SentenceGates,
    TextWriter,
    UnitText,
    WhoListens,
)
from course_utils.widgets.views.controls import Slider
from course_utils.widgets.views.recurrence import Curve, Panel

__all__ = [
    "CellExplorer",
    "Curve",
    "EmbeddingTable",
    "GradientFlow",
    "Panel",
    "ParameterCounter",
    "Recurrence",
    "SentenceGates",
    "Slider",
    "TextWriter",
    "UnitText",
    "WhoListens",
    "practice",
    "practice_exam",
    "practice_record",
    "predict",
    "predictions",
]
