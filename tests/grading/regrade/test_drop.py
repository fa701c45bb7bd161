"""Dropped questions and extra credit: three conventions, by hand or not, in every number."""

import csv
import json
from contextlib import chdir
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from nbexaminer.backup import back_up, back_ups, restore
from nbexaminer.cli import main
from nbexaminer.course.course_folder import CourseFolderError, open_course
from nbexaminer.gradebook import QuestionId, class_marks
from nbexaminer.gradebook.counting import SAID, Convention, Counting
from nbexaminer.notebook.remarks import remarks_of
from nbexaminer.platforms import CanvasExport, MoodleExport, TableExport
from nbexaminer.regrade.deciding import (
    decided,
    decisions,
    keep,
    named,
    require_steps,
    take_back,
    with_points,
)
from nbexaminer.regrade.scratch import Options
from nbexaminer.regrade.work import Regrade, carry_out, work_out
from nbexaminer.report.gathering import gather
from nbexaminer.report.page import page, report
from nbexaminer.runs.assignment import GradeRequest, grade_assignment
from nbexaminer.scores import results
from tests.grading.course import ASSIGNMENT, NOTEBOOK
from tests.grading.regrade.desk import ADD, TOTAL, WHY, Desk, Here

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]


def work(desk: Desk, question: QuestionId, way: Convention | None) -> Regrade:
    """Work out a decision as `course drop` does."""
    now = desk.api
    api = open_course(desk.course.root, {"Counting": decided_after(desk, question, way)})
    old = Counting.of(now.config).convention(ASSIGNMENT, *question)
    undone = ((*question, old),) if old is not None and old != way else ()
    return work_out(api, ASSIGNMENT, Options(undone=undone), Here, desk.heard, as_shown=False)


def decided_after(desk: Desk, question: QuestionId, way: Convention | None) -> dict:
    after = decided(decisions(desk.api), ASSIGNMENT, [question], way)
    return with_points(after, desk.api, ASSIGNMENT)


def drop(desk: Desk, question: QuestionId, way: Convention | None) -> Regrade:
    found = work(desk, question, way)
    carry_out(found, "before drop", decided_after(desk, question, way))
    return found


def totals(desk: Desk) -> dict[str, float]:
    return {student: one.total for student, one in desk.marks().items()}


def assert_all_agree(desk: Desk) -> None:
    """Exports, the table of scores, the report and formgrader's numbers say the same."""
    marks, worth = desk.marks(), desk.worth()
    files = {}
    for exporter in (CanvasExport, MoodleExport, TableExport):
        target = desk.course.root / f"{exporter.__name__}.csv"
        with desk.gradebook() as gradebook:
            exporter(to=str(target), unfinished=True).export(gradebook)
        with target.open(encoding=exporter.encoding, newline="") as file:
            files[exporter] = list(csv.reader(file))
        target.unlink()
    assert files[CanvasExport][1][5] == f"{worth:g}"
    record = gather(desk.api, ASSIGNMENT)
    assert record.worth == worth
    assert page(report(record))
    table = {one.student: one for one in results(desk.api, [ASSIGNMENT])}
    with desk.gradebook() as gradebook:
        formgrader = {
            row["student"]: row for row in gradebook.notebook_submission_dicts(NOTEBOOK, ASSIGNMENT)
        }
    for student, one in marks.items():
        total = pytest.approx(one.total)
        assert float(next(row[5] for row in files[CanvasExport] if row[3] == student)) == total
        assert float(next(row[5] for row in files[MoodleExport] if row[4] == student)) == total
        row = next(row for row in files[TableExport] if row[3] == student)
        assert (float(row[9]), float(row[10])) == (total, worth)
        assert table[student].total == total
        assert formgrader[student]["score"] - one.penalty == total
        assert formgrader[student]["max_score"] == worth


@pytest.fixture
def marked(desk: Desk) -> Desk:
    """The words are marked: 1 for Ana, 3 for Ben with half a point more, none for Cleo yet."""
    desk.mark("ana", "why", manual_score=1.0)
    desk.mark("ben", "why", manual_score=3.0, extra_credit=0.5)
    return desk


