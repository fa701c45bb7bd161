"""`nbgrader autograde` with our nbgrader_config.py, on a small course of its own."""

import hashlib
import json
import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from nbformat import NotebookNode

from nbexaminer.cli import main
from nbexaminer.notebook.remarks import remarks_of
from nbexaminer.sandbox import SandboxUnavailableError
from nbexaminer.steps.show import TITLE
from tests.grading.course import (
    ASSIGNMENT,
    NOTEBOOK,
    RIGHT,
    Course,
    by_id,
    filled,
    source_notebook,
)

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.slow,
    pytest.mark.filterwarnings(
        "ignore::sqlalchemy.exc.SAWarning"
    ),  # a RuntimeWarning of nbgrader's
]

ALL = {"test_total": 2.0, "test_add": 3.0, "why": None}
NONE = {"test_total": 0.0, "test_add": 0.0, "why": 0.0}
MakeCourse = Callable[..., Course]
DEAF = """import time
while True:
    try:
        time.sleep(0.1)
    except KeyboardInterrupt:
        pass"""


def said(nb: NotebookNode) -> str:
    return "\n".join(str(remark) for remark in remarks_of(nb))


def grade(course: Course, **answers: str) -> tuple[dict[str, float | None], str]:
    course.submit("s", filled(course.released(), **(RIGHT | answers)))
    remarks = said(course.grade("s"))
    return course.scores("s"), remarks


def test_a_right_submission_gets_all_and_no_remark(course: Course) -> None:
    assert grade(course) == (ALL, "")


def test_a_blank_submission_gets_nothing_and_is_told_so(course: Course) -> None:
    course.submit("s", course.released())
    graded = course.grade("s")
    assert course.scores("s") == NONE
    assert "test_total 0/2: not answered" in said(graded)
    assert graded.cells[0].source.startswith(f"### {TITLE}")


def test_partial_credit_and_hidden_tests_count(course: Course) -> None:
    scores, remarks = grade(course, add="def add(a, b):\n    return 23 if a == 20 else 0")
    assert scores == ALL | {"test_add": 2.0}
    scores, remarks = grade(course, add="def add(a, b):\n    return 4")
    assert scores == ALL | {"test_add": 0.0}
    assert "AssertionError" in remarks


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os; os._exit(1)", "it ended the Python process"),
        ("import ctypes; ctypes.string_at(0)", "it ended the Python process"),
        ("while True: pass", "it ran too long"),
        (DEAF, "could not be interrupted"),
        ("hog = bytearray(10**12)", "MemoryError"),
        ("1 +", "SyntaxError"),
    ],
)
def test_a_cell_that_breaks_the_run_costs_its_own_marks_only(
    course: Course, code: str, reason: str
) -> None:
    scores, remarks = grade(course, total=code)
    assert scores == ALL | {"test_total": 0.0}
    assert reason in remarks
    assert "test_total 0/2: total stopped with" in remarks


def test_a_function_that_never_returns_costs_its_own_marks_only(course: Course) -> None:
    body = DEAF.replace("\n", "\n    ")
    scores, remarks = grade(course, add=f"def add(a, b):\n    {body}")
    assert scores == ALL | {"test_add": 0.0}
    assert "CellTimeout: the cell was stopped because it ran too long" in remarks
    assert "left out" not in remarks


def test_a_function_that_cannot_be_stopped_costs_its_kernel_and_its_own_marks(
    course: Course,
) -> None:
    deaf = """import signal
def add(a, b):
    for number in (signal.SIGALRM, signal.SIGPROF, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    while True: pass"""
    scores, remarks = grade(course, add=deaf)
    assert scores == ALL | {"test_add": 0.0}
    assert "'test_add' was left out" in remarks


def test_a_function_that_ends_the_kernel_costs_its_own_marks_only(course: Course) -> None:
    scores, remarks = grade(course, add="import os\ndef add(a, b):\n    os._exit(1)")
    assert scores == ALL | {"test_add": 0.0}
    assert "it ended the Python process" in remarks


def test_a_notebook_that_keeps_killing_its_kernel_comes_to_an_end(make_course: MakeCourse) -> None:
    course = make_course(Execute={"max_restarts": 1})
    nb = filled(course.released(), **(RIGHT | {"total": "import os; os._exit(1)"}))
    index = nb.cells.index(by_id(nb, "test_total"))
    for number in range(5):
        killer = filled(nb).cells[index - 1]
        killer.metadata, killer.id = {}, f"killer-{number}"
        nb.cells.insert(index, killer)
    course.submit("s", nb)
    remarks = said(course.grade("s"))
    assert "NotRun: the notebook lost its kernel 2 times" in remarks
    assert course.scores("s") == {"test_total": 0.0, "test_add": 0.0, "why": None}


