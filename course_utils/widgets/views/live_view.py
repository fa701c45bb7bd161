"""A view with a few controls: settings -> picture (pure) -> synced traits -> static/view.js.

Each kind of view says which controls it has and what it draws for their settings; this class keeps
the settings, answers the browser and stores the twins for readers without a kernel.
"""

import re
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
_EXPLORER = Path(__file__).parents[1] / "static"
_BORROWED = (
    *("SVG", "element", "html", "svg", "setText", "pieces", "minus", "symbolHtml", "symbolSvg"),
    *("PATIENCE", "createChannel", "keepFromNotebook"),
)


def borrowed(source: str, names: tuple[str, ...]) -> str:
    """Return these top-level functions and constants of an ES module, in the order of `names`.

    A view's module reaches the browser as one text and cannot import another: what it shares with
    the explorer is taken from there. Raises KeyError where there is none of that name.
    """
    found = []
    for name in names:
        pattern = rf"^(?:function {name}\(.*?^\}}|const {name} = [^\n]*;)(?=\s)"
        match = re.search(pattern, source, flags=re.MULTILINE | re.DOTALL)
        if match is None:
            raise KeyError(f"explorer.js has no top-level {name}")
        found.append(match[0])
    return "\n".join(found) + "\n"


class LiveView(anywidget.AnyWidget):
    """A picture with controls. What is meant is one of the kinds, such as GradientFlow.

    Settings are given by name; :attr:`settings` reads them, :meth:`set` changes them, each in one
    sentence when it cannot. Raises CellInputError where a setting is unknown or cannot be taken.
    """

    _esm = borrowed((_EXPLORER / "explorer.js").read_text(), _BORROWED) + (
        _STATIC / "view.js"
    ).read_text(encoding="utf-8")
    _css = (_EXPLORER / "explorer.css").read_text() + (_STATIC / "view.css").read_text()

    title: str
    controls: tuple[Control, ...]
    defaults: Mapping[str, Setting]
    presets: tuple[Preset, ...] = ()

    layout_of_view = traitlets.Dict().tag(sync=True)
    """What stays: the title, the controls, the presets."""
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
        self._publish(message=preset.note)

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
            "message": message,
            "problem": problem,
            "sequence": sequence,
        }

    def _on_message(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        """Answer the view: whatever it asks for, one message says how things stand."""
        sequence = int(content.get("sequence", 0))
        if "preset" in content:
            self.show_preset(content["preset"])
        elif "reset" in content:
            self.reset()
        else:
            self._publish(sequence=sequence, **self._apply(content.get("changes", [])))

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
        made = ", ".join(
            f"{key}={value!r}" for key, value in self._settings.items() if self._differs(key)
        )
        first = self._picture.tables[0]
        return (
            f"{type(self).__name__}({made})\n{plain(self._picture.words)}\n\n"
            f"{first.caption}\n{first.as_text()}"
        )

    def _differs(self, key: str) -> bool:
        return bool(self._settings[key] != self.defaults[key])

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
