"""A key was wrong: what would change is shown, and what was shown is what is done."""

import shutil
import sqlite3
from pathlib import Path

import nbformat
import pytest

from nbexaminer.backup import back_ups, restore
from nbexaminer.course.course_folder import CourseFolderError
from nbexaminer.course.graded_folder import GradedFolder
from nbexaminer.notebook.remarks import remarks_of
from nbexaminer.regrade import applying
from nbexaminer.regrade.applying import ConflictError
from nbexaminer.regrade.work import carry_out
from tests.grading.course import ASSIGNMENT, NOTEBOOK, by_id
from tests.grading.regrade.desk import ADD, TOTAL, WHY, Desk

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]
FOUR = "assert total == 4"


def test_showing_changes_nothing(desk: Desk) -> None:
    desk.correct("test_total", FOUR)
    before = desk.files()
    work = desk.regrade()
    assert {(r.student, r.question, r.old, r.new) for r in work.changes.rows} == {
        ("ana", TOTAL, "2/2", "0/2"),
        ("ben", TOTAL, "0/2", "2/2"),
        ("cleo", TOTAL, "2/2", "0/2"),
    }
    assert [row.student for row in work.changes.rows] == ["ana", "cleo", "ben"]  # losses first
    assert {row.why.split(";")[0] for row in work.changes.rows} == {"test changed"}
    assert (work.changes.up, work.changes.down) == (["ben"], ["ana", "cleo"])
    assert desk.files() == before


def test_what_is_applied_is_what_was_shown(desk: Desk) -> None:
    desk.correct("test_total", FOUR)
    work = desk.regrade()
    given_out = desk.files()[f"release/{ASSIGNMENT}/{NOTEBOOK}.ipynb"]
    saved = carry_out(work, "before regrade small")
    assert {s: m.total for s, m in desk.marks().items()} == {
        s: total.new for s, total in work.changes.totals.items()
    }
    assert desk.scores("ben")["test_total"] == 2
    assert FOUR in by_id(desk.course.graded("ben"), "test_total").source
    assert desk.files()[f"release/{ASSIGNMENT}/{NOTEBOOK}.ipynb"] == given_out
    for student in ("ana", "ben", "cleo"):  # nobody is said to have changed the test
        assert not [r for r in remarks_of(desk.course.graded(student)) if "changed" in r.text]
    assert saved.with_suffix(".csv").read_text(encoding="utf-8-sig").count("test changed") == 3
    assert not desk.regrade().changes.rows
    desk.grade()
    assert desk.scores("ben")["test_total"] == 2


def test_it_is_worked_out_once(desk: Desk) -> None:
    desk.correct("test_total", FOUR)
    first = desk.regrade()
    count = len(desk.heard.students)
    again = desk.regrade(as_shown=True)
    assert len(desk.heard.students) == count
    assert again.changes == first.changes


def test_points_are_those_of_before_until_it_is_done(desk: Desk) -> None:
    desk.correct("test_total", points=4)
    work = desk.regrade()
    assert desk.worth() == 8
    assert work.changes.max_score == (8, 10)
    rows = {row.student: row for row in work.changes.rows}
    assert (rows["ana"].old, rows["ana"].new) == ("2/2", "4/4")
    assert "points 2 -> 4" in rows["ana"].why
    assert "ben" not in rows  # nothing of two is nothing of four
    carry_out(work, "before")
    assert desk.worth() == 10
    assert desk.scores("ana")["test_total"] == 4


def test_marks_and_comments_by_hand_stay_and_are_not_asked_for_again(desk: Desk) -> None:
    desk.mark("ana", "why", manual_score=1.5, extra_credit=0.5)
    desk.mark("ana", "test_total", manual_score=1.0)
    desk.mark("cleo", "test_add", manual_score=2.5)
    desk.comment("ana", "why", "Say which law.")
    desk.correct("test_total", FOUR)
    work = desk.regrade()
    assert (work.changes.by_hand, work.changes.commented) == (3, 1)
    assert work.changes.ask_again == (("ana", TOTAL),)
    carry_out(work, "before")
    ana = desk.marks()["ana"]
    assert (ana.marks[WHY].manual, ana.marks[WHY].extra, ana.marks[WHY].open) == (1.5, 0.5, False)
    assert ana.comments[WHY][1] == "Say which law."
    assert (ana.marks[TOTAL].auto, ana.marks[TOTAL].score, ana.marks[TOTAL].open) == (0, 1, True)
    assert desk.marks()["cleo"].marks[ADD].score == 2.5
    assert not desk.marks()["cleo"].marks[ADD].open


