"""A kernel that no longer takes messages is lost, in limited time, and is not waited for."""

from types import SimpleNamespace

import pytest
import zmq

from course_utils.grading.judge.kernel import KernelLostError, Respondent
from course_utils.grading.sandbox.client import guarded


def test_a_question_that_is_not_taken_says_that_the_kernel_is_lost() -> None:
    def refuses(*_: object, **__: object) -> str:
        raise zmq.Again

    with pytest.raises(KernelLostError, match="takes no more messages"):
        Respondent(None, SimpleNamespace(execute=refuses))._send("{}")


def test_sending_to_nobody_ends(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("course_utils.grading.sandbox.client.SEND_MILLISECONDS", 50)
    with guarded(zmq.Context(), 1000) as context, context.socket(zmq.DEALER) as socket:
        socket.linger = 0
        socket.connect(f"ipc://{tmp_path}/nobody")
        with pytest.raises(zmq.Again):
            fill(socket)


def fill(socket: zmq.Socket) -> None:
    """Send more than a socket holds for somebody who is not there."""
    for _ in range(100_000):
        socket.send(b"x")
