"""What of a notebook runs on the trusted side."""

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from nbexaminer.judge.planning import (
    Plan,
    names_defined,
    names_loaded,
    names_stored,
    plan,
)
from nbexaminer.notebook.magics import MagicError, check_magics, python
from nbexaminer.steps import CheckTests
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


def test_what_an_answer_had_for_a_value_is_known_where_a_line_of_it_was_deleted() -> None:
    found = planned(
        stub("z = None  # optional\nh = [0, 0]\nraise NotImplementedError()", "one"),
        stub("a = b = 3\nc = open('x')\ndef f():\n    d = None", "two"),
        given("e = None", "three"),
        graded_test("t", "assert z", 1),
        one="h = [1, 2]",
        two="pass",
    )
    assert {name: (one.value, one.beside) for name, one in found.as_given.items()} == {
        "z": (None, {"h"}),
        "h": ([0, 0], {"z"}),
        "a": (3, {"b", "c", "f"}),
        "b": (3, {"a", "c", "f"}),
    }


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
    "source",
    ["%time x", "for k in y:\n    %timeit k", "!ls", "x = !ls", "%%bash\nls", "%%time -n\nx = 1",
     "%%capture out\nx = 1", "%%writefile a.py\nx = 1", "%run a.py", "%%time\n!ls", "%pylab"],
)  # fmt: skip
def test_a_magic_that_a_test_would_need_is_refused_by_name(source: str) -> None:
    with pytest.raises(MagicError, match="outside the notebook, where [%!]+[a-z]* is not run"):
        check_magics(source)


@pytest.mark.parametrize(
    "source",
    ["%matplotlib inline\nx", "%%time\nx = 1", "%%capture\n%%time\nx = 1", "x % y", "'%%bash'",
     "# %%time\nx", "get_ipython", "1 +"],
)  # fmt: skip
def test_other_tests_are_run_as_they_are(source: str) -> None:
    check_magics(source)
    assert ("x = 1" in source) == ("x" in names_stored(source))
    assert python(source).count("\n") >= source.count("\n")


def test_such_a_test_is_not_given_out() -> None:
    cells = [graded_test("fine", "%%time\nx", 1), graded_test("bad", "%%bash\nx", 1)]
    nb, resources = new_notebook(cells=cells), {"nbgrader": {"notebook": "sums"}}
    outside = CheckTests(config=Config({"Execute": {"judge_tests": "outside"}}))
    with pytest.raises(MagicError, match=r"sums\.ipynb, bad: .* %%bash"):
        outside(nb, resources)
    CheckTests()(nb, resources)  # it may be judged inside
    cells[1].source = '!ls\ncheck("forget_gate", {})'  # which only the marker can judge
    with pytest.raises(MagicError, match="!"):
        CheckTests()(nb, resources)


@pytest.mark.parametrize(
    ("source", "defined"),
    [
        ("def f(a):\n    return a + b", {"f"}),
        ("x = np.asarray(x)", set()),
        ("total += 1\ntotal = 2", set()),
        ("class A:\n    b = 1\nb", {"A"}),
        ("for k in y:\n    z = k", {"k", "z"}),
        ("def near(a):\n    return x\nx = near(x)", {"near"}),
    ],
)
def test_names_that_are_a_test_s_own(source: str, defined: set[str]) -> None:
    assert names_defined(source) == defined


def test_a_given_cell_that_is_timed_defines_its_names() -> None:
    found = planned(given("%%time\nnumbers = [1, 2]", "one"), graded_test("t", "numbers", 1))
    assert "numbers" in names_stored(found.given[0])


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
    of_a_class = {"__module__", "__qualname__", "__firstlineno__", "__static_attributes__", "b"}
    assert names_stored(source) - of_a_class == stored
