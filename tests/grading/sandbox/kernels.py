"""Starting sandboxed kernels in tests, and asking what their code can do."""

import ast
import asyncio
import textwrap
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from traitlets.config import Config

from nbexaminer.sandbox import Provisioner, Sandbox, cell

SECONDS = 60


class Inside:
    """A kernel, asked from outside."""

    def __init__(self, kernel: Provisioner) -> None:
        self.kernel = kernel

    async def run(self, code: str, seconds: float = SECONDS) -> dict[str, Any]:
        """Run code; return its reply, with what it printed as `printed`, all it showed as `shown`.

        `in_time` says whether it ended by itself.
        """
        shown: list[dict[str, Any]] = []
        reply = await asyncio.to_thread(
            self.kernel.run, cell(textwrap.dedent(code)), seconds, 4, shown.append
        )
        shown = [message for message in shown if message["msg_type"] != "execute_input"]
        printed = [one["content"]["text"] for one in shown if one["msg_type"] == "stream"]
        said = {"printed": "".join(printed), "shown": shown, "in_time": reply.in_time}
        return {**reply.content, **said}

    async def value(self, expression: str) -> Any:
        """Return the value of an expression that is made of literals."""
        reply = await self.run(f"print(repr({expression}))")
        assert reply["status"] == "ok", reply
        return ast.literal_eval(reply["printed"])

    def begin(self, code: str) -> None:
        """Let code run, and do not wait for it."""
        assert self.kernel.line is not None
        assert self.kernel.line.ask(cell(textwrap.dedent(code)), time.monotonic() + SECONDS)


@asynccontextmanager
async def kernel(
    handout: Mapping[str, bytes] | None = None, **config: Any
) -> AsyncIterator[Inside]:
    """Start a kernel; end it afterwards."""
    one = Sandbox(config=Config(config)).kernel()
    await asyncio.to_thread(one.start, handout)
    try:
        yield Inside(one)
    finally:
        await asyncio.to_thread(one.close)
