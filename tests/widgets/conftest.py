"""A box of practice draws its next problem in a thread; tests have better things to do."""

from typing import Any

import pytest

from course_utils.widgets import practice_box


class _NoThread:
    """In the place of a thread: does nothing, and is done at once."""

    def __init__(self, **_: Any) -> None: ...

    def start(self) -> None: ...

    def join(self) -> None: ...


@pytest.fixture(autouse=True)
def _nothing_is_drawn_ahead(request: pytest.FixtureRequest, monkeypatch: Any) -> None:
    if "drawn_ahead" not in request.node.name:
        monkeypatch.setattr(practice_box, "Thread", _NoThread)
