"""Asking a submission's kernel: one question, one text in answer, in limited time."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from nbexaminer.sandbox import LineLostError, NotInterruptedError, Provisioner
from nbexaminer.student_side import wire

_MIME = "application/vnd.nbexaminer.answer"
_EXPRESSION = "__import__('examined.answering').answering.answer({!r})"
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

    def __init__(self, kernel: Provisioner) -> None:
        """`kernel` has been started."""
        self._kernel = kernel
        self._one_at_a_time = threading.Lock()  # a test may call from threads of its own

    def ask(self, question: dict[str, Any], seconds: float) -> Any:
        """Return the answer to `question`, in the terms of wire.py.

        Raises NoAnswerError where there is none within `seconds` and KernelLostError where the
        kernel is gone, or does not come back from an interrupt.
        """
        expression = _EXPRESSION.format(json.dumps(question, allow_nan=False))
        request = {
            "code": "",
            "silent": True,
            "store_history": False,
            "user_expressions": {"answer": expression},
        }
        with self._one_at_a_time, _lost_in_words():
            reply = self._kernel.run(request, seconds, _INTERRUPT_SECONDS, most=_MOST_BYTES)
        if not reply.in_time:
            raise NoAnswerError("did not answer in time")
        try:
            return wire.loads(reply.content["user_expressions"]["answer"]["data"][_MIME])
        except (KeyError, TypeError):
            raise NoAnswerError("did not answer") from None

    def run_apart(self, code: str, before: Sequence[str], seconds: float) -> dict[str, Any] | None:
        """Run a cell in a fork of the kernel, behind others; return what the fork says of it.

        None where it took longer than `seconds`. Raises KernelLostError.
        """
        with self._one_at_a_time, _lost_in_words():
            reply = self._kernel.run_apart(
                code, before, seconds, _INTERRUPT_SECONDS, most=_MOST_BYTES
            )
        return reply.content if reply.in_time else None


@contextmanager
def _lost_in_words() -> Iterator[None]:
    try:
        yield
    except LineLostError as error:
        raise KernelLostError("KernelDied", str(error)) from None
    except NotInterruptedError:
        reason = "it ran too long and could not be interrupted"
        raise KernelLostError("CellTimeout", reason) from None