def test_full_marks_for_everybody(marked: Desk) -> None:
    found = drop(marked, TOTAL, "full_marks")
    assert [(row.student, row.old, row.new) for row in found.changes.rows] == [
        ("ben", "0/2", "2/2")
    ]
    assert found.changes.rows[0].why.startswith("dropped: full marks for all")
    assert marked.worth() == 8
    assert totals(marked) == {"ana": 6, "ben": 8.5, "cleo": 2}
    assert_all_agree(marked)


def test_left_out_of_score_and_total(marked: Desk) -> None:
    drop(marked, TOTAL, "left_out")
    assert marked.worth() == 6
    assert totals(marked) == {"ana": 4, "ben": 6.5, "cleo": 0}
    assert_all_agree(marked)


def test_a_bonus_question_is_on_top_of_the_total(marked: Desk) -> None:
    found = drop(marked, ADD, "bonus")
    assert not found.changes.rows or all(row.gain == 0 for row in found.changes.rows)
    assert marked.worth() == 5
    assert totals(marked) == {"ana": 6, "ben": 6.5, "cleo": 2}
    assert marked.scores("ana")["test_add"] == 3  # of 0
    assert_all_agree(marked)


def test_a_bonus_question_is_marked_by_the_points_that_a_regrade_has_corrected(
    marked: Desk,
) -> None:
    marked.correct("test_add", "3.0 + (add(2, 2) == 4)", points=4)
    carry_out(marked.regrade(), "before regrade")
    assert marked.scores("ana")["test_add"] == 4
    drop(marked, ADD, "bonus")
    assert marked.scores("ana")["test_add"] == 4  # of 0; release/ still says 3
    marked.hand_in("dora")
    marked.grade()
    assert marked.scores("dora")["test_add"] == 4
    marked.course.expect_success(marked.api.autograde(ASSIGNMENT, "dora"))  # nbgrader's own way
    assert marked.scores("dora")["test_add"] == 4
    assert_all_agree(marked)
    drop(marked, ADD, None)
    assert (marked.scores("dora")["test_add"], marked.worth()) == (4, 9)


def test_words_marked_by_hand_count_so_too_and_keep_the_mark(marked: Desk) -> None:
    expected: dict[Convention, dict[str, float]] = {
        "full_marks": {"ana": 3, "ben": 3.5, "cleo": 3},
        "left_out": {"ana": 0, "ben": 0, "cleo": 0},
        "bonus": {"ana": 1, "ben": 3.5, "cleo": 0},
    }
    before = marked.marks()
    for way, scores in expected.items():
        drop(marked, WHY, way)
        after = marked.marks()
        assert {s: one.marks[WHY].score for s, one in after.items()} == scores, way
        assert after["ana"].marks[WHY].manual == 1
        assert after["cleo"].marks[WHY].open is (way == "bonus")
        assert marked.worth() == (8 if way == "full_marks" else 5)
        assert_all_agree(marked)
        if way == "left_out":  # what was given beside a mark that does not count is not kept
            before["ben"].marks[WHY] = marked.marks()["ben"].marks[WHY]
            marked.mark("ben", "why", manual_score=3.0, extra_credit=0.5)


def test_it_holds_for_who_is_graded_later_and_however_often(marked: Desk) -> None:
    drop(marked, TOTAL, "bonus")
    drop(marked, ADD, "left_out")
    drop(marked, WHY, "full_marks")
    marked.hand_in("dora", total="total = 5")
    marked.hand_in("emil")
    for _ in range(2):
        marked.grade()
        assert not marked.heard.looks  # nobody is told that source/ holds other tests
        assert totals(marked) == {"ana": 5, "ben": 3.5, "cleo": 5, "dora": 3, "emil": 5}
        assert marked.worth() == 3
        assert_all_agree(marked)
    marked.course.expect_success(marked.api.autograde(ASSIGNMENT, "dora"))  # nbgrader's own way
    assert totals(marked)["dora"] == 3


