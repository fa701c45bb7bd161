"""The class of hostile students: no point gained, no secret read, no neighbour changed."""

import importlib
import json
import math
import os
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from nbexaminer.notebook.remarks import remarks_of
from tests.grading.attacks import vault
from tests.grading.attacks.attack import Attack
from tests.grading.attacks.attacked import Attacked, remove

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]

KINDS: dict[str, list[Attack]] = {
    path.stem: importlib.import_module(f"tests.grading.attacks.classes.{path.stem}").ATTACKS
    for path in sorted(Path(__file__).with_name("classes").glob("*.py"))
}
ATTACKS = [attack for kind in KINDS.values() for attack in kind]
BY_NAME = {attack.name: attack for attack in ATTACKS}
FULL = {**vault.POINTS, "why": None}

FEW = "two of each kind"
ORDINARY = "all, as an ordinary user"
CLASSES = {
    FEW: [attack for kind in KINDS.values() for attack in kind[:2]],
    "all, as we are": ATTACKS,
    **({ORDINARY: ATTACKS} if os.geteuid() == 0 else {}),
}
"""What is graded. The whole class is left to `make test-all`, under each of two users."""

if chosen := os.environ.get("ATTACKS"):  # some by name, while working on one
    CLASSES = {FEW: [BY_NAME[name] for name in chosen.split(",")]}


def _marks(name: str) -> tuple[pytest.MarkDecorator, ...]:
    return () if name == FEW else (pytest.mark.long,)


each_class = pytest.mark.parametrize(
    "attacked", [pytest.param(name, marks=_marks(name)) for name in CLASSES], indirect=True
)
each_attack = pytest.mark.parametrize(
    ("attacked", "name"),
    [
        pytest.param(name, attack.name, marks=_marks(name))
        for name, attacks in CLASSES.items()
        for attack in attacks
    ],
    indirect=["attacked"],
)


@pytest.fixture(scope="module")
def graded() -> Iterator[Callable[[str], Attacked]]:
    """Each class is graded once, whatever order the tests come in."""
    folders: list[Path] = []

    @cache
    def grade(name: str) -> Attacked:
        folders.append(Path(tempfile.mkdtemp(prefix="attacked-")))
        folders[-1].chmod(0o755)
        return Attacked(folders[-1], CLASSES[name], ordinary=name == ORDINARY)

    yield grade
    for folder in folders:
        remove(folder)


@pytest.fixture
def attacked(request: pytest.FixtureRequest, graded: Callable[[str], Attacked]) -> Attacked:
    return graded(request.param)


def test_there_are_enough_of_them() -> None:
    assert len(BY_NAME) == len(ATTACKS) >= 60
    assert all(len(kind) >= 2 for kind in KINDS.values())


@each_class
def test_the_run_came_to_its_end(attacked: Attacked) -> None:
    assert attacked.code == 0, attacked.out[-3000:]
    assert set(attacked.scores) == {*attacked.honest, *attacked.attackers.values()}


@each_class
def test_every_honest_neighbour_has_full_marks_and_the_same_verdicts(attacked: Attacked) -> None:
    first = attacked.outputs(attacked.honest[0])
    for student in attacked.honest:
        assert attacked.scores[student] == FULL, student
        assert attacked.outputs(student) == first, student


@each_attack
def test_no_point_is_gained(attacked: Attacked, name: str) -> None:
    entitled = dict.fromkeys(vault.POINTS, 0.0) | dict(BY_NAME[name].earns)
    scores = dict(attacked.scores[attacked.attackers[name]])
    assert scores.pop("why") in (None, 0.0)
    assert scores == entitled


@each_attack
def test_every_question_has_a_verdict_and_every_lost_mark_a_reason(
    attacked: Attacked, name: str
) -> None:
    student = attacked.attackers[name]
    remarks = remarks_of(attacked.graded(student))
    for test, points in vault.POINTS.items():
        score = attacked.scores[student][test]
        assert score is not None
        assert math.isfinite(score)
        assert score == points or any(r.cell == test and r.marks for r in remarks)
    said = "\n".join(remark.text for remark in remarks)
    assert BY_NAME[name].said in said


@each_attack
def test_no_secret_is_read(attacked: Attacked, name: str) -> None:
    student = attacked.attackers[name]
    nb = attacked.graded(student)
    shown = [cell.get("outputs", []) for cell in nb.cells]
    assert vault.CANARY not in json.dumps([shown, nb.metadata])
    page = attacked.feedback(student)
    assert vault.CANARY not in page
    assert _scripts(page) == []


@each_class
def test_nobody_was_called(attacked: Attacked) -> None:
    assert attacked.calls == 0


@each_class
def test_nothing_is_left_behind(attacked: Attacked) -> None:
    assert attacked.processes_left == []
    assert attacked.files_left() == []


@each_class
def test_what_was_handed_in_is_as_it_was(attacked: Attacked) -> None:
    assert attacked._submitted() == attacked.submitted_before


@each_class
def test_the_gradebook_holds_no_mark_that_the_grader_did_not_give(attacked: Attacked) -> None:
    from nbexaminer.course.course_folder import open_course

    with open_course(attacked.root).gradebook as gradebook:
        for submission in gradebook.assignment_submissions(vault.ASSIGNMENT):
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    assert (grade.extra_credit or 0, grade.manual_score) == (0, None)


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
