"""What a late submission costs. By default nothing: it is marked as late, and people decide."""

from nbgrader.plugins import BasePlugin
from traitlets import Float


class LatePolicy(BasePlugin):  # type: ignore[misc]
    """A share of the score for each day begun after the due date and a time of grace.

    nbgrader keeps the penalty between 0 and the score, and shows score and penalty apart.
    """

    percent_per_day = Float(
        0.0, min=0.0, max=100.0, help="Percent of the score taken off for each day begun."
    ).tag(config=True)
    grace_minutes = Float(0.0, min=0.0, help="Minutes after the due date that cost nothing.").tag(
        config=True
    )

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """Return the points to take off, or None where there are none."""
        counted = total_seconds_late - 60 * self.grace_minutes
        if counted <= 0 or self.percent_per_day == 0:
            return None
        days = -(-counted // 86_400)
        return float(min(score, score * days * self.percent_per_day / 100))


def duration(seconds: float) -> str:
    """Return a length of time as a person says it: '2 days 3 hours', '5 minutes', '20 seconds'."""
    parts: list[str] = []
    rest = max(1, int(seconds))
    for name, size in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        count, rest = divmod(rest, size)
        if count and len(parts) < 2:
            parts.append(f"{count} {name}{'s' if count > 1 else ''}")
    return " ".join(parts)
