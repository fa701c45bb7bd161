"""A class on the hub that `make hub` starts: one assignment's way, and who sees what of it."""

import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.deploy.class_day import ASSIGNMENT, NOTEBOOK, Day, live_through
from tests.deploy.desk import Formgrader, sign_in, signed_in
from tests.deploy.running import PEOPLE, Hub

pytestmark = [pytest.mark.long, pytest.mark.slow, pytest.mark.browser, pytest.mark.kernel]


@pytest.fixture(scope="module")
def day(hub: Hub, browser: Browser) -> Day:
    """From release to feedback, once."""
    return live_through(hub, browser)


def test_everybody_gets_a_password_of_their_own(hub: Hub) -> None:
    assert set(hub.passwords) == set(PEOPLE)
    assert len(set(hub.passwords.values())) == len(PEOPLE)
    kept = hub.state / "hub" / "passwords"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert not any(password in kept.read_text() for password in hub.passwords.values())
    assert not any(password in hub.log() for password in hub.passwords.values())


def test_the_course_is_released_by_formgrader(day: Day) -> None:
    assert day.said["course link"].endswith("/services/recurrent_cells/lab?formgrader=true")
    assert "Successfully created the student version" in day.said["generate"]
    assert "Successfully released" in day.said["release"]


def test_menus_hold_what_is_for_each(day: Day) -> None:
    assert day.menus["instructor"] == ["Assignment List", "Course List"]
    assert day.menus["ana"] == day.menus["ben"] == ["Assignment List"]


def test_students_fetch_work_validate_and_submit(day: Day) -> None:
    assert "passes all the tests" in day.said["ana validates"]
    assert 'check("exam_1_gate"' in day.said["ben validates"]
    assert day.said["ben validates"].count("failed") == 1
    assert set(day.sent) == {"ana", "ben"}


def test_both_are_collected_and_graded_in_the_sandbox(day: Day) -> None:
    assert "Successfully collected" in day.said["collect"]
    assert "Successfully autograded" in day.said["autograde"]
    # 12 points by the machine, 3 by a person
    assert re.search(r"\b12\b.*\b15\b", day.said["autograded row"])
    assert "needs manual grading" in day.said["autograded row"]
    assert day.said["course grade: code"] == "0", day.said["course grade"]
    assert "softmax" in day.said["course scores"]


def test_the_hubs_dask_workers_grade_too(day: Day, hub: Hub) -> None:
    said = day.said["course grade on the workers"]
    assert day.said["course grade on the workers: code"] == "0", said
    assert hub.cluster().startswith("tls://127.0.0.1:")
    assert "2" in said


def test_the_sandbox_holds_for_the_grader(day: Day) -> None:
    assert day.said["probe: code"] == "0", day.said["probe"]
    assert "nothing" in day.said["probe"]


def test_each_gets_their_own_feedback(day: Day) -> None:
    assert "Successfully generated feedback" in day.said["make feedback"]
    assert "Successfully released feedback" in day.said["release feedback"]
    assert "softmax" in day.said["ben's feedback"]
    assert day.said["ana's feedback"] != day.said["ben's feedback"]


def test_the_gradebook_is_in_postgresql(day: Day, hub: Hub) -> None:
    assert (hub.state / "gradebook" / "url").read_text().startswith("postgresql")
    assert not (hub.state / "course" / "gradebook.db").exists()
    assert not list((hub.state / "course").glob("*.db"))
    assert day.said["pg_dump: code"] == "0", day.said["pg_dump"]
    dumped = (hub.state / "course" / "gradebook.sql").read_text()
    assert "COPY public.submitted_assignment" in dumped


def test_a_student_is_a_user_of_their_own(day: Day, hub: Hub) -> None:
    own = day.attempts["own"]
    assert own["uid"] == hub.numbers()["ana"]
    assert len(set(hub.numbers().values())) == len(PEOPLE) + 2
    assert {"lectures", ASSIGNMENT} <= set(own["home"])
    assert own["server"] == own["me"] == 200
    assert own["processes of"] == [own["uid"]]
    assert own["transport"] == "ipc"  # what a kernel says could be heard at a port


