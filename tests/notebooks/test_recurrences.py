"""The lectures' recurrences against the course's cells, and in the browser."""

import ast
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course_utils import widgets
from course_utils.cells import Affine, GRUParams, gru_sequence, sigmoid
from course_utils.cells.checks import Array
from course_utils.cells.lstm_variants import PeepholeLSTMParams, lstm_variant_sequence
from course_utils.widgets import Recurrence
from course_utils.widgets.views.live_view import picture_as_json
from tests.notebooks.stored import cell, notebook
from tests.widgets.views.in_node import asked
from tests.widgets.views.test_in_the_browser import assert_same, picture_of, random_value

PULSES = np.zeros((30, 1))
PULSES[3], PULSES[15] = 2, -2
WORDS = ["The", "writer", "of", "the", "books", "___", "The", "books", "___"]
FIGURES = {
    "01_recurrent_state.ipynb": "live-unit",
    "03_vanishing_and_exploding_gradients.ipynb": "scalar-sliders",
    "05_gru.ipynb": "regimes-sliders",
    "06_other_remedies.ipynb": "skip-sliders",
    "11_variants_of_the_lstm.ipynb": "clock-sliders",
}


def figure(name: str) -> Recurrence:
    """The figure that a lecture's cell makes."""
    code = cell(notebook(name), FIGURES[name]).source
    known: dict[str, Any] = {
        **{part: getattr(widgets, part) for part in ("Curve", "Panel", "Recurrence", "Slider")},
        "pulses": PULSES,
        "LABELS": WORDS,
        "LONGER": [*WORDS[:5], "about", "the", "printers", *WORDS[5:]],
        "NUMBER": {"writer": 1, "books": -1, "printers": -1},
    }
    made = eval(compile(ast.parse(code, mode="eval"), name, "eval"), known)
    assert isinstance(made, Recurrence)
    return made


def held(bias: float) -> Affine:
    return Affine(np.zeros((1, 2)), np.array([bias]))


def of_the_gru(settings: dict[str, Any]) -> dict[str, Array]:
    cell_ = GRUParams(held(settings["b_R"]), held(settings["b_Z"]), Affine([[0.8, 1]], [0]))
    return {"h": gru_sequence(cell_, PULSES, [0.5])[0][:, 0]}


def of_the_clock(settings: dict[str, Any]) -> dict[str, Array]:
    strength, turn = settings["p"], settings["p"] * settings["θ"]
    clock = PeepholeLSTMParams(
        forget=held(turn),
        input=held(np.log(1 / 9)),
        candidate=held(40),
        output=held(-turn),
        p_forget=np.array([-strength]),
        p_input=np.zeros(1),
        p_output=np.array([strength]),
    )
    over_time, _ = lstm_variant_sequence(clock, np.zeros((40, 1)))
    return {"C": over_time.c[:, 0], "h": over_time.h[:, 0]}


@pytest.mark.parametrize(
    ("name", "library"),
    [("05_gru.ipynb", of_the_gru), ("11_variants_of_the_lstm.ipynb", of_the_clock)],
)
def test_the_lines_are_the_courses_cell(
    name: str, library: Callable[[dict[str, Any]], dict[str, Array]]
) -> None:
    view = figure(name)
    chance = np.random.default_rng(1)
    for _ in range(50):
        for slider in view.controls:
            at = chance.integers(round((slider.high - slider.low) / slider.step) + 1)
            view.set(**{slider.key: round(slider.low + slider.step * int(at), 6)})
        series = view._stepping.values(view.settings).series
        for letter, values in library(view.settings).items():
            np.testing.assert_allclose(
                series[letter][-len(values) :],
                values,
                rtol=1e-6,
                atol=1e-6,  # p = 300 is steep
            )


@pytest.mark.parametrize("name", FIGURES)
def test_the_lectures_figure_is_computed_alike_in_the_browser(name: str) -> None:
    view, chance = figure(name), random.Random(3)
    shown = asked(view)
    for _ in range(40):
        assert_same({k: shown[k] for k in picture_of(view)}, picture_of(view), str(view.settings))
        control = chance.choice(view.controls)
        value = random_value(control, chance)
        shown = asked(None, {"change": [control.key, value, False]})
        view.set(**{control.key: value})


@pytest.mark.parametrize("name", FIGURES)
def test_the_stored_figure_is_what_the_cell_makes(name: str) -> None:
    (output,) = cell(notebook(name), FIGURES[name]).outputs
    stored = output.data["application/vnd.recurrent-cell-view+json"]
    assert stored["data"] == figure(name).own_data()


def test_a_gate_is_the_sigmoid_of_its_bias() -> None:
    found = figure("05_gru.ipynb")._stepping.values({"b_Z": 1.5, "b_R": -2.0})
    assert found.once["Z"] == pytest.approx(float(sigmoid(1.5)))
    assert picture_as_json(figure("05_gru.ipynb").picture)["width"] == 490
