"""A warm kernel differs from a cold one in nothing that a submission could notice, but in time."""

import asyncio
import os
from typing import Any

import pytest

from nbexaminer.sandbox import Sandbox
from nbexaminer.sandbox.processes import family
from tests.grading.sandbox.kernels import Inside, kernel

pytestmark = pytest.mark.kernel


async def outputs(inside: Inside, code: str) -> list[tuple[str, list[str]]]:
    """Return the kinds of a cell's outputs, and their mime types."""
    shown = (await inside.run(code))["shown"]
    return [(one["msg_type"], sorted(one["content"].get("data", {}))) for one in shown]


STATE = """if True:
    import gc, os, sys, warnings, signal, threading, resource
    import matplotlib, matplotlib.pyplot as plt, numpy as np
    limits = [resource.getrlimit(getattr(resource, n)) for n in dir(resource) if 'RLIMIT_' in n]
    environ = {k: v for k, v in os.environ.items() if k not in ('OLDPWD', 'SHLVL', '_')}
    state = {
        'environment': environ, 'path': sys.path, 'flags': str(sys.flags), 'limits': limits,
        'filters': sorted({str(f) for f in warnings.filters}), 'backend': matplotlib.get_backend(),
        'figures': plt.get_fignums(), 'folder': os.getcwd(),
        'files': sorted(os.path.join(f, n) for f, _, names in os.walk('.') for n in names),
        'folders': sorted(f for f, _, _ in os.walk('.')),
        'user': (os.getresuid(), os.getresgid()), 'mask': sorted(signal.pthread_sigmask(0, ())),
        'signals': [str(signal.getsignal(s)) for s in (2, 13, 15, 17)],
        'threads': sorted(t.name.split('-')[0] for t in threading.enumerate()),
        'errors': str(np.geterr()), 'parameters': str(dict(matplotlib.rcParams)),
        'collector': (gc.isenabled(), gc.get_threshold()),
        'recursion': sys.getrecursionlimit(), 'hooks': len(sys.meta_path), 'arguments': sys.argv,
        'course': [m for m in sys.modules if 'course' in m],
    }
    print(repr(state))"""


def test_the_state_that_a_submission_finds_is_the_same() -> None:
    async def look(warm: bool) -> Any:
        async with kernel(SandboxProvisioner={"warm": warm}) as inside:
            pid = await inside.value("__import__('os').getpid()")
            assert (pid != 1) == warm
            state = (await inside.run(STATE))["printed"]
            drawn = await outputs(inside, "plt.plot([1, 2]); plt.show()")
            shown = await outputs(inside, "plt.figure()")
            failed = await outputs(inside, "1 / 0")
            return eval(state), drawn, shown, failed

    warm, cold = asyncio.run(look(True)), asyncio.run(look(False))
    for name in warm[0]:
        assert warm[0][name] == cold[0][name], name
    assert warm[1:] == cold[1:]
    assert ("display_data", ["image/png", "text/plain"]) in warm[1]


SHELL = """if True:
    import sys, threading
    shell, history = get_ipython(), get_ipython().history_manager
    wired = [
        shell.kernel.shell is shell, shell.parent is shell.kernel, shell.user_ns is globals(),
        shell.displayhook.session is shell.kernel.session, sys.modules['__main__'].__dict__ is _ns,
    ]
    kinds = [type(one).__name__ for one in (shell, shell.compile, shell.kernel, shell.exiter)]
    said = [shell.execution_count, In[1], Out[1], _1, history.hist_file, history.enabled]
    errors = [history.exceptions[2]['ename'], shell.last_execution_succeeded]
    found = [wired, kinds, said, errors, sorted(shell.magics_manager.magics['line'])]"""


def test_the_shell_is_its_own_kernels_and_works_as_everywhere() -> None:
    async def look(warm: bool) -> Any:
        async with kernel(SandboxProvisioner={"warm": warm}) as inside:
            await inside.run("20 + 1")
            assert "ZeroDivisionError" in str((await inside.run("1 / 0"))["traceback"])
            await inside.run("_ns = globals()")
            assert (await inside.run(SHELL))["status"] == "ok"
            history = (await inside.run("%history -n 1-2"))["printed"]
            reply = await inside.run("import debugpy")
            return await inside.value("found"), history, reply["ename"]

    warm, cold = asyncio.run(look(True)), asyncio.run(look(False))
    assert warm == cold
    wired, kinds, said, errors, _ = warm[0]
    assert all(wired)
    assert kinds == [
        "ZMQInteractiveShell", "CellCompiler", "IPythonKernel", "ZMQExitAutocall"
    ]  # fmt: skip
    assert said == [5, "20 + 1", 21, 21, ":memory:", True]
    assert errors == ["ZeroDivisionError", True]
    assert warm[1:] == ("   1: 20 + 1\n   2: 1 / 0\n", "ModuleNotFoundError")


