"""Learning platforms: grades out to Canvas, Moodle or a table, submissions in from their downloads.

Chosen by name, as nbgrader's plugins are:

    nbgrader export --exporter course_utils.grading.platforms.CanvasExport --to canvas.csv
    nbgrader zip_collect ps1 --collector course_utils.grading.platforms.CanvasDownload
"""

from course_utils.grading.platforms.canvas import CanvasDownload, CanvasExport
from course_utils.grading.platforms.moodle import MoodleDownload, MoodleExport
from course_utils.grading.platforms.table import TableExport

__all__ = ["CanvasDownload", "CanvasExport", "MoodleDownload", "MoodleExport", "TableExport"]
