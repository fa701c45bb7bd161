"""`course new exercise` and `course check`, as an author types them."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import nbformat
import pytest
from click.testing import CliRunner, Result
from playwright.sync_api import sync_playwright

from course_utils.authoring.exercise_commands import check, new
from course_utils.authoring.trying_page import Watched, body, page, server
from course_utils.exercises.forms import read_form
from course_utils.exercises.forms.trying import tried
from nbexaminer.cli import main
from tests.browser.lab_page import launch
from tests.docs.sittings import forms

(COUPLED,) = forms(Path(__file__).parents[2] / "docs" / "exercise.md")


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "source").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*words: str) -> Result:
    return CliRunner().invoke({"new": new, "check": check}[words[0]], list(words[1:]))


def cells(course: Path, place: str) -> dict[str, nbformat.NotebookNode]:
    book = nbformat.read(course / "source" / place, as_version=4)
    nbformat.validate(book)
    return {cell.metadata.nbgrader.grade_id: cell for cell in book.cells}


def test_both_are_commands_of_the_course() -> None:
    assert {"check", "new"} <= set(main.list_commands(None))  # type: ignore[arg-type]


def test_what_is_new_is_ready(course: Path) -> None:
    done = call("new", "exercise", "my_cell")
    assert done.exit_code == 0, done.output
    assert tried("my_cell", (course / "source/my_cell/my_cell.toml").read_text()).mistakes == ()
    assert [*cells(course, "my_cell/my_cell.ipynb")] == [
        "setup", "title_my_cell", "data_my_cell", "hand_my_cell", "test_hand_my_cell",
    ]  # fmt: skip
    done = call("check", "my_cell")
    assert done.exit_code == 0, done.output
    assert "f left out (named on 10 of 10 draws)" in done.output
    assert done.output.endswith("Ready: 1 slip, 10 draws.\n")


def test_cells_are_put_in_step_with_the_form(course: Path) -> None:
    call("new", "exercise", "coupled_gates")
    form = course / "source/coupled_gates/coupled_gates.toml"
    form.write_text(COUPLED.replace("points = 4", 'points = 5\nfunction = { returns = ["C_t"] }'))
    done = call("check", "coupled_gates")
    assert done.exit_code == 1
    assert "the notebook does not ask for i_t" in done.output
    assert "the notebook gives 4 points for it, the form 5" in done.output
    own = nbformat.read(form.with_suffix(".ipynb"), as_version=4)
    own.cells.insert(1, nbformat.v4.new_markdown_cell("Words of my own.", id="own"))
    nbformat.write(own, form.with_suffix(".ipynb"))
    done = call("new", "exercise", "coupled_gates")
    assert "hand_coupled_gates" in done.output
    book = nbformat.read(form.with_suffix(".ipynb"), as_version=4)
    assert book.cells[1].source == "Words of my own."
    assert {c.id: c for c in book.cells}["test_hand_coupled_gates"].metadata.nbgrader.points == 5
    assert call("check", "coupled_gates").exit_code == 0
    assert "nothing to change" in call("new", "exercise", "coupled_gates").output


def test_a_function_is_solved_in_numpy(course: Path) -> None:
    call("new", "exercise", "coupled_gates")
    form = course / "source/coupled_gates/coupled_gates.toml"
    form.write_text(COUPLED.replace("points = 4", 'function = { returns = ["C_t"] }'))
    call("new", "exercise", "coupled_gates")
    found = cells(course, "coupled_gates/coupled_gates.ipynb")
    names: dict[str, object] = {}
    exec(found["write_coupled_gates"].source, names)
    exercise = tried("coupled_gates", form.read_text()).exercise
    assert exercise is not None
    assert exercise.mark_function(names["my_coupled_gates"], batch=True).score == 1.0


def test_one_goes_into_an_assignment_that_is_there(course: Path) -> None:
    call("new", "exercise", "one")
    done = call("new", "exercise", "two", "--in", "one")
    assert done.exit_code == 0, done.output
    assert (course / "source/one/two.toml").is_file()
    found = cells(course, "one/one.ipynb")
    assert {"setup", "test_hand_one", "test_hand_two"} <= found.keys()
    assert call("check", "two").exit_code == 0
    assert "no assignment 'three'" in call("new", "exercise", "x", "--in", "three").output


@pytest.mark.parametrize("name", ["forget_gate", "Name", "1st", "a-b", "../up", "mock_exam"])
def test_a_name_that_cannot_be_is_refused_and_nothing_written(course: Path, name: str) -> None:
    done = call("new", "exercise", name)
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert [*(course / "source").iterdir()] == []


def test_what_is_not_there_is_said(course: Path) -> None:
    assert "`course new exercise gone` writes one" in call("check", "gone").output
    for place in ("a", "b"):
        call("new", "exercise", place)
        (course / f"source/{place}/same.toml").write_text(COUPLED)
    assert "say which, a/same and b/same" in call("check", "same").output
    assert call("check", "a/same").exit_code == 0


def test_a_folder_that_is_no_course_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "has no source/; call this in the course's folder" in call("check", "x").output


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A form that is watched: its file, and the address of its page."""
    file = tmp_path / "coupled_gates.toml"
    file.write_text(COUPLED)
    serving = server(Watched(file.read_text, lambda text: tried(file.stem, text)), 0)
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    yield file, f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    thread.join()
    serving.server_close()