def test_generated_again_it_still_holds_after_the_next_grading(marked: Desk) -> None:
    drop(marked, TOTAL, "bonus")
    marked.course.expect_success(marked.api.generate_assignment(ASSIGNMENT, force=True))
    marked.grade()
    assert marked.worth() == 6
    assert totals(marked)["ana"] == 6


@pytest.mark.parametrize("way", ["full_marks", "left_out", "bonus"])
@pytest.mark.parametrize("question", [TOTAL, WHY])
def test_undone_everything_is_as_it_was(desk: Desk, way: Convention, question: QuestionId) -> None:
    desk.mark("ana", "why", manual_score=1.0)
    before, worth = desk.marks(), desk.worth()
    drop(desk, question, way)
    assert desk.marks() != before
    drop(desk, question, None)
    assert (desk.marks(), desk.worth()) == (before, worth)
    assert "Counting" in json.loads((desk.course.root / "nbgrader_config.json").read_text())


def test_late_penalties_are_worked_out_of_what_counts(desk: Desk) -> None:
    path = desk.course.root / "nbgrader_config.py"
    path.write_text(path.read_text() + "\nc.LatePolicy.percent_per_day = 50\n")
    with desk.gradebook() as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-11-01 12:00:00")
    desk.hand_in("ben", total="total = 4", timestamp="2026-11-02 10:00:00")
    desk.grade()
    found: dict[str, tuple[float, float]] = {}
    ways: tuple[Convention | None, ...] = (None, "full_marks", "left_out", "bonus")
    for way in ways:
        if way:
            drop(desk, ADD, way)
        ben = desk.marks()["ben"]
        found[str(way)] = (ben.penalty, ben.total)
        assert_all_agree(desk)
    assert found == {
        "None": (1.5, 1.5), "full_marks": (1.5, 1.5), "left_out": (0, 0), "bonus": (1.5, 1.5)
    }  # fmt: skip


def test_the_student_reads_what_counts(marked: Desk) -> None:
    drop(marked, TOTAL, "full_marks")
    drop(marked, ADD, "bonus")
    nb = marked.course.graded("ben")
    said = {remark.cell: remark.text for remark in remarks_of(nb) if remark.marks is None}
    assert said["test_total"] == SAID["full_marks"]
    assert said["test_add"] == SAID["bonus"]
    marked.course.expect_success(marked.api.generate_feedback(ASSIGNMENT, "ben"))
    html = (marked.course.root / "feedback" / "ben" / ASSIGNMENT / f"{NOTEBOOK}.html").read_text(
        encoding="utf-8"
    )
    assert "everybody has all of its points" in html
    assert "8.5" in html


def test_a_score_by_hand_is_never_lowered_by_full_marks(marked: Desk) -> None:
    assert not [row for row in work(marked, WHY, "full_marks").changes.rows if row.gain < 0]


def test_names_are_found_or_asked_for() -> None:
    known = [QuestionId("a", "q1"), QuestionId("a", "q2"), QuestionId("b", "q2")]
    assert named(known, ["q1", "b/q2", "a/q1"]) == [known[0], known[2]]
    with pytest.raises(CourseFolderError, match="'q2' is in more than one notebook: say a/q2 or"):
        named(known, ["q2"])
    with pytest.raises(CourseFolderError, match="no question 'q11'; is it q1"):
        named(known, ["q11"])


def test_decisions_stand_beside_what_else_is_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "nbgrader_config.json"
    path.write_text('{"Other": {"x": 1}}', encoding="utf-8")
    before = path.read_bytes()
    after = decided(
        {"full_marks": {}, "left_out": {}, "bonus": {}, "points": {}}, "ps", [TOTAL], "bonus"
    )
    assert keep(tmp_path, after) == before
    assert json.loads(path.read_text()) == {
        "Other": {"x": 1},
        "Counting": {"bonus": {"ps": ["sums/test_total"]}},
    }
    take_back(tmp_path, before)
    assert path.read_bytes() == before
    path.unlink()
    assert keep(tmp_path, after) is None
    take_back(tmp_path, None)
    assert not path.exists()


