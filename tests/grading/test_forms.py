"""An exercise that is a form, from the page to the mark; and a submission's own form is not read.

The course is a folder of its own with nothing but nbgrader_config.py, as an instructor has it who
installed the packages.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest
from nbclient import NotebookClient
from nbgrader.api import Gradebook

from course_utils.exercises import Exercise
from course_utils.exercises.forms import exercise_of
from nbexaminer.exercises import exercises
from nbexaminer.judge.handout import asked_exercises, handout
from nbexaminer.notebook.asked import asked_in
from nbexaminer.runs.single import grade
from tests.docs.sittings import forms
from tests.grading.course import ROOT

(COUPLED,) = forms(ROOT / "docs" / "exercise.md")
FORM = COUPLED.replace("points = 4", 'points = 4\nfunction = { returns = ["C_t"], points = 3 }')
"""The page's, which asks for a function as well."""
NAME = "coupled_gates"
RIGHT = """
import numpy as np
def my_coupled_gates(z_i, c_prev, c_tilde):
    i = 1 / (1 + np.exp(-z_i))
    return (1 - i) * c_prev + i * c_tilde
"""
WRONG = RIGHT.replace("i * c_tilde", "c_tilde")
ITS_OWN = FORM.replace("+ i_t ∘ C~_t", "+ C~_t").replace('"i_t ∘ C~_t" = "C~_t"', '"C~_t" = "0"')
"""A form by which the wrong answer is right."""


