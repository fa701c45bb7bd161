"""Asking a submission's kernel: one question, one text in answer, in limited time."""

import asyncio
import json
from contextlib import suppress
from time import monotonic
from typing import Any

import zmq
from jupyter_core.utils import ensure_async, run_sync

from course_utils.grading.student_side.course_utils import wire

_MIME = "application/vnd.course-utils.answer"
_EXPRESSION = "__import__('course_utils.answering').answering.answer({!r})"
_ALIVE_SECONDS = 0.5
"""How often a silent kernel is looked at."""
_INTERRUPT_SECONDS = 1.0
"""How long an interrupted kernel may take to come back."""

_MOST_BYTES = 2 * wire.MOST_CHARACTERS
"""A larger reply is not even parsed."""


class KernelLostError(BaseException):
    """The kernel has died, or cannot be brought back. No Exception: a test cell cannot catch it."""

    def __init__(self, name: str, reason: str) -> None:
        """`name` and `reason` are those of the error to be shown."""
        super().__init__(reason)
        self.name, self.reason = name, reason


class NoAnswerError(Exception):
    """The kernel answered with something that is no answer, or not in time."""


class Respondent:
    """A running kernel as the judge sees it: it is asked, and what it says is data."""

    def __init__(self, manager: Any, client: Any) -> None:
        """`manager` and `client` are asynchronous, as nbclient makes them."""
        self._manager = manager
        self._client = client

    def ask(self, question: dict[str, Any], seconds: float) -> Any:
        """Return the answer to `question`, in the terms of wire.py.

        Raises NoAnswerError where there is none within `seconds` and KernelLostError where the
        kernel is gone, or does not come back from an interrupt.
        """
        return wire.loads(run_sync(self._ask)(question, seconds))

    async def _ask(self, question: dict[str, Any], seconds: float) -> Any:
        text = json.dumps(question, allow_nan=False)
        ignored = asyncio.ensure_future(self._ignore_outputs())
        try:
            number = self._send(text)
            reply = await self._reply(number, seconds)
            if reply is None:
                await ensure_async(self._manager.interrupt_kernel())
                if await self._reply(number, _INTERRUPT_SECONDS) is None:
                    raise KernelLostError(
                        "CellTimeout", "it ran too long and could not be interrupted"
                    )
                raise NoAnswerError("did not answer in time")
        finally:
            ignored.cancel()
            with suppress(asyncio.CancelledError):
                await ignored
        try:
            return reply["content"]["user_expressions"]["answer"]["data"][_MIME]
        except (KeyError, TypeError):
            raise NoAnswerError("did not answer") from None

    def _send(self, question: str) -> str:
        """Send a question and return its number. Raises KernelLostError where it is not taken."""
        try:
            number: str = self._client.execute(
                "",
                silent=True,
                store_history=False,
                user_expressions={"answer": _EXPRESSION.format(question)},
                allow_stdin=False,
                stop_on_error=False,
            )
        except zmq.Again:  # its connection is gone, by a message of its own that was too large
            raise KernelLostError("KernelDied", "it takes no more messages") from None
        return number

    async def _reply(self, number: str, seconds: float) -> dict[str, Any] | None:
        """Wait for the reply to one request; None when the time is over."""
        deadline = monotonic() + seconds
        while (left := deadline - monotonic()) > 0:
            channel = self._client.shell_channel
            if await channel.socket.poll(1000 * min(left, _ALIVE_SECONDS)):
                message = _read(channel.session, await channel.socket.recv_multipart())
                if message.get("parent_header", {}).get("msg_id") == number:
                    return message
            elif not await ensure_async(self._manager.is_alive()):
                raise KernelLostError("KernelDied", "it ended the Python process")
        return None

    async def _ignore_outputs(self) -> None:
        """Take in what is printed meanwhile, unread, so that it does not pile up."""
        while True:
            await self._client.iopub_channel.socket.recv_multipart()


def _read(session: Any, parts: list[bytes]) -> dict[str, Any]:
    """Return a message, or nothing where it is none of a kernel's: forged, or too large to read."""
    try:
        if sum(map(len, parts)) > _MOST_BYTES:
            return {}
        _, parts = session.feed_identities(parts)
        message = session.deserialize(parts)
        return message if isinstance(message.get("parent_header"), dict) else {}
    except Exception:  # in one of a thousand ways
        return {}
