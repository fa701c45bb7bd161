"""System calls that no submission needs: refused before the kernel's code for them is reached.

The namespaces are the wall. This keeps code in the sandbox away from the rarer parts of the
operating system, where the holes in such walls have been, and from memory that no limit counts.
The filter is made by libseccomp, which knows each machine's numbers.
"""

import ctypes
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from nbexaminer.sandbox.errors import SandboxUnavailableError

LIBRARY = "libseccomp.so.2"
ALLOW = 0x7FFF0000
EQUAL, MASKED_EQUAL, AT_LEAST = 4, 7, 5

REFUSED = (
    # other namespaces and file systems
    *("setns", "unshare", "chroot", "pivot_root", "mount", "mount_setattr", "move_mount"),
    *("umount", "umount2", "fsconfig", "fsmount", "fsopen", "fspick", "open_tree"),
    *("name_to_handle_at", "open_by_handle_at", "fanotify_init", "quotactl", "quotactl_fd"),
    # other processes
    *("kcmp", "pidfd_getfd", "process_madvise", "process_vm_readv", "process_vm_writev", "ptrace"),
    # memory that is in nobody's account: each process's is counted, and each file system's
    *("memfd_create", "memfd_secret", "mq_open", "msgget", "semget", "shmget"),
    # large and rarely used parts of the system
    *("add_key", "keyctl", "request_key", "bpf", "perf_event_open", "userfaultfd"),
    *("io_uring_enter", "io_uring_register", "io_uring_setup", "modify_ldt", "vmsplice"),
    *("migrate_pages", "move_pages", "lookup_dcookie", "uselib", "ustat", "sysfs", "vhangup"),
    # the machine itself
    *("acct", "adjtimex", "clock_adjtime", "clock_settime", "settimeofday", "stime", "syslog"),
    *("delete_module", "finit_module", "init_module", "kexec_file_load", "kexec_load", "reboot"),
    *("ioperm", "iopl", "nfsservctl", "sethostname", "setdomainname", "swapoff", "swapon"),
)
NAMESPACES = (
    *(0x00000080, 0x00020000, 0x02000000, 0x04000000),  # time, mount, cgroup, uts
    *(0x08000000, 0x10000000, 0x20000000, 0x40000000),  # ipc, user, pid, net
)
"""Flags of clone(2) that would make a namespace."""
FAMILIES = (1, 2, 10, 16)
"""Sockets that stay inside: Unix, IPv4, IPv6, netlink. Others, vsock among them, may lead out."""
MOST_FAMILIES = 64


class _Compare(ctypes.Structure):
    """libseccomp's scmp_arg_cmp: an argument, a comparison, its one or two operands."""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("comparison", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    )


@cache
def filter_program() -> bytes:
    """Return the filter, as the system wants it (BPF).

    Raises SandboxUnavailableError if libseccomp is missing or cannot make it.
    """
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError as error:
        raise SandboxUnavailableError(
            f"{LIBRARY} is not installed (Debian and Ubuntu: apt install libseccomp2)"
        ) from error
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ALLOW))
    try:
        for rule in _rules():
            _add(library, context, *rule)
        with memory_file(b"") as file:
            if library.seccomp_export_bpf(context, file) != 0:
                raise SandboxUnavailableError(f"{LIBRARY} could not make its filter")
            return os.pread(file, os.fstat(file).st_size, 0)
    finally:
        library.seccomp_release(context)


@contextmanager
def memory_file(content: bytes) -> Iterator[int]:
    """Yield the descriptor of a file in memory that holds the content."""
    file = os.memfd_create("course-sandbox")
    try:
        os.write(file, content)
        os.lseek(file, 0, os.SEEK_SET)
        yield file
    finally:
        os.close(file)


def _rules() -> Iterator[tuple[str, int, _Compare | None]]:
    """Yield each refused call: its name, the error that it is given, the arguments it is for."""
    for name in REFUSED:
        yield name, errno.EPERM, None
    for flag in NAMESPACES:
        yield "clone", errno.EPERM, _Compare(0, MASKED_EQUAL, flag, flag)
    # Its flags are in memory, where a filter cannot read; C libraries then use clone.
    yield "clone3", errno.ENOSYS, None
    for family in set(range(MOST_FAMILIES)) - set(FAMILIES):
        yield "socket", errno.EAFNOSUPPORT, _Compare(0, EQUAL, family, 0)
    yield "socket", errno.EAFNOSUPPORT, _Compare(0, AT_LEAST, MOST_FAMILIES, 0)


def _add(library: Any, context: Any, name: str, error: int, compare: _Compare | None) -> None:
    """Add one rule; a call that this machine does not have needs none."""
    number = library.seccomp_syscall_resolve_name(name.encode())
    if number < 0:
        return
    refuse = ctypes.c_uint32(0x00050000 | error)
    conditions = (_Compare * 1)(*([] if compare is None else [compare]))
    count = 0 if compare is None else 1
    if library.seccomp_rule_add_array(context, refuse, number, count, conditions) != 0:
        raise SandboxUnavailableError(f"{LIBRARY} does not take a rule for {name}")
