"""Sandboxed kernels: where a submission's code runs, and what it can reach.

`Sandbox(parent=...).prepare(km)` gives a kernel manager the provisioner of the configuration;
`km.start_kernel(handout={name: content})` then starts a kernel that can read those files, and
nothing else of the course.
"""

from course_utils.grading.sandbox.choice import Sandbox
from course_utils.grading.sandbox.errors import (
    SandboxLostError,
    SandboxStartError,
    SandboxUnavailableError,
)
from course_utils.grading.sandbox.limits import SandboxLimits
from course_utils.grading.sandbox.manager import PromptKernelManager
from course_utils.grading.sandbox.provisioner import SandboxProvisioner, UnprotectedProvisioner

__all__ = [
    "PromptKernelManager",
    "Sandbox",
    "SandboxLimits",
    "SandboxLostError",
    "SandboxProvisioner",
    "SandboxStartError",
    "SandboxUnavailableError",
    "UnprotectedProvisioner",
]
