"""Back-ups of the gradebook: made before what cannot be undone, never overwritten.

`making` makes and restores one, `sqlite` and `postgres` know the two databases, `files` the folder
`backups/`.
"""

from nbexaminer.backup.files import BackUp, back_ups
from nbexaminer.backup.making import BackUpError, back_up, restore

__all__ = ["BackUp", "BackUpError", "back_up", "back_ups", "restore"]
