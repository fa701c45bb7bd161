"""`course grade ASSIGNMENT` as a person types it."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner
from nbformat import NotebookNode

from nbexaminer.cli import main
from nbexaminer.course.course_folder import open_course
from nbexaminer.runs import pool, snapshot
from nbexaminer.runs.assignment import GradeRequest, grade_assignment
from tests.grading.course import (
    ASSIGNMENT,
    NOTEBOOK,
    RIGHT,
    Course,
    by_id,
    filled,
    source_notebook,
)
from tests.grading.runs.classes import (
    Heard,
    Here,
    command,
    expected,
    files,
    graded,
    hand_in,
    rows,
    run,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]


def test_a_class_is_graded(quick: Course) -> None:
    students = hand_in(quick, 7)
    code, said = run(quick, "--jobs", "2")
    assert code == 0, said
    assert "7 graded in" in said
    assert f"course scores {ASSIGNMENT}" in said
    for number, student in enumerate(students):
        assert quick.scores(student) == expected(number)
    assert not list((quick.root / "autograded").rglob(".*"))


def test_only_those_asked_for(quick: Course) -> None:
    hand_in(quick, 3)
    code, said = run(quick, "--student", "s002", "--student", "s000", "--jobs", "1")
    assert code == 0, said
    assert sorted(rows(quick)) == ["counts", "s000", "s002"]


def test_only_what_has_changed(quick: Course) -> None:
    hand_in(quick, 4)
    assert run(quick, "--jobs", "2")[0] == 0
    before = files(quick)
    quick.submit("s001", filled(quick.released(), **RIGHT))
    shutil.rmtree(graded(quick, "s002").parent)
    code, said = run(quick, "--only-changed", "--jobs", "2")
    assert code == 0, said
    assert "2 of 4 have not changed" in said
    assert quick.scores("s001") == expected(0)
    changed = {name for name, file in files(quick).items() if file != before[name]}
    assert changed == {f"autograded/s001/{ASSIGNMENT}/{NOTEBOOK}.ipynb"}
    assert "4 of 4 have not changed" in run(quick, "--only-changed")[1]


def _replace(path: Path, text: str) -> None:
    path.unlink()  # nbgrader's files are read-only
    path.write_text(text)


def _set_due(course: Course) -> None:
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=datetime(2026, 1, 1))


def _extend(course: Course) -> None:
    with course.gradebook() as gradebook:
        gradebook.grant_extension(ASSIGNMENT, "s001", days=2)


def _add_line(course: Course) -> None:
    path = course.root / "nbgrader_config.py"
    path.write_text(path.read_text() + "c.LatePolicy.percent_per_day = 10\n")


def _change_source(course: Course, old: str, new: str, points: float = 2) -> None:
    nb = source_notebook()
    test = by_id(nb, "test_total")
    test.source = test.source.replace(old, new)
    test.metadata.nbgrader.points = points
    course.release(nb)


CHANGES: dict[str, tuple[Callable[[Course], Any], set[str]]] = {
    "nothing": (lambda course: None, set()),
    "a file's time": (
        lambda course: os.utime(course.folder("s001") / f"{NOTEBOOK}.ipynb", (1, 1)),
        set(),
    ),
    "a new student": (lambda course: course.submit("s9", course.released()), {"s9"}),
    "a submission": (lambda course: course.submit("s001", course.released()), {"s001"}),
    "a file beside it": (
        lambda course: (course.folder("s001") / "data.csv").write_text("1"),
        {"s001"},
    ),
    "a time of handing in": (
        lambda course: (course.folder("s001") / "timestamp.txt").write_text("2026-01-02 UTC"),
        {"s001"},
    ),
    "the due date": (_set_due, {"s000", "s001", "s002"}),
    "an extension": (_extend, {"s001"}),
    "the late policy": (_add_line, {"s000", "s001", "s002"}),
    "a test": (
        lambda course: _change_source(course, "total == 3", "total in (3, 4)"),
        {"s000", "s001", "s002"},
    ),
    "points": (lambda course: _change_source(course, "", "", points=1), {"s000", "s001", "s002"}),
    "data of the assignment": (
        lambda course: (course.root / "source" / ASSIGNMENT / "n.txt").write_text("1"),
        {"s000", "s001", "s002"},
    ),
    "a graded notebook": (
        lambda course: _replace(graded(course, "s001"), "{}"),
        {"s001"},
    ),
}
"""What may happen after a class was graded, and who is graded again for it."""
ONLY_CHANGED = GradeRequest(ASSIGNMENT, only_changed=True)


@pytest.mark.parametrize("change", CHANGES)
def test_what_counts_as_changed(quick: Course, change: str) -> None:
    hand_in(quick, 3)
    heard = Heard()
    grade_assignment(open_course(quick.root), GradeRequest(ASSIGNMENT), Here(), Heard())
    happens, again = CHANGES[change]
    happens(quick)
    grade_assignment(open_course(quick.root), ONLY_CHANGED, Here(), heard)
    assert set(heard.students) == again
    grade_assignment(open_course(quick.root), ONLY_CHANGED, Here(), heard)
    assert set(heard.students) == again
    assert len(heard.students) == len(again)


def test_other_code_that_marks_counts_as_changed(
    quick: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(quick, 2)
    grade_assignment(open_course(quick.root), GradeRequest(ASSIGNMENT), Here(), Heard())
    monkeypatch.setattr(snapshot, "marking_code", lambda _: "of another version")
    heard = Heard()
    grade_assignment(open_course(quick.root), ONLY_CHANGED, Here(), heard)
    assert sorted(heard.students) == ["s000", "s001"]


def _edit(course: Course, source: NotebookNode) -> None:
    nbformat.write(source, course.root / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb")


def _source_with(name: str, **values: Any) -> NotebookNode:
    nb = source_notebook()
    for key, value in values.items():
        if key == "points":
            by_id(nb, name).metadata.nbgrader.points = value
        else:
            by_id(nb, name)[key] = value
    return nb


@pytest.mark.parametrize(
    ("source", "tests"),
    [
        (source_notebook(), None),
        (_source_with("total", source="total = 3"), None),
        (_source_with("test_total", source="assert total == 4"), "test_total"),
        (_source_with("test_add", points=5), "test_add"),
        (_source_with("why", points=9), None),  # a person's mark
    ],
    ids=["nothing", "a solution", "a test", "points", "points of a question in words"],
)
def test_tests_that_were_edited_and_not_given_out_are_told_of(
    quick: Course, source: NotebookNode, tests: str | None
) -> None:
    hand_in(quick, 1)
    _edit(quick, source)
    heard = Heard()
    grade_assignment(open_course(quick.root), GradeRequest(ASSIGNMENT), Here(), heard)
    assert heard.students == ["s000"]
    assert [name for name, _ in heard.looks] == ([f"{NOTEBOOK}.ipynb"] if tests else [])
    if tests:
        assert f"others stand now ({tests}): `nbgrader generate_assignment" in heard.looks[0][1]
        quick.release(source)
        heard.looks.clear()
        grade_assignment(open_course(quick.root), GradeRequest(ASSIGNMENT), Here(), heard)
        assert heard.looks == []


def test_source_that_cannot_be_read_stops_nobody(quick: Course) -> None:
    hand_in(quick, 1)
    (quick.root / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb").write_text("{")
    heard = Heard()
    grade_assignment(open_course(quick.root), GradeRequest(ASSIGNMENT), Here(), heard)
    assert (heard.students, heard.looks) == (["s000"], [])


def test_without_options_everybody_is_graded_again(quick: Course) -> None:
    hand_in(quick, 2)
    assert run(quick)[0] == 0
    first = graded(quick, "s000").stat().st_ino
    assert "2 graded in" in run(quick)[1]
    assert graded(quick, "s000").stat().st_ino != first


def test_who_needs_a_look_has_a_line_and_hostile_names_are_plain(quick: Course) -> None:
    hand_in(quick, 1)
    quick.submit("ben", b"{")
    quick.folder("cleo").joinpath("essay.docx").touch()
    quick.folder("cleo").joinpath("[red]\x1b[31m.txt").touch()
    quick.submit("dora", filled(quick.released(), **RIGHT), timestamp="yesterday, I think")
    os.symlink("/etc/passwd", quick.folder("s000") / "data.csv")
    code, said = run(quick, COLUMNS="300")
    assert code == 0, said
    assert "ben  Nothing could be read" in said
    assert "cleo  no notebook was handed in, but [red]\ufffd[31m.txt, essay.docx" in said
    assert "s000  data.csv: it is a link" in said
    assert "3 graded" in said
    assert not (graded(quick, "s000").parent / "data.csv").exists()
    assert "the time of handing in cannot be read" in graded(quick, "dora").read_text().lower()


def test_a_task_that_kills_its_process_costs_its_own_marks_only(quick: Course) -> None:
    students = hand_in(quick, 6)
    quick.submit("s003", filled(quick.released(), **(RIGHT | {"total": "os._exit(1)"})))
    code, said = run(quick, "--jobs", "2")
    assert code == 0, said
    assert (
        "s003  This submission could not be graded in two attempts (the grading process died)"
        in said
    )
    assert quick.scores("s003") == {"test_total": 0.0, "test_add": 0.0, "why": 0.0}
    for number in (0, 1, 2, 4, 5):
        assert quick.scores(students[number]) == expected(number)


def test_an_error_of_the_course_marks_nobody_and_stops_soon(quick: Course) -> None:
    path = quick.root / "nbgrader_config.py"
    path.write_text(path.read_text() + "c.Autograde.autograde_preprocessors[0] = 'no.such.Step'\n")
    hand_in(quick, 9)
    code, said = run(quick, "--jobs", "1")
    assert code == 1
    assert "No module named 'no'" in said
    assert rows(quick)["counts"][0] == 0


def test_a_run_that_is_killed_goes_on_and_leaves_no_process_and_no_files(
    quick: Course, tmp_path_factory: pytest.TempPathFactory
) -> None:
    students = hand_in(quick, 40)
    tmp = tmp_path_factory.mktemp("tmp")
    process = command(quick, "--jobs", "2", SECONDS_FOR_A_NOTEBOOK="0.2", TMPDIR=str(tmp))
    _wait_until(lambda: len(list((quick.root / "autograded").glob("s*/small"))) >= 10)
    family = _descendants(process.pid)
    assert len(family) >= 3
    process.kill()
    process.wait()
    assert list(tmp.glob("grading-*"))
    code, said = run(quick, "--jobs", "2", TMPDIR=str(tmp))
    assert code == 0, said
    assert not [*tmp.rglob("grading-*"), *tmp.rglob("pymp-*")]
    assert "Going on with a run that was cut off" in said
    for number, student in enumerate(students):
        assert quick.scores(student) == expected(number)
    assert rows(quick)["counts"] == [40, 40, 120, 120]
    _wait_until(lambda: not any(_is_alive(pid) for pid in family))


def test_another_tree_of_the_course_s_code_in_the_current_folder_is_not_run(quick: Course) -> None:
    """As in a clone whose virtual environment is another's: one tree of code grades the class."""
    hand_in(quick, 2)
    for name in ("course_utils", "nbgrader"):
        (quick.root / name).mkdir()
        (quick.root / name / "__init__.py").write_text("raise RuntimeError('of another tree')")
    code, said = run(quick, "--jobs", "1")
    assert (code, "another tree" in said) == (0, False), said
    assert quick.scores("s000") == expected(0)


