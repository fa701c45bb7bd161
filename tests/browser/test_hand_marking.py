"""An instructor marks a question in words in formgrader, by keyboard, and the marks last."""

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser.axe import grave_faults
from browser.lab_page import SCREENSHOTS
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.exc import SAWarning

from nbexaminer.gradebook.tables import HandMark
from tests.grading.course import ASSIGNMENT, NOTEBOOK, Course
from tests.grading.formgrader import TOKEN, formgrader_server
from tests.grading.hand_marking.classes import ANSWERS, graded_class, hand_in, state

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

HOSTILE = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"
CLASS = ANSWERS | {"mallory": f"Because {HOSTILE} [it](javascript:document.title='run') commutes."}
SAVED = "Saved: {} of 3 points"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    """A small class, autograded."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        tools = str(Path(sys.executable).parent)  # nbgrader calls alembic by its bare name
        patch.setenv("PATH", tools + os.pathsep + os.environ["PATH"])
        yield graded_class(Course(tmp_path_factory.mktemp("course")), CLASS)


@pytest.fixture(scope="module")
def address(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where formgrader answers, with a sign-in and the check against forged requests."""
    with formgrader_server(course, tmp_path_factory.mktemp("home")) as ask:
        yield ask.base


@pytest.fixture
def unmarked(course: Course) -> Course:
    """The class with the answers of the beginning and no mark by hand."""
    with course.gradebook() as gradebook:
        for submission in gradebook.assignment_submissions(ASSIGNMENT):
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    grade.manual_score = None
                    grade.needs_manual_grade = grade.auto_score is None
                for comment in notebook.comments:
                    comment.manual_comment = None
        gradebook.db.query(HandMark).delete()
        gradebook.db.commit()
    return course


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Open a page of formgrader, signed in, in a window of its own."""
    contexts = []

    def opened(path: str, width: int = 1280) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        root, formgrader = address.rsplit("/", 1)
        page.goto(f"{root}/login?token={TOKEN}&next=/{formgrader}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()


MARKING = f"/marking/{ASSIGNMENT}/{NOTEBOOK}/why"


def left(page: Page, words: str) -> None:
    expect(page.locator("#left-words")).to_have_text(words)


def saved(page: Page, points: str) -> None:
    expect(page.locator("#status")).to_contain_text(SAVED.format(points))


def go_to(page: Page, text: str) -> None:
    """Step through the answers to the one that holds `text`."""
    expect(page.locator("#work")).to_be_visible()
    for _ in range(len(CLASS)):
        page.keyboard.press("ArrowLeft")
    for _ in range(len(CLASS)):
        if text in page.locator("#answer").inner_text():
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"no answer has {text!r}")


def test_a_class_is_marked_by_keyboard_and_autograding_again_changes_nothing(
    unmarked: Course, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"/gradebook/{ASSIGNMENT}/{NOTEBOOK}")
    page.get_by_role("link", name="Mark question by question").click()
    page.wait_for_url(f"**{MARKING}")
    left(page, "2 of 9 marked, 7 left")
    expect(page.locator("#about")).to_have_text("2 students gave this answer")
    expect(page.locator("#whose a")).to_have_text(["Submission 1", "Submission 2"])  # nobody's name
    page.get_by_role("button", name="Show names").click()
    expect(page.locator("#whose a")).to_have_text(["ana", "ben"])
    page.get_by_role("button", name="Hide names").click()
    page.keyboard.press("1")
    page.keyboard.press("2")
    saved(page, "2")
    expect(page.locator("#status")).to_contain_text("for all 2")
    left(page, "4 of 9 marked, 5 left")
    for student in ("ana", "ben"):
        assert state(unmarked, student) == (2, "", False)

    page.keyboard.press("Enter")  # to the next, most like this one
    expect(page.locator("#answer")).to_contain_text("as 2 + 3 = 3 + 2 shows")
    page.keyboard.press("r")
    saved(page, "2")
    page.keyboard.press("c")
    page.keyboard.type("Well put, 1 and 2.")  # digits are text here
    page.keyboard.press("Escape")
    expect(page.locator("#status")).to_contain_text("Saved")
    page.keyboard.press("n")
    page.keyboard.press("a")
    saved(page, "3")
    page.keyboard.press("n")
    page.keyboard.press("0")
    saved(page, "0")
    page.keyboard.press("n")
    page.keyboard.press("p")
    page.keyboard.type("1.25")
    page.keyboard.press("Enter")
    saved(page, "1.25")
    expect(page.locator("#note")).to_contain_text("the criteria that are ticked give 0")
    page.keyboard.press("n")
    page.keyboard.press("3")
    saved(page, "1")
    left(page, "All 9 are marked")
    assert state(unmarked, "eve") == (2, "Well put, 1 and 2.", False)
    marks = {student: state(unmarked, student) for student in CLASS}
    assert sorted(points for points, _, _ in marks.values() if points is not None) == [
        0, 1, 1.25, 2, 2, 2, 3,
    ]  # fmt: skip

    unmarked.expect_success(unmarked.api.autograde(ASSIGNMENT, "*"))
    assert {student: state(unmarked, student) for student in CLASS} == marks
    page.reload()
    left(page, "All 9 are marked")
    assert page.problems == []


def test_an_answer_that_changed_is_shown_with_its_mark(
    unmarked: Course, open_page: Callable[..., Page]
) -> None:
    page = open_page(MARKING)
    go_to(page, "The order of the numbers")
    page.keyboard.press("1")
    saved(page, "1")
    hand_in(unmarked, {"fay": "The order does not matter, so it commutes."})
    try:
        unmarked.expect_success(unmarked.api.autograde(ASSIGNMENT, "fay"))
        assert state(unmarked, "fay") == (1, "", True)
        page.keyboard.press("2")  # the page still shows the first answer
        expect(page.locator("#conflict")).to_contain_text("handed in and graded anew")
        assert state(unmarked, "fay") == (1, "", True)
        page.get_by_role("button", name="Load the answers again").click()
        go_to(page, "so it commutes")
        expect(page.locator("#note")).to_contain_text("has changed since it was marked")
        assert page.locator("#criteria input").nth(0).is_checked()
        page.keyboard.press("y")
        saved(page, "1")
        expect(page.locator("#note")).to_be_hidden()
        assert state(unmarked, "fay") == (1, "", False)
    finally:
        hand_in(unmarked, {"fay": CLASS["fay"]})
        unmarked.expect_success(unmarked.api.autograde(ASSIGNMENT, "fay"))


def test_nothing_is_lost_where_the_connection_is(
    unmarked: Course, open_page: Callable[..., Page]
) -> None:
    page = open_page(MARKING)
    go_to(page, "The order of the numbers")
    page.context.set_offline(True)
    page.keyboard.press("1")
    page.keyboard.press("3")
    expect(page.locator("#status")).to_contain_text("Not saved: the server does not answer")
    expect(page.locator("#left-words")).to_contain_text("1 not saved yet")
    assert state(unmarked, "fay")[0] is None
    page.context.set_offline(False)
    saved(page, "2")
    assert state(unmarked, "fay") == (2, "", False)

    page.route(
        "**/api/marking/**", lambda r: r.abort() if r.request.method == "PUT" else r.continue_()
    )
    page.keyboard.press("u")
    expect(page.locator("#status")).to_contain_text("Not saved")
    page.unroute("**/api/marking/**")
    page.route("**/api/marking/**", lambda r: r.continue_())
    page.reload()  # the mark is in this browser
    left(page, "2 of 9 marked, 7 left")
    assert state(unmarked, "fay") == (None, "", True)


def test_two_markers_hear_of_each_other(unmarked: Course, open_page: Callable[..., Page]) -> None:
    mine, yours = open_page(MARKING), open_page(MARKING)
    for page in (mine, yours):
        go_to(page, "The order of the numbers")
    yours.keyboard.press("1")
    saved(yours, "1")
    mine.keyboard.press("a")
    expect(mine.locator("#conflict")).to_contain_text("Somebody else has marked this answer")
    assert state(unmarked, "fay") == (1, "", False)
    expect(mine.locator("#points")).to_have_value("1")
    mine.get_by_role("button", name="Save mine (3 points)").click()
    saved(mine, "3")
    assert state(unmarked, "fay") == (3, "", False)


def test_what_a_student_wrote_does_not_run(
    unmarked: Course, open_page: Callable[..., Page]
) -> None:
    page = open_page(MARKING)
    go_to(page, "commutes.")
    go_to(page, "<script>")
    assert page.locator("#answer img, #answer script, #answer a[href^=javascript]").count() == 0
    page.get_by_role("link", name="The whole submission").click()
    page.wait_for_url("**/submissions/**")
    expect(page.locator("#why")).to_be_visible()
    assert "document.title" in page.locator(".course-answer").inner_text()
    expect(page.locator(".course-rubric li")).to_have_count(3)
    page.wait_for_timeout(300)
    assert page.title() == NOTEBOOK
    assert page.problems == []  # formgrader's own script runs to its end, without a network


@pytest.mark.parametrize("width", [1280, 900])
def test_axe_finds_nothing_grave_and_nothing_hangs_over(
    unmarked: Course, open_page: Callable[..., Page], width: int
) -> None:
    page = open_page(MARKING, width)
    expect(page.locator("#work")).to_be_visible()
    page.keyboard.press("1")
    saved(page, "1")
    for summary in page.locator("summary").all():
        summary.click()
    assert grave_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"hand-marking-{width}.png", full_page=True)


def test_formgraders_own_buttons_say_what_they_have_done(
    unmarked: Course, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"/manage_submissions/{ASSIGNMENT}")
    page.locator(".generate-feedback a").first.click()
    expect(page.locator("#success-modal")).to_contain_text(
        "Successfully generated feedback", timeout=60_000
    )
    assert page.problems == []
