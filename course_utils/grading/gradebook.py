"""The gradebook that a step reads or writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nbgrader.api import Gradebook

GIVEN = "gradebook"
"""The key in `resources["course_utils"]` under which a run hands its open gradebook on."""


@contextmanager
def opened(resources: dict[str, Any]) -> Iterator[Gradebook]:
    """Give the gradebook that the run has open, else open the course's for the time of the block.

    `nbgrader autograde` has none open. In a worker of `course grade` it is a snapshot to read from.
    """
    given = resources.get("course_utils", {}).get(GIVEN)
    if given is not None:
        yield given
        return
    with Gradebook(resources["nbgrader"]["db_url"]) as gradebook:
        yield gradebook
