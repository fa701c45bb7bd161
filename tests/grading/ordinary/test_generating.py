"""What is found and said when an assignment is generated, and what stays where it fails."""

import json
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from nbexaminer.cli import main
from nbexaminer.judge import places
from nbexaminer.runs.generating import faults, untested
from nbexaminer.runs.trials import Trial, Trials, as_nbgrader_marks, with_readers
from nbexaminer.steps.closed_book import CloseTheBook
from tests.grading.course import (
    ASSIGNMENT,
    KERNEL,
    NOTEBOOK,
    ROOT,
    Course,
    answer,
    cell,
    graded_test,
    written,
)

sandboxed = [
    pytest.mark.kernel,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]
FIND = {"AssignmentExporter": {"try_tests": True, "check_solution": True}}


def notebook(*cells: NotebookNode) -> NotebookNode:
    return new_notebook(cells=list(cells), metadata={"kernelspec": KERNEL})


DOCUMENTED = answer("f", 'def f(x):\n    """Return x."""\n    return x')
NB = notebook(
    DOCUMENTED,
    graded_test("test_doc", "assert f.__doc__", 1),
    graded_test("test_value", "assert f(3) == 3", 2),
    answer("spare", "spare = 1"),
)


@pytest.mark.parametrize("force", ["as_found", "outside", "inside"])
@pytest.mark.usefixtures("course")
class TestPlaces:
    pytestmark = sandboxed

    def test_places_are_found_stored_said_and_used(self, make_course, force: str) -> None:
        course = make_course(**FIND, Execute={"judge_tests": force})
        nbformat.write(NB, course.root / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb")
        log = course.api.generate_assignment(ASSIGNMENT, force=True)["log"]
        said = "1 of 2 tests are judged in the student's process: test_doc; a student who tries"
        assert (said in log) == (force == "as_found")
        assert places.tests_inside(course.released()) == (
            {"test_doc"} if force == "as_found" else set()
        )
        assert "spare: no test reads anything that this answer defines" in log
        loses = "test_doc: the solution itself earns 0 of 1 points"
        assert (loses in log) == (force == "outside")

        course.submit("ana", NB)
        course.grade("ana")
        assert course.scores("ana") == {"test_doc": float(force != "outside"), "test_value": 2}

        # What a submission says of the places counts for nothing.
        claims = nbformat.from_dict(json.loads(written(NB)))
        claims.cells[
            0
        ].source = (
            "class Always:\n    def __eq__(self, other): return True\ndef f(x): return Always()"
        )
        claims.metadata["course_utils"] = {"judged_inside": ["test_value"]}
        course.submit("bo", claims)
        course.grade("bo")
        expected = 2 if force == "inside" else 0
        assert course.scores("bo") == {"test_doc": 0, "test_value": expected}


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_a_value_that_cannot_cross_takes_its_test_inside(course: Course) -> None:
    plain = notebook(
        answer("f", "def f(n):\n    return [k * k for k in range(n)]"),
        graded_test("test", "assert sorted(f(3)) == [0, 1, 4]", 2),
    )
    course.release(plain)
    generator = nbformat.from_dict(json.loads(written(course.released())))
    generator.cells[0].source = "def f(n):\n    return (k * k for k in range(n))"
    course.submit("ana", generator)
    graded = course.grade("ana")
    assert course.scores("ana") == {"test": 2}
    assert "an object (generator) that cannot be handed over" in json.dumps(graded.metadata)


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_what_was_given_out_stays_where_generating_fails(course: Course) -> None:
    before = course.released()
    course.submit("ana", before)
    course.grade("ana")
    path = course.root / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    more = nbformat.read(path, as_version=4)
    more.cells.append(graded_test("test_new", "assert True", 1))
    nbformat.write(more, path)
    result = course.api.generate_assignment(ASSIGNMENT, force=True)
    assert not result["success"]
    assert "cells were added to the source or taken out of it (test_new)" in result["log"]
    assert course.released() == before
    course.grade("ana")


def test_a_notebook_without_an_exercise_is_left_as_it_is_and_valid() -> None:
    old = notebook(cell("code", "import numpy", "setup", locked=True))
    old.nbformat_minor = 4
    for one in old.cells:
        del one["id"]
    same, _ = CloseTheBook().preprocess(nbformat.from_dict(json.loads(written(old))), {})
    assert same == old
    asks = notebook(answer("f", "f = 1"), graded_test("t", 'check("forget_gate", {})', 1))
    asks.nbformat_minor = 4
    for one in asks.cells:
        del one["id"]
    closed, _ = CloseTheBook().preprocess(asks, {})
    assert any("closed_book(" in one.source for one in closed.cells)
    nbformat.validate(closed)


def test_faults_are_said_by_name() -> None:
    nb = notebook(
        answer("f", "def f(): return 1"),
        answer("g", "def g(): return f()"),
        answer("unread", "unread = f()"),
        cell("code", "words = 1", "by_hand", grade=True, solution=True, points=2),
        graded_test("broken", "assert g() = 1", 1),
        graded_test("free", "assert g() == 1", 0),
    )
    assert list(faults(nb)) == [
        "broken: the test is no Python: invalid syntax, line 1",
        "free: the test has no points",
        "unread: no test reads anything that this answer defines",
    ]
    assert untested(nb) == ["unread"]


def test_a_test_is_judged_outside_unless_only_inside_gives_nbgraders_marks() -> None:
    def inside(*trials: tuple[float | None, ...]) -> dict[str, str]:
        tried = tuple(Trial("the solution", *one) for one in trials)
        return Trials({"t": tried}, {"t": 2.0}).inside()

    assert inside((2, None, 2), (0, None, 0)) == {}
    assert set(inside((0, 2, 2), (0, 0, 0))) == {"t"}
    assert set(inside((2, 2, 2), (2, 0, 0))) == {"t"}, "a wrong answer passes outside"
    assert inside((2, 0, 0), (0, 0, 0)) == {}, "the sandbox lacks what the test needs"
    assert inside((2, None, None), (0, 0, 0)) == {}, "the solution takes too long"
    assert inside((0, 0, 2), (0, 0, 0)) == {}, "inside is no better"


def test_what_reads_a_value_of_a_test_inside_is_judged_inside() -> None:
    nb = notebook(
        graded_test("first", "import math\ndef near(a): return a\nfound = f()", 1),
        graded_test("reads", "assert found == 1", 1),
        graded_test("helped", "assert near(math.pi)", 1),
        answer("g", "found = 3"),
        graded_test("own", "assert found == 3", 1),
    )
    assert set(with_readers({"first": ""}, nb)) == {"first", "reads"}


@pytest.mark.parametrize(
    ("text", "marks"), [("1.5", 1.5), ("np.float64(0.5)", 0.5), ("9", 2), ("-1", 0), ("'a'", 2)]
)
def test_marks_by_the_outputs_are_nbgraders_but_for_its_slips(text: str, marks: float) -> None:
    test = graded_test("t", "x", 2)
    result = nbformat.v4.new_output("execute_result", data={"text/plain": text})
    test.outputs = [nbformat.v4.new_output("stream", name="stderr", text="warned"), result]
    assert as_nbgrader_marks(test) == marks
    test.outputs.append(nbformat.v4.new_output("error", ename="E", evalue="", traceback=[]))
    test.outputs.pop(1)
    assert as_nbgrader_marks(test) == 0


@pytest.mark.kernel
@pytest.mark.slow
def test_release_takes_a_name_and_says_which_tests_are_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nbgrader_config.py").write_bytes((ROOT / "nbgrader_config.py").read_bytes())
    for name in ("good", "unnamed"):
        (tmp_path / "source" / name).mkdir(parents=True)
        nbformat.write(NB, tmp_path / "source" / name / "nb.ipynb")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["release", "good"])
    assert done.exit_code == 0, done.output
    assert "generated release/ for good" in done.output
    assert "1 of 2 tests are judged in the student's process: test_doc" in done.output
    assert not (tmp_path / "release" / "unnamed").exists()
    assert "no assignment other" in CliRunner().invoke(main, ["release", "other"]).output
