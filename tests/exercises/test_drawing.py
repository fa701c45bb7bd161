"""What is drawn: version 1 as it was given out, to the byte, and the versions after it."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.exercises import Exercise, exam, exercise, exercises
from course_utils.exercises.definition import Data
from course_utils.exercises.mixed_up import mixed_up
from course_utils.exercises.registry import marked
from course_utils.exercises.rules import Rule, Slip, singles
from nbexaminer.judge.handout import asked_exercises, handout
from nbexaminer.steps.closed_book import CloseTheBook

pytestmark = pytest.mark.slow
GIVEN_OUT = json.loads(Path(__file__).with_name("drawn_by_version_1.json").read_text("utf-8"))
BY_VERSION_3 = json.loads(Path(__file__).with_name("drawn_by_version_3.json").read_text("utf-8"))


def digest(data: Data) -> str:
    found = hashlib.sha256()
    for name, value in data.items():
        found.update(f"{name} {value.dtype.str} {value.shape}\n".encode() + value.tobytes())
    return found.hexdigest()[:16]


def test_every_drawn_exercise_is_kept() -> None:
    drawn = {one.id for one in exercises().values() if one.fixed is None}
    assert set(GIVEN_OUT) <= drawn
    assert "gru_step" in GIVEN_OUT


@pytest.mark.parametrize("id", GIVEN_OUT)
def test_what_was_given_out_keeps_its_numbers_to_the_byte(id: str) -> None:
    """By student and attempt. A later exercise needs no line here before it is given out."""
    for place, kept in GIVEN_OUT[id].items():
        student, attempt = place.split()
        assert digest(exercise(id).draw(student, int(attempt))) == kept, place


def test_a_slip_that_is_added_later_does_not_change_what_was_given_out() -> None:
    one = exercise("forget_gate")
    later = Rule("later", None, (Slip("later", 0, "A.", "B."),), since=2)
    slow = Exercise(**{**vars(one), "rules": (*one.rules, later)})
    assert digest(slow.draw("s017", 0)) == digest(one.draw("s017", 0))


@pytest.mark.parametrize("id", BY_VERSION_3)
def test_version_3_keeps_its_numbers_whatever_neighbours_are_added(id: str) -> None:
    for place, kept in BY_VERSION_3[id].items():
        student, attempt = place.split()
        assert digest(exercise(id).draw(student, int(attempt))) == kept, place


@pytest.mark.parametrize("id", ["state_update", "gru_conventions", "rnn_step"])
def test_version_3_tells_more_neighbours_of_the_formulas_apart(id: str) -> None:
    mixed = {}
    for version in (2, 3):
        one = exercise(f"{id}@{version}")
        draws = [one.draw("ana", attempt) for attempt in range(6)]
        assert [digest(one.draw("ana", k)) for k in range(6)] == list(map(digest, draws))
        mixed[version] = sum(mixed_up(one, draw, one.solve(draw)) for draw in draws)
    assert mixed[3] <= 0.75 * mixed[2]


def test_what_is_mixed_up_is_hidden_or_given_twice() -> None:
    one = exercise("state_update")
    data = dict(one.draw("ana"))
    few = mixed_up(one, data, one.solve(data))
    data["h_prev"] = data["c_prev"]  # h for C is hidden, and every change to it is one of two
    assert mixed_up(one, data, one.solve(data)) > few + 3


def test_an_exercise_by_its_version_is_the_same_with_other_numbers() -> None:
    first, second = exercise("gru_step"), exercise("gru_step@2")
    data = second.draw("ana")
    assert digest(data) == digest(second.draw("ana")) != digest(first.draw("ana"))
    assert second.mark(data, second.solve(data)).correct
    added = [one for one in singles(second.rules) if one not in singles(first.drawn_rules)]
    assert {one[0].name for one in added} == {"x dropped", "h dropped"}
    for slips in added:
        wrong = second.run(second.given(data), slips)
        verdict = second.mark(data, {name: np.round(v, 4) for name, v in wrong.items()})
        assert verdict.slips == (slips[0].name,)


def test_a_paper_by_its_version_is_one_of_exercises_by_their_version() -> None:
    paper = exam("mock_exam@2")
    assert {question.exercise.drawing for question in paper.questions} == {2}
    assert paper.questions[1].exercise == exercise("lstm_states@2")
    assert marked("mock_exam@2") == paper


@pytest.mark.parametrize("id", ["gru_step@1", "gru_step@4", "gru_step@", "gru_step@two"])
def test_a_version_that_there_is_not_is_named(id: str) -> None:
    with pytest.raises(KeyError, match="after @ comes one of 2, 3"):
        exercise(id)


def test_an_assignment_keeps_the_version_that_it_names() -> None:
    source = 'own_data("forget_gate@2"), own_data("one_hot", 1), check("no_exercise@2", {})'
    nb = new_notebook(cells=[new_code_cell(source)])
    assert asked_exercises(nb) == {"forget_gate@2": [0], "one_hot": [0, 1]}
    (draw,) = handout(nb, "class")["exercises"]["forget_gate@2"]["draws"]
    assert draw["data"]["x"][1] == exercise("forget_gate@2").draw()["x"].tolist()
    given_out, _ = CloseTheBook().preprocess(nb, {})
    calls: list[dict[str, list[int]]] = []
    lines = given_out.cells[0].source.replace("from course_utils.exercises import", "#")
    exec(lines, {"closed_book": lambda **asked: calls.append(asked)})
    assert calls == [{"forget_gate@2": [0], "one_hot": [0, 1]}]
