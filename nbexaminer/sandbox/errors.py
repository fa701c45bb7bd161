"""What can keep a sandboxed kernel from starting."""

ADVICE = (
    "Grade on a Linux that has bubblewrap (the pins bring it; Debian and Ubuntu: apt install "
    "bubblewrap) and allows user namespaces (a container has to be started so: docs/security.md), "
    "or give up the protection by name: in nbgrader_config.py set "
    'c.Sandbox.provisioner = "course-unprotected".'
)


class SandboxUnavailableError(RuntimeError):
    """This machine cannot hold a sandbox; no submission is run without one."""

    def __init__(self, reason: str) -> None:
        """`reason` is all that is kept: the error comes from other processes, as it was made."""
        super().__init__(reason)

    def __str__(self) -> str:
        """Say why, and what can be done about it."""
        return f"Submissions cannot be run safely on this machine: {self.args[0]}. {ADVICE}"


class SandboxStartError(RuntimeError):
    """A sandbox was built, but its kernel did not start."""


class SandboxLostError(RuntimeError):
    """A sandbox was ended for a reason that is this machine's, and not what runs in it."""