def test_the_time_of_a_whole_notebook_is_limited(make_course: MakeCourse) -> None:
    course = make_course(Execute={"notebook_timeout": 2})
    scores, remarks = grade(course, total="total = 3\nwhile True: pass")
    assert scores == ALL | {"test_total": 0.0, "test_add": 0.0}
    assert "the notebook's 2 seconds were used up" in remarks


def test_a_flood_of_output_is_cut_and_costs_nothing(course: Course) -> None:
    scores, remarks = grade(course, total="total = 3\nfor i in range(100): print('x' * 1_000_000)")
    assert scores == ALL
    assert "its output was cut off" in remarks
    path = course.root / "autograded" / "s" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    assert path.stat().st_size < 1_000_000


def test_a_warning_costs_nothing(course: Course) -> None:
    body = "warnings.warn('careful'); os.write(2, b'note'); return a + b"
    add = f"import os\ndef add(a, b):\n    {body}"
    assert grade(course, add=add) == (ALL, "")


@pytest.mark.parametrize("tag", ["skip-execution", "raises-exception"])
def test_tags_do_not_switch_a_test_off(course: Course, tag: str) -> None:
    nb = filled(course.released(), total="total = 4")
    by_id(nb, "test_total").metadata["tags"] = [tag]
    course.submit("s", nb)
    course.grade("s")
    assert course.scores("s") == NONE


@pytest.mark.parametrize(
    ("value", "score"),
    [("float('nan')", 0.0), ("-1.0", 0.0), ("1e9", 3.0), ("float('inf')", 3.0), ("1.5", 1.5)],
)
def test_scores_are_finite_and_in_bounds(course: Course, value: str, score: float) -> None:
    """The number that a test cell ends in is the student's to bend, where the test says so."""
    source = source_notebook()
    by_id(source, "test_add").source = "add(0, 0)"
    course.release(source)
    scores, _ = grade(course, add=f"def add(a, b):\n    return {value}")
    assert scores["test_add"] == score


