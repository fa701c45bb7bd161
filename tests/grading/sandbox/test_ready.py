"""The warm process is begun before the first kernel is asked for, where kernels start warm."""

import subprocess
import sys

import pytest

from tests.grading.course import ROOT

pytestmark = pytest.mark.kernel

ASK = """
import asyncio, os, time
from traitlets.config import Config
from nbexaminer.sandbox import Sandbox, nursery
from nbexaminer.sandbox.processes import family
from tests.grading.sandbox.kernels import kernel

Sandbox(config=Config({config})).get_ready()
end = time.monotonic() + {seconds}
while nursery.starter()._nursery is None and time.monotonic() < end:
    time.sleep(0.05)
print(nursery.starter()._nursery is not None, len(family(os.getpid())) > 1)

async def first():
    async with kernel(**{config}) as inside:
        print(await inside.value("6 * 7"))

asyncio.run(first())
"""


def asked(config: str, seconds: int) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(config=config, seconds=seconds)],
        cwd=ROOT,  # where `tests` is found
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_it_is_warm_before_a_kernel_is_asked_for() -> None:
    assert asked("{}", 60) == ["True", "True", "42"]


@pytest.mark.parametrize(
    "config",
    [
        "{'SandboxProvisioner': {'warm': False}}",
        "{'Sandbox': {'provisioner': 'course-unprotected'}}",
    ],
)
def test_where_kernels_start_cold_nothing_is_begun(config: str) -> None:
    assert asked(config, 2) == ["False", "False", "42"]
