"""What the browser is told first of a widget is all of it.

JupyterLab asks for the state of all widgets when it opens a notebook, and the kernel answers from
another thread: a figure that was told in pieces could be drawn from half of them.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import anywidget
import pytest

from course_utils.widgets import CellExplorer
from course_utils.widgets.families import FAMILIES
from tests.widgets.views.test_live_view import EVERY

EXPLORERS = [partial(CellExplorer, cell) for cell in FAMILIES]
NAMES = [*(make.__qualname__ for make in EVERY), *FAMILIES]


@pytest.mark.parametrize("make", [*EVERY, *EXPLORERS], ids=NAMES)
def test_nothing_is_told_after_it_was_opened(
    make: Callable[[], anywidget.AnyWidget], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: dict[str, Any] = {}
    monkeypatch.setattr(
        anywidget.AnyWidget, "open", lambda widget: opened.update(widget.get_state())
    )
    widget = make()
    assert opened == widget.get_state()
    assert "_esm" in opened
