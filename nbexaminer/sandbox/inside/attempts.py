"""Attempts to get out of a sandbox, run by the probe as a submission's code would be.

Each returns what it reached, as a list of words; in a sandbox that holds, every list is empty.
`marks` say what lies outside: a file's path, a word in the environment, a process, a port.
"""

import ctypes
import errno
import importlib.util
import os
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

libc = ctypes.CDLL(None, use_errno=True)
Marks = dict[str, Any]

TOP = {"bin", "dev", "etc", "handout", "home", "lib", "lib32", "lib64", "proc", "run", "sbin"}
ETC = {"alternatives", "fonts", "group", "hosts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d"}
DEVICES = {"core", "fd", "full", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin"}


def read_files_outside(marks: Marks) -> list[str]:
    """Read the course, other people's files, passwords."""
    paths = [*marks["files"], "/etc/shadow", "/etc/ssl/private", "/root/.ssh", "/var/log", "/sys"]
    paths += [f"/proc/1/root{path}" for path in marks["files"]]
    return [path for path in paths if os.access(path, os.R_OK)]


def see_more_than_the_system(marks: Marks) -> list[str]:
    """Find anything at the top, in /etc, /dev or /run that was not put there for it."""
    python = {Path(path).parts[1] for path in marks["python"]}
    allowed = {"/": TOP | python | {"tmp", "usr"}, "/run": {"sandbox"}}
    allowed["/etc"] = ETC | {"localtime", "passwd"}
    allowed["/dev"] = DEVICES | {"stdout", "tty", "urandom", "zero", "console"}
    return [
        f"{folder}/{name}"
        for folder, names in allowed.items()
        if os.path.isdir(folder)
        for name in sorted(set(os.listdir(folder)) - names)
    ]


def import_the_course(marks: Marks) -> list[str]:
    """Import the solutions, or find the installed package."""
    names = ("course_utils.exercises", "nbexaminer", "course_utils.cells")
    found = []
    for name in names:
        with suppress(ModuleNotFoundError):
            if importlib.util.find_spec(name) is not None:
                found.append(name)
    return found


def write_elsewhere(marks: Marks) -> list[str]:
    """Find a folder outside home, /tmp and /dev/shm that can be written to."""
    folders = ["/", "/dev", "/etc", "/handout", "/home", "/proc/sys/kernel", "/run", "/run/sandbox"]
    folders += ["/usr", "/usr/bin", "/usr/lib", *marks["python"], "/proc/self/exe", "/proc/1/exe"]
    return [folder for folder in folders if os.access(folder, os.W_OK)]


def see_other_processes(marks: Marks) -> list[str]:
    """Find a process of the machine, by a word in its command or its environment."""
    found = []
    for name in ("cmdline", "environ"):
        for path in Path("/proc").glob(f"[0-9]*/{name}"):
            with suppress(OSError):
                if marks["word"].encode() in path.read_bytes():
                    found.append(str(path))
    return found


def signal_other_processes(marks: Marks) -> list[str]:
    """Send a signal (none, only to see whether it would arrive) to a process outside."""
    try:
        os.kill(marks["pid"], 0)
    except OSError:
        return []
    return [str(marks["pid"])] if marks["word"] in _command(marks["pid"]) else []


def read_the_environment(marks: Marks) -> list[str]:
    """Find the grader's environment variables."""
    return [name for name, value in os.environ.items() if marks["word"] in value]


def use_the_network(marks: Marks) -> list[str]:
    """Reach a port of this machine, or find a way out of it."""
    found = [name for _, name in socket.if_nameindex() if name != "lo"]
    found += [f"port {marks['port']}"] if _connects(("127.0.0.1", marks["port"])) else []
    return found


def use_sockets_of_others(marks: Marks) -> list[str]:
    """Reach a Unix socket outside, by its path or by its abstract name."""
    names = (marks["socket"], "\0" + marks["abstract"])
    return [name for name in names if _connects(name)]


def use_strange_sockets(marks: Marks) -> list[str]:
    """Open sockets that a network namespace does not hold, or not always."""
    found = []
    families = {"vsock": 40, "alg": 38, "packet": 17, "bluetooth": 31, "tipc": 30, "can": 29}
    for name, family in families.items():
        for kind in (socket.SOCK_DGRAM, socket.SOCK_SEQPACKET, socket.SOCK_STREAM, socket.SOCK_RAW):
            with suppress(OSError), socket.socket(family, kind):
                found.append(name)
    return found


def use_shared_memory_of_others(marks: Marks) -> list[str]:
    """Find a System V queue, or a file in shared memory, that was made outside."""
    found = ["queue"] if libc.msgget(marks["queue"], 0) >= 0 else []
    return found + [name for name in os.listdir("/dev/shm") if marks["word"] in name]


def hold_capabilities(marks: Marks) -> list[str]:
    """Find a privilege that is left, or a way to get one."""
    status = dict(line.split(":\t") for line in Path("/proc/self/status").read_text().splitlines())
    found = [f"{name} {status[name]}" for name in status if name.startswith("Cap")]
    found = [each for each in found if int(each.split()[1], 16)]
    wanted = {"NoNewPrivs": "1", "Seccomp": "2", "Groups": None}
    found += [name for name, value in wanted.items() if value and status[name] != value]
    found += ["root"] if 0 in os.getresuid() + os.getresgid() else []
    return found


def make_system_calls(marks: Marks) -> list[str]:
    """Get past the filter with calls for namespaces, other processes and more of the system.

    What the calls ask for makes no sense, so that one that gets past changes nothing.
    """
    no, nowhere = -1, None
    calls: dict[str, Callable[[], int]] = {
        "unshare": lambda: libc.unshare(no),
        "setns": lambda: libc.setns(no, 0),
        "mount": lambda: libc.mount(nowhere, nowhere, nowhere, 0, nowhere),
        "umount2": lambda: libc.umount2(nowhere, 0),
        "chroot": lambda: libc.chroot(nowhere),
        "pivot_root": lambda: libc.pivot_root(nowhere, nowhere),
        "ptrace": lambda: libc.ptrace(16, no, 0, 0),
        "process_vm_readv": lambda: libc.process_vm_readv(no, nowhere, 0, nowhere, 0, 0),
        "memfd_create": lambda: libc.memfd_create(nowhere, 0),
        "msgget": lambda: libc.msgget(marks["queue"], 0),
        "shmget": lambda: libc.shmget(marks["queue"], 0, 0),
        "sethostname": lambda: libc.sethostname(nowhere, 1),
        "syslog": lambda: libc.klogctl(no, nowhere, 0),
        "io_uring_setup": lambda: libc.syscall(425, 0, nowhere),
    }
    return [name for name, call in calls.items() if call() >= 0 or not _refused()]


def write_into_the_first_process(marks: Marks) -> list[str]:
    """Write into the memory of a process that is not confined as this one is."""
    status = Path("/proc/1/status").read_text()
    return [] if "Seccomp:\t2" in status else ["process 1 has no filter"]


def open_what_was_left_open(marks: Marks) -> list[str]:
    """Find a descriptor of a file outside among this process's."""
    found = []
    for pid in ("1", "self"):
        with suppress(PermissionError):
            for name in os.listdir(f"/proc/{pid}/fd"):
                found += _file_behind(f"/proc/{pid}/fd/{name}")
    return found


def get_past_limits(marks: Marks) -> list[str]:
    """Raise a limit again, or find one that is not set."""
    found = []
    for name in ("AS", "CORE", "CPU", "FSIZE", "NOFILE", "NPROC"):
        number = getattr(resource, f"RLIMIT_{name}")
        soft, hard = resource.getrlimit(number)
        if resource.RLIM_INFINITY in (soft, hard):
            found.append(f"no limit {name}")
            continue
        with suppress(ValueError, OSError):
            resource.setrlimit(number, (hard + 1, hard + 1))
            found.append(f"raised {name}")
    return found


def fill_the_disk(marks: Marks) -> list[str]:
    """Write more than the sandbox's share to any place that can be written to."""
    found = []
    for folder in (os.environ.get("HOME", "/"), "/tmp", "/dev/shm"):
        most = os.statvfs(folder).f_blocks * os.statvfs(folder).f_frsize
        if most > marks["space"]:
            found.append(f"{folder} holds {most >> 20} MB")
    return found


def run_as_another_user(marks: Marks) -> list[str]:
    """Find a program that would change the user, on a file system that lets it."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    return [line.split()[4] for line in lines if "nosuid" not in line.split()[5].split(",")]


ATTEMPTS: tuple[Callable[[Marks], list[str]], ...] = (
    read_files_outside,
    see_more_than_the_system,
    import_the_course,
    write_elsewhere,
    see_other_processes,
    signal_other_processes,
    read_the_environment,
    use_the_network,
    use_sockets_of_others,
    use_strange_sockets,
    use_shared_memory_of_others,
    hold_capabilities,
    make_system_calls,
    write_into_the_first_process,
    open_what_was_left_open,
    get_past_limits,
    fill_the_disk,
    run_as_another_user,
)


def reached(marks: Marks) -> Iterator[tuple[str, list[str]]]:
    """Yield each attempt's name and what it reached."""
    for attempt in ATTEMPTS:
        yield attempt.__name__, attempt(marks)


def _refused() -> bool:
    return ctypes.get_errno() in (errno.EPERM, errno.ENOSYS)


def _connects(address: Any) -> bool:
    family = socket.AF_INET if isinstance(address, tuple) else socket.AF_UNIX
    with closing(socket.socket(family, socket.SOCK_STREAM)) as connection:
        connection.settimeout(2)
        return connection.connect_ex(address) in (0, errno.EISCONN)


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")


def _file_behind(link: str) -> list[str]:
    """Return the path of an open file or folder, unless it is one of the sandbox's own."""
    try:
        path = os.readlink(link)
    except OSError:
        return []
    own = ("/dev/null", "/dev/urandom", "/proc/", "/home/student", "/tmp/")
    return [path] if path.startswith("/") and not path.startswith(own) else []
