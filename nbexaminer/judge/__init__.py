"""The trusted judge: test cells run on the grader's side, on values that the kernel hands back.

`planning` finds what a test cell needs, `handout` is what the student's kernel is given, `kernel`
asks it, `remote` stands for its functions, `trusted` runs a cell, and `Judge` puts them together.
"""

from nbexaminer.judge.judge import Judge, Judged
from nbexaminer.judge.kernel import KernelLostError
from nbexaminer.judge.places import keep_tests_inside, tests_behind, tests_inside
from nbexaminer.judge.planning import Plan, plan

__all__ = [
    "Judge",
    "Judged",
    "KernelLostError",
    "Plan",
    "keep_tests_inside",
    "plan",
    "tests_behind",
    "tests_inside",
]
