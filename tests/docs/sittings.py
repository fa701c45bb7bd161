"""How the pages are read from beginning to end: what is left out, and what happens in between."""

import sys
from pathlib import Path

from markdown_it import MarkdownIt

from tests.docs.pages import Command, commands, copy_of_the_course, run

LEFT_OUT = {
    "make lab": "a server that stays; tests/browser opens the same JupyterLab",
    "python3 -m venv .venv": "this environment was made so, by make",
    ".venv/bin/pip install -r requirements.txt -e .": "this environment was made so, by make",
    ".venv/bin/jupyter lab notebooks/00_start_here.ipynb": "a server that stays, as in make lab",
    "make check": "a part of make test, of which this is one",
    "make test": "this is one of its tests",
    "bash .ci/run": "make test and make test-all, of which this is one",
    "make book": "tests/book builds it",
    "make pins": "asks the package registry; tests/house/test_pins.py holds the result",
    "make browser": "tests/house/test_javascript.py makes the bundles again",
    "sudo mkdir -p /usr/local/share/nbgrader/exchange": "root's; a sitting has its own exchange",
    "sudo chmod ugo+rwx /usr/local/share/nbgrader/exchange": "root's, as the line above",
    "sudo make hub": "a server that stays; tests/deploy starts it and takes a class through a day",
    "createdb recurrent_cells": "the department's server; tests/grading/runs/postgres.py has one",
    "course check coupled_gates --watch": (
        "a server that stays; tests/authoring/test_exercise_commands.py asks it"
    ),
    "dask scheduler": "a server that stays; tests/grading/runs/test_cluster.py grades with it",
    "dask worker tcp://HOST:8786 --nthreads 1": "as the line above",
}
"""Commands that no test types, and why."""

_ANSWER = f'{sys.executable} "$COURSE/tests/docs/handing_in.py"'
_RELEASED = '"$COURSE/release/2_forget_gate/forget_gate.ipynb"'
_ARCHIVE = '"$COURSE/downloaded/2_forget_gate/archive"'
_CANVAS = "--collector=nbexaminer.platforms.CanvasDownload"
_MOODLE = "--collector=nbexaminer.platforms.MoodleDownload"
_FETCH = "nbgrader fetch_assignment 2_forget_gate --course=recurrent_cells"
_SUBMIT = "nbgrader submit 2_forget_gate --course=recurrent_cells"
_COUPLED = "coupled_gates/coupled_gates.ipynb"
BEFORE = {
    "nbgrader collect 2_forget_gate": (
        f"mkdir ~/desk; ( cd ~/desk && {_FETCH} && {_ANSWER} bo {_RELEASED}"
        f" 2_forget_gate/forget_gate.ipynb && {_SUBMIT} )"
    ),
    f"nbgrader zip_collect 2_forget_gate --force {_CANVAS}": (
        f"{_ANSWER} chen {_RELEASED} {_ARCHIVE}/limaana_101_5678_forget_gate.ipynb"
    ),
    f"nbgrader zip_collect 2_forget_gate --force {_MOODLE}": (
        f"rm {_ARCHIVE}/*; {_ANSWER} chen {_RELEASED}"
        f' "{_ARCHIVE[1:-1]}/Ana Lima_777_assignsubmission_file/forget_gate.ipynb"'
    ),
    "nbgrader list --course=recurrent_cells": (
        "source .venv/bin/activate && nbgrader generate_assignment 2_forget_gate --force"
        " && nbgrader release_assignment 2_forget_gate && mkdir ~/desk && cd ~/desk"
    ),
    "nbgrader validate 2_forget_gate/forget_gate.ipynb": (
        f"{_ANSWER} bo {_RELEASED} 2_forget_gate/forget_gate.ipynb"
    ),
    "nbgrader fetch_feedback 2_forget_gate --course=recurrent_cells": (
        '( cd "$COURSE" && nbgrader collect 2_forget_gate && course grade 2_forget_gate'
        " && nbgrader generate_feedback 2_forget_gate && nbgrader release_feedback 2_forget_gate )"
    ),
    "cat roster.csv": (
        "printf 'id,first name,last name,email\\nana,Ana,Lima,ana@example.org\\n"
        "bo,Bo,Ødegård,\\n' >roster.csv"
    ),
    "course scores 2_forget_gate": (
        "test -d autograded || { nbgrader generate_assignment 2_forget_gate --force"
        f" && {_ANSWER} bo {_RELEASED} submitted/bo/2_forget_gate/forget_gate.ipynb"
        f" && {_ANSWER} chen {_RELEASED} submitted/chen/2_forget_gate/forget_gate.ipynb"
        " && course grade 2_forget_gate; }"
    ),
    "course new exercise coupled_gates": (
        'test ! -d "$COURSE/source/coupled_gates"'
        ' || cp ~/coupled_gates.toml "$COURSE/source/coupled_gates/"'
    ),
    "course regrade 2_forget_gate --dry-run": f"{_ANSWER} --four-points",
    "course backup": "nbgrader generate_assignment 2_forget_gate --force",
    "course mark source/2_forget_gate/forget_gate.ipynb ana.ipynb --config nbgrader_config.py": (
        f"{_ANSWER} ana {_RELEASED} ana.ipynb"
    ),
    "course grade coupled_gates": (
        f'{_ANSWER} ana "$COURSE/release/{_COUPLED}" "$COURSE/submitted/ana/{_COUPLED}"'
    ),
}
"""What a page's reader, students and platforms do before a command, as shell lines."""


def sitting(page: Path, folder: Path, home: Path) -> list[tuple[Command, int, str]]:
    """Read a page to its end in a course made in `folder`; returns (command, code, output)."""
    copy_of_the_course(folder)
    _write_what_the_page_writes(page, home)
    typed = [one for one in commands(page) if one.text not in LEFT_OUT]
    script = [line for one in typed for line in (BEFORE.get(one.text, ":"), one.text)]
    results = run(script, folder, home)
    done = list(zip(typed, results[::2], results[1::2], strict=True))
    for one, (code, said), _ in done:
        if code:
            raise RuntimeError(
                f"before {one}\n{BEFORE[one.text]}\nfailed with code {code}:\n{said}"
            )
    return [(one, *result) for one, _, result in done]


def _write_what_the_page_writes(page: Path, home: Path) -> None:
    """Forms that say in their first line which file they are: to be put there in their turn."""
    for form in forms(page):
        (home / form.partition("\n")[0].rpartition("/")[2]).write_text(form, encoding="utf-8")


def forms(page: Path) -> list[str]:
    """Return the forms of exercises that a page shows."""
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    return [one.content for one in tokens if one.type == "fence" and one.info == "toml"]
