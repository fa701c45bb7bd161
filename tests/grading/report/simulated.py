"""A class of any size that has been graded, without running a kernel: for the report's tests.

Each student has an ability; a question is right with that chance, else it has a known slip or
numbers of no known origin. The gradebook and the graded notebooks are what grading would leave.
"""

import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from sqlalchemy.exc import SAWarning

from course_utils.exercises import exercise
from course_utils.exercises.rules import singles
from nbexaminer.course.course_folder import checked
from nbexaminer.notebook.marked_answers import keep_marked_answers, marked_answer
from nbexaminer.notebook.remarks import add_remark
from nbexaminer.runs.loop import new_course

ROOT = Path(__file__).parents[3]
ASSIGNMENT = "3_lstm_states"
NOTEBOOK = "lstm_states"
DUE = datetime(2026, 11, 20, 12)
CHECKS = {"test_states": ("lstm_states", 6.0), "test_exam_2": ("exam_2_states", 4.0)}
FUNCTION = """\
def my_state_update({f}, i_t, o_t, c_tilde, c_prev):
    {kept} = {f} * c_prev
    {new} = i_t * c_tilde
    {C} = {kept} + {new}  # {comment}
    return {C}, o_t * np.tanh({C})
"""


def simulate(folder: Path, students: int, *, seed: int = 0, personal: bool = False) -> NbGraderAPI:
    """Return a course in `folder` whose class of that size has been graded."""
    api = new_course(ROOT, folder, [ASSIGNMENT])
    checked("generate", api.generate_assignment(ASSIGNMENT))
    rng = np.random.default_rng(seed)
    released = nbformat.read(folder / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb", as_version=4)
    with api.gradebook as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=DUE.isoformat())
        for k in range(students):
            _student(gradebook, folder, released, rng, f"s{k:03}", personal)
        gradebook.update_or_create_student("nobody")
    return api


def _student(
    gradebook: Gradebook, folder: Path, released: Any, rng: Any, student: str, personal: bool
) -> None:
    nb = nbformat.from_dict(released)
    nb = nbformat.reads(nbformat.writes(nb), as_version=4)
    ability = rng.beta(4, 2)
    whose = student if personal else "class"
    scores, kept = {}, []
    for cell, (id, points) in CHECKS.items():
        answers = _answers(rng, id, whose, ability)
        verdict = exercise(id).mark(exercise(id).draw(whose), answers)
        kept.append(marked_answer(cell, id, 0, answers, verdict))
        scores[cell] = points * verdict.score
        for name, part in verdict.parts.items():
            if part.score < 1 and part.weight:
                add_remark(nb, f"{name}: {part.reason}", cell, marks="lost")
    keep_marked_answers(nb, kept)
    scores["test_state_update"] = 5.0 if rng.random() < ability else 0.0
    scores["test_equations"] = float(rng.integers(0, 3))
    _write_code(nb, rng, student)
    handed_in = DUE - timedelta(hours=float(rng.gamma(2, 20)) - 12)
    _save(gradebook, student, scores, handed_in.replace(tzinfo=UTC))
    for kind in ("submitted", "autograded"):
        target = folder / kind / student / ASSIGNMENT
        target.mkdir(parents=True)
        nbformat.write(nb, target / f"{NOTEBOOK}.ipynb")


def _answers(rng: Any, id: str, whose: str, ability: float) -> dict[str, Any]:
    one = exercise(id)
    given = one.given(one.draw(whose))
    luck = rng.random()
    if luck < ability:
        values = one.run(given)
    elif luck < ability + 0.7 * (1 - ability):
        slips = singles(one.rules)
        values = one.run(given, slips[int(rng.integers(len(slips)) ** 2 / len(slips))])
    else:
        values = {name: rng.normal(size=v.shape) for name, v in one.run(given).items()}
    return {name: np.round(value, 4).tolist() for name, value in values.items()}


def _write_code(nb: Any, rng: Any, student: str) -> None:
    """Most write the update in a way of their own, one in five in the common way, renamed."""
    cell = next(c for c in nb.cells if c.metadata.nbgrader.get("grade_id") == "write_state_update")
    names = rng.permutation(["a", "b", "c", "d", "e"])
    text = FUNCTION.format(
        f=f"f_{names[0]}", kept=f"k_{names[1]}", new=f"n_{names[2]}", C=f"C_{names[3]}",
        comment=student,
    )  # fmt: skip
    if rng.random() > 0.2:  # a constant of their own
        text = text.replace("i_t * c_tilde", f"i_t * c_tilde * {float(rng.random())!r} ** 0")
    cell.source = text


def _save(gradebook: Gradebook, student: str, scores: dict[str, float], time: datetime) -> None:
    gradebook.update_or_create_student(student)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader 0.9.6 with SQLAlchemy 2.1
        submission = gradebook.update_or_create_submission(ASSIGNMENT, student, timestamp=str(time))
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            if grade.name in scores:
                grade.auto_score = scores[grade.name]
                grade.needs_manual_grade = False
            else:
                grade.needs_manual_grade = True
    gradebook.db.commit()
