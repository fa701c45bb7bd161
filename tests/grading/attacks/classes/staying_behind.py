"""Being there still when the next one is graded."""
# ruff: noqa: E501  (hostile code is kept as it comes)

from tests.grading.attacks.attack import Attack

LEAVE = """
import os, pathlib, site, sys, sysconfig
HARM = "import builtins\\nbuiltins.sum = lambda *a: -1\\nz_f = f_t = None\\n"
def leave(*places):
    for place in places:
        try:
            path = pathlib.Path(os.path.expanduser(place))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(HARM)
        except OSError as error:
            print(type(error).__name__)
"""
SPAWN = """
import os, subprocess, sys
PROGRAM = '''
import os, time
while True:
    for folder in ("@TMP@", "@COURSE@", "/tmp", "/dev/shm", os.path.expanduser("~")):
        try: open(folder + "/attack-left-process", "w").close()
        except OSError: pass
    time.sleep(0.2)
'''
"""
ATTACKS = [
    Attack(
        "leaves_startup_files",
        LEAVE
        + """
leave("~/.ipython/profile_default/startup/00-attack-left.py", "@HOME@/.ipython/profile_default/startup/00-attack-left.py",
      "~/.jupyter/attack-left.py", "~/.config/attack-left.py", "~/.local/lib/python3.11/site-packages/usercustomize.py",
      site.getusersitepackages() + "/attack-left.pth", "~/.bashrc", "~/.profile")
""",
    ),
    Attack(
        "leaves_modules_in_the_environment",
        LEAVE
        + """
pure = sysconfig.get_path("purelib")
leave(pure + "/attack-left.pth", pure + "/sitecustomize.py", pure + "/numpy/attack-left.py",
      os.path.dirname(os.__file__) + "/attack-left.py", sys.prefix + "/attack-left")
""",
    ),
    Attack(
        "leaves_files_everywhere",
        LEAVE
        + "leave('/tmp/attack-left', '/var/tmp/attack-left', '/dev/shm/attack-left', '/attack-left', "
        "'@TMP@/attack-left', '@COURSE@/attack-left', '/handout/attack-left', '/run/attack-left')",
    ),
    Attack(
        "leaves_a_process",
        SPAWN + "subprocess.Popen([sys.executable, '-c', PROGRAM], start_new_session=True)",
    ),
    Attack(
        "leaves_a_process_of_nobodys",
        SPAWN
        + """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.close(0); os.close(1); os.close(2)
        exec(PROGRAM)
    os._exit(0)
""",
    ),
    Attack(
        "leaves_a_process_when_called",
        answers={
            "write": SPAWN + "def my_forget_gate(W_f, b_f, h_prev, x):\n"
            "    subprocess.Popen([sys.executable, '-c', PROGRAM], start_new_session=True)\n"
            "    return b_f"
        },
    ),
    Attack(
        "leaves_threads_and_exit_handlers",
        """
import atexit, os, signal, threading, time
def harm():
    for folder in ("@TMP@", "@COURSE@", "/tmp"):
        try: open(folder + "/attack-left-thread", "w").close()
        except OSError: pass
atexit.register(harm)
signal.signal(signal.SIGTERM, lambda *a: harm())
threading.Thread(target=lambda: [harm() or time.sleep(0.1) for _ in iter(int, 1)]).start()
""",
    ),
    Attack(
        "changes_numpy_for_the_next",
        """
import ctypes, numpy as np, os
open(np.__file__.replace("__init__", "attack_left"), "w").write("x")
""",
    ),
]
