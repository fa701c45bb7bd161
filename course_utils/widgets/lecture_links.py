"""Links from a box to a section of a lecture, relative to the notebook, as Jupyter has them."""

import json
import os
from functools import cache
from pathlib import Path
from urllib.parse import quote

from course_utils.exercises.lectures import Section


def as_link(section: Section) -> str:
    """Return Markdown that leads to the section, or names it where the lecture is not on this disk.

    A kernel works in its notebook's folder, which is what Jupyter takes a link to be relative to.
    """
    here = Path.cwd()
    places = (folder / section.notebook for folder in (here, *here.parents))
    lecture = next((place for place in places if place.is_file()), None)
    if lecture is None:
        return str(section)
    address = quote(os.path.relpath(lecture, here).replace(os.sep, "/"))
    return f"[{section}]({address}{_anchor(lecture, section.heading)})"


@cache
def _anchor(lecture: Path, heading: str) -> str:
    """Where in the lecture: Jupyter names a heading by its words, joined with hyphens."""
    try:
        cells = json.loads(lecture.read_text("utf-8"))["cells"]
        texts = ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    lines = (line for text in texts for line in text.splitlines())
    found = next((ln for ln in lines if ln.startswith("#") and ln.endswith(heading)), "")
    words = found.lstrip("# ").replace(" ", "-")
    return f"#{quote(words)}" if words else ""
