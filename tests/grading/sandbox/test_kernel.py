"""A sandboxed kernel works like any other: cells, handouts, interrupts, restarts, its end."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nbexaminer.sandbox.processes import family
from tests.grading.course import ROOT
from tests.grading.sandbox.kernels import kernel

pytestmark = pytest.mark.kernel


def test_it_reads_its_handout_and_writes_at_home() -> None:
    handout = {"course_utils/__init__.py": b"answer = 42", "data.csv": b"1,2\n"}

    async def look() -> None:
        async with kernel(handout) as inside:
            assert await inside.value("__import__('course_utils').answer") == 42
            assert await inside.value("open('data.csv').read()") == "1,2\n"
            assert await inside.value("open('mine.txt', 'w').write('ab')") == 2
            for name in ("/handout/data.csv", "/handout/course_utils/new.py"):
                refused = await inside.run(f"open({name!r}, 'w')")
                assert refused["ename"] == "OSError"
            # What lies at home is a copy of its own, for a cell that writes over its data.
            assert await inside.value("open('data.csv', 'a').write('3')") == 1
            assert await inside.value("open('/handout/data.csv').read()") == "1,2\n"
            refused = await inside.run("import os; os.chmod('/handout/data.csv', 0o777)")
            assert refused["ename"] in ("OSError", "PermissionError")

    asyncio.run(look())


def test_nothing_is_left_for_the_next_kernel_nor_of_its_processes() -> None:
    async def look() -> None:
        async with kernel() as inside:
            await inside.run(
                "open('/tmp/left', 'w'); open('left', 'w'); open('/dev/shm/left', 'w')"
            )
            await inside.run("import subprocess; p = subprocess.Popen(['sleep', '1000'])")
            running = inside.kernel.running
        assert running is not None
        assert not Path(f"/proc/{running.pid}").exists()
        async with kernel() as inside:
            for path in ("/tmp/left", "left", "/dev/shm/left"):
                assert await inside.value(f"__import__('os').path.exists({path!r})") is False
            assert (
                await inside.value(
                    "[p for p in __import__('os').listdir('/proc') if p.isdigit() and b'1000' in "
                    "open(f'/proc/{p}/cmdline', 'rb').read()]"
                )
                == []
            )

    asyncio.run(look())


def test_it_is_interrupted() -> None:
    async def look() -> None:
        async with kernel() as inside:
            running = asyncio.create_task(inside.run("print('on'); import time; time.sleep(1000)"))
            await asyncio.sleep(1)
            inside.kernel.interrupt()
            assert (await running)["ename"] == "KeyboardInterrupt"
            assert await inside.value("1 + 1") == 2

    asyncio.run(look())


def test_its_death_is_noticed() -> None:
    async def look() -> None:
        async with kernel() as inside:
            inside.begin("import os; os._exit(3)")
            for _ in range(100):
                if not inside.kernel.is_alive():
                    break
                await asyncio.sleep(0.05)
            assert not inside.kernel.is_alive()

    asyncio.run(look())


def test_the_graders_environment_stays_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_SECRET", "canary")

    async def look() -> None:
        async with kernel() as inside:
            assert await inside.value("'COURSE_SECRET' in __import__('os').environ") is False
            await inside.run(
                "import pathlib; environs = pathlib.Path('/proc').glob('[0-9]*/environ')"
            )
            assert await inside.value("any(b'canary' in e.read_bytes() for e in environs)") is False

    asyncio.run(look())
    assert os.environ["COURSE_SECRET"] == "canary"


GRADER = """
import asyncio, sys
from tests.grading.sandbox.kernels import kernel

async def grade():
    async with kernel(SandboxProvisioner={"warm": sys.argv[1] == "warm"}) as inside:
        running = inside.kernel.running
        inside.begin("import os; os.fork(); os.setsid(); os.system('sleep 1000')")
        await asyncio.sleep(1)
        print(running.pid, running.init_pid, flush=True)
        await asyncio.sleep(1000)

asyncio.run(grade())
"""


@pytest.mark.parametrize("way", ["warm", "cold"])
def test_no_process_outlives_a_grader_that_is_killed(way: str) -> None:
    command = [sys.executable, "-c", GRADER, way]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as grader:
        assert grader.stdout is not None
        ids = [int(word) for word in grader.stdout.readline().split()]
        everything = {*family(*ids), *family(grader.pid)} - {grader.pid}
        assert len(everything) >= 5
        assert os.getpgid(grader.pid) not in {os.getpgid(pid) for pid in everything}
        grader.kill()
    for _ in range(100):
        left = [pid for pid in everything if is_alive(pid)]
        if not left:
            break
        time.sleep(0.1)
    assert left == []


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def test_what_a_cell_has_written_has_arrived_when_it_is_done() -> None:
    speak = """if True:
        import sys, threading
        print("first", end=" ")
        other = threading.Thread(target=print, args=("second",), kwargs={"end": " "})
        other.start(), other.join()
        sys.stderr.write("third ")
        sys.stdout.write("fourth ")"""

    async def look() -> None:
        async with kernel() as inside:
            for _ in range(20):
                printed = (await inside.run(speak))["printed"]
                assert sorted(printed.split()) == ["first", "fourth", "second", "third"]
                assert (await inside.run("x = 1"))["printed"] == ""

    asyncio.run(look())
