"""Instructors' test cells of every kind, judged outside of the kernel that ran the answers."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbgrader.utils import determine_grade
from traitlets.config import Config

from course_utils.grading.released import grade_id
from course_utils.grading.steps import BoundScores, Execute
from tests.grading.course import KERNEL, cell, graded_test

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

SETUP = "import numpy as np\nfrom course_utils.exercises import check, check_function, own_data"


class Case(NamedTuple):
    """What a student wrote, what the instructor asks, and what becomes of it."""

    answer: str
    test: str
    score: float
    shown: str = ""


GATE = """def gate(W_f, b_f, h_prev, x):
    {}
    return 1 / (1 + np.exp(-(W_f @ np.concatenate([h_prev, x]) + b_f)))"""
ASK = 'check_function("forget_gate", gate, points=4)'

CASES: dict[str, Case] = {
    "a value": Case("x = 3", "assert x == 3", 4),
    "a wrong value": Case("x = 4", "assert x == 3", 0, "AssertionError"),
    "a message": Case("x = 4", "assert x == 3, f'x is {x}'", 0, "AssertionError: x is 4"),
    "a missing name": Case("pass", "assert nowhere == 3", 0, "name 'nowhere' is not defined"),
    "an array": Case("x = np.eye(2)", "np.testing.assert_allclose(x, np.eye(2))", 4),
    "partial credit": Case("x = 3", "2.5 if x == 3 else 0", 2.5),
    "partial credit of numpy's": Case("x = 3", "np.float64(x)", 3),
    "a semicolon": Case("x = 0", "x;", 4),
    "a function": Case("def f(a, b=2): return a * b", "assert f(3) == 6 and f(3, b=3) == 9", 4),
    "a function in a list": Case("x = [abs, len]", "assert x[0](-3) == 3", 4),
    "a class's object": Case("class A: pass\nx = A()", "assert x == 3", 0, "AssertionError"),
    "a loop of calls": Case("f = lambda k: k ** 2", "assert sum(f(k) for k in range(5)) == 30", 4),
    "an array in place": Case(
        "def f(a): a += 1", "a = np.zeros(3); f(a)\nassert a.tolist() == [1, 1, 1]", 4
    ),
    "a list in place": Case("def f(a): a.append(4)", "a = [3]; f(a)\nassert a == [3, 4]", 4),
    "what is printed": Case(
        "def f(): print('hello')",
        "import io, contextlib\nout = io.StringIO()\n"
        "with contextlib.redirect_stdout(out): f()\nassert out.getvalue() == 'hello\\n'",
        4,
    ),
    "an exception": Case(
        "def f(a): raise ValueError('no')",
        "try: f(1)\nexcept ValueError as error: assert str(error) == 'no'\nelse: assert False",
        4,
    ),
    "an exception of its own": Case(
        "class Own(KeyError): pass\ndef f(a): raise Own('no')",
        "try: f(1)\nexcept KeyError as error: assert type(error).__name__ == 'Own'",
        4,
    ),
    "an exception of numpy's": Case(
        "def f(a): return np.linalg.inv(a)",
        "try: f(np.zeros((2, 2)))\nexcept np.linalg.LinAlgError: pass\nexcept ValueError: pass",
        4,
    ),
    "an exception uncaught": Case("def f(): return 1 / 0", "f()", 0, "ZeroDivisionError"),
    "an exit": Case("def f(): raise SystemExit(0)", "f()", 0, "SystemExit"),
    "a shadowed builtin": Case("sum = len = 3", "assert sum([1, 2]) == 3 and len('ab') == 2", 4),
    "a helper of the test's": Case("x = 3", "def near(a): return a == x\nassert near(3)", 4),
    "a helper of a test before": Case("near = lambda a: True", "assert not near(9)", 4),
    "a warning": Case("f = lambda: np.log([0])", "import warnings\nwarnings.warn('w'); f()", 4),
    "random numbers": Case("x = 1", "assert 0 <= np.random.rand() < 1", 4),
    "nested data": Case(
        "x = {'a': [1, (2.5, None)], 3: {'b': np.ones(2)}}",
        "assert x['a'] == [1, (2.5, None)] and x[3]['b'].sum() == 2",
        4,
    ),
    "a text": Case("x = 'grüß dich'", "assert x == 'grüß dich'", 4),
    "a signature": Case("def f(a, b): pass", "import inspect\nassert callable(f)", 4),
    "checked values": Case(
        "import json\nd = own_data('forget_gate')\n"
        "z = d['W_f'] @ np.concatenate([d['h_prev'], d['x']]) + d['b_f']",
        'check("forget_gate", {"z_f": z, "f_t": 1 / (1 + np.exp(-z))}, points=4)',
        4,
        "forget_gate: 4 of 4 points",
    ),
    "a checked function": Case(GATE.format(""), ASK, 4, "Leaves its arguments as they were"),
    "one that prints": Case(GATE.format("print(1)"), ASK, 4, "The function prints"),
    "one that changes": Case(GATE.format("h_prev += 1; x *= 2"), ASK, 0, "f_t: Not right"),
    "one that changes after": Case(
        "def gate(W_f, b_f, h_prev, x):\n"
        "    out = 1 / (1 + np.exp(-(W_f @ np.concatenate([h_prev, x]) + b_f)))\n"
        "    h_prev += 1; return out",
        ASK,
        3.3333,
        "It changes its argument h_prev",
    ),
    "one that raises": Case(GATE.format("1 / 0"), ASK, 0, "raised ZeroDivisionError"),
    "one that waits": Case(
        GATE.format("import time; time.sleep(99)"), ASK, 0, "did not return within 2 seconds"
    ),
    "one that is a little slow": Case(GATE.format("import time; time.sleep(0.4)"), ASK, 4),
    "one that is missing": Case("gate = None", ASK, 0, "no answer yet"),
    "a value for a function": Case("gate = 3", ASK, 0, "is of type int, expected a function"),
    "a function for a value": Case(
        "z = np.sum", 'check("forget_gate", {"z_f": z}, points=4)', 0, "z_f is a"
    ),
    "an object for a value": Case(
        "class Foo: pass\nz = Foo()",
        'check("forget_gate", {"z_f": z}, points=4)',
        0,
        "got a Foo",
    ),
    "too many numbers": Case(
        "z = np.zeros(40_000_000)",
        'check("forget_gate", {"z_f": z}, points=4)',
        0,
        "z_f holds more than 10000 numbers, expected 3 numbers.",
    ),
    "a given name overwritten": Case("np = check = None", "assert np.pi > 3", 4),
}  # fmt: skip


def notebook() -> NotebookNode:
    cells = [cell("code", SETUP, "setup", locked=True)]
    for k, case in enumerate(CASES.values()):
        cells.append(cell("code", case.answer, f"answer-{k}", solution=True))
        cells.append(graded_test(f"test-{k}", case.test, 4))
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def executed(nb: NotebookNode, given_out: NotebookNode, **values: Any) -> NotebookNode:
    resources = {"nbgrader": {"student": "s"}, "course_utils": {"released": given_out}}
    config = Config(Execute={"timeout": 15, "notebook_timeout": 300} | values)
    graded, resources = Execute(config=config).preprocess(nb, resources)
    graded, _ = BoundScores().preprocess(graded, resources)
    return graded


def text(cell: NotebookNode) -> str:
    return "".join(
        str(o.get("text") or f"{o.get('ename')}: {o.get('evalue')}") for o in cell.outputs
    )


@pytest.fixture(scope="module")
def judged() -> dict[str, NotebookNode]:
    nb, stubs = notebook(), notebook()
    for one in stubs.cells:
        if one.metadata.nbgrader.solution:
            one.source = "# YOUR CODE HERE"
    graded = executed(nb, stubs)
    cells = {grade_id(one): one for one in graded.cells}
    return {name: cells[f"test-{k}"] for k, name in enumerate(CASES)}


@pytest.mark.parametrize("name", CASES)
def test_a_test_cell_of_an_instructors(judged: dict[str, NotebookNode], name: str) -> None:
    case = CASES[name]
    assert determine_grade(judged[name]) == (case.score, 4), text(judged[name])
    assert case.shown in text(judged[name])


def test_after_a_call_that_did_not_end_the_rest_of_the_cell_is_not_asked() -> None:
    """Each call would cost its time limit again."""
    source = new_notebook(
        cells=[
            cell("code", SETUP, "setup", locked=True),
            cell("code", GATE.format("while True: pass"), "answer", solution=True),
            graded_test("test", f"{ASK}\n{ASK}\n{ASK}\nlater()", 4),
            cell("code", "calls = 5", "other", solution=True),
            graded_test("next", "assert calls == 5", 4),
        ],
        metadata={"kernelspec": KERNEL},
    )
    graded = executed(source, source, timeout=5)
    cells = {grade_id(one): one for one in graded.cells}
    assert text(cells["test"]).count("did not return within 2 seconds") == 3
    assert determine_grade(cells["test"]) == (0, 4)
    assert determine_grade(cells["next"]) == (4, 4)


@pytest.mark.parametrize(("later", "kernels"), [(None, 1), ("x = 1", 2)])
def test_a_kernel_that_dies_in_a_test_is_started_again_only_where_something_is_left_to_run(
    monkeypatch: pytest.MonkeyPatch, later: str | None, kernels: int
) -> None:
    started: list[Execute] = []
    start = Execute.create_kernel_manager

    def counted(self: Execute) -> Any:
        started.append(self)
        return start(self)

    monkeypatch.setattr(Execute, "create_kernel_manager", counted)
    cells = [
        cell("code", "runs = 0\ndef f(): return 1", "first", solution=True),
        graded_test("before", "assert f() == 1", 4),
        cell("code", "import os\ndef g(): os._exit(1)", "second", solution=True),
        graded_test("deadly", "g()", 4),
    ]
    if later is not None:
        cells.append(cell("code", later, "third", solution=True))
        cells.append(graded_test("after", "assert x == f()", 4))
    nb = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    graded = {grade_id(one): one for one in executed(nb, nb).cells}
    assert len(started) == kernels
    assert determine_grade(graded["before"]) == (4, 4)
    assert determine_grade(graded["deadly"]) == (0, 4)
    assert "it ended the Python process" in text(graded["deadly"])
    if later is not None:
        assert determine_grade(graded["after"]) == (4, 4)


@pytest.mark.parametrize("in_thread", [False, True])
def test_a_test_cell_that_a_value_keeps_from_ending_is_stopped(
    monkeypatch: pytest.MonkeyPatch, in_thread: bool
) -> None:
    """On the grader's own side; in the thread of a cluster's worker too."""
    monkeypatch.setattr("course_utils.grading.judge.trusted._LEEWAY", 0.5)
    cells = [
        cell("code", "x = 1", "answer", solution=True),
        graded_test("endless", "while x: pass", 4),
        graded_test("next", "assert x == 1", 4),
    ]
    nb = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    if in_thread:
        with ThreadPoolExecutor(1) as pool:
            graded = pool.submit(executed, nb, nb, timeout=1).result()
    else:
        graded = executed(nb, nb, timeout=1)
    assert determine_grade(graded.cells[1]) == (0, 4)
    assert "CellTimeout" in text(graded.cells[1])
    assert determine_grade(graded.cells[2]) == (4, 4)


def test_many_values_at_once_do_not_hide_one_another() -> None:
    """What does not fit into one answer is said of the large value alone."""
    cells = [
        cell("code", "a, b, c = 1, '0' * 10**7, 3", "answer", solution=True),
        graded_test("test", "assert (a, c) == (1, 3)\nassert b != 0", 4),
    ]
    nb = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    assert determine_grade(executed(nb, nb).cells[1]) == (4, 4)


def test_the_same_bytes_get_the_same_marks() -> None:
    """Hidden inputs and random numbers follow from the submission."""
    cells = [
        cell("code", SETUP, "setup", locked=True),
        cell("code", "def f(a): return a", "answer", solution=True),
        graded_test("test", "print(np.random.rand(), f(np.random.rand()))", 4),
    ]
    first, again = (
        executed(new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), new_notebook())
        for _ in range(2)
    )
    assert text(first.cells[2]) == text(again.cells[2]) != ""
