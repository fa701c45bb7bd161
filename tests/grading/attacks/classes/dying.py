"""Dying, and taking the machine along."""

from tests.grading.attacks.attack import Attack
from tests.grading.attacks.vault import right_answers

RIGHT = right_answers()
REST = {"write": RIGHT["write"], "add": RIGHT["add"]}
EARNED = {"test_function": 5.0, "test_total": 2.0}
FUNCTION = "import os, signal, sys, time\ndef my_forget_gate(W_f, b_f, h_prev, x):\n    "
OTHERS = {"hand": RIGHT["hand"], "add": RIGHT["add"]}
OTHERS_EARNED = {"test_gate": 4.0, "test_total": 2.0}


def in_a_cell(name: str, code: str, said: str = "") -> Attack:
    """Die in one answer; the others are right and earn their marks."""
    return Attack(name, answers={"hand": code} | REST, earns=EARNED, said=said)


def in_a_function(name: str, code: str, said: str = "") -> Attack:
    """Die when the function is called."""
    return Attack(name, answers={"write": FUNCTION + code} | OTHERS, earns=OTHERS_EARNED, said=said)


ATTACKS = [
    in_a_cell("exits", "import os; os._exit(0)", "it ended the Python process"),
    in_a_cell("asks_to_exit", "exit()", "SystemExit: exit() and quit() end this cell only"),
    in_a_cell("asks_to_quit_and_goes_on", "get_ipython().exit_now = True\nz_f = f_t = 0"),
    in_a_function("asks_to_quit_when_called", "quit()", "raised SystemExit"),
    in_a_cell("stops_the_kernel_s_loop", "import asyncio; asyncio.get_running_loop().stop()"),
    in_a_cell("crashes", "import ctypes; ctypes.string_at(0)"),
    in_a_cell("hogs_memory", "hog = [bytearray(2**26) for _ in iter(int, 1)]"),
    in_a_cell(
        "hogs_memory_in_children",
        """
import os
for _ in range(20):
    if os.fork() == 0:
        hog = [b"x" * 2**26 for _ in range(100)]
        os._exit(0)
import time; time.sleep(60)""",
    ),
    in_a_cell(
        "loops_and_catches_interrupts",
        """
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
while True:
    try:
        while True: pass
    except BaseException: pass""",
    ),
    in_a_cell(
        "bombs_with_forks",
        """
import os
while True:
    try: os.fork()
    except OSError: pass""",
    ),
    in_a_cell(
        "bombs_with_threads",
        """
import threading, time
while True:
    try: threading.Thread(target=time.sleep, args=(100,)).start()
    except RuntimeError: pass""",
    ),
    in_a_cell(
        "fills_the_disk",
        """
import os
for folder in (".", "/tmp", "/dev/shm", "/var/tmp", os.path.expanduser("~")):
    try:
        with open(folder + "/attack-left", "wb") as file:
            for _ in range(2000): file.write(b"x" * 1_000_000)
    except OSError as error:
        print(type(error).__name__)
z_f = f_t = 0""",
    ),
    in_a_cell(
        "kills_everybody",
        """
import os, signal
for pid in (os.getppid(), 1, -1):
    try: os.kill(pid, signal.SIGKILL)
    except OSError: pass""",
    ),
    in_a_cell("stops_itself", "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"),
    in_a_cell(
        "overflows_the_stack",
        """
import sys, threading
sys.setrecursionlimit(10**8)
f = lambda: f()
f()""",
    ),
    in_a_cell("opens_all_files", "files = []\nwhile True: files.append(open('/dev/null'))"),
    in_a_cell("closes_the_sockets", "import os; os.closerange(0, 10_000)"),
    in_a_function("exits_when_called", "os._exit(0)", "it ended the Python process"),
    in_a_function("stops_when_called", "os.kill(os.getpid(), signal.SIGSTOP)"),
    in_a_function("sleeps_when_called", "time.sleep(3600)", "did not return within 2 seconds"),
    in_a_function(
        "loops_when_called",
        """signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True: pass""",
    ),
    in_a_function("exits_python_when_called", "raise SystemExit(0)", "raised SystemExit"),
    in_a_function("interrupts_when_called", "raise KeyboardInterrupt"),
    in_a_function("hogs_memory_when_called", "return [bytearray(2**26) for _ in iter(int, 1)]"),
    in_a_function(
        "recurses_when_called", "return my_forget_gate(W_f, b_f, h_prev, x)", "RecursionError"
    ),
]
