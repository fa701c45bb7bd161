"""The course's JupyterHub on one machine: `python -m deploy.hub`. See deploy/README.md."""