def test_an_interrupt_keeps_what_is_graded(quick: Course) -> None:
    hand_in(quick, 40)
    process = command(quick, "--jobs", "1", SECONDS_FOR_A_NOTEBOOK="0.2")
    _wait_until(lambda: (quick.root / ".grading").exists())
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopped. What is graded is written" in said
    assert "Traceback" not in said
    assert "Going on with a run" in run(quick, "--jobs", "2")[1]


def test_two_runs_at_once_are_refused(quick: Course) -> None:
    hand_in(quick, 3)
    process = command(quick, "--jobs", "1", SECONDS_FOR_A_NOTEBOOK="60")
    _wait_until(lambda: (quick.root / ".grading" / f"{ASSIGNMENT}.sqlite").exists())
    time.sleep(0.3)
    code, said = run(quick)
    assert (code, f"another `course grade {ASSIGNMENT}` is at work" in said) == (1, True)
    process.kill()
    process.communicate()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing"], "there is no assignment 'nothing'; source/ has small"),
        (["smal"], "there is no assignment 'smal'; source/ has small; did you mean 'small'?"),
        ([".."], "there is no assignment '..'; source/ has small"),
        (["small", "--student", "s01"], "'s01' has not handed in 'small'; is it s001"),
        (
            ["small", "--cluster", "tcp://127.0.0.1:9"],
            "no Dask scheduler answers at tcp://127.0.0.1:9",
        ),
        (["small", "--cluster", "nonsense://x"], "no Dask scheduler answers at nonsense://x"),
        (["small", "--cluster", "tcp://127.0.0.1:9", "--jobs", "2"], "--jobs is for this machine"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    quick: Course, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    hand_in(quick, 2)
    monkeypatch.chdir(quick.root)
    done = CliRunner().invoke(main, ["grade", *words])
    assert done.exit_code in (1, 2)
    assert said in done.output.replace("\n", " ")
    assert "Traceback" not in done.output


def test_a_mistyped_name_is_said_before_anything_is_started(
    quick: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(quick.root)
    monkeypatch.setattr(pool.LocalWorkers, "__init__", lambda *_: pytest.fail("started"))
    done = CliRunner().invoke(main, ["grade", "smal"])
    assert (done.exit_code, "did you mean 'small'?" in done.output) == (1, True)


def test_a_source_folder_elsewhere_is_found(quick: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(quick.root)
    hand_in(quick, 1)
    (quick.root / "source").rename(quick.root / "sources")
    path = quick.root / "nbgrader_config.py"
    path.write_text(path.read_text() + "c.CourseDirectory.source_directory = 'sources'\n")
    assert run(quick)[0] == 0
    assert "did you mean 'small'?" in run(quick, name="smal")[1]


def test_a_course_without_submissions_or_gradebook_is_told_the_remedy(
    quick: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(quick.root)
    done = CliRunner().invoke(main, ["grade", ASSIGNMENT])
    assert (done.exit_code, "nobody has handed in 'small'" in done.output) == (1, True)
    hand_in(quick, 1)
    (quick.root / "gradebook.db").rename(quick.root / "away.db")
    done = CliRunner().invoke(main, ["grade", ASSIGNMENT])
    assert (done.exit_code, "gradebook.db is missing" in done.output) == (1, True)
    assert not (quick.root / "gradebook.db").exists()


def _wait_until(true: object, seconds: float = 60) -> None:
    assert callable(true)
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def _descendants(pid: int) -> set[int]:
    found: set[int] = set()
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, path.read_text().split()):
            found |= {child} | _descendants(child)
    return found


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
