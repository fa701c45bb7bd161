"""The parts of `course sample` and `course scores` that need no kernel."""

import io
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from nbexaminer.cli import main
from nbexaminer.exercises import exercises
from nbexaminer.gradebook import Mark, Question
from nbexaminer.notebook.released import graded_cells, read_released
from nbexaminer.notebook.remarks import Remark
from nbexaminer.runs import assignment
from nbexaminer.runs.job import Job, read_job
from nbexaminer.runs.loop import Run, fresh_folder, grade_class
from nbexaminer.runs.sample_class import read_roster, sample_assignments
from nbexaminer.scores import StudentScores, results
from nbexaminer.table import score_table
from tests.grading.course import RIGHT, ROOT, Course, filled

ONE = Question("a1", "nb", "one", 2)
TWO = Question("a1", "nb", "two", 3)


def shown(*results: StudentScores, width: int = 120) -> str:
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(score_table([ONE, TWO], list(results), width=width))
    return console.export_text()


def test_every_run_has_a_folder_of_its_own(tmp_path: Path) -> None:
    first = fresh_folder(tmp_path / "runs")
    (first / "kept.txt").write_text("kept")
    second = fresh_folder(tmp_path / "runs")
    assert [first.name, second.name] == ["run-001", "run-002"]
    assert (first / "kept.txt").read_text() == "kept"
    assert list(second.iterdir()) == []


@pytest.mark.parametrize(
    "command", [["sample"], ["grade", "small"], ["scores", "1_embedding_lookup"]]
)
def test_outside_a_course_the_remedy_is_said_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 1
    assert "nbgrader_config.py; call this in the course's folder" in done.output
    assert list(tmp_path.iterdir()) == []


def test_marks_waiting_for_a_person_are_shown_as_such() -> None:
    text = shown(StudentScores("s", {ONE: Mark(2), TWO: Mark(open=True)}, 0, ()))
    row = next(line for line in text.splitlines() if line.startswith("│ s "))
    assert [part.strip() for part in row.split("│")[1:-1]] == [
        "s",
        "2",
        "hand",
        "2 +3?",
        "all right",
    ]


def test_a_reason_stands_once_for_all_its_questions() -> None:
    reasons = {ONE: ("not answered",), TWO: ("not answered",)}
    text = shown(StudentScores("s", {ONE: Mark(0), TWO: Mark(0)}, 0, (Remark("late"),), reasons))
    assert text.count("not answered") == 1
    assert "1.1, 1.2: not answered" in text
    assert text.index("late") < text.index("not answered")


def test_what_is_said_of_a_question_stands_with_its_number() -> None:
    left_out, of_all = "This question was dropped: it counts for nobody.", "The file is cut off."
    told = (
        Remark(left_out, ONE.cell, notebook="nb"),
        Remark(of_all, notebook="nb"),
        Remark(left_out, TWO.cell, notebook="nb"),
    )
    text = " ".join(shown(StudentScores("s", {ONE: Mark(0), TWO: Mark(0)}, 0, told)).split())
    assert f"1.1, 1.2: {left_out}" in text
    assert text.count(left_out) == 1
    assert f": {of_all}" not in text
    assert of_all in text


def test_lost_marks_without_a_reason_are_not_all_right() -> None:
    """So it is where a gradebook was restored, or a person marked."""
    text = shown(StudentScores("s", {ONE: Mark(1), TWO: Mark(open=True)}, 0, ()))
    assert "1.1: not full marks, and the grader noted no reason" in text
    assert "all right" not in text


def test_what_was_not_handed_in_is_a_dash_and_not_a_zero() -> None:
    row = next(
        line
        for line in shown(StudentScores("s", {}, 0, ())).splitlines()
        if line.startswith("│ s ")
    )
    assert [part.strip() for part in row.split("│")[2:4]] == ["-", "-"]


def test_in_a_narrow_terminal_no_remark_is_cut_off() -> None:
    long = " ".join(f"word{i}" for i in range(40))
    text = shown(
        StudentScores("s", {ONE: Mark(1), TWO: Mark(open=True)}, 0, (Remark(long),)), width=80
    )
    assert set(re.findall(r"word\d+", text)) == set(long.split())
    assert re.search(r"│ s +1 hand 1 \+3\? ", text)
    assert max(len(line) for line in text.splitlines() if line[0] in "│┃") <= 80


