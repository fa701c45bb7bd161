"""The text of a file that says nothing of its encoding."""

import codecs
import re

from nbexaminer.roster.errors import RosterError

MOST_BYTES = 10_000_000
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FILES = (
    (b"PK\x03\x04", "an Excel workbook or another zip file; save it as CSV UTF-8"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook; save it as CSV UTF-8"),
    (b"%PDF", "a PDF; export the list as CSV"),
)
_TWICE = re.compile("[ÃÂ][\u0080-\u00bf\u2018-\u201d\u20ac]")
"""UTF-8 that was read as Windows-1252 and written again: `MÃ¼ller`."""


def text_of(raw: bytes, encoding: str | None = None) -> tuple[str, list[str]]:
    """Return the text of a CSV file and what is to be said of how it was read.

    Raises RosterError where it is no text, or in an encoding that has to be named.
    """
    _require_text(raw)
    if encoding is not None:
        return _decoded(raw, encoding), []
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return _decoded(raw, name), []
    unmarked = _without_mark(raw)
    if unmarked is not None:
        return _decoded(raw, unmarked), [f"It has no mark of its encoding; read as {unmarked}."]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return _windows(raw), ["It is not in UTF-8; read as Windows-1252. Look at the names."]
    said = []
    if found := _TWICE.search(text):
        near = text[max(0, found.start() - 8) : found.end() + 8].strip().splitlines()[0]
        said.append(f"{near!r} looks like a text that was saved in the wrong encoding before.")
    return text, said


def _require_text(raw: bytes) -> None:
    if not raw.strip():
        raise RosterError("it is empty")
    if len(raw) > MOST_BYTES:
        raise RosterError(f"it has {len(raw) / 1e6:.0f} MB; a roster has less than 10")
    for start, kind in _OTHER_FILES:
        if raw.startswith(start):
            raise RosterError(f"it is {kind}")
    if raw.lstrip()[:1] == b"<":
        raise RosterError("it is a web page, perhaps that of a login; export the list as CSV")


def _without_mark(raw: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of mostly Latin text is 0."""
    even, odd = raw[0:2000:2].count(0), raw[1:2000:2].count(0)
    half = len(raw[:2000]) // 2
    if odd > 0.4 * half and even < 0.1 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd < 0.1 * half else None


def _windows(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        raise RosterError(
            "it is in none of UTF-8, UTF-16 and Windows-1252; save it as CSV UTF-8, or name its "
            "encoding with --encoding"
        ) from None


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding).removeprefix("\ufeff")
    except LookupError:
        raise RosterError(f"there is no encoding {encoding!r}") from None
    except UnicodeDecodeError as error:
        raise RosterError(f"it is not in {encoding}: byte {error.start} does not fit") from None
