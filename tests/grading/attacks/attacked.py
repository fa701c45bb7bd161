"""A class of hostile students, each between two honest ones, graded by `course grade`."""

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from nbexaminer.course.course_folder import open_course
from nbexaminer.notebook.released import grade_id
from nbexaminer.sandbox.requirements import tool
from tests.grading.attacks import vault
from tests.grading.attacks.attack import Attack
from tests.grading.course import ROOT, filled, written

NOBODY = 65534
SECRET = f"{vault.CANARY}-file"
LIMITS = """
c.Execute.timeout = 4
c.Execute.notebook_timeout = 30
c.Execute.max_restarts = 2
c.SandboxLimits.memory_megabytes = 768
c.SandboxLimits.cpu_seconds = 30
c.SandboxLimits.wall_seconds = 60
"""


def as_nobody() -> list[str]:
    """Return the command that runs another one as an ordinary user, who can reach our Python."""
    python = Path(sys.base_prefix)
    closed = [one for one in reversed(python.parents) if not one.stat().st_mode & stat.S_IXOTH]
    opened = [tool("bwrap"), "--dev-bind", "/", "/"]
    opened += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    for folder in closed[:1]:
        opened += ["--tmpfs", str(folder), "--chmod", "0755", str(folder)]
        below = str(folder / python.relative_to(folder).parts[0])
        opened += ["--ro-bind", below, below]
    user = str(NOBODY)
    command = ["setpriv", "--reuid", user, "--regid", user, "--clear-groups"]
    return [*opened, "--", *command] if closed else command


