"""The one cleaner of notebooks: what two runs may differ in is taken out, and nothing else.

Kept: sources, outputs, attachments, cell ids, and the metadata somebody reads (nbgrader's, tags).
Taken out: execution times, editors' leftovers, widget ids. Execution counts are renumbered.
"""

from copy import deepcopy

from nbformat import NotebookNode

from course_utils.authoring.files import fix_ids

CELL_METADATA = {"nbgrader", "tags"}
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def cleaned(notebook: NotebookNode) -> NotebookNode:
    """Return a cleaned copy of `notebook`. Cleaning twice changes nothing more."""
    notebook = deepcopy(notebook)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = NotebookNode(kernelspec=NotebookNode(KERNELSPEC))
    fix_ids(notebook.cells)
    count = 0
    for cell in notebook.cells:
        kept = {k: v for k, v in cell.metadata.items() if k in CELL_METADATA and v}
        cell.metadata = NotebookNode(kept)
        if cell.cell_type == "code":
            count += bool(cell.source.strip())
            _clean_code_cell(cell, count)
    return notebook


def _clean_code_cell(cell: NotebookNode, count: int) -> None:
    executed = bool(cell.outputs) or cell.execution_count is not None
    cell.execution_count = count if executed and cell.source.strip() else None
    cell.outputs = _streams_joined(cell.outputs)
    for output in cell.outputs:
        if "execution_count" in output:
            output.execution_count = cell.execution_count
        if "metadata" in output:
            output.metadata = NotebookNode()
        if len(output.get("data", {})) > 1:
            output.data.pop(WIDGET_VIEW, None)  # its model id is another in every run


def _streams_joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join neighbouring pieces of one stream: where the kernel cut them is chance."""
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else None
        both = last is not None and output.output_type == last.output_type == "stream"
        if both and last is not None and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined
