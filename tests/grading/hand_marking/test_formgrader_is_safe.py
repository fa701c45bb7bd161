"""What students hand in cannot act in an instructor's browser through formgrader."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

from nbexaminer.formgrader.filters import PICTURES
from nbexaminer.formgrader.inert import inert
from tests.grading.course import ASSIGNMENT, NOTEBOOK, RIGHT, Course, by_id, filled
from tests.grading.feedback.pages import FORGED, read
from tests.grading.formgrader import Client, formgrader_server
from tests.grading.runs.classes import without_kernel

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]

ATTACKED = "javascript:alert(1)"
FORGED_NAME = '"><script>alert(1)</script>'


def hostile(course: Course) -> NotebookNode:
    """A notebook with markup in every place that a page might show."""
    nb = filled(course.released(), **(RIGHT | {"why": f"Because {FORGED}"}))
    data = {
        "text/html": FORGED,
        "image/svg+xml": f"<svg onload=alert(1)>{FORGED}</svg>",
        "application/javascript": "alert(1)",
        "text/markdown": FORGED,
        "text/latex": f"$\\href{{{ATTACKED}}}{{x}}$",
        "text/plain": FORGED,
    }
    nb.cells += [
        new_markdown_cell(
            FORGED + f"\n\n[x]({ATTACKED}) \\\\(\\href{{{ATTACKED}}}{{x}}\\\\)",
            attachments={
                "x.svg": {"image/svg+xml": f"<svg onload=alert(1)>{FORGED}</svg>"},
                '" onerror="alert(1)': {"image/png": FORGED, "text/html": FORGED},
            },
            metadata={PICTURES: FORGED},
        ),
        new_raw_cell(FORGED, metadata={"raw_mimetype": "text/html"}),
        new_code_cell(
            "1",
            metadata={"tags": [f"x\" onclick='alert(1)' {FORGED}"]},
            outputs=[new_output("display_data", {kind: text}) for kind, text in data.items()],
        ),
        new_code_cell(
            "1", outputs=[new_output("error", ename=FORGED, evalue=FORGED, traceback=[FORGED])]
        ),
    ]
    nb.metadata["title"] = FORGED
    nb.metadata["widgets"] = {
        "application/vnd.jupyter.widget-state+json": {"x": "</script>" + FORGED}
    }
    return nb


def put_into_autograded(course: Course, student: str, nb: NotebookNode) -> None:
    """Write a notebook where formgrader reads: whatever came through the grader."""
    path = course.root / "autograded" / student / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    path.chmod(0o644)
    path.write_text(json.dumps(nb), encoding="utf-8")


def attacked(course: Course) -> Course:
    """Return the course with a submission of mallory's, who has a forged name and a page."""
    without_kernel(course)
    course.submit("mallory", filled(course.released(), **RIGHT))
    (course.folder("mallory") / "page.html").write_text(FORGED)
    course.grade("mallory")
    put_into_autograded(course, "mallory", hostile(course))
    with course.gradebook() as gradebook:
        gradebook.update_or_create_student("mallory", first_name=FORGED, last_name=FORGED_NAME)
    return course


