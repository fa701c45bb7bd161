"""Cell by cell, a sandboxed kernel shows what a plain one shows; and where that may lose something,
all of it.
"""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader import preprocessors

from nbexaminer.steps import Execute
from nbexaminer.steps.limits import OutputLimit
from tests.grading.course import KERNEL
from tests.grading.sandbox.kernels import kernel

pytestmark = pytest.mark.kernel

CELLS = {
    "both streams": "import sys\nprint('a')\nprint('e', file=sys.stderr)\nprint('b')",
    "the shell": "!echo out; echo err >&2",
    "the shell's output": "found = !echo caught\nfound",
    "a result": "20 + 1",
    "the results before": "_, __, ___, In[1], sorted(Out)",
    "no result": "1 + 1;",
    "displays": """from IPython.display import HTML, JSON, Markdown, Math, display
display(HTML('<b>x</b>'), Markdown('*y*'))
Math('x^2')""",
    "a display changed": "handle = display('first', display_id='me')\nhandle.update('second')",
    "a display changed later": "display('third', display_id='me', update=True)",
    "output cleared": "from IPython.display import clear_output\nprint('gone')\nclear_output()\n1",
    "output cleared later": "print('gone')\nclear_output(wait=True)\nprint('kept')",
    "rich output": """class Rich:
    def _repr_html_(self): return '<i>r</i>'
    def _repr_latex_(self): return '$r$'
    def _repr_png_(self): return b'PNG'
    def _repr_mimebundle_(self, include=None, exclude=None): return {'text/plain': 'bundle'}
Rich()""",
    "a repr that raises": "class Bad:\n    def __repr__(self): raise ValueError('no')\nBad()",
    "other letters": "print('žluťoučký ☃ 𝄞')",
    "an error": "def f(n):\n    return 1 / n\nf(0)",
    "an error from another": "try: {}['k']\nexcept KeyError as e: raise ValueError() from e",
    "an error in a class": "class Mine(Exception): pass\nraise Mine('said')",
    "a syntax error": "def f(:\n  pass",
    "no indent": "if True:\nprint(1)",
    "an assertion": "assert 1 == 2, 'said'",
    "deep recursion": "def r(n): return r(n + 1)\ntry: r(0)\nexcept RecursionError as e: print(e)",
    "the system's exit": "import sys\nsys.exit(3)",
    "an interrupt": "raise KeyboardInterrupt",
    "an interrupt by signal": "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nprint('on')",
    "a question": "input('name? ')",
    "a secret question": "import getpass\ngetpass.getpass()",
    "a figure": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "a figure left open": "fig, ax = plt.subplots()\nax.plot([1, 2])\nprint('text')\nNone",
    "waiting": "import asyncio\nawait asyncio.sleep(0.01)\nprint('waited')\n5",
    "waiting for an error": "await asyncio.sleep(0)\n1 / 0",
    "a task": "done = []\nasync def work():\n    await asyncio.sleep(0)\n    done.append(1)\n"
    "task = asyncio.ensure_future(work())\ndone",
    "a task later": "done",
    "an asynchronous loop": "async def two():\n    yield 1\n    yield 2\n[x async for x in two()]",
    "a cell magic": "%%writefile made.py\nvalue = 3",
    "a run": "%run made.py\nvalue",
    "a captured cell": "%%capture cap\nprint('captured')",
    "what was captured": "cap.stdout",
    "another language": "%%bash\necho from bash",
    "no magic": "%nosuch",
    "help": "len?",
    "more help": "help(abs)",
    "history": "%history -n 1-2",
    "an extension": "%load_ext autoreload\n%autoreload 2",
    "no extension": "%load_ext no_such_extension",
    "a traceback again": "%tb",
    "a thread": "import threading\nt = threading.Thread(target=print)\nt.start(); t.join()",
    "a thread that ends later": "import time\n"
    "late = threading.Thread(target=lambda: (time.sleep(0.2), print('late')))\nlate.start()\n1",
    "its end": "late.join()\nprint('then')",
    "a daemon": "threading.Thread(target=time.sleep, args=(99,), daemon=True).start()\n2",
    "a stream replaced": "import io, contextlib\nhidden = io.StringIO()\n"
    "with contextlib.redirect_stdout(hidden): print('hidden')\nhidden.getvalue()",
    "a stream replaced for good": "real, sys.stdout = sys.stdout, hidden\nprint('hidden')\n7",
    "a stream put back": "sys.stdout = real\nhidden.getvalue()",
    "of the stream": "sys.stdout.isatty(), sys.stdout.encoding, sys.stdout.name",
    "lines": "sys.stdout.writelines(['a', 'b'])\nsys.stdout.write('abc')",
    "a hook": "old, sys.displayhook = sys.displayhook, lambda value: print('hooked', value)\n8",
    "a hook put back": "sys.displayhook = old\n9",
    "a log": "import logging\nlogging.warning('logged')",
    "a comm": "import comm\nc = comm.create_comm(target_name='x')\nc.send({}); c.close()",
    "a widget": "import ipywidgets\nslider = ipywidgets.IntSlider(value=3)\nslider.value",
    "the shell itself": "ip = get_ipython()\ntype(ip).__name__, 'IPKernelApp' in ip.config",
    "a cell in a cell": "ip.run_cell('1 + 1').result",
    "a changed input": "ip.input_transformers_cleanup.append("
    "lambda lines: [line.replace('magicword', '42') for line in lines])",
    "changed input": "magicword",
    "long output": "print('x' * 5000)\nlist(range(2000))",
    "numbers": "import numpy as np\nnp.random.seed(0)\nnp.arange(3), np.random.rand()",
    "a payload": "ip.set_next_input('x = 1')",
    "a handler of one's own": "signal.signal(signal.SIGINT, lambda *_: print('mine'))\n"
    "os.kill(os.getpid(), signal.SIGINT)\nprint('on')",
    "everything forgotten": "%reset -f",
    "what is left": "sorted(name for name in globals() if not name.startswith('_'))",
}


