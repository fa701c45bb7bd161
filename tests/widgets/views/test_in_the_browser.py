"""What the browser computes is what Python draws and says: whole pictures, every sentence."""

import json
import math
import random
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.cells import CellInputError
from course_utils.widgets import (
    EmbeddingTable,
    GradientFlow,
    ParameterCounter,
    Recurrence,
    SentenceGates,
)
from course_utils.widgets.views.controls import Check, Choice, Slider
from course_utils.widgets.views.flows import flows
from course_utils.widgets.views.live_view import LiveView, picture_as_json
from tests.widgets.views import recurrences
from tests.widgets.views.in_node import KINDS, asked

QUICK = [kind for kind in KINDS if not kind.stored and kind is not Recurrence]
"""The networks take longer, and have tests of their own."""
MAKERS: list[Callable[[], LiveView]] = [
    *QUICK,
    EmbeddingTable.trained,
    recurrences.fading,
    recurrences.told,
]
VIEWS = pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__qualname__)
SAMPLES = 200


def assert_same(ours: Any, python: Any, where: str = "", most: float = 1e-9) -> None:
    """Compare numbers to `most`, relative to 1 and above, and everything else exactly."""
    if isinstance(python, dict):
        assert isinstance(ours, dict), where
        assert ours.keys() == python.keys(), where
        for key, part in python.items():
            assert_same(ours[key], part, f"{where}.{key}", most)
    elif isinstance(python, list):
        assert len(ours) == len(python), f"{where}: {ours} and {python}"
        for k, part in enumerate(python):
            assert_same(ours[k], part, f"{where}[{k}]", most)
    elif isinstance(python, float) and not isinstance(ours, bool):
        assert math.isclose(ours, python, rel_tol=most, abs_tol=most), where
    else:
        assert ours == python, where


def picture_of(view: LiveView) -> Any:
    """What Python draws, as JSON."""
    return json.loads(json.dumps(picture_as_json(view.picture)))


def random_value(control: Any, chance: random.Random) -> Any:
    """What a person might set: a place of the slider, or a number that is typed."""
    match control:
        case Slider(low=low, high=high, step=step):
            value = low + step * chance.randint(0, round((high - low) / step))
            most = control.typed_up_to or high
            if chance.random() < 0.2:
                value = chance.uniform(low, most)
            return round(value) if isinstance(step, int) else round(value, chance.choice((2, 6)))
        case Choice(options=options):
            return chance.choice(options)[0]
        case Check():
            return chance.random() < 0.5
    raise NotImplementedError(control)


def grows_roundings(view: LiveView) -> bool:
    """Whether what is computed grows small differences so much that nobody can foresee it.

    A gradient of 1e5 says that a rounding in the state grows as much on its way to the loss.
    """
    if not isinstance(view, GradientFlow):
        return False
    return max(float(flow.norms.max()) for flow in flows(**view.settings)) > 1e5


@pytest.mark.slow
@VIEWS
def test_the_picture_is_pythons(make: Callable[[], LiveView]) -> None:
    chance = random.Random(7)
    view = make()
    shown = asked(view)
    assert_same({k: shown[k] for k in picture_of(view)}, picture_of(view))
    for _ in range(SAMPLES):
        control = chance.choice(view.controls)
        changes = {control.key: random_value(control, chance)}
        shown = asked(None, *({"change": [k, v, False]} for k, v in changes.items()))
        view._handle_custom_msg({"sequence": 1, "state": shown["state"]}, [])
        assert view.shown["problem"] == ""
        assert view.settings == shown["settings"]
        if not grows_roundings(view):
            assert_same(
                {k: shown[k] for k in picture_of(view)}, picture_of(view), str(view.settings)
            )


@VIEWS
def test_presets_and_reset_are_pythons(make: Callable[[], LiveView]) -> None:
    view = make()
    asked(view)
    for preset in view.presets:
        shown = asked(None, {"preset": preset.title})
        view.show_preset(preset.title)
        assert shown["message"] == view.shown["message"] == preset.note
        assert shown["settings"] == view.settings
        assert shown["preset"] == preset.title
        assert_same({k: shown[k] for k in picture_of(view)}, picture_of(view))
    assert asked(None, {"reset": "all"})["settings"] == make().settings


def python_says(
    view: LiveView, key: str, raw: Any, *, typing: bool = False
) -> tuple[str, dict[str, Any]]:
    """What Python says to a change, and what is set then."""
    try:
        view._adopt(view.settings, {key: raw}, typing=typing)
    except CellInputError as error:
        return str(error), view.settings
    return "", view.settings


@cache
def _made(make: Callable[[], LiveView]) -> LiveView:
    return make()


TYPED = st.one_of(
    st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs"]), max_size=30),  # as typed
    st.floats(-1e6, 1e6).map(repr),
    st.integers(-200, 200).map(str),
    st.from_regex(r"[-−+]?[0-9]{0,3}[.,]?[0-9]{0,3}(e-?[0-9])?", fullmatch=True),
    st.sampled_from(["yes", "no", "-0", "1e400", "nan", "1_0", "cell", "0,5", "½", "٣"]),
)


@VIEWS
@given(typed=TYPED, data=st.data())
def test_what_cannot_be_set_is_said_in_pythons_words(
    make: Callable[[], LiveView], typed: str, data: st.DataObject
) -> None:
    view = _made(make)
    view.reset()
    keys = [control.key for control in view.controls]
    key = data.draw(st.sampled_from([*keys, "speed"]))
    shown = asked(view, {"change": [key, typed, False]})
    message, settings = python_says(view, key, typed)
    assert (shown["message"], shown["settings"]) == (message, settings)


@pytest.mark.parametrize(
    ("make", "key", "typed"),
    [
        (GradientFlow, "radius", "1" * 40_000 + "x"),
        (SentenceGates, "sentence", "thewriter" * 40_000),
    ],
    ids=["digits", "letters"],
)
def test_what_is_endless_is_refused_at_once(
    make: Callable[[], LiveView], key: str, typed: str
) -> None:
    view = make()
    asked(view)
    started = time.monotonic()
    assert asked(view, {"link": {key: typed}})["problem"] == "link"
    assert time.monotonic() - started < 1


OPEN = {"forget_bias": 3, "update_bias": 3}
REFUSED = "The link cannot be followed. "


@pytest.mark.parametrize(
    ("link", "changed", "said"),
    [
        ({"preset": "Gates open", "steps": "30"}, {**OPEN, "steps": 30}, ""),
        ({"preset": "Gates open"}, OPEN, "Both biases 3"),
        ({"preset": "Gates open", "radius": "9"}, None, f"{REFUSED}spectral radius: 9 is outside"),
        ({"preset": "Gates closed"}, None, f"{REFUSED}preset is “Gates closed”, expected one of"),
        ({"speed": "1"}, None, f"{REFUSED}“speed” is no setting"),
        ({"radius": "much"}, None, f"{REFUSED}spectral radius: “much” is not a number"),
        ({}, {"steps": 20}, ""),
    ],
)
def test_a_link_is_followed_wholly_or_not_at_all(link, changed, said) -> None:
    shown = asked(GradientFlow(steps=20), {"link": link})
    kept = GradientFlow(steps=20).settings
    assert shown["settings"] == (
        kept if changed is None else {**GradientFlow().settings, **changed}
    )
    assert shown["message"].startswith(said)
    assert shown["problem"] == ("link" if changed is None else "")


def test_a_link_says_all_that_is_shown() -> None:
    view = ParameterCounter(cell="gru", D=6, H=6, tied=True)
    link = asked(view)["link"]
    assert link == (
        "#explore=me&model=language+model&cell=gru&V=9&D=6&H=6&convention=textbook&tied=yes"
    )
    parts = dict(part.split("=") for part in link[1:].replace("+", " ").split("&"))
    del parts["explore"]
    assert asked(ParameterCounter(), {"link": parts})["settings"] == view.settings


def test_python_has_the_last_word_on_a_state() -> None:
    view = ParameterCounter()
    wrong = {"settings": {**view.settings, "H": "many"}, "preset": ""}
    view._handle_custom_msg({"sequence": 3, "state": wrong}, [])
    assert view.shown["message"] == "units H: “many” is not a number. It stays at 5."
    assert view.settings == ParameterCounter().settings
