"""Where things are: in the checkout, and, behind the hub's walls, in its state."""

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
DEPLOY = CHECKOUT / "deploy"
VENV = CHECKOUT / ".venv"
PROXY = CHECKOUT / "build" / "proxy"
"""Where npm puts configurable-http-proxy."""

COURSE_ID = "recurrent_cells"
GRADER = "course-grader"
PROXY_USER = "course-proxy"

STATE = Path("/srv/recurrent-cells")
"""The state as everybody behind the walls sees it, wherever it lies outside."""
HUB = STATE / "hub"
HOMES = STATE / "home"
COURSE = STATE / "course"
EXCHANGE = STATE / "exchange"
GRADEBOOK = STATE / "gradebook"
DASK = STATE / "dask"
RUN = Path("/srv/run")
"""Sockets and connection files, gone with the hub; short, because a socket's path must be."""

GRADEBOOK_URL = f"postgresql+psycopg:///gradebook?host={GRADEBOOK / 'socket'}"
PYTHON = VENV / "bin" / "python"
