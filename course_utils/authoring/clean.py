"""The one cleaner of notebooks: what two runs may differ in is taken out, and nothing else.

Kept: sources, outputs, attachments, cell ids, the metadata somebody reads (nbgrader's, tags), and
the words that stand for a picture. Taken out: execution times, editors' leftovers, widget ids, and
outputs that no run is compared with: they tell of the author's computer, not of the reader's.
Execution counts are renumbered. What a reader finds folded in JupyterLab follows from the tags.
"""

from copy import deepcopy

from nbformat import NotebookNode

from course_utils.authoring.files import fix_ids

CELL_METADATA = {"nbgrader", "tags"}
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
FOLDED = {
    "hide-input": ["source_hidden"],
    "hide-output": ["outputs_hidden"],
    "hide-cell": ["source_hidden", "outputs_hidden"],
}
"""What JupyterLab folds for each tag that a book folds: an answer is not seen before it is run."""
NOT_COMPARED = "nbval-ignore-output"
"""nbval's tag for a cell whose output differs from computer to computer: it stores none."""
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
        folded = {part: True for tag in kept.get("tags", []) for part in FOLDED.get(tag, [])}
        cell.metadata = NotebookNode(kept | ({"jupyter": NotebookNode(folded)} if folded else {}))
        if cell.cell_type == "code":
            count += bool(cell.source.strip())
            if NOT_COMPARED in kept.get("tags", []):
                cell.outputs, cell.execution_count = [], None
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
            output.metadata = _alternatives(output.metadata)
        if len(output.get("data", {})) > 1:
            output.data.pop(WIDGET_VIEW, None)  # its model id is another in every run


def _alternatives(metadata: NotebookNode) -> NotebookNode:
    """The words that stand for a picture, and nothing else of an output's metadata."""
    return NotebookNode(
        {
            mime: NotebookNode(alt=about["alt"])
            for mime, about in metadata.items()
            if isinstance(about, dict) and "alt" in about
        }
    )


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
