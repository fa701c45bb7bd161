"""What the marker reaches on students it has not seen, beside a plain comparison of numbers.

The peer is what a stock test cell does: `numpy.testing.assert_allclose` against the solution, to
three digits. It can only say right or wrong, so it appears where that is the question.
"""

import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from course_utils.exercises import Exercise, exam, exercise, exercises
from course_utils.exercises.rules import Slips, singles
from course_utils.exercises.seed_exams import HANDWRITTEN_1, HANDWRITTEN_2
from course_utils.exercises.separation import distinct_pairs, patterns
from tests.exercises.equation_forms import RIGHT
from tests.exercises.explanations import explained, explained_as_function
from tests.exercises.fifth_ways import FIFTH_REPEATED_WAYS, FIFTH_WAYS, WAYS_ELSEWHERE
from tests.exercises.fourth_ways import FOURTH_REPEATED_WAYS, FOURTH_WAYS
from tests.exercises.fresh_ways import FRESH_WAYS, REPEATED_WAYS
from tests.exercises.held_out_ways import HELD_OUT_WAYS, SECOND_HELD_OUT_WAYS
from tests.exercises.more_wrong_ways import MORE_WAYS
from tests.exercises.seventh_ways import SEVENTH_WAYS
from tests.exercises.sixth_ways import SIXTH_WAYS
from tests.exercises.styles import FUNCTIONS, WRITINGS, significant
from tests.exercises.wrong_ways import WAYS, draws

SINGLES, PAIRS, NOISE, DRAWS = 8, 2, 10, 4
"""How many students each slip, each pair, each kind of noise and each wrong way is tried on."""

Values = dict[str, NDArray[Any]]


def main() -> None:
    numeric = [ex for ex in exercises().values() if not any(part.model for part in ex.parts)]
    drawn = [ex for ex in numeric if ex.fixed is None]
    slips = sum(len(singles(ex.rules)) for ex in exercises().values() if ex.fixed is None)
    print(f"{len(exercises())} exercises, {slips} slips listed in those with drawn data")
    right_styles(numeric)
    named(drawn)
    noise(drawn)
    wrong_ways()
    times(drawn)
    handwritten()


def right_styles(numeric: list[Exercise]) -> None:
    """Right answers in every style, and what a stock comparison makes of them."""
    tried = full = stock = 0
    for ex in numeric:
        data = ex.draw("bench-right")
        right = ex.solve(data)
        for write in WRITINGS.values():
            answers = {name: write(value) for name, value in right.items()}
            verdict = ex.mark(data, answers)
            tried += 1
            full += verdict.score == 1.0 and not verdict.slips
            stock += all(_stock(answers[name], right[name]) for name in right)
    _line(f"right answers, {len(WRITINGS)} ways of writing", full, tried, "full marks, no slip")
    _line("  the same by assert_allclose", stock, tried, "pass")
    gate = exercise("forget_gate")
    passed = [gate.mark_function(f, seed="bench") for f in FUNCTIONS.values()]
    good = sum(v.score == 1.0 and not v.slips for v in passed)
    _line("right functions", good, len(passed), "full marks, no slip")
    equations = exercise("equations")
    data = equations.draw("bench-right")
    texts = [(part, text) for part, ways in RIGHT.items() for text in ways]
    good = sum(equations.mark(data, {part: text}).parts[part].correct for part, text in texts)
    _line("right equations, plain and LaTeX", good, len(texts), "full marks, no slip")
    print(f"  styles in all: {len(WRITINGS) + len(FUNCTIONS) + len(texts)}")


def named(drawn: list[Exercise]) -> None:
    """Slips named, singly and in pairs, with the optional parts shown and without."""
    for what, students, digits in (
        ("single slips, 5 digits", SINGLES, 5),
        ("single slips, 3 digits", SINGLES, 3),
        ("pairs of slips, 5 digits", PAIRS, 5),
        ("pairs of slips, 3 digits", PAIRS, 3),
    ):
        found: Counter[str] = Counter()
        for ex in drawn:
            for k in range(students):
                data = ex.draw(f"bench-{k}", attempt=1)
                sets = singles(ex.rules) if "single" in what else distinct_pairs(ex)
                for slips in sets:
                    for asked in patterns(ex):
                        found[_outcome(ex, data, slips, asked, digits)] += 1
        tried = found.total() - found["left out"]
        _line(what, found["rightly"], tried, "named rightly")
        _line("", found["unnamed"], tried, "named in part, or not at all")
        _line("", found["wrongly"], tried, "named wrongly")
        if found["left out"]:
            print(
                f"{'':34}{found['left out']:6}  the numbers of fewer slips, or infinite: left out"
            )


