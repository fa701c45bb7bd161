"""The class report: every number against a second computation, on a class that was simulated."""

import csv
import io
import math
import statistics
from collections import Counter
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from sqlalchemy import text

from course_utils.exercises import exercise
from nbexaminer.cli import main
from nbexaminer.course.course_folder import CourseFolderError
from nbexaminer.report import ClassRecord, class_report, gather
from nbexaminer.report.page import Report, page, report
from nbexaminer.report.similarity import others_data, same_code
from tests.grading.feedback.pages import read
from tests.grading.report.simulated import ASSIGNMENT, CHECKS, DUE, NOTEBOOK, simulate

STUDENTS = 40
UPDATE = NOTEBOOK, "write_state_update"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> NbGraderAPI:
    return simulate(tmp_path_factory.mktemp("report"), STUDENTS, seed=0)


@pytest.fixture(scope="module")
def root(course: NbGraderAPI) -> Path:
    return Path(course.coursedir.root)


@pytest.fixture(scope="module")
def work(root: Path) -> Report:
    return class_report(root, ASSIGNMENT)


@pytest.fixture(scope="module")
def rows(course: NbGraderAPI) -> list[dict[str, object]]:
    """Read the gradebook once more, by SQL and not by the ORM."""
    query = """
        select student.id, base_cell.name, grade_cells.max_score, grade.auto_score,
               grade.manual_score, grade.needs_manual_grade
        from grade
        join base_cell on base_cell.id = grade.cell_id
        join grade_cells on grade_cells.id = grade.cell_id
        join submitted_notebook on submitted_notebook.id = grade.notebook_id
        join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
        join student on student.id = submitted_assignment.student_id
    """
    with Gradebook(course.coursedir.db_url) as gradebook:
        names = ("student", "cell", "max", "auto", "manual", "open")
        return [dict(zip(names, row, strict=True)) for row in gradebook.db.execute(text(query))]


def graded_notebooks(root: Path) -> dict[str, nbformat.NotebookNode]:
    paths = sorted((root / "autograded").glob(f"*/{ASSIGNMENT}/{NOTEBOOK}.ipynb"))
    return {path.parts[-3]: nbformat.read(path, as_version=4) for path in paths}


def test_the_questions_figures_are_those_of_the_gradebook(work: Report, rows) -> None:
    for one in work.statistics:
        own = {r["student"]: r["auto"] for r in rows if r["cell"] == one.question.cell}
        known = {r["student"] for r in rows if r["cell"] == one.question.cell and not r["open"]}
        points = [float(own[student]) for student in sorted(known)]
        assert one.marked == len(points)
        if not points:
            assert math.isnan(one.mean)
            continue
        most = one.question.points
        assert one.mean == pytest.approx(statistics.fmean(points) / most)
        assert one.full == pytest.approx(sum(p >= most for p in points) / len(points))
        assert one.none == pytest.approx(sum(p == 0 for p in points) / len(points))
        rest = [
            sum(
                float(r["auto"])
                for r in rows
                if r["student"] == student and r["cell"] != one.question.cell and not r["open"]
            )
            for student in sorted(known)
        ]
        assert one.discrimination == pytest.approx(statistics.correlation(points, rest))


def test_the_summary_is_that_of_the_totals(work: Report, rows) -> None:
    totals = Counter()
    for row in rows:
        totals[row["student"]] += 0.0 if row["open"] else float(row["auto"])
    values = sorted(totals.values())
    assert len(values) == STUDENTS
    assert work.summary["median"] == pytest.approx(statistics.median(values))
    assert work.summary["mean"] == pytest.approx(statistics.fmean(values))
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    assert (work.summary["low"], work.summary["high"]) == pytest.approx((low, high))
    assert (work.summary["least"], work.summary["most"]) == (values[0], values[-1])


