"""What `make test` runs of many alike, and what is left to `make test-all`."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest


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