def test_a_penalty_never_makes_a_total_negative() -> None:
    assert StudentScores("s", {ONE: Mark(1)}, 3.0, ()).total == 0.0
    assert StudentScores("s", {ONE: Mark(2)}, 0.5, ()).total == 1.5


def test_text_of_students_does_no_harm_to_the_table() -> None:
    text = shown(StudentScores("[red]s", {}, 0, (Remark("[bold]x[/nope] \x1b[31m"),)))
    assert "[red]s" in text
    assert "[bold]x[/nope]" in text


def released_notebooks() -> dict[str, set[str]]:
    class Here:
        release_directory = "release"

        def format_path(self, step: str, student: str, assignment: str) -> str:
            return str(ROOT / step / assignment)

    return {
        path.stem: set(graded_cells(read_released(Here(), name, path.stem)))
        for name in sample_assignments()
        for path in (ROOT / "release" / name).glob("*.ipynb")
    }


def test_every_answer_of_the_sample_class_has_a_cell_and_every_number_a_value() -> None:
    cells = set().union(*released_notebooks().values())
    students = read_roster()
    assert len({student.id for student in students}) == len(students) >= 12
    for student in students:
        assert set(student.answers) <= cells
    assert set(exercises().sample_numbers()) >= {"forget_gate_f_t", "handwritten_1_i_t"}


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_scores_makes_no_gradebook_and_knows_its_assignments(
    course: Course, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path_factory.mktemp("empty")
    shutil.copy(ROOT / "nbgrader_config.py", empty)
    monkeypatch.chdir(empty)
    done = CliRunner().invoke(main, ["scores", "small"])
    assert (done.exit_code, "nothing has been graded here" in done.output) == (1, True)
    assert [path.name for path in empty.iterdir()] == ["nbgrader_config.py"]

    monkeypatch.chdir(course.root)
    done = CliRunner().invoke(main, ["scores", "nothing"])
    assert (done.exit_code, "there is no assignment 'nothing'" in done.output) == (1, True)

    course.folder("ana").joinpath("essay.docx").touch()
    course.submit("ben", course.released())
    done = CliRunner().invoke(main, ["scores", "small", "small"])
    assert done.exit_code == 0, done.output
    assert done.output.count("test_total") == 1
    assert "small: no notebook was handed in, but essay.docx." in done.output
    assert "small: handed in, not graded yet." in done.output


class _Silent:
    def start(self, steps: int) -> None: ...

    def step(self, text: str) -> None: ...


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_where_grading_itself_fails_the_student_is_named_and_the_others_go_on(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    for student in ("ana", "ben", "cleo"):
        course.submit(student, course.released())

    def read(folder: Path, student: str, *others: Any) -> Job:
        if student == "ben":
            raise OSError("the disk has a hole")
        return read_job(folder, student, *others)

    monkeypatch.setattr(assignment, "read_job", read)
    course.expect_success(course.api.release_assignment("small"))
    run = Run(course.root, course.api, ["small"])
    grade_class(run, _Silent())
    assert list(run.failures) == [("small", "ben")]
    rows = {result.student: result for result in results(run.api, ["small"], run.failures)}
    assert rows["ana"].marks
    assert rows["cleo"].marks
    assert rows["ben"].marks == {}
    (remark,) = rows["ben"].remarks
    assert "grading failed: it could not be read: OSError: the disk has a hole" in remark.text


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_a_page_that_cannot_be_made_costs_no_marks(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    course.submit("ana", filled(course.released(), **RIGHT))
    course.expect_success(course.api.release_assignment("small"))
    broken = {"success": False, "log": "Traceback\nValueError: no page\n[ERROR] see above"}
    monkeypatch.setattr(type(course.api), "generate_feedback", lambda *args: broken)
    run = Run(course.root, course.api, ["small"])
    grade_class(run, _Silent())
    (row,) = results(run.api, ["small"], run.failures)
    assert row.total == 5.0
    assert [remark.text for remark in row.remarks] == [
        "small: no feedback page: ValueError: no page."
    ]