def _outcome(ex: Exercise, data: Any, slips: Slips, asked: list[str], digits: int) -> str:
    given = ex.given(data)
    wrong = ex.run(given, slips)
    if not all(np.isfinite(wrong[name]).all() for name in asked):
        return "left out"
    if len(slips) > 1:
        fewer = [(), *((slip,) for slip in slips)]
        if any(_same(wrong, ex.run(given, few), asked) for few in fewer):
            return "left out"
    answers = {name: significant(wrong[name], digits) for name in asked}
    names, made = set(ex.mark(data, answers).slips), {slip.name for slip in slips}
    listed = tuple(slip for rule in ex.rules for slip in rule.slips if slip.name in names)
    gives = ex.run(given, listed)
    if names == made or all(
        np.array_equal(significant(gives[n], digits), answers[n]) for n in asked
    ):
        return "rightly"  # what gives the same numbers is named rightly, too
    return "unnamed" if names < made else "wrongly"


def _same(a: Values, b: Values, asked: list[str]) -> bool:
    return all(np.allclose(a[name], b[name], rtol=1e-9, atol=1e-9) for name in asked)


def noise(drawn: list[Exercise]) -> None:
    """Answers made by no rule: how often a slip is named all the same."""
    rng = np.random.default_rng(20261122)
    counts: dict[str, list[int]] = {}
    entries, explained_anyway = [0, 0], [0, 0]
    for ex in drawn:
        for k in range(NOISE):
            data = ex.draw(f"noise-{k}", attempt=2)
            right = ex.solve(data)
            for kind, name, answers in _spoiled(ex, right, rng):
                verdict = ex.mark(data, answers)
                if verdict.parts[name].correct:
                    continue  # within the tolerance after all
                seen = counts.setdefault(kind, [0, 0])
                seen[0] += bool(verdict.slips)
                explained_anyway[0] += "Your " in verdict.parts[name].message
                explained_anyway[1] += 1
                seen[1] += 1
                value = right[name]
                if kind == "one entry off" and value.ndim == 1 and value.size >= 3:
                    off = int(np.argmax(np.abs(answers[name] - value))) + 1
                    entries[0] += f"Entry {off} is not right" in verdict.parts[name].message
                    entries[1] += 1
    for kind, (wrongly, tried) in counts.items():
        _line(f"noise: {kind}", wrongly, tried, "named wrongly")
    total = [sum(column) for column in zip(*counts.values(), strict=True)]
    _line("noise, all kinds", total[0], total[1], "named wrongly")
    _line("", *explained_anyway, "a formula is said to give it")
    _line("one entry off among three or more", entries[0], entries[1], "that entry is pointed out")


def _spoiled(
    ex: Exercise, right: Any, rng: np.random.Generator
) -> Iterator[tuple[str, str, Values]]:
    """Yield a kind of noise, the part it spoils, and the answers."""
    if ex.id.startswith("find_the_slip"):
        return  # a line that is wrong lies before or after the slip: both are truly named
    for part in ex.parts:
        value = right[part.name]
        size = max(float(np.abs(value).max()), 0.1)
        kinds = {
            "small, on all entries": value + rng.normal(0, 0.05 * size, value.shape),
            "large, on all entries": value + rng.normal(0, 0.5 * size, value.shape),
            "anything of that size": rng.uniform(-size, size, value.shape),
            "one entry off": _one_entry(value, rng, size),
            "two digits swapped": _digits_swapped(value, rng),
        }
        whole = np.allclose(value, np.round(value))
        for kind, spoiled in kinds.items():
            written = np.round(spoiled) if whole else significant(spoiled, 3)
            alone = {p.name: right[p.name] for p in ex.parts if not p.optional}
            yield kind, part.name, {**alone, part.name: written}


def _one_entry(value: NDArray[Any], rng: np.random.Generator, size: float) -> NDArray[Any]:
    spoiled = np.array(value, dtype=np.float64)
    spoiled.flat[rng.integers(value.size)] += rng.choice([-1, 1]) * rng.uniform(0.05, 0.8) * size
    return spoiled


