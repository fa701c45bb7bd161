"""Every exercise by its id: each module of the catalogue lists its own."""

import importlib
import pkgutil
from functools import cache
from types import MappingProxyType

from course_utils.exercises import catalogue
from course_utils.exercises.definition import Exercise


def exercise(id: str) -> Exercise:
    """Return the exercise called `id`. Raises KeyError, listing the names, where there is none."""
    known = exercises()
    if id not in known:
        raise KeyError(f"there is no exercise {id!r}; there are {', '.join(sorted(known))}")
    return known[id]


@cache
def exercises() -> MappingProxyType[str, Exercise]:
    """Return every exercise by id, in the catalogue's order. Raises ValueError on a doubled id."""
    found: dict[str, Exercise] = {}
    for module in pkgutil.iter_modules(catalogue.__path__):
        listed = importlib.import_module(f"{catalogue.__name__}.{module.name}")
        for one in getattr(listed, "EXERCISES", ()):
            if one.id in found:
                raise ValueError(f"two exercises are called {one.id!r}")
            found[one.id] = one
    return MappingProxyType(found)
