"""What people do on the hub, as steps of a test."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from browser.lab_page import LabPage
from browser.lab_server import LabServer
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from tests.deploy.running import Hub

SLOW = 180_000
COURSE = "recurrent_cells"


@contextmanager
def signed_in(browser: Browser, hub: Hub, name: str) -> Iterator["Person"]:
    """A window of its own, in which `name` has signed in and has their server."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(60_000)
    try:
        yield Person(context.new_page(), hub, name)
    finally:
        context.close()


class Person(LabPage):
    """Somebody at their JupyterLab on the hub."""

    def __init__(self, page: Page, hub: Hub, name: str) -> None:
        """Sign in."""
        home = hub.state / "home" / name
        super().__init__(page, LabServer(f"{hub.url}/user/{name}", home, home))
        self.hub, self.name = hub, name
        page.goto(hub.url)
        self.screenshot("hub_sign_in")
        sign_in(page, name, hub.passwords[name])
        page.wait_for_url(re.compile(rf"/user/{name}/lab"), timeout=SLOW)
        self._lab_is_there()

    def _lab_is_there(self) -> None:
        self.page.locator("#jupyterlab-splash").wait_for(state="detached", timeout=SLOW)
        self.page.locator(".jp-DirListing-content").first.wait_for(timeout=SLOW)

    def assignments(self) -> Locator:
        """Open Nbgrader, Assignment List, with what is there now."""
        self.page.goto(f"{self.server.url}/lab/workspaces/auto-a")
        self._lab_is_there()
        self._menu("Nbgrader", "Assignment List")
        here = self.page.locator("#nbgrader-assignment-list, #assignments").first
        here.wait_for()
        course = self.page.locator("#course_list_default")
        expect(course).to_have_text(COURSE, timeout=SLOW)
        return here

    def press(self, section: str, button: str, assignment: str) -> None:
        """Press a button of one assignment in a section of the list."""
        row = self.row(section, assignment)
        row.get_by_role("button", name=button, exact=True).click()

    def row(self, section: str, assignment: str) -> Locator:
        rows = self.page.locator(f"#{section}_assignments_list > .list_item")
        return rows.filter(has_text=assignment)

    def courses(self) -> Locator:
        """Open Nbgrader, Course List."""
        self._menu("Nbgrader", "Course List")
        return self.page.locator(".jp-MainAreaWidget, .nbgrader-courselist").last

    def _menu(self, *names: str) -> None:
        first, second = names
        self.page.locator(".lm-MenuBar-item", has_text=re.compile(f"^{first}$")).click()
        self.page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{second}")).click()

    def menu_of_nbgrader(self) -> list[str]:
        """Return what the menu Nbgrader offers."""
        self.page.locator(".lm-MenuBar-item", has_text=re.compile("^Nbgrader$")).click()
        labels = self.page.locator(".lm-Menu-itemLabel").all_inner_texts()
        self.page.keyboard.press("Escape")
        return [label for label in labels if label]


class Formgrader:
    """The course's desk, in the frame in which JupyterLab shows it."""

    def __init__(self, person: Person) -> None:
        """Open it by the link that the course list shows."""
        self.page = person.page
        self.person = person
        self.page.goto(f"{person.hub.url}/services/{COURSE}/lab?formgrader=true")
        self.frame.locator("table").first.wait_for(timeout=SLOW)

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    def row(self, text: str) -> Locator:
        row = self.frame.locator("tbody tr").filter(has_text=text)
        row.first.wait_for(timeout=SLOW)
        return row.first

    def do(self, row: str, action: str) -> str:
        """Press the button of a column; return what the dialog says, and close it."""
        self.row(row).locator(f".{action} a").first.click()
        dialog = self.frame.locator(".modal.in")
        expect(dialog.locator(".modal-title")).to_be_visible(timeout=SLOW)
        said = dialog.inner_text()
        dialog.locator(".modal-footer button").first.click()
        expect(self.frame.locator(".modal")).to_have_count(0)
        return said


def sign_in(page: Page, name: str, password: str) -> None:
    """Fill in the form and send it."""
    page.fill("#username_input", name)
    page.fill("#password_input", password)
    page.click("#login_submit")


def allow_driving(home: Path, uid: int) -> None:
    """Let tests ask JupyterLab's model, as those of tests/browser do; only before the sign-in."""
    import os

    folder = home / ".jupyter"
    folder.mkdir(exist_ok=True)
    path = folder / "jupyter_lab_config.json"
    path.write_text('{"LabApp": {"expose_app_in_browser": true}}')
    for one in (folder, path):
        os.chown(one, uid, uid)
