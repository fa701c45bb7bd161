"""Learning platforms: grades out to Canvas, Moodle or a table, submissions in from their downloads.

Chosen by name, as nbgrader's plugins are:

    nbgrader export --exporter nbexaminer.platforms.CanvasExport --to canvas.csv
    nbgrader zip_collect ps1 --collector nbexaminer.platforms.CanvasDownload
"""

from nbexaminer.platforms.canvas import CanvasDownload, CanvasExport
from nbexaminer.platforms.moodle import MoodleDownload, MoodleExport
from nbexaminer.platforms.table import TableExport

__all__ = ["CanvasDownload", "CanvasExport", "MoodleDownload", "MoodleExport", "TableExport"]