def test_nothing_of_anybody_elses_is_reached_from_a_kernel(day: Day) -> None:
    reached = day.attempts["reached"]
    got_through = {k: v for k, v in reached.items() if not v.startswith("refused")}
    assert got_through == {}
    assert len(reached) > 20


def test_what_was_tried_for_was_there(day: Day, hub: Hub) -> None:
    """An attempt at a thing that is not there would prove nothing."""
    state = hub.state
    for there in (
        state / "home" / "ben" / ASSIGNMENT / NOTEBOOK,
        state / "exchange" / "recurrent_cells" / "inbound" / day.sent["ben"] / NOTEBOOK,
        state / "course" / "source" / ASSIGNMENT / NOTEBOOK,
        state / "course" / "autograded" / "ben" / ASSIGNMENT / NOTEBOOK,
        state / "gradebook" / "socket" / ".s.PGSQL.5432",
        state / "gradebook" / "data" / "PG_VERSION",
        state / "dask" / "key.pem",
        state / "hub" / "passwords",
        state / "hub" / "jupyterhub.sqlite",
    ):
        assert there.exists(), there


def test_nothing_of_anybody_elses_is_reached_by_its_address(day: Day) -> None:
    assert day.pages.pop(("ana", "/user/ana/api/contents")) == 200
    assert set(day.pages.values()) <= {403, 404}, day.pages


def test_memory_is_measured_by_kind(day: Day) -> None:
    counts = dict(re.findall(r"^(\w+) +(\d+) processes", day.said["measure"], re.MULTILINE))
    # instructor, ana, ben and the course; a kernel each of ana's and ben's
    assert int(counts["server"]) == 4, day.said["measure"]
    assert int(counts["kernel"]) >= 2
    assert {"hub", "proxy", "gradebook"} <= set(counts)


def test_it_listens_on_this_machine_only(hub: Hub) -> None:
    assert hub.url.startswith("http://127.0.0.1:")
    assert "at http://127.0.0.1:" in hub.said


def test_a_wrong_password_is_refused(hub: Hub, browser: Browser) -> None:
    page = browser.new_page()
    for name, password in (("ana", "wrong"), ("nobody", "wrong"), ("root", ""), ("ana", "")):
        page.goto(f"{hub.url}/hub/login")
        page.locator("#username_input").fill(name)
        page.locator("#password_input").evaluate("(e) => e.removeAttribute('required')")
        sign_in(page, name, password)
        expect(page.locator(".login_error")).to_contain_text("Invalid username or password")
    page.close()


def test_the_next_start_goes_on_from_a_back_up_and_holds_the_settings(
    day: Day, hub: Hub, browser: Browser
) -> None:
    hub.stop()
    assert hub.processes() == []
    assert "server stopped" in (hub.state / "gradebook" / "log").read_text()
    back_up_and_restore(hub.state)
    before = dict(hub.passwords)
    assert hub.settings is not None
    hub.settings.write_text('instructors = ["instructor"]\nstudents = ["ana", "zoe"]\n')
    hub.start()
    assert set(hub.passwords) - set(before) == {"zoe"}
    with signed_in(browser, hub, "ana") as ana:
        ana.assignments()
        expect(ana.page.locator("#submitted_assignments_list")).to_contain_text("view feedback")
    with signed_in(browser, hub, "instructor") as instructor:
        row = Formgrader(instructor).row(ASSIGNMENT)
        expect(row.locator(".num-submissions")).to_have_text("2")
    page = browser.new_page()
    page.goto(f"{hub.url}/hub/login")
    sign_in(page, "ben", hub.passwords["ben"])
    expect(page.locator(".login_error")).to_contain_text("Invalid username or password")
    page.close()


def back_up_and_restore(state: Path) -> None:
    """Go back to a back-up, as deploy/README.md says."""
    archive = state.parent / "hub.tar"
    folder = ["--directory", str(state.parent)]
    subprocess.run(["tar", "--create", "--file", str(archive), *folder, state.name], check=True)
    shutil.rmtree(state)
    subprocess.run(["tar", "--extract", "--file", str(archive), *folder], check=True)
