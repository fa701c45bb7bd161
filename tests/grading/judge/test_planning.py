"""What of a notebook runs on the trusted side."""

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.grading.judge.planning import Plan, names_loaded, names_stored, plan
from tests.grading.course import cell, graded_test


def given(source: str, name: str) -> NotebookNode:
    return cell("code", source, name, locked=True)


def stub(source: str, name: str) -> NotebookNode:
    return cell("code", source, name, solution=True)


def planned(*released: NotebookNode, **written: str) -> Plan:
    """Plan for a submission that has other text in the cells of these ids."""
    nb = new_notebook(cells=[NotebookNode(one) for one in released])
    for one in nb.cells:
        one.source = written.get(one.id, one.source)
    return plan(nb, new_notebook(cells=list(released)))


def test_a_given_cell_that_no_test_needs_is_not_run() -> None:
    found = planned(given("a = 1", "one"), given("b = 2", "two"), graded_test("t", "assert b", 1))
    assert found.given == {1: "b = 2\n"}


def test_what_a_needed_cell_needs_is_run_too() -> None:
    found = planned(
        given("import numpy as np", "one"),
        given("a = np.ones(3)", "two"),
        given("def b():\n    return a", "three"),
        graded_test("t", "assert b()", 1),
    )
    assert list(found.given) == [0, 1, 2]


def test_the_last_given_cell_before_the_test_counts() -> None:
    found = planned(
        given("a = 1", "one"), given("a = 2", "two"), graded_test("t", "a", 1), given("a = 3", "x")
    )
    assert list(found.given) == [1]


def test_a_name_that_an_answer_is_to_define_is_the_students() -> None:
    found = planned(
        given("f_t = 0", "one"), stub("f_t = None", "answer"), graded_test("t", "f_t", 1)
    )
    assert found.given == {}
    assert found.left_to_student == {1: {"f_t"}}


def test_a_name_that_an_answer_defines_unasked_stays_the_courses() -> None:
    found = planned(
        given("a = 1", "one"), stub("b = None", "b"), graded_test("t", "a + b", 1), b="b = 2; a = 9"
    )
    assert list(found.given) == [0]


def test_of_free_cells_and_answers_only_the_imports_are_run_as_they_were_given_out() -> None:
    free = new_code_cell("import numpy as np\nx = np.ones(3)", id="free")
    found = planned(
        free,
        stub("import math\n# YOUR CODE HERE", "answer"),
        graded_test("t", "np.sum(x) + math.pi", 1),
        free="import my_numpy as np",
        answer="import mymath as math",
    )
    assert found.given == {0: "import numpy as np", 1: "import math"}


def test_magics_and_broken_cells_are_no_trouble() -> None:
    found = planned(
        given("%matplotlib inline\nimport numpy as np", "one"),
        given("this is no Python", "two"),
        graded_test("t", "np", 1),
    )
    assert list(found.given) == [0]


@pytest.mark.parametrize(
    ("source", "loaded", "stored"),
    [
        ("x.y.z(w)", {"x", "w"}, set()),
        ("def f(a):\n    return a + b", {"b"}, {"f"}),
        ("[k for k in ks if k > low]", {"ks", "low"}, set()),
        ("import numpy as np, os.path", set(), {"np", "os"}),
        ("class A:\n    b = c", {"c"}, {"A"}),
        ("for i in range(3): total = len(i)", {"i"}, {"i", "total"}),
        ("1 +", set(), set()),
    ],
)
def test_names(source: str, loaded: set[str], stored: set[str]) -> None:
    assert names_loaded(source) - {"__name__"} == loaded
    assert names_stored(source) - {"__module__", "__qualname__", "b"} == stored