def _digits_swapped(value: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    """Exchange two neighbouring digits of one entry."""
    spoiled = np.array(value, dtype=np.float64)
    at = rng.integers(value.size)
    text = list(f"{abs(spoiled.flat[at]):.4g}")
    places = [k for k in range(len(text) - 1) if text[k].isdigit() and text[k + 1].isdigit()]
    if places:
        k = int(rng.choice(places))
        text[k], text[k + 1] = text[k + 1], text[k]
        spoiled.flat[at] = np.copysign(float("".join(text)), spoiled.flat[at])
    return spoiled


def wrong_ways() -> None:
    """The lists of wrong ways; their files say what was known when they were drawn up."""
    lists = {
        "wrong ways": WAYS,
        "more wrong ways": MORE_WAYS,
        "held out": HELD_OUT_WAYS,
        "held out, second": SECOND_HELD_OUT_WAYS,
        "held out, third": FRESH_WAYS,
        "of the third, repeated": REPEATED_WAYS,
        "held out, fourth": FOURTH_WAYS,
        "of the fourth, repeated": FOURTH_REPEATED_WAYS,
        "held out, fifth": FIFTH_WAYS,
        "of the fifth, repeated": FIFTH_REPEATED_WAYS,
        "a natural sample, sixth": SIXTH_WAYS,
        "a natural sample, seventh": SEVENTH_WAYS,
        "other exercises": WAYS_ELSEWHERE,
    }
    for name, ways in lists.items():
        for digits in (3, 2):
            found: Counter[str] = Counter()
            for way in ways:
                for draw in draws(way, DRAWS, "bench"):
                    if way.shows(draw):
                        found[explained(way, draw, digits)] += 1
            tried = found.total() - found["hidden"]
            _line(f"{name}, {digits} digits", found["rightly"], tried, "explained rightly")
            _line("", found["as one of two"], tried, "the right one of two that fit alike")
            _line("", found["arithmetic"], tried, "taken for slips in single entries")
            _line("", found["wrongly"], tried, "explained wrongly")
        code = Counter(explained_as_function(way) for way in ways)
        _line(f"{name}, as functions", code["rightly"], code.total(), "explained by a formula")
        _line("", code["wrongly"], code.total(), "explained wrongly")


def times(drawn: list[Exercise]) -> None:
    """Milliseconds of processor for drawing, for marking, and for searching all that is searched.

    Where every part is hopeless, pairs of slips and of changes are tried for each. At first the
    neighbours of each line are built; a process keeps them.
    """
    draw: list[float] = []
    simple: list[float] = []
    first: list[float] = []
    pair: list[float] = []
    for ex in drawn:
        start = time.process_time()
        data = ex.draw("bench-time", attempt=3)
        draw.append(time.process_time() - start)
        answers: list[Any] = [ex.solve(data)]
        answers += [ex.run(ex.given(data), slips) for slips in singles(ex.rules)]
        for answer in answers:
            simple.append(_seconds(ex, data, answer))
        hopeless = {name: value + 0.377 for name, value in ex.solve(data).items()}
        first.append(_seconds(ex, data, hopeless))
        pair += [_seconds(ex, data, hopeless) for _ in range(3)]
    for what, seconds in (
        ("draw", draw),
        ("mark, right or one slip", simple),
        ("mark, every part hopeless, at first", first),
        ("mark, every part hopeless, later", pair),
    ):
        ordered = sorted(1000 * s for s in seconds)
        print(
            f"{what:40} median {statistics.median(ordered):7.2f} ms, "
            f"95 % {ordered[int(0.95 * (len(ordered) - 1))]:7.2f} ms, "
            f"slowest {ordered[-1]:7.2f} ms"
        )


def _seconds(ex: Exercise, data: Any, answers: Any) -> float:
    start = time.process_time()
    ex.mark(data, answers)
    return time.process_time() - start


def handwritten() -> None:
    """The handwritten solutions of both exams, as they stand."""
    paper = exam("exam_1")
    first = {f"q2_{name}": value for name, value in HANDWRITTEN_1.items() if name != "x"}
    answers = first | {
        "q1_x": HANDWRITTEN_1["x"],
        "q3_C_t": r"C_t = f_t \odot C_{t-1} + I_t \odot \tilde{C}_t",
        "q3_h_t": r"h_t = o_t \odot \tanh(c_t)",
    }
    print("\nThe handwritten exam 1:")
    data = paper.draw()
    right = paper.solve(data)
    for name, part in paper.mark(data, answers).parts.items():
        if part.weight:
            _report(name, part, _stock(answers[name], right[name]))
    print("The handwritten exam 2, its matrix not shown, and shown:")
    ex = exercise("exam_2_states")
    asked = ("z_c", "c_tilde", "C_t", "h_t")
    for names in (asked, ("W_c", *asked)):
        shown = {name: HANDWRITTEN_2[name] for name in names}
        for name, part in ex.mark(ex.draw(), shown).parts.items():
            if part.weight:
                _report(name, part, _stock(shown[name], ex.solve(ex.draw())[name]))


def _report(name: str, part: Any, stock: bool) -> None:
    said = (
        "right"
        if part.correct
        else "right for the own earlier values"
        if part.followed_through
        else "wrong: " + (" and ".join(part.slips) or "unnamed")
    )
    print(f"  {name:8} {part.score:g}  {said:40} assert_allclose: {'right' if stock else 'wrong'}")


def _stock(answer: Any, right: Any) -> bool:
    try:
        np.testing.assert_allclose(answer, right, rtol=5e-3, atol=1e-3)
    except Exception:  # whatever it raises, the student has no points
        return False
    return True


def _line(what: str, count: int, of: int, said: str) -> None:
    share = 100 * count / of if of else 0.0
    print(f"{what:34}{count:6} of {of:6} = {share:6.2f} %  {said}")


if __name__ == "__main__":
    main()
