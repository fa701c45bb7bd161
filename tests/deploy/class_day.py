"""One assignment's way through the hub, in a browser: what each step said."""

import json
import os
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

from browser.lab_page import LabPage, write_notebook
from browser.test_assignment import place, press_validate, type_into
from playwright.sync_api import Browser, expect

from nbexaminer.exercises import exercises
from tests.deploy.attempts import attempts
from tests.deploy.desk import SLOW, Formgrader, Person, allow_driving, signed_in
from tests.deploy.running import ROOT, Hub

ASSIGNMENT, NOTEBOOK = "2_forget_gate", "forget_gate.ipynb"
RIGHT = tomllib.loads(
    (ROOT / "nbexaminer/runs/sample_class/answers.toml").read_text(encoding="utf-8")
)["right"]
SOFTMAX = "exam_1_i = [0.0112, 0.9856, 0.0032, 0]"
MINE = ("hand_forget_gate", "write_forget_gate", "exam_1_gate", "words_forget_gate")


@dataclass
class Day:
    """What was seen."""

    said: dict[str, str] = field(default_factory=dict)
    menus: dict[str, list[str]] = field(default_factory=dict)
    pages: dict[tuple[str, str], int] = field(default_factory=dict)
    """Status of a page, by who asked and the path."""
    attempts: dict[str, Any] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)
    """The folders in the exchange, by student."""


def live_through(hub: Hub, browser: Browser) -> Day:
    """Release, fetch, work, validate, submit, try what is forbidden, collect, grade, feedback."""
    day = Day()
    for name in ("ana", "ben"):
        allow_driving(hub.state / "home" / name, hub.numbers()[name])
    with signed_in(browser, hub, "instructor") as instructor:
        _release(day, instructor)
        with signed_in(browser, hub, "ana") as ana, signed_in(browser, hub, "ben") as ben:
            _work(day, ana, RIGHT)
            _work(day, ben, RIGHT | {"exam_1_gate": SOFTMAX})
            _look_around(day, ana, ben)
            _grade(day, instructor)
            for student in (ana, ben):
                _fetch_feedback(day, student)
    return day


def _release(day: Day, instructor: Person) -> None:
    day.menus["instructor"] = instructor.menu_of_nbgrader()
    courses = instructor.courses()
    link = instructor.page.get_by_role("link", name="recurrent_cells")
    expect(link).to_be_visible(timeout=SLOW)
    day.said["course link"] = link.get_attribute("href") or ""
    instructor.screenshot("hub_courses")
    del courses
    desk = Formgrader(instructor)
    day.said["generate"] = desk.do(ASSIGNMENT, "assign")
    day.said["release"] = desk.do(ASSIGNMENT, "release")
    instructor.screenshot("hub_formgrader")


def _work(day: Day, student: Person, answers: dict[str, str]) -> None:
    name = student.name
    day.menus[name] = student.menu_of_nbgrader()
    student.screenshot(f"hub_{name}")
    student.assignments()
    student.press("released", "Fetch", ASSIGNMENT)
    student.row("fetched", ASSIGNMENT).wait_for(timeout=SLOW)
    student.screenshot(f"hub_{name}_fetched")
    student.open(f"{ASSIGNMENT}/{NOTEBOOK}")
    known = exercises().sample_numbers()
    for grade_id in MINE:
        assert place(student, grade_id) >= 0
        type_into(student, grade_id, Template(answers[grade_id].strip()).substitute(known))
    student.run_all()
    student.save()
    dialog = press_validate(student)
    day.said[f"{name} validates"] = dialog.inner_text()
    dialog.get_by_role("button", name="Ok").click()
    student.screenshot(f"hub_{name}_worked")
    _saved(student)
    student.close()
    student.assignments()
    student.press("fetched", "Submit", ASSIGNMENT)
    student.row("submitted", ASSIGNMENT).wait_for(timeout=SLOW)
    student.screenshot(f"hub_{name}_submitted")
    inbound = student.hub.state / "exchange" / "recurrent_cells" / "inbound"
    [day.sent[name]] = [one.name for one in inbound.iterdir() if one.name.startswith(f"{name}+")]


def _saved(page: LabPage) -> None:
    page.page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")


