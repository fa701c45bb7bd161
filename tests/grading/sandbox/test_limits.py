"""What a submission may take: each limit holds, says why, and costs the neighbours nothing."""

import asyncio
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nbexaminer.sandbox import LineLostError, NotInterruptedError, folders
from tests.grading.sandbox.kernels import Inside, kernel

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

MEGABYTE = 1 << 20


async def ended(inside: Inside, code: str, seconds: float = 30) -> str | None:
    """Run code that is to cost the sandbox; return the reason that is given."""
    inside.begin(code)
    for _ in range(int(seconds / 0.05)):
        if not inside.kernel.is_alive():
            return inside.kernel.ended
        await asyncio.sleep(0.05)
    raise AssertionError("the sandbox was not ended")


def runs(code: str, **limits: Any) -> dict[str, Any]:
    async def look() -> dict[str, Any]:
        async with kernel(SandboxLimits=limits) as inside:
            return await inside.run(code)

    return asyncio.run(look())


def is_ended(code: str, **limits: Any) -> str | None:
    async def look() -> str | None:
        async with kernel(SandboxLimits=limits) as inside, kernel() as neighbour:
            reason = await ended(inside, code)
            assert await neighbour.value("1 + 1") == 2
            return reason

    return asyncio.run(look())


def test_one_process_that_takes_too_much_gets_a_memory_error() -> None:
    reply = runs("x = bytearray(3_000_000_000)", address_space_megabytes=2048)
    assert reply["ename"] == "MemoryError"


def test_many_processes_that_take_too_much_are_ended() -> None:
    code = """if True:
        import os, time
        for _ in range(6):
            if os.fork() == 0:
                x = bytearray(os.urandom(1000)) * 100_000
                time.sleep(1000)
        time.sleep(1000)"""
    assert is_ended(code, memory_megabytes=400) == "it used more than 400 MB of memory"


def test_memory_that_forks_share_counts_once() -> None:
    code = """if True:
        import os, time
        x = bytearray(os.urandom(1000)) * 150_000
        children = [os.fork() for _ in range(1)]
        if children == [0]:
            time.sleep(2)
            os._exit(0)
        os.wait()
        print(len(x))"""
    assert runs(code, memory_megabytes=400)["printed"] == "150000000\n"


def test_cpu_time_of_all_processes_counts() -> None:
    code = """if True:
        import os
        for _ in range(3):
            if os.fork() == 0:
                while True:
                    pass
        os.wait()"""
    assert is_ended(code, cpu_seconds=3) == "it used more than 3 seconds of CPU time"


def test_time_on_the_wall_counts() -> None:
    code = "import signal, time; signal.signal(2, signal.SIG_IGN); time.sleep(1000)"
    assert is_ended(code, wall_seconds=2) == "it ran longer than 2 seconds"


def test_a_flood_of_files_is_ended() -> None:
    code = "for i in range(1_000_000): open(f'/tmp/{i}', 'w').close()"
    assert is_ended(code, files=3000) == "it made more than 3000 files"


def test_a_fork_bomb_stays_small_and_its_neighbour_forks() -> None:
    bomb = """if True:
        import os, time
        print('on', flush=True)
        while True:
            try:
                if os.fork() == 0:
                    time.sleep(0.01)
            except OSError:
                time.sleep(0.1)"""

    async def look() -> int:
        async with kernel(SandboxLimits={"processes": 40}) as inside, kernel() as neighbour:
            inside.begin(bomb)
            await asyncio.sleep(1)
            code = "import subprocess; print(subprocess.run(['true']).returncode)"
            assert (await neighbour.run(code))["printed"] == "0\n"
            found = await neighbour.value("len(__import__('os').listdir('/proc'))")
            assert found < 100
            pid = inside.kernel.running.init_pid
            return len(list(Path("/proc").glob(f"{pid}/root/proc/[0-9]*")))

    assert 0 < asyncio.run(look()) <= 40


@pytest.mark.parametrize("folder", [".", "/tmp", "/dev/shm"])
def test_what_it_writes_is_limited(folder: str) -> None:
    code = f"""if True:
        for i in range(100):
            open(f'{folder}/{{i}}', 'wb').write(bytes({MEGABYTE}))"""
    limits = {"home_megabytes": 8, "tmp_megabytes": 8, "shared_memory_megabytes": 8}
    reply = runs(code, **limits)
    assert "No space left" in reply["evalue"]


def test_one_file_is_limited() -> None:
    reply = runs(f"open('x', 'wb').write(bytes({9 * MEGABYTE}))", file_megabytes=8)
    assert "File too large" in reply["evalue"]


def test_open_files_are_limited() -> None:
    reply = runs("files = [open('/dev/null') for _ in range(1000)]", open_files=200)
    assert "Too many open files" in reply["evalue"]


