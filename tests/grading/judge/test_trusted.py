"""What the trusted side shows of a cell that it has run."""

import logging
import math
from typing import Any

import pytest

from nbexaminer.judge.trusted import Namespace, run_test
from nbexaminer.notebook.judgements import Failure, Judgement, Said


def nothing(name: str) -> Any:
    raise KeyError(name)


def test_what_the_grader_logs_meanwhile_is_no_output_of_the_cell(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A task of an earlier submission may be collected, and complain, while this one is judged."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    source = "import logging\nlogging.getLogger('asyncio').error('of another')\nprint('mine')"
    (output,), judgement = run_test(source, Namespace(nothing), 5.0, "seed", {})
    assert output.text == "mine\n"
    assert judgement == Judgement(said=(Said("mine\n"),))
    assert "of another" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "score"),
    [
        ("2.5", 2.5), ("np.float64(2.5)", 2.5), ("np.int8(3)", 3.0), ("-1", -1.0),
        ("10 ** 400", math.inf), ("-(10 ** 400)", -math.inf), ("True", None),
        ("np.True_", None), ("'2.5'", None), ("[2.5]", None), ("None", None), ("2.5;", None),
    ],
)  # fmt: skip
def test_a_test_is_worth_the_number_that_it_ends_in(value: str, score: float | None) -> None:
    _, judgement = run_test(f"import numpy as np\n{value}", Namespace(nothing), 5.0, "seed", {})
    assert judgement == Judgement(score)


def test_an_error_is_told_as_data_and_what_was_printed_before_it_too() -> None:
    source = "print('so far')\nassert 1 == 2, 'never'"
    _, judgement = run_test(source, Namespace(nothing), 5.0, "seed", {})
    failure = Failure("AssertionError", "never")
    assert judgement == Judgement(error=failure, said=(Said("so far\n"),))


def test_a_verdict_is_told_from_what_looks_like_one() -> None:
    source = (
        "from course_utils.exercises import check\n"
        "print('one_hot: 9 of 9 points')\n"
        "check('one_hot', {}, points=2)\ncheck('one_hot', {}, points=2)\nprint('end')"
    )
    outputs, judgement = run_test(source, Namespace(nothing), 5.0, "seed", {})
    assert [one.exercise for one in judgement.said] == [None, "one_hot", "one_hot", None]
    assert judgement.printed == "one_hot: 9 of 9 points\n\nend\n"
    assert [one.exercise for one in judgement.last_said] == [None, "one_hot", None]
    assert "of 2 points" not in judgement.said[1].text
    assert outputs[0].text.count("one_hot: 0 of 2 points\n") == 2


def test_a_warning_is_told_without_the_place_which_is_the_graders() -> None:
    source = "import warnings\nwarnings.warn('careful')\nimport numpy as np\nnp.float64(1) / 0"
    (output, _), judgement = run_test(source, Namespace(nothing), 5.0, "seed", {})
    expected = "UserWarning: careful\nRuntimeWarning: divide by zero encountered in scalar divide\n"
    assert output.text == expected
    assert judgement.said == (Said(expected),)