def test_another_kernel_is_named_and_not_used(course: Course) -> None:
    nb = filled(course.released(), **RIGHT)
    nb.metadata["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}
    course.submit("s", nb)
    assert "asked for the kernel 'ir'; it was run with 'python3'" in said(course.grade("s"))
    assert course.scores("s") == ALL


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe\x00", b"[]", b'{"cells": [1, {}]}'])
def test_a_file_that_is_no_notebook_gets_zero_and_a_reason(course: Course, raw: bytes) -> None:
    path = course.submit("s", raw)
    remarks = said(course.grade("s"))
    assert course.scores("s") == NONE
    assert "empty notebook was graded" in remarks or "damaged" in remarks
    assert path.read_bytes() == raw


def test_an_enormous_file_is_not_read(make_course: MakeCourse) -> None:
    course = make_course(SubmissionExporter={"max_megabytes": 1})
    course.submit("s", b" " * 1_500_000)
    assert "the file has 2 MB, more than the 1 MB" in said(course.grade("s"))
    assert course.scores("s") == NONE


def test_a_renamed_file_is_graded(course: Course) -> None:
    course.submit("s", filled(course.released(), **RIGHT), name=f"{NOTEBOOK} (1)")
    assert f"Graded from the file '{NOTEBOOK} (1).ipynb'" in said(course.grade("s"))
    assert course.scores("s") == ALL


@pytest.mark.parametrize("expected", ["blank", "broken"])
def test_of_two_files_the_answered_one_is_graded(course: Course, expected: str) -> None:
    course.submit("s", course.released() if expected == "blank" else b"{")
    course.submit("s", filled(course.released(), **RIGHT), name="final version")
    assert "Graded from the file 'final version.ipynb'" in said(course.grade("s"))
    assert course.scores("s") == ALL


def test_an_answered_file_of_the_right_name_is_preferred(course: Course) -> None:
    course.submit("s", filled(course.released(), **RIGHT))
    course.submit("s", filled(course.released(), total="total = 4"), name="draft")
    course.grade("s")
    assert course.scores("s") == ALL


def test_a_notebook_missing_altogether_gets_zero_and_a_reason(course: Course) -> None:
    course.submit("s", b"not a notebook", name="notes")
    assert "'sums.ipynb': there is no such file" in said(course.grade("s"))
    assert course.scores("s") == NONE


def test_one_bad_submission_leaves_the_neighbours_alone(course: Course) -> None:
    right = filled(course.released(), **RIGHT)
    for student in ("a", "z"):
        course.submit(student, right)
    course.submit("m", b'{"cells": [')
    course.expect_success(course.api.autograde(ASSIGNMENT, "*"))
    assert [course.scores(s) for s in "amz"] == [ALL, NONE, ALL]


def test_grading_never_touches_what_was_handed_in(course: Course) -> None:
    course.submit("a", filled(course.released(), total="open('x.txt', 'w').write('x')"))
    course.submit("b", b"{")
    course.submit("c", filled(course.released(), **RIGHT), name="other")

    def state() -> dict[str, str]:
        files = (course.root / "submitted").rglob("*")
        return {str(f): hashlib.sha256(f.read_bytes()).hexdigest() for f in files if f.is_file()}

    before = state()
    for _ in range(2):
        course.expect_success(course.api.autograde(ASSIGNMENT, "*"))
    assert state() == before
    assert len(before) == 3


def test_regrading_keeps_marks_given_by_hand(course: Course) -> None:
    course.submit("s", filled(course.released(), **RIGHT))
    course.grade("s")
    with course.gradebook() as gradebook:
        mark = gradebook.find_grade("why", NOTEBOOK, ASSIGNMENT, "s")
        mark.manual_score, mark.needs_manual_grade = 2.5, False
        comment = gradebook.find_comment("why", NOTEBOOK, ASSIGNMENT, "s")
        comment.manual_comment = "Well put."
        gradebook.db.commit()
    course.grade("s")
    with course.gradebook() as gradebook:
        assert gradebook.find_grade("why", NOTEBOOK, ASSIGNMENT, "s").score == 2.5
        assert gradebook.find_comment("why", NOTEBOOK, ASSIGNMENT, "s").comment == "Well put."


def test_a_remark_on_an_answer_becomes_its_comment(course: Course) -> None:
    nb = filled(course.released(), **RIGHT)
    nb.cells.append(json.loads(json.dumps(by_id(nb, "why"))))
    nb.cells[-1]["source"] = "Another answer."
    course.submit("s", nb)
    course.grade("s")
    with course.gradebook() as gradebook:
        comment = gradebook.find_comment("why", NOTEBOOK, ASSIGNMENT, "s").comment
    assert "What stood beside the answer cell 'why' was taken into it" in comment
    assert "Another answer." in by_id(course.graded("s"), "why").source


def test_a_kernel_that_does_not_start_marks_nobody(make_course: MakeCourse) -> None:
    """That is the course's trouble: no score at all rather than a zero."""
    course = make_course(Execute={"extra_arguments": ["--no-such-option", "--x=="]})
    course.submit("s", filled(course.released(), **RIGHT))
    result = course.api.autograde(ASSIGNMENT, "s")
    assert not result["success"]
    assert not list((course.root / "autograded").rglob("*.ipynb"))


def test_hidden_tests_are_not_on_the_feedback_page(course: Course) -> None:
    """Neither in the cell nor in the traceback; the student's own text may say the marker."""
    nb = filled(course.released(), add="def add(a, b):\n    return 4")
    nb.cells[0].source = "### BEGIN HIDDEN TESTS"
    course.submit("s", nb)
    graded = course.grade("s")
    assert "add(20, 3)" in by_id(graded, "test_add").source
    course.expect_success(course.api.generate_feedback(ASSIGNMENT, "s"))
    page = course.root / "feedback" / "s" / ASSIGNMENT / f"{NOTEBOOK}.html"
    text = re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8"))
    assert "0 / 3" in text
    assert "AssertionError" in text
    assert "add(20" not in text
    assert "BEGIN HIDDEN TESTS" in text


def test_a_machine_without_a_sandbox_is_said_before_anything_is_graded(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise SandboxUnavailableError("it is a toaster")

    monkeypatch.setattr("nbexaminer.sandbox.choice.require_sandbox", refuse)
    for student in ("a", "b"):
        course.submit(student, course.released())
    result = course.api.autograde(ASSIGNMENT, "*")
    assert not result["success"]
    assert result["log"].count("it is a toaster") == 1
    assert "rror processing assignment" not in result["log"]

    monkeypatch.chdir(course.root)
    refused = CliRunner().invoke(main, ["grade", ASSIGNMENT, "--jobs", "1"])
    assert refused.exit_code == 1
    assert refused.output.count("it is a toaster") == 1
    assert len(refused.output.strip().splitlines()) == 1
