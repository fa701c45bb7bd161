"""nbgrader's values for the course's folder; its nbgrader_config.py reads this file first."""

from pathlib import Path

c = get_config()  # noqa: F821
load_subconfig(str(Path(__file__).resolve().parents[3] / "nbgrader_config.py"))  # noqa: F821

STATE = Path("/srv/recurrent-cells")
c.Exchange.root = str(STATE / "exchange")
c.CourseDirectory.db_url = (STATE / "gradebook" / "url").read_text().strip()