class Course(NamedTuple):
    root: Path
    exercise: Exercise

    def run(self, *words: str) -> str:
        program = Path(sys.executable).with_name(words[0])
        done = subprocess.run(
            [str(program), *words[1:]], cwd=self.root, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def answered(self, values: dict[str, list[float]], function: str) -> nbformat.NotebookNode:
        nb = nbformat.read(self.root / f"release/{NAME}/{NAME}.ipynb", as_version=4)
        for cell in nb.cells:
            if cell.id == f"hand_{NAME}":
                cell.source = "\n".join(f"{name} = {value}" for name, value in values.items())
            if cell.id == f"write_{NAME}":
                cell.source = function
        return nb

    def hand_in(self, student: str, nb: nbformat.NotebookNode, form: str) -> None:
        folder = self.root / "submitted" / student / NAME
        folder.mkdir(parents=True)
        nbformat.write(nb, folder / f"{NAME}.ipynb")
        (folder / f"{NAME}.toml").write_text(form, encoding="utf-8")

    def values(self, slip: str = "") -> dict[str, list[float]]:
        data = self.exercise.draw()
        slips = [s for rule in self.exercise.rules for s in rule.slips if s.name == slip]
        run = self.exercise.run(self.exercise.given(data), tuple(slips))
        return {name: [round(float(one), 4) for one in value] for name, value in run.items()}

    def scores(self, student: str) -> dict[str, float]:
        with Gradebook(f"sqlite:///{self.root}/gradebook.db") as gradebook:
            (notebook,) = gradebook.find_submission(NAME, student).notebooks
            return {one.name: one.score for one in notebook.grades}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course whose one assignment was made by the commands of the page, and given out."""
    root = tmp_path_factory.mktemp("course")
    (root / "source").mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", root)
    made = Course(root, exercise_of(NAME, FORM))
    made.run("course", "new", "exercise", NAME)
    (root / f"source/{NAME}/{NAME}.toml").write_text(FORM, encoding="utf-8")
    made.run("course", "new", "exercise", NAME)
    made.run("course", "check", NAME)
    made.run("course", "clean", "--run", f"source/{NAME}")
    made.run("course", "release", NAME)
    made.run("nbgrader", "generate_assignment", NAME, "--force")
    return made


@pytest.mark.kernel
@pytest.mark.slow
def test_from_the_form_to_the_feedback_and_a_changed_form_changes_nothing(course: Course) -> None:
    wrong = course.values("candidate whole")
    evil = course.answered(wrong, WRONG)
    written = "\n".join(f"{name} = {value}" for name, value in wrong.items())
    overwrites = f"open({NAME + '.toml'!r}, 'w').write({ITS_OWN!r})\n{written}"
    next(c for c in evil.cells if c.id == f"hand_{NAME}").source = overwrites
    course.hand_in("ana", course.answered(course.values(), RIGHT), FORM)
    course.hand_in("bob", course.answered(wrong, WRONG), FORM)
    course.hand_in("eve", evil, ITS_OWN)
    course.run("course", "grade", NAME)
    assert course.scores("ana") == {f"test_hand_{NAME}": 4, f"test_{NAME}": 3}
    assert course.scores("bob") == {f"test_hand_{NAME}": 2, f"test_{NAME}": 0}
    assert course.scores("eve") == course.scores("bob")
    course.run("nbgrader", "autograde", NAME, "--student=eve", "--force")
    assert course.scores("eve") == course.scores("bob")
    course.run("nbgrader", "generate_feedback", NAME)
    pages = {
        who: (course.root / f"feedback/{who}/{NAME}/{NAME}.html").read_text(encoding="utf-8")
        for who in ("ana", "bob", "eve")
    }
    said = "The candidate entered whole, without the gate."
    assert [who for who, page in pages.items() if said in page] == ["bob", "eve"]
    assert "Worked with your numbers: A cell with coupled gates" in pages["bob"]
    report = course.run("course", "report", NAME)
    assert "2 of 3: candidate whole" in report


@pytest.mark.kernel
@pytest.mark.slow
def test_a_student_checks_and_practises_where_the_form_lies(course: Course, tmp_path: Path) -> None:
    desk = tmp_path / NAME
    shutil.copytree(course.root / "release" / NAME, desk)
    nb = course.answered(course.values("candidate whole"), RIGHT)
    nb.cells.insert(0, nbformat.v4.new_code_cell(
        "from course_utils.exercises import exercise as open_exercise\n"
        "from course_utils.widgets import practice\n"
        "box = practice('coupled_gates', attempt=3)\n"
        "print(sorted(open_exercise('coupled_gates').draw('ana', 1)))"
    ))  # fmt: skip
    ran = NotebookClient(nb, resources={"metadata": {"path": desk}}).execute()
    said = "".join(out.get("text", "") for cell in ran.cells for out in cell.get("outputs", []))
    assert "['c_prev', 'c_tilde', 'z_i']" in said
    assert "coupled_gates: 2 of 4 points" in said
    assert "The candidate entered whole, without the gate." in said
    assert "coupled_gates: 3 of 3 points" in said


@pytest.mark.kernel
@pytest.mark.slow
def test_a_notebook_alone_is_marked_with_the_form_beside_its_source(course: Course) -> None:
    source = course.root / f"source/{NAME}/{NAME}.ipynb"
    data = {f"{NAME}.toml": FORM.encode()}
    found = grade(source, course.answered(course.values(), WRONG), data=data)
    assert {name: one.score for name, one in found.questions.items()} == {
        f"test_hand_{NAME}": 4.0,
        f"test_{NAME}": 0.0,
    }


def test_a_cell_asks_a_form_where_it_was_handed_over_and_nowhere_else() -> None:
    source = f'check("{NAME}", answers)'
    assert asked_in(source) == ()
    with exercises().beside({f"{NAME}.toml": FORM.encode()}):
        (asked,) = asked_in(source)
        assert asked.exercise == NAME
        nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
        given = handout(nb, "ana")["exercises"][NAME]["draws"]
        assert {drawn["student"] for drawn in given} == {"ana", "class"}
        assert asked_exercises(nb) == {NAME: [0]}
    assert asked_in(source) == ()


@pytest.mark.kernel
@pytest.mark.slow
def test_a_form_with_a_mistake_is_not_given_out(course: Course, tmp_path: Path) -> None:
    root = tmp_path / "course"
    shutil.copytree(course.root, root)
    form = root / f"source/{NAME}/{NAME}.toml"
    form.write_text(FORM.replace("C~_t = ", "C_q = ").replace('"C~_t" =', '"C~_q" ='))
    before = (root / f"release/{NAME}/{NAME}.ipynb").read_bytes()
    program = Path(sys.executable).with_name("course")
    done = subprocess.run([str(program), "release", NAME], cwd=root, capture_output=True, text=True)
    assert done.returncode == 1
    assert "given has C~_q, which no formula and no slip reads; is it C~_t?" in done.stderr
    assert (root / f"release/{NAME}/{NAME}.ipynb").read_bytes() == before
