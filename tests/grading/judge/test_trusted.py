"""What the trusted side shows of a cell that it has run."""

import logging
from typing import Any

import pytest

from course_utils.grading.judge.trusted import Namespace, run_test


def nothing(name: str) -> Any:
    raise KeyError(name)


def test_what_the_grader_logs_meanwhile_is_no_output_of_the_cell(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A task of an earlier submission may be collected, and complain, while this one is judged."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    source = "import logging\nlogging.getLogger('asyncio').error('of another')\nprint('mine')"
    (output,) = run_test(source, Namespace(nothing), 5.0, "seed", {})
    assert output.text == "mine\n"
    assert "of another" in capsys.readouterr().err
