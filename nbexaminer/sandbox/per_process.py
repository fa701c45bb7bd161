"""Things of which each process has one of its own, also after a fork."""

import os
from collections.abc import Callable
from functools import cache, wraps
from typing import TypeVar

Thing = TypeVar("Thing")


def per_process(make: Callable[[], Thing]) -> Callable[[], Thing]:
    """Call `make` once in each process, and give back what it made there."""

    @cache
    def made(pid: int) -> Thing:
        return make()

    @wraps(make)
    def get() -> Thing:
        return made(os.getpid())

    return get
