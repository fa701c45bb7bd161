"""A view with a few controls: settings -> picture (pure) -> synced traits -> static/view.js.

Each kind of view says which controls it has and what it draws for their settings; this class keeps
the settings, answers the browser and stores the twins for readers without a kernel.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from course_utils.cells import CellInputError
from course_utils.widgets.views.controls import Control, Preset, Setting, Settings, changed
from course_utils.widgets.views.png import as_png
from course_utils.widgets.views.scene import Picture, plain

_STATIC = Path(__file__).parent / "static"
_SHARED = Path(__file__).parents[1] / "static"
"""The explorer's: small tools, and the look."""


def _text(*paths: Path) -> str:
    """One text for the browser, which cannot import one file of a widget from another."""
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


class LiveView(anywidget.AnyWidget):
    """A picture with controls. What is meant is one of the kinds, such as GradientFlow.

    Settings are given by name; :attr:`settings` reads them, :meth:`set` changes them, each in one
    sentence when it cannot. Raises CellInputError where a setting is unknown or cannot be taken.
    """

    _esm = _text(
        _SHARED / "gone.js",
        _SHARED / "explorer" / "tools.js",
        _STATIC / "channel.js",
        _SHARED / "explorer" / "links.js",
        _STATIC / "view.js",
    )
    _css = _text(_SHARED / "explorer.css", _STATIC / "view.css")

    title: str
    controls: tuple[Control, ...]
    defaults: Mapping[str, Setting]
    presets: tuple[Preset, ...] = ()
    _called: tuple[str, ...] = ()
    """how it was made, where that was not by its class and settings: a name, then arguments"""

    layout_of_view = traitlets.Dict().tag(sync=True)
    """What stays: the title, the controls, the presets."""
    name = traitlets.Unicode().tag(sync=True)
    """What links in the text call it: ``[open the gate](#explore=gradient-flow&forget_bias=3)``."""
    shown = traitlets.Dict().tag(sync=True)
    """What changes with every move: settings, marks, tables, the message to the reader, and of
    which control it tells a problem."""

    def __init__(self, **settings: Setting) -> None:
        super().__init__()
        self._preset = ""
        self._adopt(self.defaults, settings)
        self._origin = self._settings
        self.on_msg(self._on_message)
        self.layout_of_view = {
            "title": self.title,
            "controls": [_plain(control) for control in self.controls],
            "presets": [preset.title for preset in self.presets],
        }
        self._publish()

    def draw(self, settings: Settings) -> Picture:
        """Return what is seen with `settings`: a pure function of them.

        May raise CellInputError where settings that are right each for itself do not go together.
        """
        raise NotImplementedError

    @property
    def settings(self) -> dict[str, Any]:
        """Every setting as it is now, by its key."""
        return dict(self._settings)

    @property
    def picture(self) -> Picture:
        """What is shown now: marks, words and tables."""
        return self._picture

    def set(self, **settings: Setting) -> None:
        """Change settings by name. Raises CellInputError, and all stays, when one cannot be."""
        self._adopt(self._settings, settings)
        self._publish()

    def show_preset(self, title: str) -> None:
        """Show the preset of that title; raises CellInputError where there is none."""
        preset = next((p for p in self.presets if p.title == title), None)
        if preset is None:
            titles = ", ".join(p.title for p in self.presets) or "none: it has no presets"
            raise CellInputError(f"preset is {title!r}, expected one of {titles}")
        self._adopt(self.defaults, preset.settings)
        self._preset = title
        self._publish()

    def reset(self) -> None:
        """Go back to the settings it was made with."""
        self._adopt(self._origin, {})
        self._publish()

    def follow(self, settings: Settings, given: Collection[str]) -> Settings:
        """Return `settings` with what goes along when those in `given` change; here nothing."""
        return settings

    def _adopt(self, start: Settings, new: Mapping[str, Any], *, typing: bool = False) -> None:
        """Take over `start` with `new` in it, wholly or, with a CellInputError, not at all."""
        settings = start
        for key, value in new.items():
            settings = changed(self.controls, settings, key, value, typing=typing)
        settings = self.follow(settings, new.keys())
        self._picture = self.draw(settings)
        self._settings, self._preset = settings, ""

    def _publish(self, *, sequence: int = 0, message: str = "", problem: str = "") -> None:
        scene, words, tables, limits = self._picture
        self.shown = {
            "settings": dict(self._settings),
            "preset": self._preset,
            "height": scene.height,
            "width": scene.width,
            "marks": [_plain(mark) for mark in scene.marks],
            "picks": [_plain(pick) for pick in scene.picks],
            "words": words,
            "limits": dict(limits),
            "tables": [_plain(table) for table in tables],
            "message": message
            or next((p.note for p in self.presets if p.title == self._preset), ""),
            "problem": problem,
            "sequence": sequence,
        }

    def _on_message(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        """Answer the view: whatever it asks for, one message says how things stand."""
        sequence = int(content.get("sequence", 0))
        wrong = {}
        if "preset" in content:
            self.show_preset(content["preset"])
        elif "reset" in content:
            self.reset()
        elif "link" in content:
            wrong = self._follow_link(content["link"])
        else:
            wrong = self._apply(content.get("changes", []))
        self._publish(sequence=sequence, **wrong)

    def _follow_link(self, parts: Mapping[str, str]) -> dict[str, str]:
        """Set what a link in the text asks for, wholly or not at all; return what is wrong."""
        before = self._settings, self._preset
        try:
            if "preset" in parts:
                self.show_preset(parts["preset"])
            others = {key: text for key, text in parts.items() if key != "preset"}
            if others:
                self._adopt(self._settings, others)
        except CellInputError as error:
            self._adopt(before[0], {})
            self._preset = before[1]
            return {"message": f"The link cannot be followed. {error}", "problem": "link"}
        return {}

    def _apply(self, changes: list[list[Any]]) -> dict[str, str]:
        """Make every change that can be made; return what is wrong with the last of the others."""
        wrong = {}
        for key, how, raw in changes:
            try:
                self._adopt(self._settings, {key: raw}, typing=how == "typing")
            except CellInputError as error:
                wrong = {"message": str(error), "problem": key}
        return wrong

    def __repr__(self) -> str:
        first = self._picture.tables[0]
        return (
            f"{self.as_python()}\n{plain(self._picture.words)}\n\n"
            f"{first.caption}\n{first.as_text()}"
        )

    def as_python(self) -> str:
        """The call that makes a view with these settings; what is left out is as it starts."""
        own = [f"{k}={v!r}" for k, v in self._settings.items() if v != self.defaults[k]]
        name, *before = self._called or (type(self).__name__,)
        return f"{name}({', '.join([*before, *own])})"

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live view and, for readers without a kernel, the same picture and the same words."""
        bundle = super()._repr_mimebundle_()
        if bundle is None:
            return {"text/plain": repr(self)}, {}
        data, metadata = bundle
        alternative = f"{self.title}: {plain(self._picture.words)}"
        return (
            {**data, "image/png": as_png(self._picture.scene)},
            {**metadata, "image/png": {"alt": alternative}},
        )


def _plain(item: Any) -> Any:
    """Named tuples as dictionaries, numbers short, functions left out: what JSON can carry."""
    if hasattr(item, "_asdict"):
        return {k: _plain(v) for k, v in item._asdict().items() if not callable(v)}
    if isinstance(item, float):
        return round(item, 2)
    return [_plain(part) for part in item] if isinstance(item, tuple) else item
