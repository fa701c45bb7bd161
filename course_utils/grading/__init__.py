"""The grader by the name that it had when it was a part of this package. For one version.

It is a package of its own, which says by an entry point that it answers to this name. So an
nbgrader_config.py of an earlier course goes on working, with a sentence.
"""

import sys
import warnings
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any

_answering = next(iter(entry_points(group=__name__)), None)
if _answering is None:
    raise ModuleNotFoundError(
        "the grader is a package of its own, nbexaminer, and is not installed here: students need "
        "none; who grades runs make in a clone of the course",
        name=__name__,
    )
_as_now = _answering.load()
"""From an import path of then to that of now."""
warnings.warn(
    f"{__name__} is called {_as_now(__name__)} now; name it so in nbgrader_config.py: this name "
    "goes with the next version",
    FutureWarning,
    stacklevel=2,
)


class _Renamed(MetaPathFinder, Loader):
    """Finds `course_utils.grading.x`, which is the grader's own module x and no second one."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """Return a spec for what lies in this package; None for all else."""
        is_below = fullname.startswith(f"{__name__}.")
        return ModuleSpec(fullname, self) if is_below else None

    def exec_module(self, module: ModuleType) -> None:
        """Put the grader's module in the place of `module`."""
        sys.modules[module.__name__] = import_module(_as_now(module.__name__))


__path__ = []
sys.meta_path.insert(0, _Renamed())
