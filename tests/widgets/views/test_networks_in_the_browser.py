"""Trained networks that the browser runs: every picture, letter and sentence is Python's."""

import json
import random
import subprocess
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from course_utils.cells import leaves
from course_utils.training.small_weights import rounded
from course_utils.training.stored_writers import small_writer, writer
from course_utils.widgets import SentenceGates, TextWriter, UnitText, WhoListens
from course_utils.widgets.reader.grammar import VOCABULARY
from course_utils.widgets.views.live_view import LiveView
from course_utils.widgets.views.network import CELLS
from tests.widgets.node import BROWSER
from tests.widgets.views.in_node import asked
from tests.widgets.views.test_in_the_browser import assert_same, picture_of, python_says

pytestmark = pytest.mark.slow
PROMPTS = ("The ship ", "Call me ", "\"Ahab's--", "CHAPTER 7. The\n", "x" * 70, "a  b")


@pytest.fixture(scope="module", params=[TextWriter, UnitText, WhoListens, SentenceGates])
def view(request: pytest.FixtureRequest) -> Any:
    """One of each kind, known to Node as well."""
    return request.param()


def random_settings(view: LiveView) -> Iterator[dict[str, Any]]:
    """As a person might set them, a few together."""
    chance = random.Random(5)
    match view:
        case TextWriter():
            for draw in chance.sample(range(1, 41), 10):
                temperature = chance.choice((0.1, 0.3, 0.5, 0.7, 1.0, 1.37, 2.0))
                yield {"prompt": chance.choice(PROMPTS), "temperature": temperature, "draw": draw}
        case UnitText():
            for page in (1, 2, 75, 104):
                for quantity in "chfio":
                    unit, at = chance.randint(1, 256), chance.randint(1, 608)
                    yield {"page": page, "quantity": quantity, "unit": unit, "at": at}
        case WhoListens():
            for place in (0, 300, 40_000):
                for at in (2, 3, chance.randint(4, 149), 150):
                    yield {"place": place, "at": at}
        case SentenceGates():
            for order in ("number", "moving"):
                for quantity in ("f", "i", "c_tilde", "o", "c", "h"):
                    words = chance.choices(VOCABULARY, k=chance.randint(1, 20))
                    others = ["", *(chance.choices(VOCABULARY, k=n) for n in (len(words), 3))]
                    for other in others:
                        yield {
                            "sentence": " ".join(words),
                            "other": " ".join(other),
                            "quantity": quantity,
                            "order": order,
                            "at": chance.randint(0, len(words)),
                        }


def test_the_picture_is_pythons(view: LiveView) -> None:
    assert_same({k: asked(view)[k] for k in picture_of(view)}, picture_of(view))
    for settings in random_settings(view):
        view.set(**settings)
        shown = asked(None, {"link": {key: str(value) for key, value in settings.items()}})
        assert shown["settings"] == view.settings
        assert_same({k: shown[k] for k in picture_of(view)}, picture_of(view), str(settings))


@pytest.mark.long
def test_every_draw_is_pythons_at_every_temperature() -> None:
    """A rounding that tipped one letter would change all that come after it."""
    view = TextWriter()
    asked(view)
    for draw in range(1, 41):
        for temperature in (0.1, 0.5, 1.0, 2.0):
            view.set(draw=draw, temperature=temperature)
            link = {"draw": str(draw), "temperature": str(temperature)}
            assert asked(None, {"link": link})["tables"] == picture_of(view)["tables"]


@pytest.mark.parametrize(
    ("make", "key", "texts"),
    [
        (TextWriter, "prompt", ("", "  ", "Über", "“Ahab’s—", "a" * 201, "a😀c", "a\t", "é" * 300)),
        (
            SentenceGates,
            "sentence",
            (
                "", " ", "the Writer of", "the writter", "teh", "keyes.", "the.book", "printerr",
                "wri", "the " * 21, "zzz", "xylophonexylophonexylophone", "likse", "of’", "😀",
            ),
        ),
        (SentenceGates, "other", ("", "  ", "the key", "nonsense")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("typing", [False, True])
def test_what_is_typed_is_read_as_python_reads_it(make, key, texts, typing) -> None:
    view = make()
    asked(view)
    for text in texts:
        shown = asked(None, {"reset": "all"}, {"change": [key, text, typing]})
        view.reset()
        message, settings = python_says(view, key, text, typing=typing)
        assert (shown["message"], shown["settings"]) == (message, settings), text


def test_presets_are_pythons(view: LiveView) -> None:
    asked(view)
    for preset in view.presets:
        shown = asked(None, {"preset": preset.title})
        view.show_preset(preset.title)
        assert_same({k: shown[k] for k in picture_of(view)}, picture_of(view))


def test_weights_go_through_8_bits_unchanged() -> None:
    """So the browser has the numbers that Python has."""
    for params in (writer(), *(small_writer(cell) for cell in CELLS)):
        for (_, ours), (_, again) in zip(leaves(params), leaves(rounded(params)), strict=True):
            np.testing.assert_array_equal(ours, again)


def test_random_numbers_are_numpys() -> None:
    seeds = [[k] for k in (*range(50), 123_456, 2**31, 2**32 - 1)]
    seeds += [[1, 0], [0, 1], [40, 19_999], [2**32 - 1, 7, 8], [1, 2, 3, 4]]
    code = (
        'import { defaultRng } from "./views/default_rng.js";\n'
        f"const all = {seeds}.map((seed) => Array.from({{ length: 20 }}, defaultRng(...seed)));\n"
        "console.log(JSON.stringify(all));"
    )
    command = ["node", "--input-type=module", "-e", code]
    done = subprocess.run(command, cwd=BROWSER, capture_output=True, text=True, check=True)
    expected = [np.random.default_rng(seed).random(20).tolist() for seed in seeds]
    assert json.loads(done.stdout) == expected