def test_only_raise_keeps_the_better_mark_of_each_question_and_says_so(desk: Desk) -> None:
    desk.correct("test_total", FOUR)
    work = desk.regrade(only_raise=True)
    assert (work.changes.up, work.changes.down) == (["ben"], [])
    assert work.changes.kept == 2
    carry_out(work, "before")
    assert desk.scores("ana")["test_total"] == desk.scores("ben")["test_total"] == 2
    said = [r.text for r in remarks_of(desk.course.graded("ana")) if r.cell == "test_total"]
    assert said == ["Regraded, this would be 0; the better mark, 2, stands."]
    assert said[0].split(";")[0] in desk.course.graded("ana").cells[0].source
    desk.grade()  # and it stands when everybody is graded again
    assert desk.scores("ana")["test_total"] == 2


def test_only_raise_with_fewer_points_keeps_the_share(desk: Desk) -> None:
    desk.correct("test_total", FOUR, points=1)
    carry_out(desk.regrade(only_raise=True), "before")
    assert [desk.scores(s)["test_total"] for s in ("ana", "ben", "cleo")] == [1, 1, 1]


@pytest.mark.parametrize("what", ["source", "submission", "mark", "comment", "due", "config"])
def test_what_has_moved_since_stops_it(desk: Desk, what: str) -> None:
    desk.correct("test_total", FOUR)
    work = desk.regrade()
    said = {
        "source": "source/small has changed",
        "submission": "handed in again: ben",
        "mark": "marked otherwise: cleo",
        "comment": "marked otherwise: cleo",
        "due": "the due date has changed",
        "config": "the configuration has changed",
    }[what]
    if what == "source":
        desk.correct("test_add", "assert add(1, 1) == 2")
    elif what == "submission":
        desk.hand_in("ben", total="total = 5")
    elif what == "mark":
        desk.mark("cleo", "why", manual_score=3.0)
    elif what == "comment":
        desk.comment("cleo", "why", "!")
    elif what == "due":
        with desk.gradebook() as gradebook:
            gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-01-01")
    else:
        path = desk.course.root / "nbgrader_config.py"
        path.write_text(path.read_text() + "\nc.LatePolicy.percent_per_day = 10\n")
    before = desk.files()
    if what != "config":
        with pytest.raises(ConflictError, match=f"meanwhile: {said}"):
            carry_out(work, "before")
        with pytest.raises(ConflictError, match=said):  # the last look, under the lock
            applying.apply(work.scratch, work.state, work.students)
    with pytest.raises(ConflictError, match=f"since the regrade was shown: {said}"):
        desk.regrade(as_shown=True)
    assert desk.files() == before
    assert not back_ups(desk.course.root)
    desk.regrade()  # shown anew, it can be done
    carry_out(desk.regrade(as_shown=True), "before")


def test_other_options_are_another_regrade(desk: Desk) -> None:
    desk.correct("test_total", FOUR)
    desk.regrade()
    with pytest.raises(ConflictError, match="other options"):
        desk.regrade(only_raise=True, as_shown=True)


def test_all_of_it_or_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.correct("test_total", FOUR)
    work = desk.regrade()
    before = desk.files()
    done: list[object] = []

    def full_after_two(folder: GradedFolder) -> None:
        if len(done) == 2:
            raise OSError("no space left")
        done.append(folder)
        set_aside(folder)

    set_aside = GradedFolder.set_aside
    monkeypatch.setattr(GradedFolder, "set_aside", full_after_two)
    with pytest.raises(OSError, match="no space left"):
        carry_out(work, "before")
    assert desk.files() == before
    assert not list((desk.course.root / "autograded").rglob(".*"))
    left = {path.suffix for path in (desk.course.root / "backups").iterdir()}
    assert left == {".db", ".json"}


@pytest.mark.parametrize("committed", [True, False])
def test_cut_off_at_the_last_step_it_is_put_right(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, committed: bool
) -> None:
    desk.correct("test_total", FOUR)
    work = desk.regrade()
    before = desk.files()

    class Killed(BaseException):
        """As a signal that nothing catches."""

    def killed(folder: GradedFolder) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        if committed:
            patched.setattr(GradedFolder, "put_in_place", killed)
        else:  # between the folders and the commit, and nobody left to clean up
            patched.setattr(GradedFolder, "put_back", lambda folder: None)
            patched.setattr(applying.SubmissionRows, "store", lambda *_: None)
            set_aside = GradedFolder.set_aside

            def last(folder: GradedFolder) -> None:
                set_aside(folder)
                if folder.path.parent.name == "cleo":
                    raise Killed

            patched.setattr(GradedFolder, "set_aside", last)
        with pytest.raises(Killed):
            carry_out(work, "before")
    assert not (desk.course.root / "autograded" / "ana" / ASSIGNMENT).exists()
    after = desk.regrade()
    assert bool(after.changes.rows) is not committed
    assert (desk.files() == before) is not committed
    for student in ("ana", "ben", "cleo"):
        test = by_id(desk.course.graded(student), "test_total")
        assert (test.source == FOUR) is committed


