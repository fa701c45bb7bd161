"""What looks after a box of ipywidgets in the browser, which they cannot do for themselves."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets

from course_utils.mathml import font_face

_STATIC = Path(__file__).parent / "static"


class Keeper(anywidget.AnyWidget):
    """Says, in the box that it stands in, that the kernel was restarted or is silent.

    With a `name` it also keeps what was typed there, with `state`, in the browser's memory of this
    tab: when the cell is run again, restore(state, values) is called with both.
    """

    _esm = _STATIC / "keeper.js"
    _css = _STATIC / "keeper.css"

    name = traitlets.Unicode("").tag(sync=True)
    """What the box is called in its notebook; without a name nothing is kept."""
    state = traitlets.Dict().tag(sync=True)
    """What Python wants to have back along with what was typed."""

    def __init__(
        self, name: str = "", restore: Callable[[dict[str, Any], list[str]], None] | None = None
    ) -> None:
        super().__init__(name=name)
        self._restore = restore
        self.add_class("course-keeper")
        self.on_msg(self._on_message)

    def leave(self) -> None:
        """Note which box is the first one, before others come in its place."""
        self.send({"leave": True})

    def enter(self) -> None:
        """Move the focus into the first of the new boxes, once it is drawn."""
        self.send({"enter": True})

    def _on_message(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if not isinstance(content, dict):
            return
        if content.get("asked"):
            self.send({"heard": True})
        kept = content.get("restore")
        if self._restore is not None and isinstance(kept, dict):
            self._restore(kept["state"], kept["values"])


def looked_after(*children: ipywidgets.Widget) -> ipywidgets.VBox:
    """Return a box of `children` that says so when its kernel was restarted."""
    box = ipywidgets.VBox([Keeper(), *children])
    box.add_class("course-box")
    return box


@cache
def math_font() -> anywidget.AnyWidget:
    """Return the one widget that gives the page the font for mathematics: it is sent once."""
    return _MathFont()


class _MathFont(anywidget.AnyWidget):
    _esm = "export default { render() {} };"
    _css = font_face()
