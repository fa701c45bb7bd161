"""Everything that a grading process needs for its first submission, imported and made by importing.

The server that grading processes are forked from imports this, once for all of them.
"""

import gc
from importlib import import_module

from course_utils.exercises import exercises
from nbexaminer.judge.handout import student_package
from nbexaminer.runner import pure

__all__ = ["pure"]

for name in ("ipykernel.kernelspec", "numpy.random"):  # which others import when they are asked
    import_module(name)
exercises()
student_package()

# What exists now is never looked at by the collector again, so it stays shared in memory.
gc.collect()
gc.freeze()
