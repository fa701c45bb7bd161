"""What a machine must have before a submission is run on it."""

import os
import platform
import re
import shutil
import sys

from course_utils.grading.sandbox.errors import SandboxUnavailableError

LINUX = (5, 14)
"""Since then processes are counted apart in each user namespace."""


def tool(name: str) -> str:
    """Return the path of a program that sandboxes are built with.

    Raises SandboxUnavailableError if it is missing.
    """
    path = shutil.which(name, path=os.defpath) or shutil.which(name)
    if path is None:
        raise SandboxUnavailableError(f"the program {name!r} is not installed")
    return path


def require_linux() -> None:
    """Raise SandboxUnavailableError if the operating system cannot hold a sandbox."""
    release = platform.release()
    numbers = tuple(map(int, re.findall(r"\d+", release)[:2]))
    if sys.platform != "linux" or numbers < LINUX:
        needed = ".".join(map(str, LINUX))
        raise SandboxUnavailableError(
            f"it runs {platform.system()} {release}, and Linux {needed} or newer is needed"
        )
