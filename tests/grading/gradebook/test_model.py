"""How marks add up."""

from hypothesis import given
from hypothesis import strategies as st

from nbexaminer.gradebook import Mark, Person, QuestionId, StudentMarks

A, B, C = (QuestionId("nb", name) for name in "abc")
POINTS = st.none() | st.integers(0, 16).map(lambda n: n / 4)
MARKS = st.builds(Mark, POINTS, POINTS, POINTS, st.booleans(), st.just(4.0))
ALL = st.builds(
    StudentMarks,
    st.just("s"),
    st.fixed_dictionaries(dict.fromkeys((A, B, C), MARKS)),
    st.fixed_dictionaries({"nb": POINTS, "other": POINTS}),
)


def test_a_mark_by_hand_stands_in_the_place_of_the_machines() -> None:
    assert Mark(auto=2, manual=3).score == 3
    assert Mark(auto=2, manual=0).score == 0
    assert Mark(auto=2, extra=0.5).score == 2.5
    assert Mark(extra=1).score == 0  # nothing is marked yet, and nbgrader counts nothing
    assert [Mark().known, Mark(auto=0).known, Mark(manual=0).known] == [False, True, True]


@given(ALL)
def test_a_total_is_the_points_less_the_penalty_and_never_below_nothing(one: StudentMarks) -> None:
    assert one.total == max(0.0, one.earned - one.penalty)
    assert one.total_of(one.marks) == one.total
    assert one.total_of([]) == 0
    assert one.open == any(mark.open for mark in one.marks.values())
    assert one.settled.keys() == {q for q, mark in one.marks.items() if not mark.open}


def test_a_part_of_the_questions_bears_the_whole_penalty() -> None:
    one = StudentMarks("s", {A: Mark(3), B: Mark(2, open=True)}, {"nb": 0.5, "other": None})
    assert (one.earned, one.penalty, one.total) == (5, 0.5, 4.5)
    assert one.total_of(one.settled) == 2.5


def test_a_person_has_a_name_in_every_list() -> None:
    ana = Person("a1", "Ana", "Díaz")
    assert (ana.name, Person("b2", "Bo").name, Person("c3").name) == ("Díaz, Ana", "Bo", "c3")
    assert ana.known == {"first_name": "Ana", "last_name": "Díaz"}
    assert Person("d4", email="", lms_user_id="7").known == {"lms_user_id": "7"}
