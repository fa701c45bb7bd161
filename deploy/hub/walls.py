"""What everybody on the hub sees of the machine, as bubblewrap's arguments.

The hub has file systems and processes of its own. The checkout is hidden with its solutions and
its history, but for what servers run; Python is shown also where it lies in a closed folder; the
state is at one place; and when the hub ends, so does every process in it.
"""

import stat
import sys
from pathlib import Path

from deploy.hub.places import CHECKOUT, DEPLOY, PROXY, STATE, VENV
from deploy.hub.settings import Settings
from nbexaminer.sandbox.requirements import tool

SHOWN = (
    VENV,
    *(CHECKOUT / name for name in ("course_utils", "nbexaminer", "notebooks", "release")),
)
"""What every user may read; the rest of the checkout is the hub's."""


def behind_walls(state: Path, settings: Settings) -> list[str]:
    """Return the start of a command that runs the rest of it behind the walls, as root."""
    own = settings.accounts == "own"
    words = [tool("bwrap"), "--dev-bind", "/", "/", "--cap-add", "ALL", "--unshare-pid"]
    words += ["--die-with-parent"]
    hidden = _hidden(own)
    for place in hidden:
        words += ["--perms", "1777" if place == Path("/tmp") else "0755", "--tmpfs", str(place)]
    shown = [Path(sys.base_prefix), *SHOWN, DEPLOY, PROXY]
    shown += [CHECKOUT / name for name in ("nbgrader_config.py", "course_utils.egg-info")]
    shown = [place for place in shown if place.exists()]
    for folder in sorted({one for place in shown for one in place.parents}):
        if any(place in folder.parents for place in hidden):
            words += ["--perms", "0755", "--dir", str(folder)]
    for place in shown:
        words += ["--ro-bind", str(place), str(place)]
    words += ["--bind", str(state), str(STATE)]
    if own:
        for name in ("passwd", "group"):
            words += ["--ro-bind", str(state / "accounts" / name), f"/etc/{name}"]
    return [*words, "--chdir", str(STATE)]


def _hidden(own: bool) -> list[Path]:
    """Outer places first: a file system over a folder hides what lay over a part of it."""
    places = {Path("/tmp"), Path("/srv"), Path("/root"), CHECKOUT, *_closed(CHECKOUT)}
    places |= set(_closed(Path(sys.base_prefix)))
    if own:
        places.add(Path("/home"))
    within = {place for place in places if any(other in place.parents for other in places)}
    return sorted(places - within)


def _closed(place: Path) -> list[Path]:
    """Return the outermost folder above `place` that ordinary users cannot enter, if any."""
    above = reversed(place.parents)
    return [one for one in above if not one.stat().st_mode & stat.S_IXOTH][:1]
