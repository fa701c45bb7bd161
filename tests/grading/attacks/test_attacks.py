"""The class of hostile students: no point gained, no secret read, no neighbour changed."""

import importlib
import json
import math
import os
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from course_utils.grading.remarks import remarks_of
from tests.grading.attacks import vault
from tests.grading.attacks.attack import Attack
from tests.grading.attacks.attacked import Attacked, remove

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]

CLASSES = sorted(path.stem for path in Path(__file__).with_name("classes").glob("*.py"))
ATTACKS: list[Attack] = [
    attack
    for name in CLASSES
    for attack in importlib.import_module(f"tests.grading.attacks.classes.{name}").ATTACKS
]
BY_NAME = {attack.name: attack for attack in ATTACKS}
FULL = {**vault.POINTS, "why": None}
USERS = ["as we are", *(["as an ordinary user"] if os.geteuid() == 0 else [])]


@pytest.fixture(scope="module", params=USERS)
def attacked(request: pytest.FixtureRequest) -> Iterator[Attacked]:
    folder = Path(tempfile.mkdtemp(prefix="attacked-"))
    folder.chmod(0o755)
    chosen = os.environ.get("ATTACKS")  # some by name, while working on one
    attacks = [BY_NAME[name] for name in chosen.split(",")] if chosen else ATTACKS
    try:
        yield Attacked(folder, attacks, ordinary=request.param == "as an ordinary user")
    finally:
        remove(folder)


def test_there_are_enough_of_them() -> None:
    assert len(BY_NAME) == len(ATTACKS) >= 60


def test_the_run_came_to_its_end(attacked: Attacked) -> None:
    assert attacked.code == 0, attacked.out[-3000:]
    assert set(attacked.scores) == {*attacked.honest, *attacked.attackers.values()}


def test_every_honest_neighbour_has_full_marks_and_the_same_verdicts(attacked: Attacked) -> None:
    first = attacked.outputs(attacked.honest[0])
    for student in attacked.honest:
        assert attacked.scores[student] == FULL, student
        assert attacked.outputs(student) == first, student


@pytest.mark.parametrize("name", BY_NAME)
def test_no_point_is_gained(attacked: Attacked, name: str) -> None:
    entitled = dict.fromkeys(vault.POINTS, 0.0) | dict(BY_NAME[name].earns)
    scores = dict(attacked.scores[_student(attacked, name)])
    assert scores.pop("why") in (None, 0.0)
    assert scores == entitled


@pytest.mark.parametrize("name", BY_NAME)
def test_every_question_has_a_verdict_and_every_lost_mark_a_reason(
    attacked: Attacked, name: str
) -> None:
    student = _student(attacked, name)
    remarks = remarks_of(attacked.graded(student))
    for test, points in vault.POINTS.items():
        score = attacked.scores[student][test]
        assert score is not None
        assert math.isfinite(score)
        assert score == points or any(r.cell == test and r.marks for r in remarks)
    said = "\n".join(remark.text for remark in remarks)
    assert BY_NAME[name].said in said


@pytest.mark.parametrize("name", BY_NAME)
def test_no_secret_is_read(attacked: Attacked, name: str) -> None:
    student = _student(attacked, name)
    nb = attacked.graded(student)
    shown = [cell.get("outputs", []) for cell in nb.cells]
    assert vault.CANARY not in json.dumps([shown, nb.metadata])
    page = attacked.feedback(student)
    assert vault.CANARY not in page
    assert _scripts(page) == []


def test_nobody_was_called(attacked: Attacked) -> None:
    assert attacked.calls == 0


def test_nothing_is_left_behind(attacked: Attacked) -> None:
    assert attacked.processes_left == []
    assert attacked.files_left() == []


def test_what_was_handed_in_is_as_it_was(attacked: Attacked) -> None:
    assert attacked._submitted() == attacked.submitted_before


def test_the_gradebook_holds_no_mark_that_the_grader_did_not_give(attacked: Attacked) -> None:
    from course_utils.grading.course_folder import open_course

    with open_course(attacked.root).gradebook as gradebook:
        for submission in gradebook.assignment_submissions(vault.ASSIGNMENT):
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    assert (grade.extra_credit or 0, grade.manual_score) == (0, None)


def _student(attacked: Attacked, name: str) -> str:
    if name not in attacked.attackers:
        pytest.skip("not chosen")
    return attacked.attackers[name]


def _scripts(page: str) -> list[str]:
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag in ("script", "iframe", "object", "embed"):
                found.append(tag)
            for key, value in attrs:
                if key.startswith("on") or "javascript:" in (value or "").lower():
                    found.append(f"{tag} {key}={value}")

    Reader().feed(page)
    return found