class Attacked:
    """A course whose class has been graded once."""

    def __init__(self, folder: Path, attacks: Sequence[Attack], *, ordinary: bool) -> None:
        """Grade in `folder`, which everybody can reach, as an ordinary user or as who we are."""
        self.attacks = list(attacks)
        self.folder, self.root, self.home, self.tmp = (
            folder, folder / "course", folder / "home", folder / "tmp",
        )  # fmt: skip
        for place in (self.root, self.home, self.tmp):
            place.mkdir()
        self._listen()
        self._make_course()
        self._hand_in()
        if ordinary:
            for path in [self.folder, *self.folder.rglob("*")]:
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        self.submitted_before = self._submitted()
        self._grade(ordinary)

    def _listen(self) -> None:
        """Be a service of the grader's machine, and count who calls."""
        self.calls = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]

        def serve() -> None:
            while True:
                try:
                    line, _ = self._server.accept()
                except OSError:
                    return
                self.calls += 1
                line.close()

        threading.Thread(target=serve, daemon=True).start()

    def _make_course(self) -> None:
        config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
        exchange = f"\nc.Exchange.root = {str(self.folder / 'exchange')!r}\n"
        (self.root / "nbgrader_config.py").write_text(config + exchange + LIMITS, encoding="utf-8")
        source = self.root / "source" / vault.ASSIGNMENT
        source.mkdir(parents=True)
        nbformat.write(vault.source_notebook(), source / "vault.ipynb")
        for place in (self.root, self.home):
            (place / "secret.txt").write_text(SECRET)
        result = open_course(self.root).generate_assignment(vault.ASSIGNMENT)
        assert result["success"], result

    def _hand_in(self) -> None:
        released = self.released()
        honest = written(vault.honest(released))
        self.honest = [f"honest-{k:03}" for k in range(len(self.attacks) + 1)]
        self.attackers = {
            attack.name: f"honest-{k:03}-{attack.name}" for k, attack in enumerate(self.attacks)
        }
        for student in self.honest:
            (self._handed_in(student) / "vault.ipynb").write_bytes(honest)
        for attack in self.attacks:
            attack.lay_down(self._handed_in(self.attackers[attack.name]), self._hostile(attack))

    def _hostile(self, attack: Attack) -> bytes:
        answers = vault.WRONG | {name: self._named(code) for name, code in attack.answers.items()}
        nb = filled(self.released(), **answers)
        if attack.first:
            nb.cells.insert(0, nbformat.v4.new_code_cell(self._named(attack.first)))
        edited = attack.edit(nb) if attack.edit else None
        return edited if isinstance(edited, bytes) else written(nb)

    def _named(self, code: str) -> str:
        names = {"COURSE": self.root, "HOME": self.home, "TMP": self.tmp, "PORT": self.port}
        for name, value in {**names, "CHECKOUT": ROOT}.items():
            code = code.replace(f"@{name}@", str(value))
        return code

    def _handed_in(self, student: str) -> Path:
        folder = self.root / "submitted" / student / vault.ASSIGNMENT
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _submitted(self) -> dict[str, int]:
        found = (self.root / "submitted").rglob("*")
        return {str(path): path.lstat().st_size for path in found if not path.is_dir()}

    def _grade(self, ordinary: bool) -> None:
        report = self.folder / "left.json"
        here = {"HOME": str(self.home), "TMPDIR": str(self.tmp), "TOKEN": f"{vault.CANARY}-env"}
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        done = subprocess.run(
            [
                *(as_nobody() if ordinary else ()),
                *(sys.executable, str(Path(__file__).with_name("reaper.py")), str(report)),
                *(str(Path(sys.executable).parent / "course"), "grade", vault.ASSIGNMENT),
            ],
            cwd=self.root,
            env={**kept, "OPENBLAS_NUM_THREADS": "1", **here},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        self._server.close()
        self.code, self.out = done.returncode, done.stdout + done.stderr
        assert report.exists(), self.out
        self.processes_left: list[str] = json.loads(report.read_text())

    def released(self) -> NotebookNode:
        path = self.root / "release" / vault.ASSIGNMENT / "vault.ipynb"
        return nbformat.read(path, as_version=4)

    def graded(self, student: str) -> NotebookNode:
        """Return a student's graded notebook."""
        path = self.root / "autograded" / student / vault.ASSIGNMENT / "vault.ipynb"
        return nbformat.read(path, as_version=4)

    def outputs(self, student: str) -> dict[str, list[NotebookNode]]:
        """Return the outputs of a student's tests."""
        cells = self.graded(student).cells
        return {name: c.outputs for c in cells if (name := grade_id(c)) in vault.POINTS}

    @cached_property
    def scores(self) -> dict[str, dict[str, float | None]]:
        """By student and question; None where a person is to mark."""
        with open_course(self.root).gradebook as gradebook:
            return {
                submission.student.id: {
                    grade.name: None if grade.needs_manual_grade else grade.score
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                }
                for submission in gradebook.assignment_submissions(vault.ASSIGNMENT)
            }

    def feedback(self, student: str) -> str:
        """Return an attacker's feedback page; all of them are made at the first call."""
        page = self._feedback / student / vault.ASSIGNMENT / "vault.html"
        return page.read_text(encoding="utf-8")

    @cached_property
    def _feedback(self) -> Path:
        aside = {"CourseDirectory": {"student_id_exclude": ",".join(self.honest)}}
        result = open_course(self.root, aside).generate_feedback(vault.ASSIGNMENT)
        assert result["success"], result
        return self.root / "feedback"

    def files_left(self) -> list[str]:
        """Return the files that attacks have left anywhere where they could have."""
        places = [
            self.folder, Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path("/run"), Path("/"),
            Path.home(), Path(sys.prefix), *Path(sys.prefix).glob("lib/python*/site-packages"),
            *Path(sys.prefix).glob("lib/python*/site-packages/numpy"),
        ]  # fmt: skip
        marked = {str(found) for place in places for found in place.glob("attack*left*")}
        marked |= {str(found) for found in self.folder.rglob("attack*left*")}
        temporary = {str(found) for found in self.tmp.iterdir()}
        own = {"secret.txt", ".cache", ".config", ".ipython", ".local"}
        return sorted(marked | temporary | {p.name for p in self.home.iterdir()} - own)


def remove(folder: Path) -> None:
    """Remove everything."""
    for path in folder.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            path.chmod(stat.S_IRWXU)
    shutil.rmtree(folder)
