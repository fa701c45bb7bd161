"""Rosters: a list of students from wherever it comes, looked at before it goes into the gradebook.

`text` finds the encoding, `table` the columns' separator, `columns` what each is about, `people`
checks ids and names, `importing` compares with the gradebook and writes.
"""

from course_utils.grading.gradebook import Person
from course_utils.grading.roster.importing import Import, compare, write
from course_utils.grading.roster.people import Roster, read_roster

__all__ = ["Import", "Person", "Roster", "compare", "read_roster", "write"]
