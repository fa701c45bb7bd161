"""A student of the sample class answers a released notebook: what a page tells of, done for a test.

python tests/docs/handing_in.py STUDENT RELEASED HANDED_IN
"""

import sys
from pathlib import Path

import nbformat

from nbexaminer.runs.sample_class import read_roster
from nbexaminer.runs.sample_class.fill import fill

SOFTMAX = """
given = own_data("coupled_gates")
z, C_before, C_tilde = given["z_i"], given["c_prev"], given["c_tilde"]
i_t = [2.718281828 ** one / sum(2.718281828 ** other for other in z) for one in z]
C_t = [(1 - i) * C + i * new for i, C, new in zip(i_t, C_before, C_tilde)]
"""
"""What docs/exercise.md asks its reader to hand in."""


def hand_in(student: str, released: Path, to: Path) -> None:
    """Write `released`, with the answers of `student`, to the file `to`."""
    answers = {one.id: one.answers for one in read_roster()}
    answers["ana"] = answers["bo"] | {"hand_coupled_gates": SOFTMAX}
    to.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(fill(nbformat.read(released, as_version=4), answers[student]), to)


def make_it_four_points(source: Path) -> None:
    """Let question 1.3 be worth 4 points."""
    notebook = nbformat.read(source, as_version=4)
    (cell,) = [c for c in notebook.cells if c.id == "test_exam_1_gate"]
    assert "points=3" in cell.source
    cell.source = cell.source.replace("points=3", "points=4")
    cell.metadata.nbgrader.points = 4
    nbformat.write(notebook, source)


if __name__ == "__main__":
    if sys.argv[1:] == ["--four-points"]:
        make_it_four_points(Path("source/2_forget_gate/forget_gate.ipynb"))
    else:
        hand_in(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
