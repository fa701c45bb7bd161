"""The assignment under attack: values, a function, plain tests of an instructor's, and words."""

import numpy as np
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from course_utils.exercises import exercise
from tests.grading.course import KERNEL, answer, cell, filled, graded_test, words

ASSIGNMENT = "vault"
POINTS = {
    "test_gate": 4.0, "test_function": 5.0, "test_total": 2.0, "test_order": 1.0, "test_sort": 2.0,
}  # fmt: skip
CANARY = "CANARY-7f3a"
"""How every secret begins."""

_FUNCTION = """\
def my_forget_gate(W_f, b_f, h_prev, x):
    hx = np.concatenate([h_prev, x], axis=-1)
    return 1 / (1 + np.exp(-(hx @ np.asarray(W_f).T + b_f)))"""

_SORT = "def in_order(values):\n    return sorted(values)"
_ORDER = """\
%%time
assert in_order([2, 1]) == [1, 2]
most = len(in_order([5, 3]))
def alike(a, b):
    return list(a) == list(b)"""
_SORTED = """\
case = ["CANARY" "-7f3a-case", "b", "a"]
assert len(set(in_order([1, 1, 2]))) == 2 == most
assert in_order(case) == sorted(case)
assert all(map(lambda values: alike(in_order(values), sorted(values)), [[3, 1, 2], [5, 4]]))"""
"""It checks with what the test before it defines."""


def source_notebook() -> NotebookNode:
    """Return the instructor's notebook; its solution and its hidden tests hold secrets."""
    hidden = "### BEGIN HIDDEN TESTS\n# {}\n{}\n### END HIDDEN TESTS"
    check = 'check_function("forget_gate", my_forget_gate, points=5, batch=True{})'
    more = check.format(', trials=10, seed="hidden"')
    return new_notebook(
        cells=[
            new_markdown_cell("# The vault", id="title"),
            cell(
                "code",
                "import numpy as np\nfrom IPython.display import Markdown\n\n"
                "from course_utils.exercises import check, check_function, exercise, own_data\n\n"
                "numbers = [1, 2]",
                "setup",
                locked=True,
            ),
            cell(
                "code",
                'gate = exercise("forget_gate")\nMarkdown(gate.statement(own_data("forget_gate")))',
                "data",
                locked=True,
            ),
            answer("hand", f"z_f = f_t = None  # {CANARY}-solution"),
            graded_test("test_gate", 'check("forget_gate", {"z_f": z_f, "f_t": f_t}, points=4)', 4),
            answer("write", _FUNCTION),
            graded_test(
                "test_function",
                check.format("") + "\n" + hidden.format(f"{CANARY}-hidden-function", more),
                5,
            ),
            answer("add", "def add(a, b):\n    return a + b\n\n\ntotal = sum(numbers)"),
            graded_test(
                "test_total",
                hidden.format(f"{CANARY}-hidden-total", "assert add(20, 3) == 23")
                + "\nassert total == sum(numbers) == 3\nassert add(2, 2) == 4",
                2,
            ),
            answer("sort", _SORT),
            graded_test("test_order", _ORDER, 1),
            graded_test("test_sort", hidden.format(f"{CANARY}-hidden-sort", _SORTED), 2),
            words("why", 3),
        ],
        metadata={"kernelspec": KERNEL},
    )


def right_answers() -> dict[str, str]:
    """Return what earns everything."""
    gate = exercise("forget_gate")
    parts = {name: np.round(v, 3).tolist() for name, v in gate.solve(gate.draw()).items()}
    return {
        "hand": f"z_f = {parts['z_f']}\nf_t = {parts['f_t']}",
        "write": _FUNCTION,
        "add": "def add(a, b):\n    return a + b\n\n\ntotal = 3",
        "sort": _SORT,
        "why": "Because a gate is a number between 0 and 1.",
    }


WRONG = {
    "hand": "z_f = [9.0, 9.0, 9.0]\nf_t = [0.1, 0.1, 0.1]",
    "write": "def my_forget_gate(W_f, b_f, h_prev, x):\n    return np.zeros_like(b_f)",
    "add": "def add(a, b):\n    return -1\n\n\ntotal = -1",
    "sort": "def in_order(values):\n    return -1",
    "why": "I do not know.",
}


def honest(released: NotebookNode) -> NotebookNode:
    """Return a right submission. It holds a secret too: nobody else may read it."""
    nb = filled(released, **right_answers())
    nb.cells.insert(0, new_markdown_cell(f"{CANARY}-neighbour"))
    return nb
