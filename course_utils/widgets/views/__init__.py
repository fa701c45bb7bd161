"""Views with a few controls: gradients on their way back, the embedding, the count, readers and a
writer."""

from course_utils.widgets.views.counter import ParameterCounter
from course_utils.widgets.views.embedding import EmbeddingTable
from course_utils.widgets.views.gradient_flow import GradientFlow
from course_utils.widgets.views.recurrence import Recurrence
from course_utils.widgets.views.sentence import SentenceGates
from course_utils.widgets.views.text_writer import TextWriter
from course_utils.widgets.views.unit_text import UnitText
from course_utils.widgets.views.who_listens import WhoListens

__all__ = [
    "EmbeddingTable",
    "GradientFlow",
    "ParameterCounter",
    "Recurrence",
    "SentenceGates",
    "TextWriter",
    "UnitText",
    "WhoListens",
]