def test_slips_are_those_that_marking_the_answers_again_finds(work: Report, root: Path) -> None:
    made: dict[str, set[str]] = {}
    for student, nb in graded_notebooks(root).items():
        for kept in nb.metadata.course_utils.marked:
            id = kept["exercise"]
            verdict = exercise(id).mark(exercise(id).draw(), kept["answers"])
            for name in verdict.slips:
                made.setdefault(name, set()).add(student)
    assert {one.name: set(one.students) for one in work.slips} == made
    assert len(made) >= 5
    for one in work.slips:
        assert one.share == pytest.approx(len(made[one.name]) / STUDENTS)
        assert one.explanation
    sizes = [len(one.students) for one in work.slips]
    assert sizes == sorted(sizes, reverse=True)


def test_the_example_of_a_slip_is_an_answer_that_has_it(work: Report, root: Path) -> None:
    notebooks = graded_notebooks(root)
    for one in work.slips:
        kept = [
            m for student in one.students for m in notebooks[student].metadata.course_utils.marked
        ]
        having = [
            m
            for m in kept
            if any(p["name"] == one.part and one.name in p["slips"] for p in m["parts"])
        ]
        assert one.example in [m["answers"][one.part] for m in having]


def test_the_time_of_handing_in_is_counted_from_the_due_date(work: Report, rows) -> None:
    for submission in work.record.submissions:
        assert submission.marks.due == DUE
        assert submission.hours_before_due == pytest.approx(
            (DUE - submission.handed_in).total_seconds() / 3600
        )
    assert any(s.hours_before_due < 0 for s in work.record.submissions)
    assert any(s.hours_before_due > 24 for s in work.record.submissions)


def test_who_is_stuck_has_less_than_half_of_what_is_marked(work: Report, rows) -> None:
    earned, possible = Counter(), Counter()
    for row in rows:
        if not row["open"]:
            earned[row["student"]] += float(row["auto"])
            possible[row["student"]] += float(row["max"])
    expected = {s for s in earned if earned[s] < possible[s] / 2}
    assert expected
    assert {one.student for one in work.stuck} == expected
    totals = [one.total for one in work.stuck]
    assert totals == sorted(totals)


def test_trouble_begins_with_the_first_wrong_part_in_order_of_working(work: Report) -> None:
    """Not with the first by the alphabet: C_t comes before i_t there, and after it in the work."""
    order = {id: [part.name for part in exercise(id).parts] for id, _ in CHECKS.values()}
    told = [place for one in work.stuck for place in one.on]
    assert told
    for submission in work.record.submissions:
        for answer in submission.answers:
            assert list(answer.parts) == order[answer.exercise]
    assert any(place.endswith(("z_i", "i_t", "z_c", "c_tilde")) for place, _ in told)


def test_who_handed_in_nothing_is_named(work: Report) -> None:
    assert work.record.nothing == ["nobody"]


def test_the_page_shows_the_numbers_and_can_do_nothing(work: Report) -> None:
    html = page(work)
    shown = read(html)
    text = " ".join(shown.text.split())
    assert f"{STUDENTS} graded, 1 handed in nothing" in text
    for one in work.slips:
        assert f"{one.name}{len(one.students)}{one.share * 100:.0f} %" in text
    for one in work.statistics:
        if one.marked:
            assert f"{one.mean * 100:.0f} %" in text
    assert not {"script", "link", "iframe"} & {tag for tag, _ in shown.tags}
    pictures = [attributes for tag, attributes in shown.tags if tag == "img"]
    assert len(pictures) == 4
    assert all(picture["src"].startswith("data:image/svg+xml;base64,") for picture in pictures)
    assert all(len(picture["alt"]) > 40 for picture in pictures)


def test_code_that_differs_in_names_only_is_put_together(work: Report) -> None:
    copied = {s.student for s in work.record.submissions if "** 0" not in s.code[UPDATE]}
    groups = [set(one.students) for one in work.code]
    assert groups == [copied]
    assert work.code[0].common is (len(copied) > max(2, 0.05 * STUDENTS))


