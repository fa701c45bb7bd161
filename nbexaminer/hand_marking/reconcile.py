"""Marks by hand last through autograding; somebody looks again where their ground has changed.

nbgrader keeps the points of such a mark and asks for a second look every time. Here it is asked
for where the answer has changed since the mark was given, or the automatic score that it overrides.
A mark that is not open was given, or confirmed, for what was autograded last: so it does not matter
whether it came from the marking page, from formgrader or through nbgrader's API.
"""

from dataclasses import replace

from nbexaminer.gradebook import HandRecord, Mark

ANSWER_CHANGED = (
    "The answer has changed since it was marked by hand. The mark stands, and is to be looked at "
    "again."
)
SCORE_CHANGED = (
    "The automatic score has changed since it was put right by hand. The mark given by hand "
    "stands, and is to be looked at again."
)


def reconciled_words(
    before: Mark, mark: Mark, kept: HandRecord, digest: str
) -> tuple[Mark, HandRecord, str | None]:
    """Decide whether a person's question is open after autograding.

    `before` is its mark before that, `kept` what is kept of it, and `digest` that of the answer
    that was autograded now. Returns mark and record, and why it is open, if it is again. A mark of
    which nothing is known, from before this was kept, is looked at once.
    """
    if mark.manual is None:
        return mark, replace(kept, graded=digest, marked=None), None
    marked = kept.marked if before.open else kept.graded
    changed = marked != digest
    reason = ANSWER_CHANGED if marked is not None and changed else None
    return replace(mark, open=changed), replace(kept, graded=digest, marked=marked), reason


def reconciled_test(before: Mark, mark: Mark) -> tuple[Mark, str | None]:
    """Decide whether an overridden test is open after autograding; also why, if it is now."""
    if mark.manual is None:
        return mark, None
    changed = before.auto != mark.auto
    return replace(mark, open=before.open or changed), SCORE_CHANGED if changed else None
