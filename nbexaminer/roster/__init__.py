"""Rosters: a list of students from wherever it comes, looked at before it goes into the gradebook.

`text` finds the encoding, `table` the columns' separator, `columns` what each is about, `people`
checks ids and names, `importing` compares with the gradebook and writes.
"""

from nbexaminer.gradebook import Person
from nbexaminer.roster.importing import Import, compare, write
from nbexaminer.roster.people import Roster, read_roster

__all__ = ["Import", "Person", "Roster", "compare", "read_roster", "write"]
