"""The book closed in a notebook: what is asked and checked stays, the reference refuses."""

from typing import Any

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.exercises import check, closed_book, exercise

CLOSING = "from course_utils.exercises import closed_book\nclosed_book(forget_gate=[0])"
IMPORTS = "from course_utils.exercises import check, check_function, exercise, own_data"
GATE = """import numpy as np
def gate(W_f, b_f, h_prev, x):
    return {}(W_f @ np.concatenate([h_prev, x]) + b_f)"""
REFUSED = {
    "a cell": "from course_utils.cells import lstm_step\nlstm_step()",
    "a module's": "import course_utils.cells as cells\ncells.lstm_step()",
    "a submodule's": "from course_utils.cells import lstm\nlstm.lstm_step()",
    "the whole package's": "import course_utils.cells\ncourse_utils.cells.lstm_step()",
    "one that was imported before": "cell_of_before()",
    "a module that was imported before": "module_of_before.lstm_step()",
    "a solution": "exercise('forget_gate').solve(own_data('forget_gate'))",
    "a worked solution": "exercise('forget_gate').steps(own_data('forget_gate'))",
    "marking": "exercise('forget_gate').mark({}, {})",
    "an exercise that was taken before": "gate_of_before.solve(gate_of_before.draw())",
    "one that this assignment does not ask": "gru_of_before.solve({})",
    "the catalogue": "from course_utils.exercises.catalogue import gates\ngates.EXERCISES[0]",
    "the registry": "from course_utils.exercises.registry import exercise as e\ne('forget_gate')",
    "other numbers": "exercise('forget_gate').draw('class', 3)",
    "a widget": "from course_utils.widgets import explorer\nexplorer.Anything()",
}
OPEN = {
    "numbers": ("own_data('forget_gate')['W_f'].shape", "(3, 5)"),
    "the class's numbers": ("exercise('forget_gate').draw()['b_f'].shape", "(3,)"),
    "a statement": ("exercise('forget_gate').statement(own_data('forget_gate'))[:7]", "'Compute'"),
    "a title": ("exercise('forget_gate').title", "'Forget gate'"),
    "a right answer": (
        GATE.format("(lambda z: 1 / (1 + np.exp(-z)))")
        + "\ncheck_function('forget_gate', gate, points=5)",
        "5.0",
    ),
    "an answer that calls the course": (
        "from course_utils.cells import sigmoid\n"
        + GATE.format("sigmoid")
        + "\ncheck_function('forget_gate', gate, points=5)",
        "0.0",
    ),
    "an answer that is one of the course's functions": (
        "from course_utils.cells import sigmoid\ncheck_function('forget_gate', sigmoid)",
        "0.0",
    ),
    "closing once more": (f"{CLOSING}\n{IMPORTS}\nexercise('forget_gate').id", "'forget_gate'"),
    "other packages": ("import numpy.linalg\nfloat(numpy.linalg.norm([3, 4]))", "5.0"),
}
BEFORE = """import course_utils.cells as module_of_before
from course_utils.cells import lstm_step as cell_of_before
from course_utils.exercises import exercise
gate_of_before, gru_of_before = exercise("forget_gate"), exercise("gru_step")"""


def run(*sources: str) -> list[Any]:
    """Return the last output of each cell, run in one kernel."""
    nb = new_notebook(cells=[new_code_cell(source) for source in sources])
    NotebookClient(nb, kernel_name="python3", allow_errors=True, timeout=60).execute()
    return [cell.outputs[-1] if cell.outputs else None for cell in nb.cells]


@pytest.mark.kernel
def test_in_a_notebook_the_reference_is_refused_and_the_rest_works() -> None:
    sources = [*REFUSED.values(), *(source for source, _ in OPEN.values())]
    outputs = run(BEFORE, CLOSING, IMPORTS, *sources)
    assert outputs[0] is outputs[2] is None
    before = "cell_of_before, exercise, gate_of_before, gru_of_before, module_of_before"
    assert outputs[1].text.startswith(f"Closed from here on: {before}. Where your work is marked")
    for name, output in zip(REFUSED, outputs[3:], strict=False):
        assert output.get("ename") == "ClosedBookError", name
        assert "assignment" in output.evalue, name
    for (name, (_, value)), output in zip(OPEN.items(), outputs[3 + len(REFUSED) :], strict=True):
        assert output.get("data", {}).get("text/plain") == value, (name, output)


@pytest.mark.kernel
def test_the_same_is_open_to_a_notebook_that_closes_nothing() -> None:
    """What is refused above is there to be refused."""
    cells = run("from course_utils.cells import sigmoid\nfloat(sigmoid(0.0))", BEFORE)
    assert cells[0].data["text/plain"] == "0.5"
    assert cells[1] is None


@pytest.mark.kernel
def test_an_exercise_that_the_course_has_not_is_said_at_once() -> None:
    (output,) = run("from course_utils.exercises import closed_book\nclosed_book(nothing=[0])")
    assert output.ename == "KeyError"
    assert "there is no exercise 'nothing'" in output.evalue


def test_a_program_closes_nothing() -> None:
    closed_book(forget_gate=[0])
    gate = exercise("forget_gate")
    assert check("forget_gate", gate.solve(gate.draw())) == 1.0
