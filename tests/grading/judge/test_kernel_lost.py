"""A kernel that no longer takes messages is lost, in limited time, and is not waited for."""

import os
import socket
import time
from collections.abc import Iterator

import pytest

from nbexaminer.judge.kernel import KernelLostError, Respondent
from nbexaminer.sandbox import Provisioner, line, provisioner


@pytest.fixture
def silent() -> Iterator[Provisioner]:
    """A kernel that says and takes nothing; its process is this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = os.pidfd_open(os.getpid())
    kernel = Provisioner()
    kernel.line = line.Line(ours, process, 1000)
    with theirs:
        yield kernel
    kernel.close()
    os.close(process)


def test_a_question_that_is_not_taken_says_that_the_kernel_is_lost(
    silent: Provisioner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provisioner, "SEND_SECONDS", 0.05)
    question = {"do": "values", "names": ["x" * 10_000_000]}  # more than a socket holds
    with pytest.raises(KernelLostError, match="takes no more messages"):
        Respondent(silent).ask(question, 10)


def test_one_that_does_not_stop_is_lost(
    silent: Provisioner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nbexaminer.judge.kernel._INTERRUPT_SECONDS", 0.05)
    with pytest.raises(KernelLostError, match="could not be interrupted"):
        Respondent(silent).ask({"do": "values", "names": []}, 0.05)


def test_a_line_that_is_closed_says_so(silent: Provisioner) -> None:
    assert silent.line is not None
    assert silent.line.reply(time.monotonic() + 0.01) is None
    silent.close()
    with pytest.raises(KernelLostError, match="has not been started"):
        Respondent(silent).ask({"do": "values", "names": []}, 1)
