"""Names as they come in: each is normalised once, and not every name may be a person's."""

import unicodedata

LONGEST = 128
"""Characters that nbgrader's gradebook keeps of an id or a name."""
_RESERVED = frozenset('/\\+*?[]{}<>|:"')
"""Separators of paths and of the exchange, patterns, and what some file systems refuse."""


def normal(name: str) -> str:
    """Return the name with each letter composed (NFC): there are two ways to write an ü."""
    return unicodedata.normalize("NFC", name)


def student_id(name: str) -> str:
    """Return a student's id in its normal form.

    Raises ValueError, whose text says why no student can be called so.
    """
    id = normal(name)
    if not id.strip(". "):
        raise ValueError(f"{name!r} is no student's id")
    if id.startswith((".", " ")) or id.endswith((".", " ")):
        raise ValueError(f"{name!r} is no student's id: it begins or ends with a dot or a space")
    wrong = next((c for c in id if c in _RESERVED or not c.isprintable()), None)
    if wrong is not None:
        raise ValueError(f"{name!r} is no student's id: it holds {wrong!r}")
    if len(id) > LONGEST:
        raise ValueError(f"{name[:40]!r}... is no student's id: it has {len(id)} characters")
    return id
