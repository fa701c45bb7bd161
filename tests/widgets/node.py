"""A process of Node that runs the browser's own modules and answers question after question."""

import atexit
import json
import subprocess
from pathlib import Path
from typing import Any

BROWSER = Path(__file__).parents[2] / "course_utils" / "widgets" / "browser"


class Node:
    """Runs `loop`, which imports from the browser's folder and answers each line by a line."""

    def __init__(self, loop: str) -> None:
        command = ["node", "--input-type=module", "-e", loop]
        self._process = subprocess.Popen(
            command, cwd=BROWSER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        atexit.register(self._process.kill)

    def ask(self, question: object) -> dict[str, Any]:
        """Send a question as JSON and return the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer
