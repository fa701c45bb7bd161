"""Marking submissions: steps for nbgrader, the judge, the class."""