def _look_around(day: Day, ana: Person, ben: Person) -> None:
    """Ana tries for what is Ben's, the course's and the hub's, from a kernel and by address."""
    uid = ana.hub.numbers()["ben"]
    dask = int(ana.hub.cluster().rpartition(":")[2])
    code = attempts(str(ROOT), "ben", uid, day.sent["ben"], dask)
    ben.open(f"{ASSIGNMENT}/{NOTEBOOK}")  # so that he has a server and a kernel
    notebook = ana.server.root / "try.ipynb"
    write_notebook(notebook, code)
    ana.open("try.ipynb")
    ana.run_all()
    assert not ana.error_outputs(), ana.error_outputs()
    day.said["measure"] = measured(ana.hub)
    day.attempts = json.loads((ana.server.root / "attempts.json").read_text())
    ana.close()
    ben.close()
    for person, path in (
        (ana, "/user/ana/api/contents"),
        (ana, "/user/ben/api/contents"),
        (ana, "/user/ben/lab"),
        (ana, "/services/recurrent_cells/formgrader"),
        (ana, "/services/recurrent_cells/api/contents"),
        (ana, "/hub/admin"),
        (ben, "/user/ana/lab"),
    ):
        answer = person.page.goto(person.hub.url + path)
        day.pages[person.name, path] = answer.status if answer else 0
        person.screenshot("hub_refused")


def measured(hub: Hub) -> str:
    """Return what deploy/README.md's command says of the running hub."""
    command = [sys.executable, "-m", "deploy.measure", "--state", str(hub.state)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return done.stdout + done.stderr


def _grade(day: Day, instructor: Person) -> None:
    desk = Formgrader(instructor)
    day.said["collect"] = desk.do(ASSIGNMENT, "collect")
    # one by formgrader's button, then everybody by the course's command, in a terminal
    desk.row(ASSIGNMENT).locator(".num-submissions a").click()
    desk.row("ana").locator(".student-id").wait_for()
    day.said["autograde"] = desk.do("ana", "autograde")
    day.said["autograded row"] = desk.row("ana").inner_text()
    instructor.screenshot("hub_submissions")
    in_terminal(instructor, f"course grade {ASSIGNMENT}", day, "course grade")
    cluster = f"course grade {ASSIGNMENT} --cluster {instructor.hub.cluster()}"
    in_terminal(instructor, cluster, day, "course grade on the workers")
    in_terminal(instructor, f"course scores {ASSIGNMENT}", day, "course scores")
    dump = "pg_dump --host=/srv/recurrent-cells/gradebook/socket --file=gradebook.sql gradebook"
    in_terminal(instructor, dump, day, "pg_dump")
    in_terminal(instructor, "python -m nbexaminer.sandbox.probe", day, "probe")
    desk = Formgrader(instructor)
    day.said["make feedback"] = desk.do(ASSIGNMENT, "generate-feedback")
    day.said["release feedback"] = desk.do(ASSIGNMENT, "release-feedback")
    day.said["assignment row"] = desk.row(ASSIGNMENT).inner_text()


def in_terminal(instructor: Person, command: str, day: Day, name: str) -> None:
    """Run a command in a terminal of the course's server; what it says goes into a file."""
    page, course = instructor.page, instructor.hub.state / "course"
    page.goto(
        f"{instructor.hub.url}/services/recurrent_cells/lab/workspaces/auto-{os.urandom(4).hex()}"
    )
    page.locator("#jupyterlab-splash").wait_for(state="detached", timeout=SLOW)
    page.locator(".jp-LauncherCard", has_text="Terminal").first.click()
    page.locator(".jp-Terminal-body .xterm-screen").wait_for()
    page.wait_for_timeout(1500)  # bash draws its prompt on a canvas, which nothing can be asked
    said, done = course / "said.txt", course / "done.txt"
    done.unlink(missing_ok=True)
    page.locator(".xterm-helper-textarea").focus()
    page.keyboard.type(f"{command} > said.txt 2>&1; echo $? > done.txt\n")
    deadline = time.monotonic() + 240
    while not (done.exists() and done.read_text().strip()) and time.monotonic() < deadline:
        page.wait_for_timeout(500)
    instructor.screenshot("hub_terminal")
    assert done.exists(), f"{command} did not end in a terminal: {_tail(said)}"
    day.said[name] = said.read_text()
    day.said[f"{name}: code"] = done.read_text().strip()


def _tail(path: Path) -> str:
    return path.read_text()[-2000:] if path.exists() else "it has said nothing"


def _fetch_feedback(day: Day, student: Person) -> None:
    student.assignments()
    button = student.page.get_by_role("button", name="Fetch Feedback")
    button.first.click()
    expect(student.page.locator("#submitted_assignments_list")).to_contain_text(
        "view feedback", timeout=SLOW
    )
    student.screenshot(f"hub_{student.name}_feedback")
    folder = student.server.root / ASSIGNMENT / "feedback"
    [page] = folder.rglob("*.html")
    day.said[f"{student.name}'s feedback"] = page.read_text(encoding="utf-8")
