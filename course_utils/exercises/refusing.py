"""What is closed while an assignment is worked on and marked: it imports, and refuses to be called.

This file is the same in a student's notebook and where submissions run; it imports nothing else of
the course.
"""

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class ClosedBookError(RuntimeError):
    """Something of the course was called that an assignment is worked out without."""


def closed(what: str) -> ClosedBookError:
    """Return the error that says that `what` is not for assignments."""
    return ClosedBookError(
        f"{what} is closed in an assignment, in your notebook as in marking: an answer is worked "
        "out by its own numbers and code"
    )


class Refused:
    """Stands for a function, class or module of the course's own package."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Raise ClosedBookError."""
        raise closed(self.__name__)

    def __getitem__(self, key: Any) -> Any:
        """Raise ClosedBookError."""
        raise closed(self.__name__)

    def __getattr__(self, name: str) -> "Refused":
        if name.startswith("_"):
            raise AttributeError(name)
        return Refused(f"{self.__name__}.{name}")

    def __repr__(self) -> str:
        return f"<{self.__name__}, closed in an assignment>"


def refusing(module: str) -> Any:
    """Return a module's `__getattr__`, which gives a Refused for every public name."""

    def refused(name: str) -> Refused:
        if name.startswith("__"):
            raise AttributeError(name)
        return Refused(f"{module}.{name}")

    return refused


class RefusingFinder(MetaPathFinder, Loader):
    """Finds every module of course_utils that is not open."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """Return the spec of an empty package; None for other people's modules."""
        if not fullname.startswith("course_utils."):
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def exec_module(self, module: ModuleType) -> None:
        """Give the module its refusing names."""
        module.__dict__["__getattr__"] = refusing(module.__name__)


def refuse_missing(module: str) -> None:
    """Let a module that is open refuse the names that it has not."""
    sys.modules[module].__dict__["__getattr__"] = refusing(module)
