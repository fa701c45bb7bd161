"""A process of Node that runs scripts of ours and answers question after question."""

import atexit
import json
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any


class Node:
    """Runs `files`, one behind another, and then `loop`, which answers each line by a line."""

    def __init__(self, files: Iterable[Path], loop: str) -> None:
        folder = tempfile.TemporaryDirectory()
        script = Path(folder.name, "script.mjs")
        parts = [path.read_text("utf-8") for path in files]
        script.write_text("\n".join([*parts, loop]), encoding="utf-8")
        self._process = subprocess.Popen(
            ["node", str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        atexit.register(folder.cleanup)
        atexit.register(self._process.kill)

    def ask(self, question: object) -> dict[str, Any]:
        """Send a question as JSON and return the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer
