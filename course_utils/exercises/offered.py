"""What the grader knows of the exercises: the one object that the entry point names.

The grader is a package of its own, which has the protocol that this follows; nothing of it is
imported here.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np

from course_utils.exercises.checking import lines_of
from course_utils.exercises.definition import Exercise
from course_utils.exercises.entries import entry
from course_utils.exercises.equations.read_as import typeset
from course_utils.exercises.exam import Exam
from course_utils.exercises.forms import beside
from course_utils.exercises.lectures import TOPICS
from course_utils.exercises.personal import PLACEHOLDER, Checked, Graded
from course_utils.exercises.recognition import right_for
from course_utils.exercises.registry import exercise, exercises, known, marked
from course_utils.exercises.seed_exams import HANDWRITTEN_1
from course_utils.exercises.verdict import Verdict

_KERNEL = {
    "course_utils/__init__.py": "in_kernel/top.py",
    "course_utils/exercises/__init__.py": "in_kernel/exercises.py",
    "course_utils/exercises/as_given.py": "as_given.py",
    "course_utils/exercises/refusing.py": "refusing.py",
}
"""What a kernel may import, and where it is here: it imports nothing else of the course."""
_CLOSED = """\
# Your own work: the course's cells and solutions are closed here, as when it is marked.
from course_utils.exercises import closed_book

closed_book({asked})
"""
_WIDTH = 88
_BY_HAND = ("one_hot", "embedding_lookup", "exam_1_embedding", "forget_gate", "exam_1_gate")


class Worked(NamedTuple):
    """An exercise worked through."""

    title: str
    latex: str


class SlipText(NamedTuple):
    """What a slip is, and where it is explained."""

    explanation: str
    lecture: str


class Offered:
    """The exercises of the catalogue, as the grader's protocol has them."""

    sign_in = f"""\
from course_utils.exercises import sign_in

sign_in("{PLACEHOLDER}")  # write your id here, as your course lists it: your numbers follow from it
"""

    def knows(self, id: str) -> bool:
        """Tell whether there is such an exercise or paper."""
        return known(id) is not None

    def load(self) -> None:
        """Import the catalogue."""
        exercises()

    def beside(self, files: Mapping[str, bytes]) -> AbstractContextManager[None]:
        """Know in here the forms among an assignment's own files, which lie beside its notebook."""
        return beside(files)

    def kernel_files(self) -> Mapping[str, bytes]:
        """Return the small `course_utils` that a submission's kernel has."""
        return {name: (files(__package__) / path).read_bytes() for name, path in _KERNEL.items()}

    def handout(
        self, asked: Mapping[str, Sequence[int]], student: str, *, solutions: bool
    ) -> dict[str, Any]:
        """Return numbers and statements, for `student` and for the class."""
        entries = {
            id: entry(id, student, attempts, solutions=solutions) for id, attempts in asked.items()
        }
        return {"student": student, "exercises": entries}

    def closing(self, asked: Mapping[str, Sequence[int]]) -> str:
        """Return the call of `closed_book`."""
        arguments = [
            f"{id}={attempts}" if id.isidentifier() else f'**{{"{id}": {attempts}}}'
            for id, attempts in asked.items()
        ]
        text = ", ".join(arguments)
        if len(text) > _WIDTH:
            text = "".join(f"\n    {argument}," for argument in arguments) + "\n"
        return _CLOSED.format(asked=text)

    def graded(self, student: str, salt: str) -> Graded:
        """Return where a submission's checks are made."""
        return Graded(student, salt)

    def reasons(self, checked: Checked) -> list[str]:
        """Return what a check says of lost marks; the notes on a function cost nothing."""
        lines = lines_of(_tried(checked), lost=True)
        notes = () if checked.answers is None else checked.verdict.notes
        return [*lines, *(note for note in notes if not any(note in line for line in lines))]

    def equations(self, said: str) -> list[str]:
        """Return as LaTeX the equations that a verdict says were read."""
        return [latex for line in said.splitlines() if (latex := typeset(line))]

    def worked(self, id: str, student: str, attempt: int) -> Worked:
        """Return the worked solution of a student's numbers."""
        found = marked(id)
        return Worked(found.title, found.steps(found.draw(student, attempt)))

    def fitting(self, id: str, answers: Any, students: Sequence[str], attempt: int) -> list[str]:
        """Return those for whom the answers are right; nobody where all have the same numbers."""
        found = known(id)
        if not isinstance(found, Exercise) or found.fixed is not None:
            return []
        if not isinstance(answers, dict) or not answers:
            return []
        return right_for(found, answers, students, attempt)

    def slip(self, id: str, name: str) -> SlipText | None:
        """Return what was done, why it is not right, and the lecture."""
        return _slip(id, name)

    def sample_numbers(self) -> dict[str, str]:
        """Return `forget_gate_f_t`, `handwritten_1_i_t` and the like, to three decimals."""
        found: dict[str, str] = {}
        for name in _BY_HAND:
            one = exercise(name)
            found |= {f"{name}_{k}": _written(v) for k, v in one.solve(one.draw()).items()}
        return found | {f"handwritten_1_{k}": _written(v) for k, v in HANDWRITTEN_1.items()}


def _tried(one: Checked) -> Verdict:
    """Return the verdict without a function's properties where wrong values kept them untried."""
    found = known(one.exercise)
    returned = set(found.returns) if found is not None and one.answers is None else set()
    values = {name: part for name, part in one.verdict.parts.items() if name in returned}
    lost = any(part.score < 1 for part in values.values())
    return Verdict(one.verdict.score, values) if lost else one.verdict


def _slip(id: str, name: str) -> SlipText | None:
    found = known(id)
    if found is None:  # taken out of the catalogue since
        return None
    owners = [q.exercise for q in found.questions] if isinstance(found, Exam) else [found]
    slips = [slip for owner in owners for rule in owner.rules for slip in rule.slips]
    slip = next((slip for slip in slips if slip.name == name), None)
    if slip is None:
        return None
    return SlipText(f"{slip.did} {slip.why}", str(TOPICS[slip.topic]) if slip.topic else "")


def _written(value: Any) -> str:
    return repr(np.round(np.asarray(value, dtype=np.float64), 3).tolist())


OFFERED = Offered()
