"""Views with a few controls: gradients on their way back, the embedding, the count, a reader."""

from course_utils.widgets.views.counter import ParameterCounter
from course_utils.widgets.views.embedding import EmbeddingTable
from course_utils.widgets.views.gradient_flow import GradientFlow
from course_utils.widgets.views.sentence import SentenceGates

__all__ = ["EmbeddingTable", "GradientFlow", "ParameterCounter", "SentenceGates"]
