"""Jupyter's values for the course's server, which only instructors enter."""

c = get_config()  # noqa: F821

# Formgrader is a page in a frame of JupyterLab. JupyterHub forbids frames, because without a
# subdomain for each user any server's page could hold another's; here only pages of the hub's own
# address may, and those of students' servers an instructor has no right to open.
c.ServerApp.tornado_settings = {
    "headers": {"Content-Security-Policy": "frame-ancestors 'self'"},
}
