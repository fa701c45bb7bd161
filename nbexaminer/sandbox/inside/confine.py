"""Walking into a sandbox that bubblewrap has built, and giving up every way back.

What bubblewrap does for a program that it starts is done here for a process that was forked:
the same namespaces, no capabilities, no new privileges, the same filter for system calls.
"""

import contextlib
import ctypes
import os
import resource
import signal
from types import FrameType

# From linux/sched.h, linux/prctl.h, linux/capability.h, linux/seccomp.h.
USER, MOUNT, PID, IPC, UTS, NET = 0x10000000, 0x20000, 0x20000000, 0x8000000, 0x4000000, 0x40000000
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 4, 22, 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
SECCOMP_MODE_FILTER = 2
CAPABILITY_VERSION_3 = 0x20080522
BYTES_OF_AN_INSTRUCTION = 8

_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    """The system's sock_fprog: how many instructions, and where."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def enter(pidfd: int) -> None:
    """Join the namespaces of a process; the process-id namespace is that of later children.

    Raises OSError if the system does not allow it.
    """
    _done(_libc.setns(pidfd, USER | MOUNT | PID | IPC | UTS | NET), "setns")


def bury_orphans() -> None:
    """Let processes that lose their parent be this one's, and leave nothing when they end.

    Otherwise they would wait for the machine's first process, which may never look after them.
    To ignore their end would be simpler, but bubblewrap would inherit that, and never see its own.
    """
    signal.signal(signal.SIGCHLD, _bury)
    _done(_prctl(PR_SET_CHILD_SUBREAPER, 1), "prctl")


def _bury(number: int, frame: FrameType | None) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def give_up_privileges(program: bytes) -> None:
    """Keep no capability, gain none, and refuse the system calls that the filter names."""
    for capability in range(64):
        if _prctl(PR_CAPBSET_DROP, capability) != 0:
            break  # past the last that this system knows
    _done(_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL), "prctl")
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    _done(_libc.capset(header, (ctypes.c_uint32 * 6)()), "capset")
    # Entering made this process's /proc the property of root; it is the student's.
    _done(_prctl(PR_SET_DUMPABLE, 1), "prctl")
    _done(_prctl(PR_SET_NO_NEW_PRIVS, 1), "prctl")
    length = len(program) // BYTES_OF_AN_INSTRUCTION
    filtered = _Program(length, program)
    _done(_prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(filtered)), "seccomp")


def limit(limits: dict[str, int]) -> None:
    """Set the limits of this process and of those that it starts, for good.

    limits maps names of the `resource` module, without their prefix, to values.
    """
    for name, value in limits.items():
        number = getattr(resource, f"RLIMIT_{name}")
        _, most = resource.getrlimit(number)
        allowed = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(number, (allowed, allowed))


def keep_only(descriptors: list[int]) -> None:
    """Close every descriptor but these; the three standard ones lead nowhere."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2 and int(name) not in descriptors:
            with contextlib.suppress(OSError):  # the one that listed the folder
                os.close(int(name))


def forget_signals() -> None:
    """Give signals the effect that they have in a new Python."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _prctl(option: int, value: int, third: int = 0) -> int:
    long = ctypes.c_ulong
    result: int = _libc.prctl(option, long(value), long(third), long(0), long(0))
    return result


def _done(result: int, call: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{call}: {os.strerror(number)}")
