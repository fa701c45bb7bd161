"""`course grade` says whose marks it has changed."""

from nbexaminer.gradebook import Mark, QuestionId, StudentMarks
from nbexaminer.runs.command import changed_marks


def standing(*scores: float) -> StudentMarks:
    marks = {
        QuestionId("nb", f"t{k}"): Mark(score, None, None, False, 5)
        for k, score in enumerate(scores)
    }
    return StudentMarks("s", marks)


def test_those_whose_marks_are_others_are_named() -> None:
    before = {"ana": standing(3, 1), "ben": standing(2), "cleo": standing(1.004)}
    after = {"ana": standing(2.5, 1), "ben": standing(2), "cleo": standing(1), "new": standing(5)}
    assert changed_marks(before, after) == (
        "Marks that were there have changed for 1 of 3: ana 4 -> 3.5."
    )


def test_where_none_is_nothing_is_said_and_of_many_some_are_named() -> None:
    before = {f"s{k:02}": standing(k) for k in range(20)}
    assert changed_marks(before, before) == ""
    after = {name: standing(one.total + 1) for name, one in before.items()}
    said = changed_marks(before, after)
    assert "for 20 of 20: s00 0 -> 1, s01 1 -> 2" in said
    assert said.endswith("s07 7 -> 8 and 12 more.")
