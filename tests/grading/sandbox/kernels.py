"""Starting sandboxed kernels in tests, and asking what their code can do."""

import ast
import textwrap
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from traitlets.config import Config

from course_utils.grading.sandbox import Sandbox

SECONDS = 60


class Inside:
    """A kernel, asked from outside."""

    def __init__(self, manager: AsyncKernelManager, client: Any) -> None:
        self.manager, self.client = manager, client

    async def run(self, code: str, seconds: float = SECONDS) -> dict[str, Any]:
        """Run code; return the content of its reply, with what it printed as `printed`."""
        printed: list[str] = []

        def keep(message: dict[str, Any]) -> None:
            if message["msg_type"] == "stream":
                printed.append(message["content"]["text"])

        reply = await self.client.execute_interactive(
            textwrap.dedent(code), allow_stdin=False, output_hook=keep, timeout=seconds
        )
        return {**reply["content"], "printed": "".join(printed)}

    async def value(self, expression: str) -> Any:
        """Return the value of an expression that is made of literals."""
        reply = await self.run(f"print(repr({expression}))")
        assert reply["status"] == "ok", reply
        return ast.literal_eval(reply["printed"])


@asynccontextmanager
async def kernel(
    handout: Mapping[str, bytes] | None = None, **config: Any
) -> AsyncIterator[Inside]:
    """Start a kernel; end it afterwards."""
    traits = Config(config)
    manager = AsyncKernelManager(kernel_name="python3", config=traits)
    Sandbox(config=traits).prepare(manager)
    await manager.start_kernel(handout=handout)
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=SECONDS)
        yield Inside(manager, client)
    finally:
        await manager.shutdown_kernel(now=True)
        client.stop_channels()
