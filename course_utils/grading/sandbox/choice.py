"""Which provisioner runs the submissions: said by name, in nbgrader_config.py."""

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from traitlets import Unicode
from traitlets.config import LoggingConfigurable

from course_utils.grading.sandbox.launch import require_sandbox
from course_utils.grading.sandbox.nursery import starter
from course_utils.grading.sandbox.provisioner import SandboxProvisioner, UnprotectedProvisioner

OURS: dict[str, type[KernelProvisionerBase]] = {
    "course-sandbox": SandboxProvisioner,
    "course-unprotected": UnprotectedProvisioner,
}
"""Found without the package's entry points, which an old build folder can hide."""


class Sandbox(LoggingConfigurable):
    """Gives kernel managers the provisioner of the configuration.

    jupyter_client's own default cannot be used for it: its factory is one for the whole process,
    made without nbgrader's configuration, and inside a Jupyter server it is the server's.
    """

    provisioner = Unicode(
        "course-sandbox",
        help='Entry point of the provisioner: "course-sandbox", or "course-unprotected", which '
        "runs every submission with all rights of the user who grades.",
    ).tag(config=True)

    def prepare(self, manager: AsyncKernelManager) -> AsyncKernelManager:
        """Set where the manager's kernel will run, whatever its kernel spec says; return it.

        Raises ModuleNotFoundError if no provisioner has the configured name.
        """
        manager.provisioner = self._class()(
            kernel_id=manager.kernel_id, kernel_spec=manager.kernel_spec, parent=manager
        )
        return manager

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

    def _class(self) -> type[KernelProvisionerBase]:
        """Return the provisioner: one of ours, or another package's entry point."""
        if self.provisioner in OURS:
            return OURS[self.provisioner]
        entry = KernelProvisionerFactory().provisioners.get(self.provisioner)
        if entry is None:
            raise ModuleNotFoundError(
                f"No kernel provisioner is called {self.provisioner!r}: c.Sandbox.provisioner is "
                '"course-sandbox" or "course-unprotected".'
            )
        provisioner: type[KernelProvisionerBase] = entry.load()
        return provisioner
