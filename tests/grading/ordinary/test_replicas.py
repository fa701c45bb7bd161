"""An ordinary nbgrader assignment scores here what it scores in plain nbgrader, test by test."""

from pathlib import Path

import pytest

from nbexaminer.runs.single import grade
from tests.grading.ordinary.replicas import (
    FILES,
    POINTS,
    REPLICAS,
    SUBMISSIONS,
    answered,
    handed_in,
    name_of,
    source,
)
from tests.grading.ordinary.stock import stock_marks

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]


@pytest.mark.long
def test_every_replica_scores_as_in_plain_nbgrader(tmp_path: Path) -> None:
    """One set-up for all: generating the assignment tries each test on seven answers."""
    differ = []
    for how in SUBMISSIONS:
        stock = stock_marks(answered(how), FILES, tmp_path / how)
        result = grade(source(), handed_in(how), data=FILES)
        assert result.remarks == (), result.remarks
        for test, question in result.questions.items():
            if question.score != pytest.approx(stock[test]):
                differ.append((how, name_of(test), question, stock[test]))
        if how == "solution":
            assert stock == dict.fromkeys(stock, POINTS), "the replicas' own solutions are wrong"
        else:
            assert sum(stock.values()) < POINTS, f"{how} passes in plain nbgrader"
    assert differ == []
    assert len(REPLICAS) >= 40
