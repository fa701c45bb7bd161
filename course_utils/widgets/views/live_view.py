"""A view with a few controls: settings -> picture (pure), by Python and by the browser alike.

Each kind of view says which controls it has and what it draws for their settings; this class keeps
the settings, hears the browser and stores the twins for readers without a kernel.

What the browser computes it from, so that it waits for nobody and lives on pages:

1. ``widgets/browser/views/NAME.js`` exports ``picture(settings, data)``, which returns what `draw`
   returns, in the form of scene.py: ``{ height, marks, words, tables }``, and where they are not as
   usual ``width``, ``picks``, ``limits``. One that takes longer than a frame exports a generator,
   ``pictures``, instead: see ``Kind`` in types.d.ts. Marks are made by scene.js, numbers as text by
   ``fixed`` and ``general`` of shared/text.js.
2. What it computes from, as JSON: of every view of the class in `constants`, of this one alone in
   `own_data`, and under their names what stored_data.py has. All together are ``data``.
3. A text box's check is ``check(text, typing, key, data)``, which throws ``new Refusal(sentence)``;
   `follow` is ``follow(settings, given)``, `given` a list of keys. Export them beside ``picture``.
4. A line in browser/views/kinds.js, under the name of the class here.
5. ``make browser`` checks the types and makes the bundles, from which students' machines and pages
   run. Commit them.
6. tests/widgets/views/test_in_the_browser.py compares whole pictures of every kind by itself.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from course_utils.cells import CellInputError
from course_utils.widgets.views.controls import (
    Control,
    Preset,
    Setting,
    Settings,
    changed,
    shortened,
)
from course_utils.widgets.views.png import as_png
from course_utils.widgets.views.scene import Picture, plain
from course_utils.widgets.views.stored_data import stored_data

_STATIC = Path(__file__).parents[1] / "static"
MIME = "application/vnd.recurrent-cell-view+json"
"""The kind of a stored view, for a page that brings it to life."""


class LiveView(anywidget.AnyWidget):
    """A picture with controls. What is meant is one of the kinds, such as GradientFlow.

    Settings are given by name; :attr:`settings` reads them, :meth:`set` changes them, each in one
    sentence when it cannot. Raises CellInputError where a setting is unknown or cannot be taken.
    """

    _css = _STATIC / "view.css"

    stored: tuple[str, ...] = ()
    """names of stored data that it computes from: large, and loaded late by a page"""
    title: str
    controls: tuple[Control, ...]
    defaults: Mapping[str, Setting]
    presets: tuple[Preset, ...] = ()
    _called: tuple[str, ...] = ()
    """how it was made, where that was not by its class and settings: a name, then arguments"""

    layout_of_view = traitlets.Dict().tag(sync=True)
    """What stays: which kind of view, its title, controls and presets, and where it starts."""
    data = traitlets.Dict().tag(sync=True)
    """What the browser computes from, beside the settings; it stays, too."""
    name = traitlets.Unicode().tag(sync=True)
    """What links in the text call it: ``[open the gate](#explore=gradient-flow&forget_bias=3)``."""
    shown = traitlets.Dict().tag(sync=True)
    """What changes with every move: the settings, the preset, a message to the reader, and of which
    control it tells a problem; ``sequence`` is the number of the move that this answers, or 0."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "_esm" not in cls.__dict__:  # a trait, in the class that anywidget makes of this one
            cls._esm = _STATIC / "views" / f"{cls.__name__}.js"
        super().__init_subclass__(**kwargs)

    @classmethod
    def constants(cls) -> dict[str, Any]:
        """Return what the browser computes every view of this kind from; here nothing."""
        return {}

    def own_data(self) -> dict[str, Any]:
        """Return what the browser computes this view alone from; here nothing."""
        return {}

    def __init__(self, *, name: str = "", **settings: Setting) -> None:
        """`name` is what links call it, where there are two of a kind in a notebook."""
        if name:
            self.name = name
        self._adopt(self.defaults, settings)
        self._origin = self._settings
        self.layout_of_view = {
            "view": type(self).__name__,
            "title": self.title,
            "controls": [as_json(control) for control in self.controls],
            "presets": [as_json(preset) for preset in self.presets],
            "defaults": dict(self.defaults),
            "origin": dict(self._origin),
        }
        large = {name: stored_data(name) for name in self.stored}
        self.data = {**self.constants(), **self.own_data(), **large}
        self._publish()
        # Last, since it tells the browser, which may ask for the state from another thread.
        super().__init__()
        self.on_msg(self._on_message)

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
            raise CellInputError(f"preset is “{shortened(title)}”, expected one of {titles}")
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
        self.shown = {
            "settings": dict(self._settings),
            "preset": self._preset,
            "message": message
            or next((p.note for p in self.presets if p.title == self._preset), ""),
            "problem": problem,
            "sequence": sequence,
        }

    def _on_message(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        """Take over what the browser shows, or say why it cannot be."""
        state, sequence = content["state"], int(content["sequence"])
        try:
            self._adopt(self._settings, state["settings"], typing=True)
        except CellInputError as error:
            self._publish(sequence=sequence, message=str(error), problem="state")
            return
        titles = [preset.title for preset in self.presets]
        self._preset = state["preset"] if state["preset"] in titles else ""
        self._publish(sequence=sequence)

    def __repr__(self) -> str:
        first = self._picture.tables[0]
        return (
            f"{self.as_python()}\n{plain(self._picture.words)}\n\n"
            f"{first.caption}\n{first.as_text()}"
        )

    def as_python(self) -> str:
        """The call that makes a view with these settings; what is left out is as it starts."""
        own = [f"{k}={v!r}" for k, v in self._settings.items() if v != self.defaults[k]]
        if not self._called and self.name != type(self).name.default_value:
            own.append(f"name={self.name!r}")
        name, *before = self._called or (type(self).__name__,)
        return f"{name}({', '.join([*before, *own])})"

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live view and, for readers without a kernel, the same picture and the same words."""
        bundle = super()._repr_mimebundle_()
        if bundle is None:
            return {"text/plain": repr(self)}, {}
        data, metadata = bundle
        kept = {name: self.shown[name] for name in ("settings", "preset")}
        about = {"name": self.name, "layout": self.layout_of_view, "data": self.own_data()}
        late = {"stored": list(self.stored)} if self.stored else {}
        data = {**data, MIME: {**about, **late, **kept}}
        alternative = f"{self.title}: {plain(self._picture.words)}"
        return (
            {**data, "image/png": as_png(self._picture.scene)},
            {**metadata, "image/png": {"alt": alternative}},
        )


def picture_as_json(picture: Picture) -> dict[str, Any]:
    """A picture as the browser has it."""
    scene, words, tables, limits = picture
    return {
        **{name: as_json(part) for name, part in scene._asdict().items()},
        "words": words,
        "tables": as_json(tables),
        "limits": dict(limits),
    }


def as_json(item: Any) -> Any:
    """Named tuples as dictionaries, functions left out: what JSON can carry."""
    if hasattr(item, "_asdict"):
        return {k: as_json(v) for k, v in item._asdict().items() if not callable(v)}
    return [as_json(part) for part in item] if isinstance(item, tuple) else item
