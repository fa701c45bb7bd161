"""What is kept of the outputs of a submission's cells: how much, and in what form."""

import json
from collections import defaultdict
from typing import Any

from nbformat import NotebookNode, from_dict
from nbformat.v4.nbbase import validate


class OutputLimit:
    """Counts the characters that each cell prints and cuts them off at a limit."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.cut: set[int] = set()
        """The indices of the cells whose output was cut."""
        self._used: defaultdict[int, int] = defaultdict(int)

    def admits(self, msg: dict[str, Any], cell_index: int) -> bool:
        """Whether the message is kept; shortens its text to what is left for the cell.

        Results and errors always pass, because the score hangs on them; their texts are cut short.
        """
        kind, content = msg["msg_type"], msg["content"]
        if kind == "stream":
            left = self.limit - self._used[cell_index]
            content["text"] = self._shortened(content["text"], max(left, 0), cell_index)
            self._used[cell_index] += len(content["text"])
            return bool(content["text"])
        if kind == "error":
            content["evalue"] = self._shortened(content["evalue"], self.limit, cell_index)
            content["traceback"] = [
                self._shortened(line, self.limit, cell_index) for line in content["traceback"]
            ]
        elif kind == "execute_result" or self._fits(content["data"], cell_index):
            for mime, value in content["data"].items():
                if isinstance(value, str) and mime.startswith("text/"):
                    content["data"][mime] = self._shortened(value, self.limit, cell_index)
        else:
            self.cut.add(cell_index)
            return False
        return True

    def _shortened(self, text: str, length: int, cell_index: int) -> str:
        if len(text) > length:
            self.cut.add(cell_index)
        return text[:length]

    def _fits(self, data: dict[str, Any], cell_index: int) -> bool:
        """Pictures have room of their own: ten times the text's limit, for each cell."""
        self._used[-1 - cell_index] += sum(len(str(value)) for value in data.values())
        return self._used[-1 - cell_index] <= 10 * self.limit


def clean_outputs(cell: NotebookNode) -> None:
    """Leave in a cell that has run what the notebook format allows and a file can hold."""
    kept = []
    for output in map(_writable, cell.outputs):
        if output.output_type == "stream" and isinstance(output.text, list):
            output.text = "".join(map(str, output.text))
        try:
            validate(output, ref=output.output_type)
        except Exception:  # forged: the wrong fields, or values of the wrong kind
            continue
        kept.append(output)
    cell.outputs = kept
    if type(cell.get("execution_count")) is not int:
        cell.execution_count = None


def _writable(output: NotebookNode) -> NotebookNode:
    """Return the output without halves of characters, which JSON knows and UTF-8 does not."""
    text = json.dumps(output, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        whole: NotebookNode = from_dict(json.loads(text.encode("utf-8", "replace")))
        return whole
    return output
