"""The kernel manager that grading uses."""

import inspect

from jupyter_client.manager import AsyncKernelManager


class PromptKernelManager(AsyncKernelManager):
    """Has started or ended its kernel as soon as it has.

    jupyter_client's own then waits 10 ms each time, so that its tests see the state before. Its
    `ready`, which says the same, is left alone: nothing here waits for it.
    """

    start_kernel = inspect.unwrap(AsyncKernelManager.start_kernel)
    shutdown_kernel = inspect.unwrap(AsyncKernelManager.shutdown_kernel)
