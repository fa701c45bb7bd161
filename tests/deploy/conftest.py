"""A hub for a file's tests, and the browser that goes there."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.conftest import browser as browser  # the same one

from tests.deploy.running import NOT_ROOT, ROOT, Hub, free_port, missing

sys.path.append(str(ROOT))  # deploy/ is no package of the course: `make hub` calls it from here


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub that has been started with `make hub`; ended, with all it started, in the end."""
    if os.geteuid() != 0:
        pytest.skip(NOT_ROOT)
    if (why := missing()) is not None:
        pytest.fail(f"the hub cannot be tested: {why}", pytrace=False)
    folder: Path = tmp_path_factory.mktemp("hub")
    hub = Hub(folder, f"dask_workers = 1\ndask_port = {free_port()}\n")
    hub.start()
    try:
        yield hub
    finally:
        hub.stop()
