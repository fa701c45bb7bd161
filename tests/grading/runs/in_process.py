"""A step that runs a notebook of the test's own in this very process: no kernel, no waiting.

For tests of what stands around the running. It is named in a course's configuration as
`tests.grading.runs.in_process.ExecuteHere`.
"""

import os
import time
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor

EXECUTE_HERE = f"{__name__}.ExecuteHere"


class ExecuteHere(NbGraderPreprocessor):  # type: ignore[misc]
    """Run the cells in one namespace; the value of the last line is the result."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        names: dict[str, Any] = {"student": resources["nbgrader"]["student"], "os": os}
        time.sleep(float(os.environ.get("SECONDS_FOR_A_NOTEBOOK", "0")))
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.outputs = list(_outputs(cell.source, names))
        return nb, resources


def _outputs(source: str, names: dict[str, Any]) -> Any:
    *lines, last = source.rstrip().split("\n")
    try:
        try:
            code = compile(last, "<cell>", "eval")
        except SyntaxError:
            exec(source, names)
            return
        exec("\n".join(lines), names)
        value = eval(code, names)
    except Exception as error:
        name = type(error).__name__
        yield new_output("error", ename=name, evalue=str(error), traceback=[name])
    else:
        if value is not None:
            yield new_output("execute_result", data={"text/plain": repr(value)})
