"""The trusted judge: test cells run on the grader's side, on values that the kernel hands back.

`planning` finds what a test cell needs, `handout` is what the student's kernel is given, `kernel`
asks it, `remote` stands for its functions, `trusted` runs a cell, and `Judge` puts them together.
"""

from nbexaminer.judge.judge import Judge
from nbexaminer.judge.kernel import KernelLostError
from nbexaminer.judge.planning import Plan, plan

__all__ = ["Judge", "KernelLostError", "Plan", "plan"]
