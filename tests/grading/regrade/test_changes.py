"""Two gradebooks compared: what is added up is what is shown."""

from io import StringIO
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from nbexaminer.gradebook import Mark, QuestionId, StudentMarks
from nbexaminer.regrade.changes import compare
from nbexaminer.regrade.printing import MOST_ROWS, show, write

Q = [QuestionId("nb", f"test_{k}") for k in range(3)]
POINTS = st.integers(0, 8).map(lambda n: n / 2)
MARKS = st.builds(
    Mark, st.none() | POINTS, st.none() | POINTS, st.none() | POINTS, st.booleans(), st.just(4.0)
)
STANDINGS = st.builds(
    StudentMarks,
    st.just("s"),
    st.fixed_dictionaries(dict.fromkeys(Q, MARKS)),
    st.fixed_dictionaries({"nb": st.none() | POINTS}),
)
CLASSES = st.dictionaries(st.sampled_from("abcdef"), st.tuples(STANDINGS, STANDINGS))


@given(CLASSES)
def test_the_rows_add_up_to_what_everybody_gains(people: dict[str, tuple]) -> None:
    before = {name: pair[0] for name, pair in people.items()}
    after = {name: pair[1] for name, pair in people.items()}
    found = compare(before, after, (12, 12), {})
    for name, (old, new) in people.items():
        raw_old = sum(m.score for m in old.marks.values()) - old.penalty
        raw_new = sum(m.score for m in new.marks.values()) - new.penalty
        gains = sum(row.gain for row in found.rows if row.student == name)
        assert abs(gains - (raw_new - raw_old)) < 1e-9
        assert found.totals[name].new == max(0.0, raw_new)
    assert len(found.up) + len(found.down) <= len(people)
    assert not set(found.unaffected) & {row.student for row in found.rows}
    assert set(found.unaffected) | {row.student for row in found.rows} == set(people)
    for tally in found.tallies:
        assert tally.up + tally.down + tally.same == len(people)
    losses = [row.gain < 0 for row in found.rows]
    assert losses == sorted(losses, reverse=True)


@given(CLASSES)
def test_compared_with_itself_nothing_changes(people: dict[str, tuple]) -> None:
    same = {name: pair[0] for name, pair in people.items()}
    found = compare(same, same, (12, 12), {})
    assert (found.rows, found.up, found.down, found.ask_again) == ((), [], [], ())
    assert found.unaffected == sorted(people)


def a_class(count: int, old: float, new: float, why: str = "test changed") -> tuple:
    names = [f"s{number:03}" for number in range(count)]
    before = {n: StudentMarks("s", {Q[0]: Mark(old, None, None, False, 4)}) for n in names}
    after = {n: StudentMarks("s", {Q[0]: Mark(new, None, None, False, 4)}) for n in names}
    return before, after, {(n, Q[0]): why for n in names}


def printed(before: dict, after: dict, reasons: dict, width: int = 80) -> str:
    out = StringIO()
    found = compare(before, after, (4, 4), reasons)
    show(Console(file=out, width=width), "ps", found, {})
    return out.getvalue()


def test_it_fits_eighty_columns_and_says_losses_loudly() -> None:
    text = printed(*a_class(3, 3, 1, "test changed; " + "a long reason " * 20))
    assert max(map(len, text.splitlines())) <= 80
    assert "LOWER MARKS for 3: s000 -2, s001 -2, s002 -2." in text
    assert "3 regraded: 0 up, 3 down, 0 with the same total." in text


def test_a_large_class_is_shown_by_question_but_every_loss_by_name() -> None:
    text = printed(*a_class(300, 1, 3))
    assert f"and {300 - MOST_ROWS} more marks that go up" in text
    lost = printed(*a_class(60, 3, 1))
    assert all(f" s{number:03} " in lost for number in range(60))


def test_points_that_change_are_shown_where_no_mark_does() -> None:
    before, _, _ = a_class(2, 3, 3)
    after = {name: StudentMarks("s", {Q[0]: Mark(3, None, None, False, 0)}) for name in before}
    text = printed(before, after, {})
    assert "4 -> 0" in text
    assert "2 regraded: no mark changes." in text


def test_what_a_student_wrote_moves_no_cursor_and_runs_no_formula(tmp_path: Path) -> None:
    before, after, _ = a_class(1, 1, 3)
    reasons = {("s000", Q[0]): "=cmd() \x1b[31m[red]"}
    assert "\x1b" not in printed(before, after, reasons)
    assert "[red]" in printed(before, after, reasons)
    write(tmp_path / "changes.csv", compare(before, after, (4, 4), reasons))
    text = (tmp_path / "changes.csv").read_text(encoding="utf-8-sig")
    assert ",'=cmd()" in text
    assert "s000,total,1,3,2," in text


def totals_of(*pairs: tuple[float, float]) -> tuple[dict, dict]:
    """Return a class before and after, by each student's points."""

    def side(of: int) -> dict:
        marks = [Mark(pair[of], None, None, False, 8) for pair in pairs]
        return {f"s{k}": StudentMarks("s", {Q[0]: mark}) for k, mark in enumerate(marks)}

    return side(0), side(1)


def sentences(pairs: tuple, worth: tuple[float, float], **more: bool) -> str:
    out = StringIO()
    show(Console(file=out, width=200), "ps", compare(*totals_of(*pairs), worth, {}), {}, **more)
    return out.getvalue()


def test_where_the_total_shrinks_shares_are_compared() -> None:
    pairs = ((8, 6), (6, 6), (4, 2 + 1 / 3), (8 / 3, 2))  # of 8, then of 6
    text = sentences(pairs, (8, 6))
    assert "LOWER MARKS" not in text
    assert "A LOWER SHARE OF THE TOTAL for 1: s2 50.0 % -> 38.9 %." in text
    said = "4 regraded, by their share of the total, which shrinks: 1 up, 1 down, 2 with the same."
    assert said in text
    assert "it was 8" in text


def test_a_class_that_loses_a_dropped_question_alone_hears_of_no_lower_marks() -> None:
    text = sentences(((8, 6), (7, 5.9), (2, 2)), (8, 6))
    assert "LOWER" not in text
    assert "2 up, 0 down, 1 with the same." in text


def test_where_nothing_is_left_of_the_total_nobody_is_worse_off() -> None:
    assert "LOWER" not in sentences(((8, 0), (2, 0)), (8, 0))


def test_losses_are_rounded_and_the_option_is_named_where_there_is_one() -> None:
    text = sentences(((6 + 2 / 7, 6.0), (1, 2)), (8, 8), only_raise=True)
    assert "LOWER MARKS for 1: s0 -0.29." in text
    assert "With --only-raise" in text
    assert "--only-raise" not in sentences(((3, 1),), (8, 8))
    assert "LOWER MARKS for 1: s0 -2." in sentences(((3, 1),), (8, 10))
