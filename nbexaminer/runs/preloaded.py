"""Everything that a grading process needs for its first submission, imported and made by importing.

The server that grading processes are forked from imports this, once for all of them.
"""

import gc
from importlib import import_module

from nbexaminer.exercises import exercises
from nbexaminer.judge.handout import kernel_package
from nbexaminer.runs import pure

__all__ = ["pure"]

for name in ("ipykernel.kernelspec", "numpy.random"):  # which others import when they are asked
    import_module(name)
exercises().load()
kernel_package()

# What exists now is never looked at by the collector again, so it stays shared in memory.
gc.collect()
gc.freeze()
