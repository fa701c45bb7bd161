"""nbgrader for students: Validate runs as grading does, Assignments finds the course."""

from pathlib import Path

c = get_config()
load_subconfig(str(Path(__file__).resolve().parents[3] / "nbgrader_config.py"))

c.Exchange.root = "/srv/recurrent-cells/exchange"
c.Authenticator.plugin_class = "nbgrader.auth.JupyterHubAuthPlugin"
c.KernelManager.transport = "ipc"  # Validate's kernels too: see jupyter_server_config.py
