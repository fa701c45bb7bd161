"""What every view keeps to: it starts drawn, answers the browser, and tells the same in words."""

import base64
import json
import struct
from typing import Any

import pytest

from course_utils.cells import CellInputError
from course_utils.widgets import (
    EmbeddingTable,
    GradientFlow,
    ParameterCounter,
    SentenceGates,
    TextWriter,
    UnitText,
    WhoListens,
)
from course_utils.widgets.views.live_view import MIME, LiveView, picture_as_json
from course_utils.widgets.views.scene import WIDTH, Boxes, Dots, Label, Line
from tests.tiers import one_in
from tests.widgets.views import recurrences

EVERY = [
    GradientFlow,
    ParameterCounter,
    EmbeddingTable,
    EmbeddingTable.trained,
    SentenceGates,
    TextWriter,
    UnitText,
    WhoListens,
    recurrences.fading,
]
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
VIEWS = pytest.mark.parametrize("make", EVERY, ids=lambda make: make.__qualname__)


def sent(view: LiveView, changes: dict[str, Any]) -> dict[str, Any]:
    """Send what the browser would show after `changes`; return the answer."""
    state = {"settings": {**view.settings, **changes}, "preset": ""}
    view._handle_custom_msg({"sequence": 7, "state": state}, [])
    shown: dict[str, Any] = view.shown
    return shown


def settings_of(view: LiveView) -> list[dict[str, Any]]:
    """The settings to look at: those it starts with, and those of every preset."""
    found = [view.settings]
    for preset in view.presets:
        view.show_preset(preset.title)
        found.append(view.settings)
    return found


@VIEWS
def test_it_starts_drawn_and_what_is_sent_is_json(make: Any) -> None:
    view = make()
    picture = picture_as_json(view.picture)
    assert picture["marks"]
    assert picture["tables"]
    assert picture["words"].endswith(".")
    json.dumps([picture, view.shown, view.layout_of_view, view.data], allow_nan=False)
    keys = [control["key"] for control in view.layout_of_view["controls"]]
    assert keys == list(view.settings)


@VIEWS
def test_every_mark_lies_on_the_sheet(make: Any) -> None:
    view = make()
    for settings in settings_of(view):
        view.set(**settings)
        scene = view.picture.scene
        for mark in scene.marks:
            if isinstance(mark, Boxes):
                corners = [(x, y) for x, y, _, _ in mark.boxes]
                corners += [(x + w, y + h) for x, y, w, h in mark.boxes]
            elif isinstance(mark, Line | Dots):
                corners = list(mark.points)
            else:
                assert isinstance(mark, Label)
                corners = [(mark.x, mark.y), (mark.x, mark.y - 0.7 * mark.size)]
            for x, y in corners:
                assert -1 <= x <= WIDTH, mark
                assert -1 <= y <= scene.height, mark


@VIEWS
def test_every_preset_draws_and_says_what_to_look_for(make: Any) -> None:
    view = make()
    for preset in view.presets:
        view.show_preset(preset.title)
        assert view.shown["message"] == preset.note
        assert view.shown["preset"] == preset.title
        assert preset.settings.items() <= view.settings.items()
    view.reset()
    assert view.settings == make().settings
    assert view.shown["preset"] == ""


@pytest.mark.parametrize("make", one_in(3, EVERY, lambda make: make.__qualname__))
def test_without_a_kernel_a_picture_and_its_words_stay(make: Any) -> None:
    data, metadata = make()._repr_mimebundle_()
    assert set(data) == {WIDGET_VIEW, MIME, "image/png", "text/plain"}
    assert len(json.dumps(data[MIME])) < 6000
    png = base64.b64decode(data["image/png"])
    width, height = struct.unpack(">II", png[16:24])
    assert png.startswith(b"\x89PNG")
    assert width == round(1.3 * make().picture.scene.width)
    assert height >= 200
    words = make().picture.words.replace("{", "").replace("}", "")
    assert metadata["image/png"]["alt"] == f"{make().title}: {words}"
    assert words in data["text/plain"]
    assert make()._repr_mimebundle_()[0]["image/png"] == data["image/png"]


@VIEWS
def test_the_tables_rows_are_as_long_as_their_heads(make: Any) -> None:
    view = make()
    for settings in settings_of(view):
        view.set(**settings)
        for table in view.picture.tables:
            assert table.rows
            assert all(len(row) == len(table.columns) for row in table.rows)


def test_the_text_names_what_differs_from_the_start() -> None:
    assert repr(GradientFlow()).startswith("GradientFlow()\nAbove 1% of its size")
    made = repr(GradientFlow(radius=1.5, steps=30)).splitlines()[0]
    assert made == "GradientFlow(radius=1.5, steps=30)"
    assert eval(made).settings == GradientFlow(radius=1.5, steps=30).settings
    trained = EmbeddingTable.trained(word="keys")
    assert trained.as_python() == "EmbeddingTable.trained(word='keys')"
    own = EmbeddingTable(["a", "b"], [[1, 0], [0, 1]], word="b")
    assert own.as_python() == "EmbeddingTable(words, E, word='b')"
    second = GradientFlow(steps=30, name="second")
    assert second.as_python() == "GradientFlow(steps=30, name='second')"
    assert second.name == "second"


def test_what_the_browser_shows_is_taken_over_and_answered_by_its_number() -> None:
    view = GradientFlow()
    before = view.picture
    shown = sent(view, {"radius": 1.5})
    assert (shown["sequence"], shown["settings"]["radius"]) == (7, 1.5)
    assert (shown["problem"], shown["message"]) == ("", "")
    assert view.picture != before


def test_what_is_wrong_changes_nothing() -> None:
    view = GradientFlow(radius=1.5)
    shown = sent(view, {"radius": "9", "steps": 30})
    assert shown["problem"] == "state"
    assert shown["message"] == "spectral radius: 9 is outside 0 to 4. It stays at 1.5."
    assert view.settings == GradientFlow(radius=1.5).settings


def test_settings_that_do_not_go_together_are_taken_back() -> None:
    view = ParameterCounter(V=9, D=6, H=6, tied=True)
    shown = view.shown
    with pytest.raises(CellInputError, match="tied weights need E = H, got E = 6 and H = 5"):
        view.set(H=5)
    assert view.settings["H"] == 6
    assert view.shown is shown
    answer = sent(view, {"H": 5})
    assert answer["problem"] == "state"
    assert answer["settings"]["H"] == 6


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"radius": 7}, "spectral radius: 7 is outside 0 to 4. It stays at 0.9."),
        ({"speed": 1}, "“speed” is no setting, expected radius, forget_bias, update_bias"),
    ],
)
def test_a_wrong_start_is_said(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(CellInputError) as caught:
        GradientFlow(**settings)
    assert said in str(caught.value)


def test_an_unknown_preset_is_said() -> None:
    with pytest.raises(CellInputError, match="preset is “open”, expected one of Gates half open"):
        GradientFlow().show_preset("open")
    with pytest.raises(CellInputError, match="none: it has no presets"):
        EmbeddingTable().show_preset("open")
