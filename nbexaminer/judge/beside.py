"""The assignment's own files, as tests and locked cells find them on the trusted side."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from types import ModuleType

from nbexaminer.sandbox.handouts import write_files


class FilesBeside:
    """The files beside one notebook: in the working folder, and as modules, while a cell runs.

    Nothing is written before they are asked for, and another notebook has them anew.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """`files` are the course's, by path below the notebook's folder; none is a student's."""
        self._files = files
        self._folder: Path | None = None
        self._modules: dict[str, ModuleType] = {}

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        """Have them there inside the block. Folder and modules are the whole process's."""
        if not self._files:
            yield
            return
        folder, before = str(self._written()), Path.cwd()
        sys.modules.update(self._modules)
        sys.path.insert(0, folder)
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
            if folder in sys.path:
                sys.path.remove(folder)
            for name, module in list(sys.modules.items()):
                if str(getattr(module, "__file__", None) or "").startswith(folder):
                    self._modules[name] = sys.modules.pop(name)

    def _written(self) -> Path:
        if self._folder is None:
            self._folder = Path(mkdtemp(prefix="assignment-"))
            write_files(self._files, self._folder)
        return self._folder

    def close(self) -> None:
        """Remove them."""
        folder, self._folder = self._folder, None
        if folder is not None:
            sys.path_importer_cache.pop(str(folder), None)
            shutil.rmtree(folder, ignore_errors=True)
