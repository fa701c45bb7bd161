"""Sandboxed kernels: where a submission's code runs, and what it can reach.

`Sandbox(parent=...).kernel()` gives the provisioner of the configuration. Its `start({name:
content})` starts a kernel that can read those files, and nothing else of the course; `run` runs a
cell in it; `close` ends it.
"""

from nbexaminer.sandbox.choice import Sandbox
from nbexaminer.sandbox.errors import (
    SandboxLostError,
    SandboxStartError,
    SandboxUnavailableError,
)
from nbexaminer.sandbox.limits import SandboxLimits
from nbexaminer.sandbox.line import LineLostError, NotInterruptedError, Reply, cell
from nbexaminer.sandbox.provisioner import (
    Provisioner,
    SandboxProvisioner,
    UnprotectedProvisioner,
)
from nbexaminer.sandbox.requirements import require_ipykernel

__all__ = [
    "LineLostError",
    "NotInterruptedError",
    "Provisioner",
    "Reply",
    "Sandbox",
    "SandboxLimits",
    "SandboxLostError",
    "SandboxProvisioner",
    "SandboxStartError",
    "SandboxUnavailableError",
    "UnprotectedProvisioner",
    "cell",
    "require_ipykernel",
]