def test_what_is_stored_is_there_for_the_next_cell() -> None:
    async def look(warm: bool) -> None:
        async with kernel(SandboxProvisioner={"warm": warm}) as inside:
            await inside.run("kept = [1, 2]")
            assert (await inside.run("%store kept"))["status"] == "ok"
            await inside.run("del kept")
            assert (await inside.run("%store -r kept"))["status"] == "ok"
            assert await inside.value("kept") == [1, 2]

    for warm in (True, False):
        asyncio.run(look(warm))


def test_no_kernel_signs_as_another() -> None:
    async def look() -> None:
        async with kernel() as one, kernel() as two:
            for identity in ("session.session", "ident", "session.bsession"):
                value = f"str(get_ipython().kernel.{identity})"
                assert await one.value(value) != await two.value(value)

    asyncio.run(look())


def test_kernels_with_other_arguments_are_others() -> None:
    async def look(lines: list[str]) -> tuple[bool, Any]:
        one = Sandbox().kernel()
        one.start(arguments=[f"--IPKernelApp.exec_lines={line}" for line in lines])
        try:
            wired = (
                "get_ipython().kernel.shell.user_ns is globals() is vars(__import__('__main__'))"
            )
            inside = Inside(one)
            return await inside.value(wired), await inside.value("globals().get('said')")
        finally:
            one.close()

    for lines, said in ((["said = 1"], 1), (["said = 2"], 2), ([], None), (["said = 1"], 1)):
        assert asyncio.run(look(lines)) == (True, said)


def test_it_has_everything_imported() -> None:
    async def look() -> None:
        async with kernel() as inside:
            loaded = "[m in __import__('sys').modules for m in ('numpy', 'matplotlib.pyplot')]"
            assert await inside.value(loaded) == [True, True]

    asyncio.run(look())


def test_random_numbers_are_each_kernels_own_and_seeds_are_everybodys() -> None:
    async def look() -> None:
        async with kernel() as one, kernel() as two:
            for module in ("random", "numpy.random"):
                draw = f"float(__import__('importlib').import_module('{module}').random())"
                assert await one.value(draw) != await two.value(draw)
            await one.run("import numpy; numpy.random.seed(0)")
            assert await one.value("float(numpy.random.rand())") == 0.5488135039273248

    asyncio.run(look())


def test_neighbours_see_nothing_of_each_other() -> None:
    leave = """if True:
        import socket, subprocess, ctypes
        for folder in ('/tmp', '/dev/shm', '.'):
            open(f'{folder}/neighbour', 'w').write('mine')
        listening = [socket.socket(socket.AF_UNIX), socket.socket()]
        listening[0].bind(chr(0) + 'neighbour')
        listening[1].bind(('127.0.0.1', 4321))
        [s.listen() for s in listening]
        child = subprocess.Popen(['sleep', '4321'])"""
    find = """if True:
        import os, socket
        found = [f for f in ('/tmp', '/dev/shm', '.') if 'neighbour' in os.listdir(f)]
        for pid in filter(str.isdigit, os.listdir('/proc')):
            found += [pid] if b'4321' in open(f'/proc/{pid}/cmdline', 'rb').read() else []
        unix, internet = socket.socket(socket.AF_UNIX), socket.socket()
        found += [] if unix.connect_ex(chr(0) + 'neighbour') else ['abstract']
        found += [] if internet.connect_ex(('127.0.0.1', 4321)) else ['port']
        found += open('/proc/net/unix').read().count('neighbour') * ['listed']"""

    async def look() -> None:
        async with kernel() as one, kernel() as two:
            assert (await one.run(leave))["status"] == "ok"
            assert (await one.run(find))["status"] == "ok"
            assert len(await one.value("found")) >= 7  # it finds its own
            assert (await two.run(find))["status"] == "ok"
            assert await two.value("found") == []

    asyncio.run(look())


def test_several_kernels_may_start_at_once() -> None:
    async def one(number: int) -> int:
        async with kernel() as inside:
            return int(await inside.value(f"{number} ** 2"))

    async def look() -> list[int]:
        return await asyncio.gather(*map(one, range(4)))

    assert asyncio.run(look()) == [0, 1, 4, 9]


def test_nothing_of_an_ended_sandbox_stays_with_the_warm_process() -> None:
    async def look() -> list[int]:
        async with kernel() as lasting:
            everything = family(os.getpid())
            for _ in range(3):
                async with kernel() as passing:
                    await passing.run("import os; os.fork() or os.setsid()")
            for _ in range(50):
                left = [pid for pid in family(os.getpid()) if pid not in everything]
                if not left:
                    break
                await asyncio.sleep(0.1)
            assert await lasting.value("1 + 1") == 2
            return left

    assert asyncio.run(look()) == []


def test_orphans_inside_leave_no_zombies() -> None:
    code = """if True:
        import os, time
        for _ in range(20):
            if os.fork() == 0:
                os.fork()
                os._exit(0)
            os.wait()
        time.sleep(0.5)
        zombies = [p for p in os.listdir('/proc') if p.isdigit()
                   and open(f'/proc/{p}/stat').read().rpartition(')')[2].split()[0] == 'Z']"""

    async def look() -> None:
        async with kernel() as inside:
            assert (await inside.run(code))["status"] == "ok"
            assert await inside.value("zombies") == []

    asyncio.run(look())
