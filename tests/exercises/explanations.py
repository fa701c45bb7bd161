"""What the marker makes of a wrong way: explained rightly, wrongly, or not at all."""

from typing import Any

import numpy as np

from course_utils.exercises import exercise
from course_utils.exercises.diagnosis import Finding, Sheet
from course_utils.exercises.nearest import Nearest, throughout
from course_utils.formulas import FormulaError
from course_utils.formulas.evaluating import value_of
from tests.exercises.styles import significant
from tests.exercises.wrong_ways import Draw, Way, draws

TRIALS = 5
"""On so many draws a function is called."""

FRESH = 20
"""On so many draws an explanation has to give what the wrong way gives."""


_FRESH: dict[str, list[Draw]] = {}
"""By exercise: its ways share them."""


def explained(way: Way, draw: Draw, digits: int = 3) -> str:
    """Return how one answer is explained, the parts before it shown and right.

    "rightly" and "wrongly" where one slip, pair or formula is named; "as one of two"; "arithmetic"
    where the marker says that entries are off by themselves; "hidden" where the answer is right to
    the tolerance; or "not".
    """
    ex = exercise(way.exercise)
    names = [part.name for part in ex.parts]
    before = names[: names.index(way.part)]
    answers = {name: significant(draw.right[name], digits) for name in before}
    answers[way.part] = significant(way.value(draw), digits)
    finding = Sheet(ex, ex.given(draw.given), answers).examine()[way.part]
    if finding.right or finding.followed:
        return "hidden"
    gives = [_same(way, given) for given in _explanations(ex, way.part, finding)]
    if len(gives) == 1:
        return "rightly" if gives[0] else "wrongly"
    if gives:
        return "as one of two" if any(gives) else "wrongly"
    return "arithmetic" if finding.off or finding.few else "not"


def explained_as_function(way: Way) -> str:
    """Return how code that goes this way is explained by the formulas beside the right one.

    "rightly", "wrongly", "as one of two", or "not".
    """
    ex = exercise(way.exercise)
    found = throughout(
        ex,
        way.part,
        [
            (draw.given, draw.right[way.part], way.value(draw))
            for draw in draws(way, TRIALS, "code")
        ],
    )
    if found is None:
        return "not"
    gives = [_same(way, given) for given in _formulas(found)]
    if len(gives) == 1:
        return "rightly" if gives[0] else "wrongly"
    return "as one of two" if any(gives) else "wrongly"


def _formulas(found: Nearest) -> list[Any]:
    return [
        lambda draw, tree=one.tree: value_of(tree, {**draw.right, **draw.given})
        for one in found.found
    ]


def _explanations(ex: Any, part: str, finding: Finding) -> list[Any]:
    """Return what each explanation gives, as a function of a draw."""
    formulas: list[Any] = []
    if finding.nearest is not None and finding.nearest.certain:
        formulas = _formulas(finding.nearest)
        if not finding.as_well:
            return formulas
    if finding.taken:
        return [lambda draw: {**draw.right, **draw.given}[finding.taken]]
    sets = [finding.slips] if finding.slips else [(slip,) for slip in finding.either]
    listed = {slip for rule in ex.rules for slip in rule.slips}

    def taken(draw: Draw, slips: Any) -> Any:
        if all(slip in listed for slip in slips):
            return ex.run(ex.given(draw.given), slips, draw.right)[part]
        one, due = slips[0].name.split(" for ")  # an exchange of two quantities
        known = {**draw.right, **draw.given}
        own = {name: known[name] for name in draw.right} | {due: known[one]}
        given = {**draw.given, **({due: known[one]} if due in draw.given else {})}
        return ex.run(ex.given(given), (), own)[part]

    return [*formulas, *(lambda draw, slips=slips: taken(draw, slips) for slips in sets)]


def _same(way: Way, gives: Any) -> bool:
    """Tell whether an explanation is what was done: on fresh draws it gives the same."""
    if way.exercise not in _FRESH:
        _FRESH[way.exercise] = list(draws(way, FRESH, "fresh"))
    for draw in _FRESH[way.exercise]:
        try:
            value = gives(draw)
        except (FormulaError, ValueError):
            return False
        if not np.allclose(value, way.value(draw), rtol=1e-6, atol=1e-6):
            return False
    return True
