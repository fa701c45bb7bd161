"""Right is right, however it is written: the whole way from the file to the gradebook.

And Validate in the student's JupyterLab says the same, also of answers that call the reference.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from uuid import uuid4

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import Execute as StockExecute
from nbgrader.validator import Validator
from traitlets.config import Config

from course_utils.exercises import exercise
from nbexaminer.course.course_folder import open_course
from nbexaminer.notebook.remarks import remarks_of
from tests.exercises.styles import FUNCTIONS, WRITINGS
from tests.grading.course import KERNEL, ROOT, answer, cell, filled, graded_test

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]

OWN_CELLS = """\
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
class Affine:
    def __init__(self, W, b): self.W, self.b = W, b
def affine(p, v):
    return v @ p.W.T + p.b
"""
"""In the place of the course's cells, which an answer is to be worked out without."""

GATE = "1 / (1 + np.exp(-(W_f @ np.concatenate([h_prev, x]) + b_f)))"
MORE = {
    "an object that is called": "class Gate:\n    def __call__(self, W_f, b_f, h_prev, x):\n"
    f"        return {GATE}\nmy_gate = Gate()",
    "a method": f"class Cell:\n    def gate(self, W_f, b_f, h_prev, x):\n        return {GATE}\n"
    "my_gate = Cell().gate",
    "a static method": "class Cell:\n    @staticmethod\n    def gate(W_f, b_f, h_prev, x):\n"
    f"        return {GATE}\nmy_gate = Cell.gate",
    "decorated": "import functools\ndef logged(f):\n    @functools.wraps(f)\n"
    "    def g(*a, **k):\n        return f(*a, **k)\n    return g\n@logged\n"
    f"def my_gate(W_f, b_f, h_prev, x):\n    return {GATE}",
    "remembered": "import functools\ndef part(f, z):\n    return f(z)\n"
    "my_gate = functools.partial(lambda s, W_f, b_f, h_prev, x: "
    "s(W_f @ np.r_[h_prev, x] + b_f), lambda z: 1 / (1 + np.exp(-z)))",
    "by recursion": "import math\ndef dot(a, b):\n"
    "    return 0.0 if len(a) == 0 else a[0] * b[0] + dot(a[1:], b[1:])\n"
    "def my_gate(W_f, b_f, h_prev, x):\n    v = [*h_prev, *x]\n"
    "    return [1 / (1 + math.exp(-(dot(row, v) + b))) for row, b in zip(W_f, b_f)]",
    "with warnings and prints": "import sys, warnings\ndef my_gate(W_f, b_f, h_prev, x):\n"
    "    warnings.warn('careful'); print('gate', file=sys.stderr); np.log(np.zeros(1))\n"
    f"    return {GATE}",
    "with annotations": "from numpy.typing import NDArray\n"
    "def my_gate(W_f: NDArray, b_f: NDArray, h_prev: NDArray, x: NDArray) -> NDArray:\n"
    f'    """Return the gate."""\n    return {GATE}',
    "slowly": "import time\ndef my_gate(W_f, b_f, h_prev, x):\n    time.sleep(0.3)\n"
    f"    return {GATE}",
    "with a global": "calls = 0\ndef my_gate(W_f, b_f, h_prev, x):\n    global calls\n"
    f"    calls += 1\n    return {GATE}",
    "under a shadowed name": "sum = max = 3\nlist = dict(a=1)\n"
    f"my_gate = lambda W_f, b_f, h_prev, x: {GATE}",
    "after changing NumPy's settings": "np.set_printoptions(precision=1)\nnp.seterr(all='raise')\n"
    f"def my_gate(W_f, b_f, h_prev, x):\n    return {GATE}",
}
"""Functions that tests/exercises/styles.py has not: what a notebook's text can hold."""

STYLES = [*(("listed", name) for name in FUNCTIONS), *(("written", name) for name in MORE)]
STUDENTS = {
    f"student-{k:02}": (list(WRITINGS)[k % len(WRITINGS)], *style) for k, style in enumerate(STYLES)
}

COURSES_GATE = """def my_gate(W_f, b_f, h_prev, x):
    return sigmoid(affine(Affine(W_f, b_f), np.concatenate([h_prev, x], axis=-1)))"""
CALLING_THE_COURSE = {
    "its cells": {
        "write": f"from course_utils.cells import Affine, affine, sigmoid\n{COURSES_GATE}"
    },
    "its cells, imported above everything": {
        "above": "from course_utils.cells import Affine, affine, sigmoid",
        "write": COURSES_GATE,
    },
    "its cells by module": {
        "write": "import course_utils.cells as c\n"
        "my_gate = lambda W_f, b_f, h_prev, x: "
        "c.sigmoid(c.affine(c.Affine(W_f, b_f), np.concatenate([h_prev, x], axis=-1)))"
    },
    "its solution": {
        "hand": "from course_utils.exercises import exercise, own_data\n"
        "s = exercise('forget_gate').solve(own_data('forget_gate'))\nz_f, f_t = s['z_f'], s['f_t']"
    },
    "its solution, through its insides": {
        "above": "from course_utils.exercises.registry import exercise as e",
        "hand": "s = e('forget_gate').solve(e('forget_gate').draw())\n"
        "z_f, f_t = s['z_f'], s['f_t']",
    },
    "its exercise, taken above everything": {
        "above": "from course_utils.exercises import exercise\ngate = exercise('forget_gate')",
        "hand": "s = gate.solve(gate.draw())\nz_f, f_t = s['z_f'], s['f_t']",
    },
}
"""By what is called: cells typed in, and a cell of one's own above the first."""
CALLERS = {f"caller-{k}": name for k, name in enumerate(CALLING_THE_COURSE)}
FULL = {"values": 4.0, "function": 5.0}


def source_notebook() -> NotebookNode:
    return new_notebook(
        cells=[
            cell(
                "code",
                "import numpy as np\nfrom course_utils.exercises import check, check_function",
                "setup",
                locked=True,
            ),
            answer("hand", "z_f = f_t = None"),
            graded_test("values", 'check("forget_gate", {"z_f": z_f, "f_t": f_t}, points=4)', 4),
            answer("write", "my_gate = None"),
            graded_test(
                "function",
                'check_function("forget_gate", my_gate, points=5)\n### BEGIN HIDDEN TESTS\n'
                'check_function("forget_gate", my_gate, points=5, trials=10, seed="hidden")\n'
                "### END HIDDEN TESTS",
                5,
            ),
        ],
        metadata={"kernelspec": KERNEL},
    )


def submission(released: NotebookNode, writing: str, kind: str, function: str) -> NotebookNode:
    gate = exercise("forget_gate")
    right = {name: repr(value.tolist()) for name, value in gate.solve(gate.draw()).items()}
    hand = "\n".join(
        f"{name} = WRITINGS[{writing!r}](np.array({value}))" for name, value in right.items()
    )
    write = f"my_gate = FUNCTIONS[{function!r}]" if kind == "listed" else MORE[function]
    nb = filled(released, hand=hand, write=write)
    styles = (ROOT / "tests" / "exercises" / "styles.py").read_text(encoding="utf-8")
    ours = "from course_utils.cells import Affine, affine, sigmoid\n"
    assert ours in styles
    nb.cells.insert(0, new_code_cell(styles.replace(ours, OWN_CELLS)))
    return nb


def calling(released: NotebookNode, name: str) -> NotebookNode:
    """Return a notebook whose other answer is worked out by itself, and right."""
    cells = CALLING_THE_COURSE[name]
    nb = submission(released, "list", "written", "a method")
    del nb.cells[0]
    nb = filled(nb, **{name: source for name, source in cells.items() if name != "above"})
    if "above" in cells:
        nb.cells.insert(0, new_code_cell(cells["above"]))
    if "write" in cells:
        gate = exercise("forget_gate")
        right = gate.solve(gate.draw())
        values = "\n".join(f"{part} = {right[part].tolist()}" for part in ("z_f", "f_t"))
        nb = filled(nb, hand=values)
    return nb


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("fair")
    (root / "nbgrader_config.py").write_bytes((ROOT / "nbgrader_config.py").read_bytes())
    (root / "source" / "gate").mkdir(parents=True)
    nbformat.write(source_notebook(), root / "source" / "gate" / "gate.ipynb")
    assert open_course(root).generate_assignment("gate")["success"]
    released = nbformat.read(root / "release" / "gate" / "gate.ipynb", as_version=4)
    notebooks = {student: submission(released, *style) for student, style in STUDENTS.items()}
    notebooks |= {student: calling(released, name) for student, name in CALLERS.items()}
    for student, nb in notebooks.items():
        folder = root / "submitted" / student / "gate"
        folder.mkdir(parents=True)
        nbformat.write(nb, folder / "gate.ipynb")
    tools = Path(sys.executable).parent
    done = subprocess.run(
        [tools / "course", "grade", "gate"],
        cwd=root,
        env=os.environ | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return root


def test_there_are_many_of_them() -> None:
    assert len(set(WRITINGS)) + len(STYLES) >= 50


def scores(course: Path, student: str) -> dict[str, float]:
    with open_course(course).gradebook as gradebook:
        grades = gradebook.find_submission_notebook("gate", "gate", student).grades
        return {grade.name: grade.score for grade in grades}


def configured(course: Path) -> Config:
    """Return the course's configuration, with kernels that need no port of the machine's.

    jupyter_client looks for a free one first and takes it later; a neighbour can be quicker.
    """
    config: Config = open_course(course).config
    config.KernelManager.transport = "ipc"
    config.KernelManager.ip = f"{tempfile.gettempdir()}/stock-{uuid4().hex}"  # its sockets
    return config


def validated(course: Path, student: str) -> dict[str, str]:
    """Return what Validate says of the cells that it fails, by the first word of their check."""
    path = course / "submitted" / student / "gate" / "gate.ipynb"
    found = Validator(config=configured(course)).validate(str(path))
    assert set(found) <= {"failed"}, found
    tests = {"check": "values", "check_function": "function"}
    return {
        tests[cell["source"].partition("(")[0]]: cell["error"] for cell in found.get("failed", [])
    }


@pytest.mark.parametrize("student", STUDENTS, ids=lambda s: " and ".join(STUDENTS[s][::2]))
def test_a_right_solution_gets_full_marks_and_validate_agrees(course: Path, student: str) -> None:
    nb = nbformat.read(course / "autograded" / student / "gate" / "gate.ipynb", as_version=4)
    assert scores(course, student) == FULL, remarks_of(nb)
    assert remarks_of(nb) == []
    assert validated(course, student) == {}


@pytest.mark.parametrize("student", CALLERS, ids=CALLERS.get)
def test_what_calls_the_course_is_refused_by_validate_and_by_grading(
    course: Path, student: str
) -> None:
    """In the same sentence, and for the very cell that calls it."""
    nb = nbformat.read(course / "autograded" / student / "gate" / "gate.ipynb", as_version=4)
    lost = {name for name, score in scores(course, student).items() if score < FULL[name]}
    assert lost == {"function" if "write" in CALLING_THE_COURSE[CALLERS[student]] else "values"}
    assert set(validated(course, student)) == lost
    (remark,) = remarks_of(nb)
    sentence = "is closed in an assignment, in your notebook as in marking"
    assert sentence in str(remark)
    assert sentence in said_when_validated(course, student)


def said_when_validated(course: Path, student: str) -> str:
    """Return what all cells say when the notebook is run as Validate runs it."""
    path = course / "submitted" / student / "gate" / "gate.ipynb"
    nb = nbformat.read(path, as_version=4)
    nb, _ = StockExecute(config=configured(course)).preprocess(
        nb, {"metadata": {"path": str(path.parent)}}
    )
    outputs = [output for cell in nb.cells for output in cell.get("outputs", ())]
    return "\n".join(str(o.get("text") or o.get("evalue") or "") for o in outputs)
