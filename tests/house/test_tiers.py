"""The order of the tests: a file is not torn apart, and the slow ones begin."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.conftest import TOOLS, not_run, reason_of
from tests.tiers import long_but, one_in, slow_files_first, thinned


def item(path: str, *markers: str) -> Any:
    return SimpleNamespace(
        path=Path(path), get_closest_marker=lambda name: name if name in markers else None
    )


def test_files_with_slow_tests_come_first_and_keep_their_order() -> None:
    items = [item("a"), item("b"), item("b", "kernel"), item("c"), item("d", "slow", "torch")]
    before = list(items)
    slow_files_first(items)
    assert items == [before[k] for k in (1, 2, 4, 0, 3)]


def test_what_did_not_run_is_counted_in_reports_of_whatever_process() -> None:
    skipped = [(__file__, 1, f"Skipped: {reason_of(TOOLS['torch'])}"), (__file__, 2, "Skipped: no")]
    reporter: Any = SimpleNamespace(
        stats={"skipped": [SimpleNamespace(longrepr=said) for said in [*skipped, skipped[0]]]}
    )
    assert not_run(reporter) == [(TOOLS["torch"], 2)]


def test_of_many_alike_all_are_kept_and_some_are_marked() -> None:
    def marked(parameters: list[Any]) -> dict[Any, list[str]]:
        return {one.values[0]: [mark.name for mark in one.marks] for one in parameters}

    assert marked(one_in(2, "abc")) == {"a": [], "b": ["slow"], "c": []}
    assert marked(thinned(8)) == {8: [], 1: ["slow"]}
    assert marked(long_but(["b"], "ab")) == {"a": ["long"], "b": []}