def test_code_that_computes_something_else_is_not(work: Report) -> None:
    submissions = deepcopy(work.record.submissions[:2])
    first, second = submissions[0].code, submissions[1].code
    first[UPDATE] = "def f(a, b):\n" + "    a = a + b * b\n" * 8
    second[UPDATE] = "def g(x, y):\n" + "    x = x + y * x\n" * 8
    record = ClassRecord(ASSIGNMENT, work.record.questions, submissions, [], [])
    assert same_code(record) == []
    second[UPDATE] = 'def g(x, y):\n    "Sum."\n' + "    x = x + y * y  #\n" * 8
    (found,) = same_code(record)
    assert found.students == (submissions[0].student, submissions[1].student)


def test_slips_from_one_assignment_to_the_next(work: Report) -> None:
    before = ClassRecord("2_before", work.record.questions, work.record.submissions[:10], [], [])
    later = report(work.record, [before])
    assert list(later.change) == ["2_before", ASSIGNMENT]
    assert later.change[ASSIGNMENT] == {one.name: one.share for one in work.slips}
    assert "assignment by assignment" in page(later) or "by assignment" in page(later)


def test_personal_numbers_show_whose_answer_it_is(tmp_path: Path) -> None:
    api = simulate(tmp_path, 6, personal=True)
    path = tmp_path / "autograded" / "s001" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    nb = nbformat.read(path, as_version=4)
    one = exercise("lstm_states")
    theirs = one.solve(one.draw("s004"))
    verdict = one.mark(one.draw("s001"), theirs)
    for kept in nb.metadata.course_utils.marked:
        if kept["exercise"] == "lstm_states":
            kept["answers"] = {name: value.tolist() for name, value in theirs.items()}
            kept["parts"] = [
                {
                    "name": name, "score": part.score, "slips": list(part.slips),
                    "message": part.text, "followed_through": part.followed_through,
                }
                for name, part in verdict.parts.items()
            ]  # fmt: skip
    nbformat.write(nb, path)
    (found,) = others_data(gather(api, ASSIGNMENT))
    assert (found.student, found.others, found.exercise) == ("s001", ("s004",), "lstm_states")
    assert found.numbers == sum(value.size for value in theirs.values())
    assert found.cell in CHECKS
    html = page(report(gather(api, ASSIGNMENT), personal=True))
    assert "evidence for a person to look at" in html
    assert "cheat" not in html.lower()


def test_the_command_writes_a_page_and_a_notebook(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    done = CliRunner().invoke(main, ["report", ASSIGNMENT])
    assert done.exit_code == 0, done.output
    assert f"{STUDENTS} graded, median" in done.output
    assert (root / "reports" / f"{ASSIGNMENT}.html").read_text(encoding="utf-8").endswith("</html>")
    nb = nbformat.read(root / "reports" / f"{ASSIGNMENT}.ipynb", as_version=4)
    nbformat.validate(nb)
    space: dict[str, object] = {}
    for cell in nb.cells:
        if cell.cell_type == "code":
            exec(cell.source, space)
    assert space["record"].assignment == ASSIGNMENT


def test_an_unknown_assignment_is_answered_with_those_there_are(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    done = CliRunner().invoke(main, ["report", "9_nothing"])
    assert done.exit_code == 1
    assert f"no assignment '9_nothing'; it has: {ASSIGNMENT}" in done.output
    assert not (root / "reports" / "9_nothing.html").exists()


def test_a_folder_that_is_no_course_and_a_course_without_grades(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "no nbgrader_config.py" in CliRunner().invoke(main, ["report", "x"]).output
    simulate(tmp_path, 0)
    with pytest.raises(CourseFolderError, match="nothing of .* is graded yet"):
        class_report(tmp_path, ASSIGNMENT)


def test_the_gradebook_is_only_read(course: NbGraderAPI, root: Path) -> None:
    def dump() -> str:
        out = io.StringIO()
        with course.gradebook as gradebook:
            csv.writer(out).writerows(gradebook.submission_dicts(ASSIGNMENT)[0].items())
        return out.getvalue()

    before = dump()
    class_report(root, ASSIGNMENT)
    assert dump() == before
