"""The grader and the exercises meet at one protocol; each works where the other is not."""

import inspect
import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from course_utils.exercises.offered import OFFERED
from nbexaminer import exercises as protocol
from nbexaminer.exercises import CLASS, Exercises, NoExercises, exercises
from nbexaminer.judge.handout import kernel_package
from tests.grading.course import ROOT, filled, source_notebook

METHODS = [name for name in vars(Exercises) if not name.startswith("_")]


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("offered", [OFFERED, NoExercises()], ids=["the course's", "none"])
def test_what_is_offered_follows_the_protocol(offered: object, name: str) -> None:
    wanted, given = getattr(Exercises, name), getattr(offered, name)
    taken = [p.name for p in inspect.signature(wanted).parameters.values() if p.name != "self"]
    assert list(inspect.signature(given).parameters) == taken


def test_the_courses_exercises_are_found_by_their_entry_point() -> None:
    assert exercises() is OFFERED
    assert protocol.packages() == ("course_utils",)
    assert OFFERED.knows("forget_gate")
    assert not OFFERED.knows("no such exercise")
    view = OFFERED.handout({"forget_gate": [0, 2]}, CLASS, solutions=False)["exercises"]
    assert [drawn["attempt"] for drawn in view["forget_gate"]["draws"]] == [0, 2]
    assert not any("solution" in drawn for drawn in view["forget_gate"]["draws"])


def test_several_that_offer_exercises_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [point("one:OFFERED"), point("other.part:OFFERED")]
    monkeypatch.setattr(protocol, "entry_points", lambda group: both)
    with pytest.raises(ValueError, match=r"\(one:OFFERED, other.part:OFFERED\): keep one of them"):
        exercises.__wrapped__()


def point(value: str) -> protocol.EntryPoint:
    return protocol.EntryPoint("name", value, protocol.GROUP)


def test_a_kernel_has_no_module_of_the_course_but_these() -> None:
    ours = {name for name in kernel_package() if name.endswith(".py")}
    assert {name.split("/")[0] for name in ours} == {"course_utils", "examined"}
    assert {name for name in ours if name.startswith("course_utils/exercises")} == {
        f"course_utils/exercises/{name}.py" for name in ("__init__", "as_given", "refusing")
    }


WITHOUT = """
import json, sys
from importlib import abc, metadata

class Missing(abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.startswith("course_utils.") and name.split(".")[1] not in ("calling", "mathml"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Missing())
offered = metadata.entry_points
metadata.entry_points = lambda **words: offered(**words).select(name="nobody's")

from pathlib import Path
from nbexaminer.exercises import NoExercises, exercises
from nbexaminer.runs.single import grade
assert isinstance(exercises(), NoExercises)
result = grade(Path(sys.argv[1]), Path(sys.argv[2]))
print(json.dumps({name: one.score for name, one in result.questions.items()}))
"""


@pytest.mark.kernel
@pytest.mark.slow
def test_a_course_without_exercises_is_graded_where_there_are_none(tmp_path: Path) -> None:
    source, handed_in = tmp_path / "source.ipynb", tmp_path / "sums.ipynb"
    nbformat.write(source_notebook(), source)
    nbformat.write(
        filled(source_notebook(), total="total = 3", add="def add(a, b):\n    return a * b"),
        handed_in,
    )
    command = [sys.executable, "-c", WITHOUT, str(source), str(handed_in)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"test_total": 2.0, "test_add": 0.0, "why": None}


OLD = """
import warnings
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    from course_utils.grading.pipeline import MARK
    import course_utils.grading.steps as old
    from course_utils.grading.exporter import SubmissionExporter
import nbexaminer.pipeline, nbexaminer.steps
import nbexaminer.pipeline.exporter
assert SubmissionExporter is nbexaminer.pipeline.exporter.SubmissionExporter
assert old is nbexaminer.steps and MARK is nbexaminer.pipeline.MARK
assert nbexaminer.steps.__spec__.name == "nbexaminer.steps"
print(*{str(one.message) for one in said if one.category is FutureWarning}, sep="\\n")
"""


def test_the_name_that_the_grader_had_means_the_grader() -> None:
    done = subprocess.run([sys.executable, "-c", OLD], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    (said,) = done.stdout.splitlines()
    assert said.startswith("course_utils.grading is called nbexaminer now; name it so in")


def test_where_there_is_no_grader_its_old_name_says_so(tmp_path: Path) -> None:
    code = (
        "from importlib import metadata; metadata.entry_points = lambda **words: ();"
        "import course_utils.grading"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        "ModuleNotFoundError: the grader is a package of its own, nbexaminer, and is not installed"
    )
