"""Switching the tests off, or changing what they ask."""
# ruff: noqa: E501  (hostile code is kept as it comes)

from nbformat import NotebookNode

from tests.grading.attacks.attack import Attack
from tests.grading.attacks.vault import POINTS
from tests.grading.course import by_id


def every_test(change: str) -> object:
    def edit(nb: NotebookNode) -> None:
        for name in POINTS:
            exec(change, {"cell": by_id(nb, name)})

    return edit


def answers_as_tests(nb: NotebookNode) -> None:
    for name in ("hand", "write", "add"):
        one = by_id(nb, name)
        one.metadata.nbgrader |= {"grade": True, "solution": False, "points": 100, "locked": True}
        one.source += "\n100.0"


ATTACKS = [
    Attack(
        "blanks_cells",
        """
shell = get_ipython()
shell.input_transformers_cleanup.append(lambda lines: [])
shell.input_transformers_post.append(lambda lines: ["5.0\\n"])
""",
    ),
    Attack(
        "drops_asserts",
        """
import ast
class Drop(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
    def visit_Call(self, node): return ast.Constant(5.0)
get_ipython().ast_transformers.append(Drop())
""",
    ),
    Attack("skips_by_tag", edit=every_test("cell.metadata.tags = ['skip-execution']")),
    Attack("allows_errors_by_tag", edit=every_test("cell.metadata.tags = ['raises-exception']")),
    Attack("rewrites_the_tests", edit=every_test("cell.source = '5.0'")),
    Attack("raises_its_points", edit=every_test("cell.metadata.nbgrader.points = 1000")),
    Attack("makes_its_points_nan", edit=every_test("cell.metadata.nbgrader.points = float('nan')")),
    Attack("takes_the_grade_flag", edit=every_test("cell.metadata.nbgrader.grade = False")),
    Attack("turns_tests_into_text", edit=every_test("cell.cell_type = 'markdown'")),
    Attack("turns_tests_into_answers", edit=every_test("cell.metadata.nbgrader.solution = True")),
    Attack("turns_answers_into_tests", edit=answers_as_tests),
    Attack(
        "replaces_the_shell",
        """
shell = get_ipython()
kernel = shell.kernel
shell.run_cell = shell.run_cell_async = lambda *a, **k: None
kernel.shell.user_expressions = lambda e: {}
""",
    ),
    Attack(
        "overwrites_given_numbers",
        answers={
            "add": "numbers = [-1]\ntotal = -1\ndef add(a, b):\n    return -1\nsum = lambda x: 3"
        },
    ),
    Attack(
        "overwrites_the_checks",
        answers={
            "hand": "check = lambda *a, points=0, **k: points\ncheck_function = check\nz_f = f_t = 0",
            "add": "class Yes(int):\n    def __eq__(self, other): return True\n"
            "total = Yes(3)\ndef add(a, b):\n    return Yes(0)\nassert_ = lambda *a: None\n"
            "sum = lambda *a: total\nnumbers = total",
        },
    ),
]
