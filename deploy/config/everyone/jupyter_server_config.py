"""Jupyter's values for every server of the hub."""

c = get_config()  # noqa: F821

# Sockets in a folder of the user's: what a kernel shows could be heard through a port by others.
c.KernelManager.transport = "ipc"

# A machine for a class: kernels that nobody uses end.
c.MappingKernelManager.cull_idle_timeout = 3600
c.MappingKernelManager.cull_interval = 300

# Not a login shell: /etc/profile would take `course` and `nbgrader` out of the path again.
c.ServerApp.terminado_settings = {"shell_command": ["/bin/bash", "-i"]}
