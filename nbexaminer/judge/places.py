"""Where each test of an assignment is judged: outside the student's process, or inside.

It is found when the assignment is generated, and stands in the notebook that is given out, which is
the only one that is asked: what a submission says of it counts for nothing.
"""

from collections.abc import Iterable

from nbformat import NotebookNode

from nbexaminer.notebook.asked import asked_in
from nbexaminer.notebook.released import is_test
from nbexaminer.notebook.remarks import KEY

_PLACE = "judged_inside"
_BEHIND = "behind_all_tests"


def tests_inside(released: NotebookNode) -> frozenset[str]:
    """Return the grade ids of the tests that are judged inside; all others are judged outside."""
    return frozenset(map(str, released.metadata.get(KEY, {}).get(_PLACE, ())))


def may_be_inside(cell: NotebookNode) -> bool:
    """Whether a cell is a test that can be judged inside: exercises are marked outside only."""
    return is_test(cell) and not asked_in(cell.source)


def tests_behind(released: NotebookNode) -> frozenset[str]:
    """Return those inside that run behind all tests before them: what these change, they read."""
    return frozenset(map(str, released.metadata.get(KEY, {}).get(_BEHIND, ())))


def keep_tests_inside(
    released: NotebookNode, names: Iterable[str], behind: Iterable[str] = ()
) -> None:
    """Write them into a notebook that is given out; nothing where all are judged outside."""
    for place, found in ((_PLACE, sorted(names)), (_BEHIND, sorted(behind))):
        if found:
            released.metadata.setdefault(KEY, {})[place] = found
