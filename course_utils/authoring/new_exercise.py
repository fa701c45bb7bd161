"""What `course new exercise` writes: a form to begin with, and a notebook's cells that ask it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.authoring.clean import KERNELSPEC
from course_utils.exercises.forms import Form
from course_utils.formulas import FormulaError

BEGINNING = '''\
title = "{title}"
text = "Compute the cell state `C_t`."
points = 4

# One line for each value that is asked for, as a textbook prints it.
formulas = """
C_t = f_t ∘ C_{{t-1}} + i_t ∘ C~_t
"""

# What is given, and how it is drawn: also ", all different" and ", no 0".
[given]
f_t = "0.1 to 0.9 by 0.1, all different"
i_t = "0.1 to 0.9 by 0.1, all different"
"C_{{t-1}}" = "-2 to 2 by 0.1"
"C~_t" = "-0.9 to 0.9 by 0.1"

# One for each mistake: what stands where, what was done, why it is not right.
[[slip]]
name = "f left out"
replace = {{ "f_t ∘ C_{{t-1}}" = "C_{{t-1}}" }}
did = "The old cell state entered whole, without the forget gate."
why = "The gate f says how much of the old cell state stays."
'''


def beginning(name: str) -> str:
    """Return a form that works, for its author to change."""
    return BEGINNING.format(title=name.replace("_", " ").capitalize())


def cells(form: Form) -> Iterator[NotebookNode]:
    """Yield the cells that show the exercise, take the answer and check it, with nbgrader's marks.

    Their ids end in the form's: they can stand in one notebook with those of other forms.
    """
    id, names = form.id, [*form.asks]
    yield _cell(f"title_{id}", f"## {form.title}")
    shown = f'{id}_exercise = exercise("{id}")\n'
    shown += f'Markdown({id}_exercise.statement(own_data("{id}")))'
    yield _cell(f"data_{id}", shown, "code")
    blanks = "".join(
        f"{name} = None{'  # optional' if name in form.optional else ''}\n" for name in names
    )
    solved = "".join(f'{name} = solution["{name}"]\n' for name in names)
    answer = (
        f"{blanks}### BEGIN SOLUTION\n"
        f'solution = {id}_exercise.solve(own_data("{id}"))\n{solved}### END SOLUTION'
    )
    yield _cell(f"hand_{id}", answer, "code", solution=True)
    given = ", ".join(f'"{name}": {name}' for name in names)
    test = f'check("{id}", {{{given}}}, points={form.points:g})'
    yield _cell(f"test_hand_{id}", test, "code", grade=True, points=form.points)
    if form.returns:
        yield from _function(form)


def _function(form: Form) -> Iterator[NotebookNode]:
    id, arguments = form.id, ", ".join(form.arguments)
    returns = ", ".join(form.returns)
    yield _cell(f"words_{id}", f"Write `my_{id}({arguments})`, which returns {returns}.")
    stub = f'def my_{id}({arguments}):\n    """Return {returns}."""\n'
    try:
        lines = "".join(f"    {one.name} = {one.code()}\n" for one in form.lines.values())
        body = f"    import numpy as np\n\n{lines}    return {returns}\n"
    except FormulaError:
        body = "    raise NotImplementedError  # the solution is yours to write here\n"
    answer = f"{stub}    ### BEGIN SOLUTION\n{body}    ### END SOLUTION"
    yield _cell(f"write_{id}", answer, "code", solution=True)
    test = f'check_function("{id}", my_{id}, points={form.function_points:g})'
    yield _cell(f"test_{id}", test, "code", grade=True, points=form.function_points)


def setup() -> NotebookNode:
    """Return the cell that the others stand on."""
    names = "check, check_function, exercise, own_data"
    source = f"from IPython.display import Markdown\n\nfrom course_utils.exercises import {names}"
    return _cell("setup", source, "code")


def notebook(form: Form) -> NotebookNode:
    """Return a notebook that asks the exercise and nothing else."""
    made = [setup(), *cells(form)]
    found: NotebookNode = new_notebook(cells=made, metadata={"kernelspec": KERNELSPEC})
    return found


def renewed(book: NotebookNode, form: Form) -> list[str]:
    """Put the form's cells into a notebook, in the place of those it has; return what changed."""
    places = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in book.cells}
    changed = []
    for cell in [*([] if "setup" in places else [setup()]), *cells(form)]:
        name = cell.metadata.nbgrader["grade_id"]
        old = places.get(name)
        if old is None:
            book.cells.append(cell)
        elif (old.source, old.metadata.nbgrader) == (cell.source, cell.metadata.nbgrader):
            continue
        else:
            old.source, old.metadata.nbgrader = cell.source, cell.metadata.nbgrader
        changed.append(name)
    return changed


def out_of_step(book: NotebookNode, form: Form) -> Iterator[str]:
    """Yield what a notebook asks otherwise than its form does."""
    tests = {
        cell.metadata.nbgrader["grade_id"]: cell
        for cell in book.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    test = tests.get(f"test_hand_{form.id}")
    if test is None:
        return
    missing = [name for name in form.asks if f'"{name}"' not in test.source]
    points = float(test.metadata.nbgrader.get("points", 0))
    if missing:
        yield f"the notebook does not ask for {', '.join(missing)}"
    if points != form.points:
        yield f"the notebook gives {points:g} points for it, the form {form.points:g}"


def only_notebook(folder: Path) -> Path | None:
    """Return the notebook of an assignment's folder, if it has one alone."""
    found = sorted(folder.glob("*.ipynb"))
    return found[0] if len(found) == 1 else None


def _cell(name: str, source: str, kind: str = "markdown", **flags: object) -> NotebookNode:
    graded = {"grade": False, "solution": False, "task": False, "schema_version": 3} | flags
    graded |= {"grade_id": name, "locked": not graded["solution"]}
    new: Any = new_code_cell if kind == "code" else new_markdown_cell
    made: NotebookNode = new(source, id=name[:64], metadata={"nbgrader": graded})
    return made