def asked(address: str) -> str:
    text: str = urlopen(address, timeout=60).read().decode()
    return text


def test_the_page_follows_the_file(watched: tuple[Path, str]) -> None:
    file, address = watched
    before, shown = asked(f"{address}/version"), asked(address)
    assert "What students read" in shown
    assert "candidate whole" in shown
    assert asked(f"{address}/version") == before
    file.write_text(COUPLED.replace('1 - i_t" =', '1 - i_x" ='))
    assert asked(f"{address}/version") != before
    assert "1 mistake" in asked(address)
    assert "has i_x, which is in no formula and not given; is it i_t?" in asked(address)


def test_the_page_asks_nobody_else_and_shows_tags_as_text() -> None:
    form = COUPLED.replace("The gates of this", "<script>alert(1)</script> The gates of this")
    form = form.replace("entered whole.", "entered <b>whole</b>.")
    shown = page(tried("coupled_gates", form))
    assert "<script>alert" not in shown
    assert "&lt;b&gt;whole" in shown
    assert "http" not in shown.replace("http://www.w3.org/1998/Math/MathML", "")


@pytest.mark.browser
@pytest.mark.parametrize("width", [400, 800, 1400])
def test_the_page_renews_itself_and_fits(watched: tuple[Path, str], width: int) -> None:
    file, address = watched
    with sync_playwright() as playwright:
        browser = launch(playwright)
        shown = browser.new_page(viewport={"width": width, "height": 900})
        shown.goto(address)
        assert shown.locator(".state").inner_text() == "ready"
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        time.sleep(0.7)  # it knows which text it shows
        file.write_text(COUPLED.replace("points = 4", "points = -4"))
        shown.wait_for_selector(".mistakes", timeout=20_000)
        assert "points is -4" in shown.locator(".mistakes").inner_text()
        file.write_text(COUPLED)
        shown.wait_for_selector(".state.ready", timeout=20_000)
        browser.close()


def test_what_is_tried_is_a_page_whatever_the_form() -> None:
    for form in ("", "formulas = 1", COUPLED.replace("[given]", "[gave]"), COUPLED[:300]):
        assert 'role="alert"' in body(tried("coupled_gates", form))


def test_cells_of_a_form_are_named_by_it() -> None:
    form = read_form("coupled_gates", COUPLED)
    assert form.points == 4
    assert form.asks == ("i_t", "C_t")
