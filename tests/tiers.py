"""What `make check` and `make test` run of many alike, and what is left to the next of them."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

_SLOW = ("browser", "kernel", "long", "slow")


def slow_files_first(items: list[pytest.Item]) -> None:
    """Put the files that have slow tests first: begun last, one would be waited for at the end."""
    slow = {item.path for item in items if any(map(item.get_closest_marker, _SLOW))}
    items.sort(key=lambda item: item.path not in slow)


def one_in(step: int, values: Iterable[Any], name: Callable[[Any], str] = str) -> list[Any]:
    """The values as parameters of a test; but for one in `step` they are marked `slow`."""
    return [
        pytest.param(value, marks=pytest.mark.slow if k % step else (), id=name(value))
        for k, value in enumerate(values)
    ]


def thinned(step: int) -> list[Any]:
    """Steps through many texts, for a test that looks at `texts[::step]`: all is marked `slow`."""
    return [
        pytest.param(step, id=f"one in {step}"),
        pytest.param(1, id="all", marks=pytest.mark.slow),
    ]


def long_but(
    named: Iterable[str], values: Iterable[Any], name: Callable[[Any], str] = str
) -> list[Any]:
    """The values as parameters of a test; all but the named ones are marked `long`.

    Raises AssertionError for a name that none of them has: it would keep nothing.
    """
    values, kept = list(values), set(named)
    unknown = kept - {name(value) for value in values}
    assert not unknown, f"none of the values is called {', '.join(sorted(unknown))}"
    marks = [() if name(value) in kept else pytest.mark.long for value in values]
    return [pytest.param(v, marks=m, id=name(v)) for v, m in zip(values, marks, strict=True)]
