"""The rows of a CSV file whose separator is not known."""

import csv
from collections.abc import Callable, Sequence
from io import StringIO
from typing import NamedTuple

from nbexaminer.roster.errors import RosterError

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


class Row(NamedTuple):
    """One row, and the line that it ends on."""

    line: int
    cells: list[str]


def rows_of(text: str, fits: Callable[[Sequence[str]], int]) -> tuple[list[str], list[Row]]:
    """Return header and rows, separated so that the header `fits` best.

    Excel's first line `sep=;` is obeyed. Raises RosterError where the quoting does not come out.
    """
    first, _, rest = text.partition("\n")
    if first.strip().strip('"').lower().startswith("sep=") and len(first.strip().strip('"')) == 5:
        separators, text, skipped = [first.strip().strip('"')[4]], rest, 1
    else:
        separators, skipped = list(SEPARATORS), 0
    tables = [_parsed(text, separator, skipped) for separator in separators]
    header, *rows = max(tables, key=lambda table: (fits(table[0].cells), len(table[0].cells)))
    return header.cells, rows


def _parsed(text: str, separator: str, skipped: int) -> list[Row]:
    if "\0" in text:
        raise RosterError("it holds NUL characters: it is no text, or its encoding is another")
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=False)
    try:
        rows = [Row(reader.line_num + skipped, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise RosterError(f"line {reader.line_num + skipped}: {error}") from None
    found = [row for row in rows if any(row.cells)]
    return found or [Row(1, [])]
