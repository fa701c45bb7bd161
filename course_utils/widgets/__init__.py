"""Live views of the cells: trace (pure) -> model (synced traits) -> view (static/*.js)."""

from course_utils.widgets.explorer import CellExplorer
from course_utils.widgets.practice_box import practice

__all__ = ["CellExplorer", "practice"]
