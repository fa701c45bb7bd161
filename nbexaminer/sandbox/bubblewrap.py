"""The walls of a sandbox, written as arguments for bubblewrap.

An ordinary user's grading builds one wall: a sandbox in a user namespace of its own. Root first
becomes nobody in particular: an outer bubblewrap shows the few paths that are needed, `setpriv`
takes on a user id that owns nothing, and the same sandbox is then built inside by that user.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbexaminer.sandbox.requirements import tool, unused_id
from nbexaminer.sandbox.visible import font_caches, hidden_paths, visible_paths

HOME = "/home/student"
HANDOUT = "/handout"
MACHINERY = "/run/sandbox"
INSIDE = Path(__file__).parent / "inside"
STUDENT = "1000"
OUTER_SPACE = 16 << 20
"""Bytes that may be written behind the outer wall, where no submission is: a cache or two."""
ENVIRONMENT = {
    "HOME": HOME,
    "LANG": "C.UTF-8",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "TMPDIR": "/tmp",
    "USER": "student",
    # One thread: fair between neighbours, the same sums on every machine, and cheap to start.
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class Space:
    """Sizes of what a sandbox may write, in bytes. All of it is memory, none of it disk."""

    home: int
    tmp: int
    shared_memory: int


def program(module: str, *descriptors: int) -> list[str]:
    """Return the command that runs one of the files in `inside/`, from within a wall."""
    arguments = ", ".join(map(str, descriptors))
    start = (
        f"import sys; sys.path.append({MACHINERY!r}); "
        f"from sandboxed.{module} import main; sys.path.pop(); main({arguments})"
    )
    # Isolated: no variable, no folder of the user's, has a say in what is imported.
    return [sys.executable, "-I", "-c", start]


def wall(handout: Path, space: Space, system: Path) -> list[str]:
    """Return the command for the sandbox itself, without what runs in it and without a filter.

    handout is a folder for the student's code to read, system the folder of SYSTEM_FILES.
    """
    return [
        tool("bwrap"),
        *("--unshare-user", "--uid", STUDENT, "--gid", STUDENT, "--disable-userns"),
        *("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"),
        *("--unshare-cgroup-try", "--hostname", "sandbox"),
        *("--die-with-parent", "--new-session", "--as-pid-1", "--clearenv"),
        *_variables(),
        # Before the system: Python itself may be installed below the real /tmp.
        *_memory("/tmp", space.tmp),
        *_memory(HOME, space.home),
        *_system(system),
        *("--proc", "/proc", "--dev", "/dev"),
        *_memory("/dev/shm", space.shared_memory),
        # bubblewrap's /dev and / are file systems in memory too: nothing may be written there.
        *("--remount-ro", "/dev"),
        *_fonts(),
        *("--ro-bind", str(handout), HANDOUT),
        *("--remount-ro", "/", "--chdir", HOME),
    ]


def outer_wall(system: Path, *folders: Path) -> list[str]:
    """Return the command that shows what a sandbox is made of, and as little else as it can.

    folders are shown too. Where root builds it, it ends in giving up root for good.
    """
    return [
        tool("bwrap"),
        # Its own process ids: with the first of them everything in it ends, whoever's it is.
        *("--unshare-pid", "--die-with-parent", "--clearenv", "--unshare-ipc", "--unshare-uts"),
        *_variables(),
        *_memory("/tmp", OUTER_SPACE),
        *_memory(HOME, OUTER_SPACE),
        *_system(system),
        *("--proc", "/proc", "--dev", "/dev"),
        *_fonts(),
        *_parents(*folders, *font_caches()),
        *(text for path in (*folders, *font_caches()) for text in ("--ro-bind", *[str(path)] * 2)),
        # After the folders, which may be in /dev/shm.
        *("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/", "--"),
        *(_as_nobody() if os.geteuid() == 0 else ()),
    ]


def _as_nobody() -> list[str]:
    """Return the command that takes on a user id of its own.

    For root bubblewrap covers parts of /proc, and for a user who does not see all of one Linux
    mounts no other: so a whole one comes first.
    """
    user = str(unused_id())
    return [
        *(tool("sh"), "-c", 'mount -t proc -o nosuid,nodev,noexec proc /proc && exec "$@"', "sh"),
        *(tool("setpriv"), "--reuid", user, "--regid", user, "--clear-groups"),
        *("--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"),
    ]


def _variables() -> Iterator[str]:
    for name, value in ENVIRONMENT.items():
        yield from ("--setenv", name, value)


def _system(files: Path) -> Iterator[str]:
    """Bind the system and Python; hide what is installed of this course."""
    yield from _parents(*visible_paths(), Path(MACHINERY, "sandboxed"), Path("/etc/passwd"))
    for path in visible_paths():
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), str(path))
        else:
            yield from ("--ro-bind", str(path), str(path))
    for path in hidden_paths():
        if path.is_dir():
            yield from ("--tmpfs", str(path), "--remount-ro", str(path))
        else:
            yield from ("--ro-bind", str(files / "empty"), str(path))
    yield from ("--ro-bind", str(INSIDE), f"{MACHINERY}/sandboxed")
    for name in ("group", "hosts", "passwd"):
        yield from ("--ro-bind", str(files / name), f"/etc/{name}")


def _parents(*paths: Path) -> Iterator[str]:
    """Make the folders above the paths readable: bubblewrap would make some of them private."""
    above = {parent for path in paths for parent in path.parents}
    for folder in sorted(above - set(paths) - {Path("/")}):
        yield from ("--perms", "0755", "--dir", str(folder))


def _memory(folder: str, size: int) -> list[str]:
    return ["--perms", "1777", "--size", str(size), "--tmpfs", folder]


def _fonts() -> Iterator[str]:
    """Make Matplotlib's folders, and bind its lists of fonts into the cache that it writes to."""
    for folder in (f"{HOME}/.cache", f"{HOME}/.config"):
        yield from ("--perms", "0777", "--dir", folder)
        yield from ("--perms", "0777", "--dir", f"{folder}/matplotlib")
    for path in font_caches():
        yield from ("--ro-bind", str(path), f"{HOME}/.cache/matplotlib/{path.name}")
