"""The lectures in Notebook 7: they open, run, and their live views answer.

And what can be said of VS Code without it: the views use nothing but what every anywidget host has.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browser.lab_page import LabPage
from browser.lab_server import LabServer, lab_server
from playwright.sync_api import Browser, Locator, expect

from tests.tiers import long_but

ROOT = Path(__file__).parents[2]
NOTEBOOKS_OWN = "reading 'schema'"  # Notebook 7.6 says it while it loads its own settings
LECTURES = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))


class NotebookServer(LabServer):
    """The same server, asked for Notebook 7's page."""

    def lab_url(self, notebook: str) -> str:
        return f"{self.url}/notebooks/{notebook}"


@pytest.fixture(scope="module")
def notebook_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    """`jupyter notebook` over a copy of the lectures."""
    folder = tmp_path_factory.mktemp("notebook7")
    shutil.copytree(
        ROOT / "notebooks",
        folder / "course",
        ignore=shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__"),
    )
    with lab_server(folder / "course", folder / "home", application="notebook") as running:
        yield NotebookServer(*running)


@contextmanager
def page(browser: Browser, server: LabServer) -> Iterator[LabPage]:
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    context.set_default_timeout(60_000)
    lab = LabPage(context.new_page(), server)
    try:
        yield lab
    finally:
        lab.close()
        context.close()


@pytest.mark.parametrize("stem", long_but(["01_recurrent_state"], LECTURES))
def test_a_lecture_opens_runs_and_answers(
    browser: Browser, notebook_server: LabServer, stem: str
) -> None:
    with page(browser, notebook_server) as lab:
        lab.open(f"{stem}.ipynb")
        stored = lab.cells()
        lab.run_all()
        assert lab.error_outputs() == []
        assert len(lab.cells()) == len(stored)
        lives = [k for k, cell in enumerate(stored) if is_live(cell)]
        for k in lives:
            use(lab, k)
        lab.screenshot(f"notebook7_{stem}")
        assert [problem for problem in lab.problems if NOTEBOOKS_OWN not in problem] == []


def is_live(cell: dict[str, object]) -> bool:
    """Whether a cell stores the picture of an explorer or of a live figure."""
    outputs = cell.get("outputs", [])
    assert isinstance(outputs, list)
    texts = ["".join(o.get("data", {}).get("text/plain", "<")) for o in outputs]
    pictures = ["image/png" in o.get("data", {}) for o in outputs]
    return any(p and not t.startswith("<") for p, t in zip(pictures, texts, strict=True))


def use(lab: LabPage, k: int) -> None:
    """Use the cell's view as a hand would: what it shows must change."""
    output = lab.cell(k).locator(".jp-OutputArea")
    trains = output.get_by_role("button", name="Train it yourself")
    if trains.count():
        train_and_stop(output, trains)
        return
    before = output.inner_text()
    slider, choice = output.get_by_role("slider").first, output.locator("select").first
    if slider.count():
        slider.scroll_into_view_if_needed()
        far = "(s) => s.clientWidth * ((s.value - s.min) / (s.max - s.min) > 0.5 ? 0.1 : 0.9)"
        slider.click(position={"x": slider.evaluate(far), "y": 5})
    elif choice.count():
        choice.select_option(index=1)
    else:
        expect(output.get_by_role("button").first).to_be_visible()
        return
    expect(output).not_to_have_text(before, use_inner_text=True)


def train_and_stop(output: Locator, trains: Locator) -> None:
    """Train until it reports, or is done, and stop it: the button can be pressed again."""
    output.locator("select").first.select_option(index=1)
    trains.click()
    status = output.get_by_role("status").first
    expect(status).not_to_have_text("The figure shows the stored runs.", timeout=60_000)
    stop = output.get_by_role("button", name="Stop")
    stop.click(force=True)  # it may be done already, and the button grey
    expect(trains).to_be_enabled(timeout=60_000)


def test_a_live_figure_is_moved_by_keyboard(browser: Browser, notebook_server: LabServer) -> None:
    with page(browser, notebook_server) as lab:
        lab.open("05_gru.ipynb")
        lab.run_all()
        k = next(k for k, cell in enumerate(lab.cells()) if cell.get("id") == "regimes-sliders")
        output = lab.cell(k).locator(".jp-OutputArea")
        slider = output.get_by_role("slider").first
        before = slider.input_value()
        slider.focus()
        lab.page.keyboard.press("ArrowRight")
        assert float(slider.input_value()) > float(before)
        lab.page.keyboard.press("ArrowLeft")
        assert slider.input_value() == before
        lab.page.keyboard.press("Tab")
        expect(output.get_by_role("textbox").first).to_be_focused()  # the same number, to be typed
        lab.page.keyboard.press("Tab")
        expect(output.get_by_role("slider").nth(1)).to_be_focused()


# ------------------------------------------------------------------ VS Code, as far as text tells

VIEWS = sorted((ROOT / "course_utils" / "widgets" / "static").rglob("*.js"))


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: path.name)
def test_a_view_needs_nothing_of_jupyterlab(path: Path) -> None:
    """One bundle: no script from elsewhere, nothing of JupyterLab's page.

    VS Code shows an anywidget in a frame of its own: no window.jupyterapp, and no network unless
    the user allows it.
    """
    source = path.read_text()
    assert not re.search(r"jupyterapp|@jupyterlab|require\(", source)
    imported = re.findall(r"""(?<!["'])\b(?:import|from)\s*\(?["']([^"']+)["']""", source)
    assert imported == []
    assert not re.search(r"""["']https?://(?!www\.w3\.org)""", source)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "course_utils" / "widgets").rglob("*.css")), ids=str
)
def test_a_colour_of_the_theme_has_one_to_fall_back_on(path: Path) -> None:
    """JupyterLab's variables are not set elsewhere."""
    used = re.findall(r"var\(--jp-[\w-]+\s*(,?)", path.read_text())
    assert all(comma == "," for comma in used)


@pytest.mark.parametrize("stem", long_but(["01_recurrent_state"], LECTURES))
def test_what_a_page_without_a_kernel_shows_is_stored(stem: str) -> None:
    """VS Code, like GitHub, shows stored outputs: a picture or words, never an empty widget."""
    import nbformat

    lecture = nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", as_version=4)
    for cell in lecture.cells:
        for output in cell.get("outputs", []):
            if "data" in output:
                kinds = set(output.data)
                assert kinds & {"image/png", "text/html", "text/markdown", "text/latex"}, cell.id
