"""Which provisioner runs the submissions: said by name, in nbgrader_config.py."""

from traitlets import Unicode
from traitlets.config import LoggingConfigurable

from nbexaminer.sandbox.launch import require_sandbox
from nbexaminer.sandbox.nursery import starter
from nbexaminer.sandbox.provisioner import (
    Provisioner,
    SandboxProvisioner,
    UnprotectedProvisioner,
)

OURS: dict[str, type[Provisioner]] = {
    "course-sandbox": SandboxProvisioner,
    "course-unprotected": UnprotectedProvisioner,
}


class Sandbox(LoggingConfigurable):
    """Makes the provisioner of the configuration."""

    provisioner = Unicode(
        "course-sandbox",
        help='Name of the provisioner: "course-sandbox", or "course-unprotected", which '
        "runs every submission with all rights of the user who grades.",
    ).tag(config=True)

    def kernel(self) -> Provisioner:
        """Return what starts a kernel, and asks it.

        Raises ModuleNotFoundError if no provisioner has the configured name.
        """
        return self._class()(parent=self)

    def require(self) -> None:
        """Raise SandboxUnavailableError if submissions are to run in a sandbox and none can be had.

        Asked before a class is graded: it is one sentence then, and not one for each student.
        """
        if issubclass(self._class(), SandboxProvisioner):
            require_sandbox()

    def get_ready(self) -> None:
        """Begin what the first kernel would wait for, where kernels are started warm."""
        chosen = self._class()
        if issubclass(chosen, SandboxProvisioner) and chosen(parent=self).warm:
            starter().begin()
        else:
            starter().decline()

    def _class(self) -> type[Provisioner]:
        if self.provisioner not in OURS:
            raise ModuleNotFoundError(
                f"No kernel provisioner is called {self.provisioner!r}: c.Sandbox.provisioner is "
                '"course-sandbox" or "course-unprotected".'
            )
        return OURS[self.provisioner]
