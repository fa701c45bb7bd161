"""A cell in a fork of the kernel: what it says, what it leaves, and who can bend it.

The attacks are those that pay in a plain kernel; docs/security.md lists the ones that pay here too.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from traitlets.config import Config

from nbexaminer.sandbox import LineLostError, Provisioner, Sandbox, cell

pytestmark = pytest.mark.kernel


@pytest.fixture
def kernel() -> Iterator[Provisioner]:
    """A sandboxed kernel that has been started."""
    one = Sandbox(config=Config()).kernel()
    one.start({"table.csv": b"1,2"})
    try:
        yield one
    finally:
        one.close()


def run(kernel: Provisioner, code: str) -> str:
    """Run an ordinary cell; return what it printed."""
    shown: list[dict[str, Any]] = []
    kernel.run(cell(code), 20, 4, shown.append)
    return "".join(m["content"]["text"] for m in shown if m["msg_type"] == "stream")


def apart(
    kernel: Provisioner, code: str, before: Sequence[str] = (), seconds: float = 20
) -> dict[str, Any]:
    """Run a cell in a fork; return what the fork says of it."""
    return kernel.run_apart(code, before, seconds, 4, 1 << 20).content


def test_it_says_what_a_cell_comes_to(kernel: Provisioner) -> None:
    run(kernel, "def f(a):\n    return a + 1")
    for code, score in [("f(1)", 2), ("f(1);", None), ("f(1) == 2", None), ("float('nan')", "nan")]:
        assert (apart(kernel, code)["score"], code) == (score, code)
    said = apart(kernel, "print('one')\nassert f(1) == 3, 'told'", ["print('before')", "1 / 0"])
    assert said["printed"] == "one\n"
    assert said["error"] == {"name": "AssertionError", "text": "told", "lines": [2], "own": True}
    inner = apart(kernel, "f('a')")["error"]
    assert (inner["name"], inner["own"]) == ("TypeError", False)
    for code, name in [("1 +", "SyntaxError"), ("%time 1 / 0", "ZeroDivisionError")]:
        assert apart(kernel, code)["error"]["name"] == name
    assert apart(kernel, "near(2)", ["def near(a): return 10 * a"])["score"] == 20
    assert apart(kernel, "import asyncio\nawait asyncio.sleep(0.01)\n3")["score"] == 3
    source = apart(kernel, "import inspect\nprint(inspect.getsource(f))")
    assert source["printed"] == "def f(a):\n    return a + 1\n\n"


def test_what_it_does_reaches_no_other_cell(kernel: Provisioner) -> None:
    run(kernel, "import os, math\nx = [1]\nhere = os.getcwd()")
    apart(
        kernel, "x.append(2); y = 3; math.pi = 3; os.chdir('/'); print('said')\nos.system('echo a')"
    )
    assert run(kernel, "print(x, 'y' in globals(), math.pi > 3.1, os.getcwd() == here)") == (
        "[1] False True True\n"
    )
    assert apart(kernel, "os._exit(3)") == {"status": "died"}
    assert apart(kernel, "while True: pass", seconds=0.5) == {"status": "interrupted"}
    apart(kernel, "import subprocess\nsubprocess.Popen(['sleep', '99'])")
    states = (
        "[open(f'/proc/{p}/stat').read() for p in os.listdir('/proc') if p.isdigit() and p != '1']"
    )
    running = f"sum('(sleep)' in s and '(sleep) Z' not in s for s in {states})"
    wait = f"import time\nend = time.time() + 5\nwhile {running} and time.time() < end: pass"
    assert run(kernel, f"{wait}\nprint({running})") == "0\n"  # it ends a moment after its kill
    assert apart(kernel, "len(x)")["score"] == 1


HOOKS = {
    "input transformers": "get_ipython().input_transformers_post.append(lambda lines: ['1\\n'])",
    "trees": "import ast\nclass Drop(ast.NodeTransformer):\n"
    "    def visit_Assert(self, node): return None\n"
    "get_ipython().ast_transformers.append(Drop())",
    "a display hook": "import sys\nsys.displayhook = lambda value: None",
    "errors not shown": "get_ipython().showtraceback = lambda *a, **k: None",
    "do_execute": "async def done(*a, **k): return {'status': 'ok'}\n"
    "get_ipython().kernel.do_execute = done",
    "run_cell": "get_ipython().run_cell = get_ipython().run_cell_async = lambda *a, **k: None",
    "the text of tests": "import threading, time\nseen = []\ndef look():\n    while True:\n"
    "        cells = map(str, get_ipython().user_ns.get('In', []))\n"
    "        seen.extend(c for c in cells if 'hid' + 'den' in c)\n"
    "        time.sleep(0.001)\nthreading.Thread(target=look, daemon=True).start()",
}


@pytest.mark.parametrize("name", HOOKS)
def test_what_is_hung_into_the_shell_does_not_reach_it(kernel: Provisioner, name: str) -> None:
    run(kernel, HOOKS[name])
    for code in ("assert 1 == 2, 'hidden'", "hidden = 1\nassert hidden == 2"):
        assert apart(kernel, code)["error"]["name"] == "AssertionError"
    if name == "the text of tests":
        assert run(kernel, "print(seen)") == "[]\n"


def test_nothing_of_its_text_is_in_the_kernels_memory(kernel: Provisioner) -> None:
    run(kernel, "import gc, os")
    secret = "hidden_" + "in_this_test"
    assert apart(kernel, f"{secret} = 7\n{secret}")["score"] == 7
    look = (
        "name = 'hidden_' + 'in_this_' + 'test'\nfound = 0\n"
        "for line in open('/proc/self/maps'):\n    parts = line.split()\n"
        "    if 'rw' not in parts[1] or '[v' in line: continue\n"
        "    low, high = (int(end, 16) for end in parts[0].split('-'))\n"
        "    with open('/proc/self/mem', 'rb') as mem:\n        mem.seek(low)\n"
        "        try: found += mem.read(high - low).count((name + ' = 7').encode())\n"
        "        except OSError: pass\nprint(found)"
    )
    assert run(kernel, look) == "0\n"


PAYS = {
    "an object that is equal to everything": "class E:\n    def __eq__(self, other): return True\n"
    "x = E()",
    "a comparison replaced": "import math\nx = 1\nmath.isclose = lambda *a, **k: True",
    "a reply of its own": "import gc, os\nclass X:\n    def __eq__(self, other):\n"
    "        session = get_ipython().kernel.session\n"
    "        reply = {'status': 'ok', 'score': None, 'value': '', 'error': None, 'printed': ''}\n"
    "        for number in range(99): session.reply(number, reply)\n        os._exit(0)\nx = X()",
}
"""Bent by whoever tries: this is what 'inside' costs."""


@pytest.mark.parametrize("name", PAYS)
def test_who_tries_can_bend_it(kernel: Provisioner, name: str) -> None:
    """Where one of these no longer pays, docs/security.md has a line too many."""
    run(kernel, PAYS[name])
    assert apart(kernel, "import math\nassert x == 2 or math.isclose(x, 2)")["error"] is None


def test_a_kernel_that_cannot_fork_says_so(kernel: Provisioner) -> None:
    run(kernel, "import os\ndef fork(): raise OSError(11, 'no')\nos.fork = fork")
    with pytest.raises(LineLostError, match="no process could be started"):
        apart(kernel, "1")


def test_files_of_the_assignment_may_be_written_over(kernel: Provisioner) -> None:
    run(kernel, "open('table.csv', 'w').write('3')")
    assert apart(kernel, "int(open('table.csv').read())")["score"] == 3
