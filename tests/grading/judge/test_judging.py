"""Instructors' test cells of every kind, judged outside of the kernel that ran the answers."""

import time
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any, NamedTuple

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbgrader.utils import determine_grade
from traitlets.config import Config

from course_utils.exercises import exercise, own_data
from nbexaminer.notebook.judgements import marks_of
from nbexaminer.notebook.released import grade_id, is_test
from nbexaminer.steps import BoundScores, Execute
from tests.grading.course import KERNEL, cell, graded_test, resources

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
GATE_VALUES = exercise("forget_gate").solve(own_data("forget_gate"))["f_t"]
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
    "exit() in a cell": Case("x = 3\nexit()", "assert x == 3", 4),
    "quit without brackets": Case("x = 5\nquit", "assert x == 5", 4),
    "an exit that is asked of the shell": Case(
        "x = 7\nget_ipython().ask_exit()\nx = 8", "assert x == 7", 4
    ),
    "an exit when a value is read": Case(
        "class F(float):\n    def __float__(self): exit()\nx, z = F(3), 5",
        "assert z == 5 and x != 3",
        4,
    ),
    "an exit when an error is read": Case(
        "class E(ValueError):\n    def __str__(self): exit()\ndef f(): raise E",
        "try: f()\nexcept ValueError as error: assert str(error) == ''",
        4,
    ),
    "a loop that is stopped": Case(
        "import asyncio\nx = 9\nloop = asyncio.get_running_loop()\nloop.stop()", "assert x == 9", 4
    ),
    "an exit out of the loop": Case(
        "x = 11\nloop.call_soon(exit)\nloop.call_later(0.01, exit)", "assert x == 11", 4
    ),
    "an error out of the loop": Case(
        "import sys\nx = 12\nloop.call_soon(sys.exit)\nloop.call_later(0.01, sys.exit)",
        "assert x == 12",
        4,
    ),
    "quit() in a function": Case("def f(): quit()", "f()", 0, "SystemExit: exit() and quit()"),
    "the test's own array, made to fit": Case(
        "def f(a): a[:] = 0; return a",
        "a = np.array([3, 1, 2])\nassert (f(a) == np.sort(a)).all()",
        0,
    ),
    "the test's own list, made to fit": Case(
        "def f(values): values.clear(); return []", "a = [3, 1]\nassert f(values=a) == sorted(a)", 0
    ),
    "the test's own dictionary, made to fit": Case(
        "def f(d): d.clear(); return 0", "d = {1: 2}; n = f(d)\nassert n == sum(d.values())", 0
    ),
    "in place and returned": Case(
        "def f(a): a += 1; return a", "a = np.zeros(2); f(a)\nassert a.tolist() == [1, 1]", 4
    ),
    "in place by an object's method": Case(
        "class A:\n    def f(self, a): a.update(k=1); return 5\nf = A().f",
        "d = {}\nif True:\n    f(d)\nassert d == {'k': 1}",
        4,
    ),
    "the end of a map": Case(
        "def f(k): raise StopIteration", "assert all(map(lambda k: f(k) == k, [1, 2]))", 0, "Stop"
    ),
    "the end of a loop": Case(
        "class Own(StopIteration): pass\ndef f(k): raise Own('no')",
        "for value in map(f, [1, 2]): assert value == 3",
        0,
        "Own: no",
    ),
    "the end of an iterator": Case(
        "def f(): return next(iter([]))", "assert list(iter(f, 9)) == []", 0, "StopIteration"
    ),
    "the end of a coroutine": Case(
        "def f(k): raise StopAsyncIteration", "assert list(map(f, [1])) == []", 0
    ),
    "the end of a generator": Case(
        "def f(k): raise GeneratorExit", "assert all(f(k) == k for k in [1, 2])", 0, "GeneratorExit"
    ),
    "an interrupt": Case("def f(k): raise KeyboardInterrupt", "assert all(map(f, [1, 2]))", 0),
    "an exception that is not made of a text": Case(
        "def f(): return b'\\xff'.decode()", "try: f()\nexcept ValueError: pass", 4
    ),
    "a test that stops": Case(
        "same = lambda a, b: True\nlow, near_to, many = -9, lambda a: True, lambda a: 0",
        "nowhere\nlow = 3\nfrom math import isclose as near_to\nmany = nowhere(3)\n"
        "def same(a, b):\n    return a == b",
        0,
        "NameError",
    ),
    "its helper": Case("y = 1", "assert same(y, 2)", 0, "AssertionError"),
    "its helper again": Case("y = 2", "assert same(y, 2)", 4),
    "its import": Case("y = 1", "assert near_to(y, 2)", 0, "AssertionError"),
    "its number": Case("y = 2", "assert y < low == 3", 4),
    "what it would have computed": Case(
        "y = 1", "assert many(y) == 0", 0, "the test that defines 'many' stopped with NameError"
    ),
    "a test that stops before it reads a value": Case(
        "given_by_me = [3]", "nowhere\ngiven_by_me = np.asarray(given_by_me)", 0, "NameError"
    ),
    "that value": Case("pass", "assert given_by_me == [3]", 4),
    "a test that is timed": Case("y = 4", "%%time\nassert y == 3", 0, "AssertionError"),
    "a right answer, timed": Case("y = 3", "%%time\n\nassert y == 3\n2.5", 2.5),
    "a test in two magics": Case("y = 4", "%%capture\n%%time\nassert y == 3", 0, "AssertionError"),
    "a test in another language": Case("y = 3", "%%bash\ntrue", 0, "where %%bash is not run"),
    "a test timed by the line": Case("y = 3", "%time assert y == 4", 0, "where %time is not run"),
    "a command of the system": Case("y = 3", "!test -f y.txt", 0, "!test -f y.txt is not run"),
    "a harmless magic": Case("y = 3", "%matplotlib inline\nassert y == 3", 4),
    "what a hidden test asks": Case(
        "def f(*a): print('seen', a); raise ValueError(a)",
        "### BEGIN HIDDEN TESTS\nprint('mine')\nf(123456)\n### END HIDDEN TESTS",
        0,
        "mine\nValueError: ",
    ),
    "what a hidden test asks, as the name of an error": Case(
        "def f(a): raise type(f'Saw{a}', (KeyError,), {})",
        "### BEGIN HIDDEN TESTS\nf(123456)\n### END HIDDEN TESTS",
        0,
        "KeyError: ",
    ),
    "what a test that is shown asks": Case(
        "def f(*a): print('seen', a); raise ValueError(a)", "f(123456)", 0, "seen (123456,)"
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
    known = resources(given_out)
    config = Config(Execute={"timeout": 15, "notebook_timeout": 300} | values)
    graded, known = Execute(config=config).preprocess(nb, known)
    graded, _ = BoundScores().preprocess(graded, known)
    for one in filter(is_test, graded.cells):  # shown, and told: nbgrader reads what is shown
        assert marks_of(graded, one) == determine_grade(one), text(one)
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


def test_of_a_hidden_test_a_function_tells_nothing(judged: dict[str, NotebookNode]) -> None:
    for name in ("what a hidden test asks", "what a hidden test asks, as the name of an error"):
        assert "123456" not in text(judged[name])


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
    start = Execute.create_kernel

    def counted(self: Execute) -> Any:
        started.append(self)
        return start(self)

    monkeypatch.setattr(Execute, "create_kernel", counted)
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
    monkeypatch.setattr("nbexaminer.judge.trusted._LEEWAY", 0.5)
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


def test_the_notebook_s_time_begins_when_its_kernel_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is slow to start a kernel, the second one too, takes no time from it."""
    late = 0.0
    start = Execute.create_kernel

    def slow(self: Execute) -> Any:
        nonlocal late
        late += 1000.0
        return start(self)

    monkeypatch.setattr(Execute, "create_kernel", slow)
    monkeypatch.setattr("nbexaminer.steps.execute.monotonic", lambda: time.monotonic() + late)
    cells = [
        cell("code", "x = 1", "first", solution=True),
        cell("code", "import os; os._exit(0)", "second", solution=True),
        graded_test("test", "assert x == 1", 4),
    ]
    nb = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    graded = executed(nb, nb)
    assert late == 2000
    assert determine_grade(graded.cells[2]) == (4, 4), text(graded.cells[2])


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


@pytest.mark.parametrize(
    ("answer", "score", "said"),
    [
        ("f_t = [0.5, 0.5, 0.5]", 0.0, "f_t: Not right"),
        ("z_f = [9, 9, 9]", 0.0, "f_t: f_t has no answer yet"),
        ("pass", 0.0, "NameError"),
        ("f_t = solved", 4.0, "z_f: Not given; it is optional"),
    ],
)
def test_a_line_that_was_deleted_is_as_it_was_given_out(
    answer: str, score: float, said: str
) -> None:
    solved = [round(float(one), 3) for one in GATE_VALUES]
    stub = cell("code", "z_f = None  # optional\nf_t = None", "answer", solution=True)
    test = graded_test("test", 'check("forget_gate", {"z_f": z_f, "f_t": f_t}, points=4)', 4)
    cells = [cell("code", SETUP, "setup", locked=True), stub, test]
    given_out = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    nb = deepcopy(given_out)
    nb.cells[1].source = answer.replace("solved", str(solved))
    checked = executed(nb, given_out).cells[2]
    assert said in text(checked)
    assert determine_grade(checked)[0] == score