def test_there_is_a_way_back_with_the_notebooks(desk: Desk) -> None:
    before, marks = desk.files(), desk.marks()
    desk.correct("test_total", FOUR)
    saved = carry_out(desk.regrade(), "before")
    assert desk.marks() != marks
    restore(desk.api, saved)
    assert desk.marks() == marks
    after = desk.files()
    kept = {name for name in before if name.startswith("autograded/")}
    assert kept
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}


def test_handed_in_again_is_said(desk: Desk) -> None:
    desk.hand_in("ben")
    (row,) = desk.regrade().changes.rows
    assert (row.student, row.old, row.new) == ("ben", "0/2", "2/2")
    assert "handed in again" in row.why


def test_the_penalty_follows_the_marks(desk: Desk) -> None:
    path = desk.course.root / "nbgrader_config.py"
    path.write_text(path.read_text() + "\nc.LatePolicy.percent_per_day = 10\n")
    with desk.gradebook() as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-11-01 12:00:00")
    desk.hand_in("ben", total="total = 4", timestamp="2026-11-02 10:00:00")
    desk.grade()
    assert desk.marks()["ben"].penalty == pytest.approx(0.3)  # 10 % of 3
    desk.correct("test_total", FOUR)
    work = desk.regrade()
    late = next(row for row in work.changes.rows if row.question is None)
    assert (late.student, late.old, late.new) == ("ben", "-0.3", "-0.5")
    carry_out(work, "before")
    assert desk.marks()["ben"].total == pytest.approx(4.5)


def test_an_answer_left_blank_stays_blank_when_the_stub_is_reworded(desk: Desk) -> None:
    desk.course.submit("dora", desk.course.released())
    desk.grade()
    desk.correct("why", "Another model answer.\nAnd more.")
    assert not desk.regrade().changes.rows


def test_cells_cannot_come_or_go(desk: Desk) -> None:
    path = desk.course.root / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    nb = nbformat.read(path, as_version=4)
    gone = nb.cells.pop(3)
    nbformat.write(nb, path)
    before = desk.files()
    with pytest.raises(CourseFolderError, match=f"has no cell {gone.id!r}.*course drop small"):
        desk.regrade()
    assert desk.files() == before


def test_a_renamed_assignment_is_told_apart_from_a_new_one(desk: Desk) -> None:
    source = desk.course.root / "source"
    (source / ASSIGNMENT).rename(source / "smaller")
    before = desk.files()
    with pytest.raises(CourseFolderError, match="source/small is gone. If its folder was renamed"):
        desk.regrade()
    from nbexaminer.regrade.work import questions

    with pytest.raises(CourseFolderError, match="no assignment 'smaller'; it has marks of small"):
        questions(desk.api, "smaller")
    with pytest.raises(CourseFolderError, match="no assignment 'nope'; there are small, smaller"):
        questions(desk.api, "nope")
    assert desk.files() == before


def test_unknown_students_and_those_without_files(desk: Desk) -> None:
    with pytest.raises(CourseFolderError, match="no marks of 'zoe' for 'small'"):
        desk.regrade(students=("zoe",))
    shutil.rmtree(desk.course.root / "submitted" / "cleo")
    desk.correct("test_total", FOUR)
    work = desk.regrade()
    assert work.left == {"cleo": "nothing of cleo is in submitted/"}
    assert "cleo" not in work.changes.totals
    one = desk.regrade(students=("ben",))
    assert list(one.changes.totals) == ["ben"]
    carry_out(one, "before")
    assert (desk.scores("ben")["test_total"], desk.scores("ana")["test_total"]) == (2, 2)


def test_nobody_graded_yet(desk: Desk) -> None:
    with desk.gradebook() as gradebook:
        for student in ("ana", "ben", "cleo"):
            gradebook.remove_submission(ASSIGNMENT, student)
    with pytest.raises(CourseFolderError, match="nobody has marks for 'small' yet"):
        desk.regrade()


def test_a_cut_off_course_grade_comes_first(desk: Desk) -> None:
    journal: Path = desk.course.root / ".grading" / f"{ASSIGNMENT}.sqlite"
    with sqlite3.connect(journal) as db:
        db.execute("INSERT INTO run DEFAULT VALUES")
    with pytest.raises(CourseFolderError, match="the last `course grade small` was cut off"):
        desk.regrade()