@pytest.fixture(scope="module")
def ours(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The course's formgrader."""
    course = attacked(Course(tmp_path_factory.mktemp("course"), template=template))
    with formgrader_server(course, tmp_path_factory.mktemp("home")) as ask:
        yield ask


@pytest.fixture
def theirs(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """nbgrader's formgrader with the course's configuration."""
    home = tmp_path_factory.mktemp("home")
    with formgrader_server(attacked(course), home, ours=False) as ask:
        yield ask


def submission(ask: Client) -> str:
    (listed,) = ask(f"/api/submitted_notebooks/{ASSIGNMENT}/{NOTEBOOK}").json()
    return str(listed["id"])


def assert_nothing_acts(html: str) -> None:
    """nbgrader's own scripts and buttons stand on the page; nothing that a student wrote does."""
    assert "<script>alert" not in html
    for tag, attributes in read(html).tags:
        for name, value in attributes.items():
            if name.startswith("on"):
                assert str(value).startswith("toggle"), (tag, name, value)
            assert "javascript:" not in str(value), (tag, name, value)
            assert not (
                tag == "img" and not str(attributes.get("src")).startswith("data:image/")
            ), attributes
        assert tag not in ("iframe", "svg", "object", "embed", "form") or "jupyter" in html[:200], (
            tag
        )


def test_the_page_of_a_submission_holds_text(ours: Client) -> None:
    page = ours(f"/submissions/{submission(ours)}/")
    assert_nothing_acts(page.text)
    assert page.text.count("alert(1)") > 5, "it is shown, as text"
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    scripts = [a.get("src", "") for tag, a in read(page.text).tags if tag == "script"]
    assert not [address for address in scripts if str(address).startswith("http")]


def test_it_does_in_nbgraders_formgrader_too_and_would_not_without_the_configuration(
    theirs: Client, course: Course
) -> None:
    address = f"/submissions/{submission(theirs)}/"
    assert_nothing_acts(theirs(address).text)
    config = course.root / "nbgrader_config.py"
    kept = config.read_text(encoding="utf-8").split("# formgrader: what students wrote")[0]
    config.write_text(kept, encoding="utf-8")
    put_into_autograded(course, "mallory", filled(course.released(), **(RIGHT | {"why": FORGED})))
    with formgrader_server(course, course.root / "another_home", ours=False) as ask:
        assert "<script>alert(1)</script>" in ask(address).text, "the attack is one"


def test_a_marker_is_shown_text(ours: Client) -> None:
    answers = ours(f"/api/marking/{ASSIGNMENT}/{NOTEBOOK}/why")
    assert answers.headers["Content-Type"].startswith("application/json")
    (group,) = answers.json()["groups"]
    assert_nothing_acts(group["html"])
    assert "alert(1)" in group["html"]
    page = ours(f"/marking/{ASSIGNMENT}/{NOTEBOOK}/why")
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'self'" in policy


def test_lists_of_names_are_data_and_files_are_in_a_sandbox(ours: Client) -> None:
    students = ours("/api/students")
    assert FORGED_NAME in students.json()[0]["last_name"]
    # formgrader's buttons parse text; a browser is not to guess that it is a page
    assert students.headers["Content-Type"].startswith("text/plain")
    assert students.headers["X-Content-Type-Options"] == "nosniff"
    handed_in = ours(f"/submissions/{submission(ours)}/page.html")
    assert handed_in.text == FORGED
    assert handed_in.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    forged = ours("/manage_students/%22;alert(1);%22")
    assert '";alert(1)' not in forged.text


def test_only_who_is_signed_in_sees_or_marks(ours: Client) -> None:
    address = f"{ours.base}/api/marking/{ASSIGNMENT}/{NOTEBOOK}/why"
    for method in ("GET", "PUT"):
        answer = requests.request(method, address, json={}, allow_redirects=False, timeout=60)
        assert answer.status_code in (302, 403)
        assert "groups" not in answer.text


def test_inert_keeps_what_a_marker_needs_and_nothing_else(course: Course) -> None:
    nb = hostile(course)
    nb.cells.append(new_markdown_cell("x", metadata={"nbgrader": {"grade_id": FORGED}}))
    by_id(nb, "why").metadata.nbgrader["points"] = FORGED
    made = inert(nb)
    assert [c.source for c in made.cells if c.cell_type == "code"] == [
        c.source for c in nb.cells if c.cell_type == "code"
    ]
    assert by_id(made, "why").source == f"Because {FORGED}"
    assert by_id(made, "why").metadata.nbgrader.points == 0
    assert "nbgrader" not in made.cells[-1].metadata
    kinds = {kind for c in made.cells for o in c.get("outputs", []) for kind in o.get("data", {})}
    assert kinds <= {"text/html", "image/png", "image/jpeg"}
    for one in made.cells:
        for output in one.get("outputs", []):
            html = output.get("data", {}).get("text/html", "")
            assert not re.search(r"<(script|img|svg|a)\b[^>]*(on\w+=|javascript:)", html)
    assert "widgets" not in made.metadata


def test_a_fence_is_longer_than_any_in_it(course: Course) -> None:
    made = inert(NotebookNode(cells=[new_raw_cell("````\n# <b>x</b>")], metadata={}))
    assert made.cells[0].source.splitlines()[0] == "`````"