def test_a_configuration_without_the_steps_is_told_what_to_add(desk: Desk) -> None:
    require_steps(desk.api)
    path = desk.course.root / "nbgrader_config.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text + "\nc.Autograde.autograde_preprocessors = [s for s in "
        "c.Autograde.autograde_preprocessors if 'CountQuestions' not in s]\n",
        encoding="utf-8",
    )
    with pytest.raises(CourseFolderError, match="add 'nbexaminer.steps.Count"):
        require_steps(desk.api)


def test_a_damaged_file_of_decisions_is_named(desk: Desk) -> None:
    (desk.course.root / "nbgrader_config.json").write_text("{")
    with pytest.raises(CourseFolderError, match="nbgrader_config.json is no JSON"):
        grade_assignment(desk.api, GradeRequest(ASSIGNMENT), Here(), desk.heard)


def test_what_a_blank_notebook_gets(desk: Desk) -> None:
    desk.course.submit("dora", desk.course.released())
    desk.grade()
    drop(desk, TOTAL, "full_marks")
    assert desk.scores("dora")["test_total"] == 2  # who handed in; who did not has no marks
    assert "zoe" not in desk.marks()
    assert nbformat.read(
        desk.course.root / "autograded" / "dora" / ASSIGNMENT / f"{NOTEBOOK}.ipynb", 4
    )


CONFIG = "nbgrader_config.json"


def standing_of(desk: Desk) -> tuple[dict[str, float], float, bytes]:
    """Totals, what the assignment is worth, and the decisions."""
    with desk.gradebook() as gradebook:
        worth = class_marks(gradebook, ASSIGNMENT).worth
    path = desk.course.root / CONFIG
    return totals(desk), worth, path.read_bytes() if path.exists() else b""


@pytest.mark.parametrize("way", ["left_out", "full_marks", "bonus"])
def test_going_back_takes_the_decisions_along_and_forth_again(marked: Desk, way: str) -> None:
    before = standing_of(marked)
    drop(marked, TOTAL, way)
    dropped = standing_of(marked)
    assert before[2] != dropped[2]
    (saved,) = [one.path for one in back_ups(marked.course.root) if one.why == "before drop"]
    between = restore(marked.api, saved)
    assert standing_of(marked) == before
    assert Counting.of(marked.api.config).convention(ASSIGNMENT, *TOTAL) is None
    restore(marked.api, between)
    assert standing_of(marked) == dropped


def test_going_back_leaves_other_settings_and_says_where_it_does_not_know(marked: Desk) -> None:
    path = marked.course.root / CONFIG
    path.write_text('{"Other": {"x": 1}}', encoding="utf-8")
    saved = back_up(marked.api, "by hand")
    drop(marked, ADD, "bonus")
    assert set(json.loads(path.read_text())) == {"Other", "Counting"}
    restore(marked.api, saved)
    assert json.loads(path.read_text()) == {"Other": {"x": 1}}

    saved.with_suffix(".json").unlink()  # as in a back-up from before decisions were kept
    drop(marked, ADD, "bonus")
    with chdir(marked.course.root):
        said = CliRunner().invoke(main, ["restore", str(saved), "--dry-run"]).output
    assert "does not say which questions were dropped then" in said
    restore(marked.api, saved)
    assert "Counting" in json.loads(path.read_text())


def test_a_damaged_file_of_decisions_keeps_a_restore_from_beginning(marked: Desk) -> None:
    saved = back_up(marked.api, "by hand")
    saved.with_suffix(".json").write_text("[", encoding="utf-8")
    before = (marked.course.root / "gradebook.db").read_bytes()
    with pytest.raises(CourseFolderError, match="is no JSON"):
        restore(marked.api, saved)
    assert (marked.course.root / "gradebook.db").read_bytes() == before
