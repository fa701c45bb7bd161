"""The page a student gets back: one file without scripts, that opens without a server."""

from nbexaminer.feedback.exporter import FeedbackExporter

__all__ = ["FeedbackExporter"]
