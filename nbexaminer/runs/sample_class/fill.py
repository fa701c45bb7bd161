"""Answers typed into a released notebook, by grade id."""

from copy import deepcopy
from string import Template

from nbformat import NotebookNode

from nbexaminer.exercises import exercises
from nbexaminer.notebook.released import graded_cells


def fill(released: NotebookNode, answers: dict[str, str]) -> NotebookNode:
    """Return `released` with `answers` typed in; answers of other notebooks are left aside.

    Raises KeyError for a $name that no exercise has.
    """
    nb = deepcopy(released)
    known = exercises().sample_numbers()
    for name, cell in graded_cells(nb).items():
        if name in answers:
            cell.source = Template(answers[name].strip()).substitute(known)
    return nb
