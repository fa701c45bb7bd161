"""Jupyter's values for every server of the hub."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

c = get_config()  # noqa: F821

# Sliders: see docs/decisions/0004-sliders.md. Loaded by its path, because the package around it
# would bring matplotlib and IPython into every student's server: 50 MB each.
connection = module_from_spec(
    spec_from_file_location(
        "course_connection",
        Path(__file__).resolve().parents[3] / "course_utils" / "widgets" / "connection.py",
    )
)
connection.__spec__.loader.exec_module(connection)
c.ServerApp.kernel_websocket_connection_class = connection.PromptConnection
# Sockets in a folder of the user's: what a kernel shows could be heard through a port by others.
c.KernelManager.transport = "ipc"

# A machine for a class: kernels that nobody uses end.
c.MappingKernelManager.cull_idle_timeout = 3600
c.MappingKernelManager.cull_interval = 300

# Not a login shell: /etc/profile would take `course` and `nbgrader` out of the path again.
c.ServerApp.terminado_settings = {"shell_command": ["/bin/bash", "-i"]}
