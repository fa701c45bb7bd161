"""What modules were called when the grader was a part of course_utils. For one version."""

from types import MappingProxyType

_BEFORE, _NOW = "course_utils.grading", "nbexaminer"
_MOVED = MappingProxyType(
    {
        "collecting": "submission.collecting",
        "exchange": "submission.exchange",
        "expected": "submission.expected",
        "exporter": "pipeline.exporter",
        "nbgrader_mended": "course.nbgrader_mended",
        "single": "runs.single",
    }
)
"""Those that a course's configuration or programs name."""


def as_now(path: str) -> str:
    """Return the import path that one of an earlier version has now; another one as it is."""
    if path != _BEFORE and not path.startswith(f"{_BEFORE}."):
        return path
    first, _, rest = path.removeprefix(_BEFORE).removeprefix(".").partition(".")
    return ".".join(part for part in (_NOW, _MOVED.get(first, first), rest) if part)
