"""A class made by code: what its students answer, and what happens to their files on the way.

`students.toml` and `answers.toml` are the data; `fill` types the answers into released notebooks,
`accidents` damages them.
"""

from nbexaminer.runs.sample_class.roster import (
    Accident,
    Student,
    read_roster,
    sample_assignments,
)

__all__ = ["Accident", "Student", "read_roster", "sample_assignments"]
