"""Names of the course's own package that are not here: they import, and refuse to be called."""

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class NotWhileGradingError(RuntimeError):
    """Something of the course was called that a submission is graded without."""


class Refused:
    """Stands for a function or class of the course's own package."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Raise NotWhileGradingError."""
        raise NotWhileGradingError(
            f"{self.__name__} is not available while grading: an answer is worked out by its own "
            "numbers and code"
        )

    def __repr__(self) -> str:
        return f"<{self.__name__}, not available while grading>"


def refusing(module: str) -> Any:
    """Return a module's `__getattr__`, which gives a Refused for every public name."""

    def refused(name: str) -> Refused:
        if name.startswith("__"):
            raise AttributeError(name)
        return Refused(f"{module}.{name}")

    return refused


class RefusingFinder(MetaPathFinder, Loader):
    """Finds every module of course_utils that is not here."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """Return the spec of an empty package; None for other people's modules."""
        if not fullname.startswith("course_utils."):
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def exec_module(self, module: ModuleType) -> None:
        """Give the module its refusing names."""
        module.__dict__["__getattr__"] = refusing(module.__name__)


def refuse_missing(module: str) -> None:
    """Let a module of this package refuse the names that it has not."""
    sys.modules[module].__dict__["__getattr__"] = refusing(module)