def test_a_cell_that_prints_without_end_is_cut() -> None:
    reply = runs("for _ in range(100_000): print('x' * 99)", output_characters=5000)
    assert len(reply["printed"]) < 5100
    assert "output cut off" in reply["printed"]


def test_output_of_the_next_cell_counts_anew() -> None:
    async def look() -> str:
        async with kernel(SandboxLimits={"output_characters": 50}) as inside:
            await inside.run("print('x' * 1000)")
            return str((await inside.run("print('there')"))["printed"])

    assert asyncio.run(look()) == "there\n"


HUGE = """if True:
    from IPython.display import display, publish_display_data
    publish_display_data({'x/x': 'x' * 300_000_000})
    print('and on')"""


def test_a_huge_output_is_named_and_left_out() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reply = runs(HUGE)
    assert reply["status"] == "ok"
    assert reply["printed"].startswith("[left out: an output of 300,000,")
    assert reply["printed"].endswith("and on\n")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes


FORGED = """if True:
    import struct
    line, head = get_ipython().kernel.session.line, struct.Struct('!QBII')
    number = int(get_ipython().kernel.get_parent()['header']['msg_id'])
    def send(kind, length, start, content):
        line._socket.sendall(head.pack(number, kind, length, start) + content)
"""


def forges(code: str, **limits: Any) -> tuple[Any, int]:
    """Run code that writes to the line itself; return what came of it, and kilobytes taken."""

    async def look() -> tuple[Any, int]:
        async with kernel(SandboxLimits=limits) as inside, kernel() as neighbour:
            await inside.run(FORGED)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            number = "number = int(get_ipython().kernel.get_parent()['header']['msg_id'])\n"
            try:
                reply: Any = await inside.run(number + code, seconds=20)
            except (LineLostError, NotInterruptedError) as error:
                reply = error
            assert await neighbour.value("1 + 1") == 2
            return reply, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    return asyncio.run(look())


@pytest.mark.parametrize(
    "code",
    [
        "line._socket.sendall(b'x')",
        "send(0, 1 << 30, 0, b'x' * 60_000)",
        "send(0, 10, 5, b'x' * 5)",
        "send(0, 10, 0, b'x' * 20)",
        "for k in range(3000): send(0, 1 << 31, 60_000 * k, b'x' * 60_000)",
        "number -= 1; send(1, 2, 0, b'{}')",
        "number += 1; send(0, 2, 0, b'{}')",
    ],
)
def test_packets_that_do_not_fit_are_dropped(code: str) -> None:
    reply, kilobytes = forges(code)
    assert reply["status"] == "ok"
    assert reply["shown"] == []
    assert kilobytes < 50_000


@pytest.mark.parametrize(
    "text", ["b'no'", "b'[]'", "b'[' * 50_000", "b'{\"a\":' * 9_000", "b'1' * 9_000", "b''"]
)
@pytest.mark.parametrize("kind", [0, 1])
def test_what_is_no_message_ends_the_asking(kind: int, text: str) -> None:
    reply, _ = forges(f"text = {text}; send({kind}, len(text), 0, text)")
    assert str(reply) == "it sent what no notebook sends"


def test_a_flood_takes_no_memory_and_no_longer_than_its_time() -> None:
    code = "while True: send(0, 60_000, 0, b' ' * 60_000)"
    reply, kilobytes = forges("import signal; signal.signal(2, signal.SIG_IGN)\n" + code)
    assert isinstance(reply, LineLostError | NotInterruptedError)
    assert kilobytes < 50_000


def test_a_flood_for_another_request_is_not_read() -> None:
    code = "number = 0\nwhile True: send(0, 60_000, 0, b'x' * 60_000)"
    reply, kilobytes = forges(code)
    assert reply["ename"] == "KeyboardInterrupt"
    assert not reply["in_time"]
    assert kilobytes < 50_000


def test_a_message_that_was_broken_off_is_not_the_end() -> None:
    code = "send(1, 200_000, 0, b'x' * 60_000); send(1, 200_000, 60_000, b'x' * 60_000)"
    reply, _ = forges(code + "\nprint('there')")
    assert (reply["status"], reply["printed"]) == ("ok", "there\n")


def test_a_process_that_was_killed_leaves_its_folder_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders.tempfile, "tempdir", str(tmp_path))
    living = folders.RunFolder()
    die = "from nbexaminer.sandbox.folders import RunFolder as R; import os; r = R(); "
    die += "os.kill(os.getpid(), 9)"
    env = os.environ | {"TMPDIR": str(tmp_path)}
    assert subprocess.run([sys.executable, "-c", die], env=env).returncode == -9
    (dead,) = set(tmp_path.iterdir()) - {living.path}
    assert dead.name.startswith(folders.PREFIX)
    another = folders.RunFolder()
    assert set(tmp_path.iterdir()) == {living.path, another.path}
    for folder in (living, another):
        folder._folder.remove()
    assert list(tmp_path.iterdir()) == []