ARGUMENTS = ["--IPKernelApp.log_level=40"]


def notebook() -> NotebookNode:
    cells = [new_code_cell(source) for source in CELLS.values()]
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What stock shows, by name."""
    made, step = notebook(), preprocessors.Execute(extra_arguments=ARGUMENTS)
    folder = {"metadata": {"path": str(tmp_path_factory.mktemp("plain"))}}
    step.preprocess(made, folder)
    return {name: shown(cell) for name, cell in zip(CELLS, made.cells, strict=True)}


@pytest.fixture(scope="module")
def sandboxed() -> Mapping[str, Any]:
    """What a sandboxed kernel shows, by name."""
    step, made = Execute(extra_arguments=ARGUMENTS), notebook()
    NotebookClient.__init__(step, made, None)
    step._outputs, step._deadline = OutputLimit(100_000), float("inf")
    step._get_timeout = lambda cell: 30
    step.reset_execution_trackers()
    with step._kernel_running({}):
        for index, cell in enumerate(made.cells):
            step.execute_cell(cell, index)
    return {name: shown(cell) for name, cell in zip(CELLS, made.cells, strict=True)}


def shown(cell: NotebookNode) -> tuple[int, list[dict[str, Any]]]:
    """Return a cell's number and its outputs; text that follows text of the same stream is one."""
    outputs: list[dict[str, Any]] = []
    text = json.dumps(cell.outputs).replace("~/", f"{Path.home()}/")  # whose home differs
    for output in json.loads(text):
        before = outputs[-1] if outputs else {}
        if output["output_type"] == "stream" and before.get("name") == output["name"]:
            before["text"] += output["text"]
        else:
            outputs.append(output)
    return cell.execution_count, outputs


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_shows_the_same(
    name: str, plain: Mapping[str, Any], sandboxed: Mapping[str, Any]
) -> None:
    assert sandboxed[name] == plain[name]


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("import os\nprint(1, flush=True)\nos.write(1, b'2\\n')\nprint(3)", "1\n2\n3\n"),
        ("import ctypes\nc = ctypes.CDLL(None)\nc.puts(b'below'); c.fflush(None);", "below\n"),
        ("import subprocess\nsubprocess.run(['echo', 'other']);", "other\n"),
        ("import subprocess\nsubprocess.run(['sh', '-c', 'echo e >&2']);", "e\n"),
        ("import subprocess\nsubprocess.run(['head', '-c300000', '/dev/zero']);", "\0" * 300_000),
        ("import os\nprint('once')\nos.fork() or os._exit(0)\nos.wait();", "once\n"),
        (
            "import os\nos.fork() or (print('child'), os._exit(0))\nos.wait()\nprint('parent')",
            "child\nparent\n",
        ),
        (
            "import multiprocessing as m\np = m.Process(target=print, args=('w',))\n"
            "p.start(); p.join(); print(p.exitcode)",
            "w\n0\n",
        ),
        ("print('half \\ud800')", "half \ud800\n"),
    ],
)
def test_nothing_that_is_printed_is_lost_or_comes_twice(code: str, printed: str) -> None:
    async def look() -> dict[str, Any]:
        async with kernel() as inside:
            return await inside.run(code)

    reply = asyncio.run(look())
    assert (reply["status"], reply["printed"]) == ("ok", printed)


def test_an_error_that_cannot_be_told_ends_its_cell_as_others_do() -> None:
    """Stock gets no reply to it, and waits for the time limit."""

    async def look() -> dict[str, Any]:
        async with kernel() as inside:
            code = "class E(Exception):\n    def __str__(self): 1 / 0\nraise E"
            return await inside.run(code, seconds=20)

    reply = asyncio.run(look())
    assert (reply["status"], reply["in_time"]) == ("error", True)
    (error,) = reply["shown"]
    assert error["content"]["ename"] == "ZeroDivisionError"


def test_a_fork_that_comes_to_the_end_of_its_cell_ends() -> None:
    async def look() -> tuple[str, list[int]]:
        async with kernel() as inside:
            reply = await inside.run("import os\nk = os.fork()\nprint('one\\n', end='')")
            await inside.run("if k: os.waitpid(k, 0)")
            values = [await inside.value(f"{number} * bool(k)") for number in range(20)]
            return reply["printed"], values

    printed, values = asyncio.run(look())
    assert printed.startswith("one\n")
    assert values == list(range(20))


def test_another_programs_errors_are_kept_where_both_streams_are_one() -> None:
    async def look() -> str:
        async with kernel() as inside:
            await inside.run("import subprocess, sys; sys.stderr = sys.stdout")
            shell = "subprocess.run(['sh', '-c', 'echo told >&2']);"
            return str((await inside.run(shell))["printed"])

    assert asyncio.run(look()) == "told\n"


def test_the_order_of_two_streams_over_time_stays() -> None:
    code = """if True:
        import sys, time
        for text in 'abc':
            print(text); time.sleep(0.3); print(text.upper(), file=sys.stderr)"""

    async def look() -> list[dict[str, Any]]:
        async with kernel() as inside:
            return list((await inside.run(code))["shown"])

    said = [one["content"]["text"].strip() for one in asyncio.run(look())]
    assert said == ["a", "A", "b", "B", "c", "C"]
