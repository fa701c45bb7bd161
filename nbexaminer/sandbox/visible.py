"""What of this machine can be seen from inside a sandbox: the system, Python, and nothing else."""

import os
import sys
import sysconfig
from functools import cache
from pathlib import Path

from nbexaminer.exercises import packages

SYSTEM = tuple(
    Path(name)
    for name in (
        "/usr/bin",
        "/usr/sbin",
        "/usr/lib",
        "/usr/lib32",
        "/usr/lib64",
        "/usr/libexec",
        "/usr/share",
        "/usr/local/bin",
        "/usr/local/lib",
        "/bin",
        "/sbin",
        "/lib",
        "/lib32",
        "/lib64",
        "/etc/alternatives",
        "/etc/fonts",
        "/etc/ld.so.cache",
        "/etc/ld.so.conf",
        "/etc/ld.so.conf.d",
        "/etc/localtime",
    )
)
PARTS_OF_PYTHON = ("bin", "lib", "lib64", "pyvenv.cfg")


@cache
def visible_paths() -> tuple[Path, ...]:
    """Return the files and folders that are bound read-only, each at its own place."""
    prefixes = dict.fromkeys((Path(sys.prefix), Path(sys.base_prefix), *_links_to_python()))
    python = [prefix / part for prefix in prefixes for part in PARTS_OF_PYTHON]
    return tuple(path for path in dict.fromkeys([*SYSTEM, *python]) if path.exists())


def _links_to_python() -> list[Path]:
    """Return the prefixes that a chain of links passes from sys.executable to the real Python."""
    prefixes, link = [], Path(sys.executable)
    while link.is_symlink():
        link = link.parent / link.readlink()
        prefixes.append(link.parent.parent)
    return prefixes


@cache
def hidden_paths() -> tuple[Path, ...]:
    """Return what the installed Python holds of grader and exercises: none of it is shown."""
    folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    names = {"course_utils", "nbexaminer", *packages()}
    return tuple(
        sorted(
            path
            for folder in folders
            for name in names
            for pattern in (f"*{name}*", f"__pycache__/*{name}*")
            for path in Path(folder).glob(pattern)
        )
    )


@cache
def font_caches() -> tuple[Path, ...]:
    """Return Matplotlib's lists of fonts, if there are any: making one costs half a second."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "matplotlib"
    return tuple(Path(os.environ.get("MPLCONFIGDIR") or cache).glob("fontlist-v*.json"))
