"""What a unit might track in a text, and how well each unit does: correlations."""

import numpy as np

from course_utils.cells.checks import Array, CellInputError


def tracked(text: str) -> dict[str, Array]:
    """Return, for each letter of a text, four things that one might count while reading it.

    "place in the line": letters since the last line break; "letters of the word": since the last
    space or line break; "letters of the sentence": since the last . ! or ?; "inside quotation
    marks": 1 from an opening " on, 0 from the next one or an empty line on.
    """
    return {
        "place in the line": _since(text, "\n"),
        "letters of the word": _since(text, " \n"),
        "letters of the sentence": _since(text, ".!?"),
        "inside quotation marks": _quoted(text),
    }


def correlations(values: Array, wanted: Array) -> Array:
    """Return each unit's correlation with `wanted`: (N, H) and (N,) give (H,).

    A unit that does not move has 0. Raises CellInputError when the lengths differ or `wanted` is
    constant.
    """
    if len(values) != len(wanted) or not np.ptp(wanted):
        raise CellInputError("expected a number that varies for each row of the values")
    centred = values - values.mean(axis=0)
    target = wanted - wanted.mean()
    lengths = np.sqrt((centred**2).sum(axis=0) * (target**2).sum())
    return np.asarray(target @ centred / np.where(lengths > 0, lengths, 1))


def _since(text: str, ends: str) -> Array:
    found, count = [], 0
    for letter in text:
        count = 0 if letter in ends else count + 1
        found.append(count)
    return np.array(found, float)


def _quoted(text: str) -> Array:
    found, inside = [], False
    for k, letter in enumerate(text):
        if letter == '"':
            inside = not inside
        elif text[max(k - 1, 0) : k + 1] == "\n\n":
            inside = False
        found.append(inside)
    return np.array(found, float)
