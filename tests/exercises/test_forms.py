"""Exercises as forms: what is replaced in a formula, what becomes of it, and authors' mistakes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.exercises import Exercise, check, exercise
from course_utils.exercises.forms import FormError, beside, exercise_of, form_named, read_form
from course_utils.exercises.forms.drawn import read_range
from course_utils.exercises.forms.replacing import composed, replacement
from course_utils.exercises.forms.trying import tried
from course_utils.exercises.registry import known
from course_utils.exercises.rules import Slip, pairs, singles
from course_utils.exercises.separation import distinct_pairs
from course_utils.formulas import read
from course_utils.formulas.printing import text
from tests.docs.sittings import forms

(COUPLED,) = forms(Path(__file__).parents[2] / "docs" / "exercise.md")
GRU = """
title = "One step of a GRU"
text = "Compute one step."
sets = ["sigmoid", "bias", "order", "reset", "mix", "tanh in h~_t"]
formulas = '''
r_t = σ(W_r [h_{t-1}, x_t] + b_r)
z_t = σ(W_z [h_{t-1}, x_t] + b_z)
h~_t = tanh(W_h [r_t ∘ h_{t-1}, x_t] + b_h)
h_t = z_t ∘ h_{t-1} + (1 - z_t) ∘ h~_t
'''
[sizes]
H = 2
[given]
W_r = "-1.5 to 1.5 by 0.5"
b_r = "-1 to 1 by 0.5"
W_z = "-1.5 to 1.5 by 0.5"
b_z = "-1 to 1 by 0.5"
W_h = "-1.5 to 1.5 by 0.5"
b_h = "-1 to 1 by 0.5"
"h_{t-1}" = "-0.9 to 0.9 by 0.1"
x = "-2 to 2 by 0.5"
"""
GATE = """
title = "A gate"
text = "Compute the forget gate."
sets = ["sigmoid", "bias", "inputs", "order"]
formulas = "f_t = σ(W_f [h_{t-1}, x_t] + b_f)"
[given]
W_f = "-1.5 to 1.5 by 0.5"
b_f = "-1 to 1 by 0.5"
"h_{t-1}" = "-0.9 to 0.9 by 0.1"
x = "-2 to 2 by 0.5"
"""
STATES = """
title = "The states"
text = "Compute them."
sets = ["cell state", "hidden state"]
function = { returns = ["C_t", "h_t"] }
formulas = '''
C_t = f_t ∘ C_{t-1} + i_t ∘ C~_t
h_t = o_t ∘ tanh(C_t)
'''
[given]
f_t = "0.1 to 0.9 by 0.1, all different"
i_t = "0.1 to 0.9 by 0.1, all different"
o_t = "0.1 to 0.9 by 0.1, all different"
"C~_t" = "-0.9 to 0.9 by 0.1, no 0"
"h_{t-1}" = "-0.9 to 0.9 by 0.1"
"C_{t-1}" = "-2 to 2 by 0.1"
"""


def by_name(one: Exercise) -> dict[str, Slip]:
    return {slips[0].name: slips[0] for slips in singles(one.rules)}


# A part, and what stands in its place -----------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "parts", "gives"),
    [
        ("i_t ∘ C~_t + f_t", {"i_t": "o_t"}, "o_t ∘ C~_t + f_t"),
        ("f_t ∘ C_t + i_t ∘ C~_t", {"f_t": "i_t", "i_t": "f_t"}, "i_t ∘ C_t + f_t ∘ C~_t"),
        ("f_t ∘ C_t + i_t ∘ C~_t", {"f_t ∘ C_t": "C_t"}, "C_t + i_t ∘ C~_t"),
        ("a + b_f + c", {"a + c": "a - c"}, "a - c + b_f"),
        ("o_t ∘ i_t ∘ C~_t", {"i_t ∘ C~_t": "C~_t"}, "o_t ∘ C~_t"),
        ("σ(W_f x_t + b_f)", {"σ(…)": "tanh(…)"}, "tanh(W_f x_t + b_f)"),
        ("σ(W_f x_t + b_f)", {"W … + b": "W …"}, "σ(W_f x_t)"),
        ("σ(W_f x_t + b_f)", {"σ(W … + b)": "σ(W …) + b"}, "σ(W_f x_t) + b_f"),
        ("σ(σ(z_i))", {"σ(…)": "tanh(...)"}, "tanh(σ(z_i))"),
        ("x_t / x_t + h_t", {"… / …": "1"}, "1 + h_t"),
        ("x_t / h_t", {"… / …": "1"}, "x_t / h_t"),
        ("softmax(z_i)", {"σ(…)": "tanh(…)"}, "softmax(z_i)"),
        ("2^{0.5} ∘ h_t", {"0.5": "2"}, "2^{2} ∘ h_t"),
        ("(1 - i_t) ∘ C_t", {"1 - i_t": "1"}, "1 C_t"),
    ],
)
def test_a_part_is_replaced_wherever_it_stands(
    line: str, parts: dict[str, str], gives: str
) -> None:
    tree = read(f"y = {line}")["y"].tree
    changed = replacement(parts).on("y", tree, frozenset())
    assert text(changed) == text(read(f"y = {gives}")["y"].tree)


def test_a_quantity_that_has_a_bare_name_stands_for_itself() -> None:
    tree = read("y = W x_t + b + b_f")["y"].tree
    one = replacement({"b": "0"})
    assert text(one.on("y", tree, frozenset({"b"}))) == "W x_t + 0 + b_f"


def test_two_slips_take_effect_in_whichever_order_they_can() -> None:
    tree = read("y = σ(W_f x_t + b_f)")["y"].tree
    outer, inner = replacement({"σ(W … + b)": "σ(W …) + b"}), replacement({"σ(…)": "tanh(…)"})
    both = {text(composed("y", tree, order, frozenset())) for order in
            [(outer, inner), (inner, outer)]}  # fmt: skip
    assert both == {"tanh(W_f x_t) + b_f"}


@pytest.mark.parametrize(
    ("form", "id", "apart"),
    [(GATE, "forget_gate", 0), (STATES, "state_update", 0), (GRU, "gru_step", 2)],
)
def test_sets_give_what_the_catalogues_rules_give(form: str, id: str, apart: int) -> None:
    """Each slip and each pair, on the catalogue's numbers; few pairs compose another way."""
    ours, one = exercise_of(f"as_{id}", form), exercise(id)
    mine, theirs = by_name(ours), by_name(one)
    assert len(mine.keys() & theirs.keys()) >= 10
    other = set()
    for student in ("s001", "s002"):
        data = one.draw(student)
        given = one.given(data)
        shared = [name for name in mine if name in theirs]
        right, also = ours.run(given), one.run(given)
        assert all(np.allclose(right[part.name], also[part.name]) for part in ours.parts)
        for name in shared:
            wrong, also = ours.run(given, (mine[name],)), one.run(given, (theirs[name],))
            assert all(np.allclose(wrong[p.name], also[p.name]) for p in ours.parts), name
        for a, b in pairs(ours.rules):
            if a.name in theirs and b.name in theirs:
                wrong = ours.run(given, (a, b))
                also = one.run(given, (theirs[a.name], theirs[b.name]))
                if not all(np.allclose(wrong[p.name], also[p.name]) for p in ours.parts):
                    other.add(frozenset({a.name, b.name}))
    in_other_rules = {pair for pair in other if not _of_one_rule(one, pair)}
    assert len(in_other_rules) <= apart, in_other_rules


def _of_one_rule(one: Exercise, pair: frozenset[str]) -> bool:
    return any(pair <= {slip.name for slip in rule.slips} for rule in one.rules)


# The exercise that a form gives -----------------------------------------------------------------


@pytest.fixture(scope="module")
def coupled() -> Exercise:
    return exercise_of("coupled_gates", COUPLED)


def test_the_form_of_the_page_is_short_and_ready() -> None:
    assert len(COUPLED.splitlines()) < 60
    found = tried("coupled_gates", COUPLED)
    assert found.mistakes == ()
    assert len(found.slips) == 6
    assert all(all(one.named) for one in found.slips)


def test_values_follow_from_the_formulas_alone(coupled: Exercise) -> None:
    """Worked out here once more, without trees."""
    for attempt in range(5):
        data = coupled.draw("ana", attempt)
        i = 1 / (1 + np.exp(-data["z_i"]))
        C = (1 - i) * data["c_prev"] + i * data["c_tilde"]
        solved = coupled.solve(data)
        np.testing.assert_allclose(solved["i_t"], i)
        np.testing.assert_allclose(solved["C_t"], C)
        assert coupled.mark(data, {"i_t": np.round(i, 3), "C_t": np.round(C, 3)}).score == 1.0


def test_pairs_of_slips_are_named(coupled: Exercise) -> None:
    data = coupled.draw("ana")
    for pair in distinct_pairs(coupled):
        verdict = coupled.mark(data, coupled.run(coupled.given(data), pair))
        assert set(verdict.slips) == {slip.name for slip in pair}


def test_what_no_slip_gives_is_the_nearest_formula(coupled: Exercise) -> None:
    data = coupled.draw("ana")
    i = coupled.solve(data)["i_t"]
    wrong = (1 - i) * data["c_prev"] - i * data["c_tilde"]
    said = coupled.mark(data, {"i_t": i, "C_t": np.round(wrong, 4)}).parts["C_t"]
    assert said.slips == ()
    assert "(1 - i_t) ∘ C_{t-1} - i_t ∘ C~_t" in said.text


def test_what_is_read_has_the_numbers_and_the_formulas(coupled: Exercise) -> None:
    data = coupled.draw("ana")
    statement = coupled.statement(data)
    assert statement.startswith("The gates of this cell are coupled.")
    assert r"C_t = \left( 1 - i_t \right) \circ C_{t-1} + i_t \circ \tilde{C}_t" in statement
    assert f"{data['z_i'][0]:g}" in statement
    steps = coupled.steps(data)
    assert steps.count("&") == 6
    assert "nan" not in steps


def test_a_function_is_asked_for_and_marked() -> None:
    one = exercise_of("states", STATES)
    assert one.arguments == ("f_t", "i_t", "o_t", "c_tilde", "h_prev", "c_prev")

    def right(f_t: Any, i_t: Any, o_t: Any, c_tilde: Any, h_prev: Any, c_prev: Any) -> Any:
        C_t = f_t * c_prev + i_t * c_tilde
        return C_t, o_t * np.tanh(C_t)

    assert one.mark_function(right, batch=True).score == 1.0
    wrong = one.mark_function(lambda f, i, o, n, h, c: (f * c + i * n, o * (f * c + i * n)))
    assert wrong.slips == ("tanh left out",)


def test_a_slip_that_is_added_later_is_known_and_does_not_change_the_numbers() -> None:
    added = COUPLED + (
        '\n[[slip]]\nname = "added"\nreplace = { "C~_t" = "-C~_t" }\n'
        'did = "A sign."\nwhy = "A sign."\nsince = 2\n'
    )
    before, now = exercise_of("coupled_gates", COUPLED), exercise_of("coupled_gates", added)
    for attempt in range(4):
        one, other = before.draw("ana", attempt), now.draw("ana", attempt)
        assert all(np.array_equal(one[name], other[name]) for name in one)
    data = now.draw("ana")
    wrong = now.run(now.given(data), (by_name(now)["added"],))
    assert now.mark(data, wrong).slips == ("added",)


def test_python_stands_in_the_place_of_what_formulas_do_not_say() -> None:
    form = COUPLED.replace(
        "points = 4",
        "points = 4\npython = '''\ndef accept(given, value):\n    return given.z_i[0] > 1\n'''",
    )
    one = exercise_of("coupled_gates", form)
    assert all(one.draw("ana", k)["z_i"][0] > 1 for k in range(5))


def test_python_may_draw_everything() -> None:
    form = COUPLED.replace(
        "points = 4",
        "points = 4\npython = '''\ndef sample(draws, H):\n"
        "    names = ('z_i', 'c_prev', 'c_tilde')\n"
        "    return {name: draws.distinct(-2, 2, 0.1, H) for name in names}\n'''",
    )
    form = form[: form.index("[given]")] + form[form.index("[[slip]]") :]
    found = tried("coupled_gates", form)
    assert found.mistakes == ()
    assert found.draws[0]["c_tilde"].shape == (3,)


def test_more_given_than_formulas_read_is_there_for_slips() -> None:
    one = exercise_of("states", STATES)
    assert {"h_prev"} <= set(one.draw())
    assert "h for C" in by_name(one)


def test_matrices_and_softmax_are_written_as_in_a_textbook() -> None:
    form = (Path(__file__).parent / "attention_over_states.toml").read_text("utf-8")
    assert tried("attention_over_states", form).mistakes == ()
    one = exercise_of("attention_over_states", form)
    data = one.draw("ana")
    a = np.exp(data["V"] @ data["q"])
    a /= a.sum()
    solved = one.solve(data)
    np.testing.assert_allclose(solved["a"], a)
    np.testing.assert_allclose(solved["c"], a @ data["V"])


# At hand ----------------------------------------------------------------------------------------


def test_only_what_is_handed_over_is_at_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program finds no form in the folder where it works, and a grader only the course's own."""
    (tmp_path / "coupled_gates.toml").write_text(COUPLED)
    monkeypatch.chdir(tmp_path)
    assert known("coupled_gates") is None
    with beside({"coupled_gates.toml": COUPLED.encode()}):
        found = known("coupled_gates")
        assert isinstance(found, Exercise)
        assert found.title == "A cell with coupled gates"
        with beside({}):
            assert known("coupled_gates") is None
    assert known("coupled_gates") is None


def test_a_form_cannot_take_the_place_of_an_exercise_of_the_course() -> None:
    with beside({"forget_gate.toml": COUPLED.encode()}):
        assert exercise("forget_gate").title == "Forget gate"
    assert tried("forget_gate", COUPLED, frozenset({"forget_gate"})).mistakes


def test_another_file_of_that_name_is_no_form() -> None:
    with beside({"settings.toml": b"[tool]\nname = 1\n", "broken.toml": b"formulas = ["}):
        assert form_named("settings") is None
        assert form_named("../settings") is None
        with pytest.raises(FormError, match="broken.toml: it is no TOML"):
            form_named("broken")


def test_a_check_marks_by_the_form_that_was_handed_over(capsys: pytest.CaptureFixture[str]) -> None:
    with beside({"coupled_gates.toml": COUPLED.encode()}):
        one = exercise("coupled_gates")
        assert check("coupled_gates", one.solve(one.draw()), points=4) == 4.0
    assert "4 of 4 points" in capsys.readouterr().out


# Mistakes ---------------------------------------------------------------------------------------

MISTAKES = [
    ('title = "A cell', 'titel = "A cell', "'titel' is no word of a form; is it title?"),
    ('title = "A cell with coupled gates"', "", "title is missing, expected a few words"),
    ("points = 4", 'points = "4"', "points is a text, expected a number"),
    ("points = 4", "points = 4 marks", "it is no TOML: "),
    ("points = 4", "points = -4", "points is -4, expected a number above 0"),
    ("σ(z_i)", "σ(z_i", "line 1 of formulas: in 'i_t = σ(z_i', after 'σ(z_i' comes nothing"),
    ("i_t = σ(z_i)", "σ(z_i)", "is no equation, expected one = with two sides"),
    ('"-2 to 2 by 0.1, all different"', '"-2 till 2"', "given: z_i reads '-2 till 2', expected"),
    ('"-2 to 2 by 0.1, all different"', "3", "given: z_i reads 3, expected such as"),
    ("-2 to 2 by 0.1", "2 to -2 by 0.1", "goes from 2 to -2 by 0.1, expected the smaller first"),
    ("-2 to 2 by 0.1", "-2 to 2 by 0.0001", "has more than 10000 numbers"),
    ("-2 to 2 by 0.1", "-2 to 2 by 0.3", "ends at -2, which is no multiple of 0.3"),
    ("-2 to 2 by 0.1", "0 to 1 by 0.5", "z_i has 3 numbers to draw 4 different ones from"),
    ('z_i = "-2 to 2 by 0.1, all different"', "", "z_i has no numbers: expected z_i ="),
    ("z_i = ", "z_q = ", "given has z_q, which no formula and no slip reads; is it z_i?"),
    ('sets = ["sigmoid"]', 'sets = ["sigmoids"]', "sets has 'sigmoids', expected of sigmoid"),
    ('sets = ["sigmoid"]', 'sets = ["bias"]', "sets has 'bias', and nothing there is written"),
    ('"1 - i_t" = "1"', '"1 - i_x" = "1"', "has i_x, which is in no formula and not given"),
    ('"1 - i_t" = "1"', '"1 + i_t" = "1"', "'1 + i_t' does not stand in formulas"),
    ('"1 - i_t" = "1"', '"1 - i_t" = "1 - i_t"', "or is put back as it was"),
    ('"1 - i_t" = "1"', '"1 - i_t" = "(1"', "slip 'nothing forgotten': after '(1' comes nothing"),
    ('"1 - i_t" = "1"', '"1 - i_t" = "…"', "has … in it, and '1 - i_t' has none"),
    ('replace = { "1 - i_t" = "1" }', "", "slip 'nothing forgotten' has no replacement"),
    ('did = "The old cell state entered whole."', "", "did is to say what was done"),
    ("The old cell state entered whole.", "The old cell state", "in a sentence with a full stop"),
    ('"candidate whole"', '"nothing forgotten"', "two slips are called 'nothing forgotten'"),
    ('read = "variants"', 'read = "variant"', "read is 'variant', expected of gates"),
    ("points = 4", "points = 4\nasks = ['h_t']", "asks has 'h_t', expected of i_t, C_t"),
    ("[given]", "[within]\nC_t = [2, -2]\n[given]", "within: C_t is [2, -2], expected such as"),
    ("[given]", "[within]\nC_t = [50, 60]\n[given]", "none of 400 draws keeps within"),
    ("[given]", "[sizes]\nK = 3\n[given]", "sizes has K, and the formulas have H"),
    ("[given]", "[sizes]\nH = 99\n[given]", "sizes: H is 99, expected a whole number, 1 to 8"),
    ('"1 - i_t" = "1"', '"1 - i_t" = "i_t / i_t - i_t"', "gives the right answer on every draw"),
    ('"i_t ∘ C~_t" = "C~_t"', '"1 - i_t" = "2 - 1"', "give the same numbers on every draw"),
    ("points = 4", "points = 4\npython = 'x ='", "python: SyntaxError"),
    ("points = 4", "points = 4\npython = 'x = 1'", "python defines none of sample, accept"),
    ("points = 4", "points = 4\nfunction = { points = 2 }", "function: returns is missing"),
    ("C_{t-1} + i_t", "C_{t-1} + [i_t, i_t]", "in the line of C_t, "),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), MISTAKES, ids=[said for *_, said in MISTAKES])
def test_an_author_is_told_each_mistake_in_a_sentence(old: str, new: str, said: str) -> None:
    assert old in COUPLED
    found = tried("coupled_gates", COUPLED.replace(old, new, 1))
    assert any(said in mistake for mistake in found.mistakes), found.mistakes
    assert all(_is_a_sentence(mistake) for mistake in found.mistakes)


def test_several_mistakes_are_told_at_once() -> None:
    form = COUPLED.replace('1 - i_t" =', '1 - i_x" =').replace("-2 to 2 by 0.5", "-2 to 2")
    with pytest.raises(FormError) as caught:
        read_form("coupled_gates", form)
    assert len(caught.value.mistakes) == 2
    assert all(line.startswith("coupled_gates.toml: ") for line in str(caught.value).splitlines())


def _is_a_sentence(text: str) -> bool:
    return bool(text) and "\n" not in text and "Traceback" not in text and len(text) < 600


def pieces() -> Iterator[str]:
    yield from ('"', "[", "]", "{", "}", "=", "…", "(", "σ", "\x00", "∘", "W", "b", "[[slip]]\n")
    yield from ("1e999", "-", "nan", "true", "{}", "''", "\n", "^", "#", "T", "total(", "/ 0")


@given(
    places=st.lists(
        st.tuples(
            st.integers(0, len(COUPLED)), st.integers(0, 30), st.sampled_from([*pieces(), ""])
        ),
        min_size=1,
        max_size=3,
    )
)
def test_a_mangled_form_gives_sentences_and_never_an_error(
    places: list[tuple[int, int, str]],
) -> None:
    form = COUPLED
    for start, length, put_in in places:
        form = form[:start] + put_in + form[start + length :]
    found = tried("coupled_gates", form)
    assert found.mistakes or found.draws
    assert len(found.mistakes) <= 20
    assert all(_is_a_sentence(mistake) for mistake in found.mistakes), found.mistakes


WORDS = (
    COUPLED.replace("points = 4", "points = 4\nasks = ['C_t']\noptional = []\npython = ''")
    .replace("why = ", "line = 'C_t'\nsince = 2\nread = 'gates'\nwhy = ", 1)
    .replace("[given]", "function = { returns = ['C_t'] }\n[within]\nC_t = [-9, 9]\n[given]")
    + "[weights]\nC_t = 2\n[sizes]\nH = 3\n"
)
ENDS = [k for k, line in enumerate(WORDS.splitlines()) if " = " in line]
VALUES = ["1", "-1.5", "nan", "inf", "true", "''", "'C_t'", "[]", "['x']", "[[1]]", "[{}]", "{}"]
VALUES += [
    "{ a = 1 }",
    "{ C_t = [] }",
    "1979-05-27",
    "{ 'C_t' = 'C_t' }",
    "10000000000000000000000",
]


@pytest.mark.parametrize("value", VALUES)
def test_a_value_of_any_kind_gives_sentences(value: str) -> None:
    said: list[str] = []
    for place in ENDS:
        lines = WORDS.splitlines()
        lines[place] = f"{lines[place].partition(' = ')[0]} = {value}"
        try:
            read_form("coupled_gates", "\n".join(lines))
        except FormError as error:
            said += error.mistakes
    assert said
    assert [one for one in said if not _is_a_sentence(one)] == []


def test_every_word_of_a_form_is_tried_there() -> None:
    assert tried("coupled_gates", WORDS).mistakes == ()


@given(st.text(max_size=300))
def test_any_text_gives_sentences(text: str) -> None:
    assert tried("any", text).mistakes


def test_a_form_is_bounded() -> None:
    for form in (
        "# " + "x" * 100_000,
        "a = " + "[" * 50_000,
        COUPLED + '[[slip]]\nname = "a"\n' * 50,
    ):
        found = tried("coupled_gates", form)
        assert found.mistakes
        assert len(found.mistakes) <= 20


@given(
    low=st.integers(-50, 50), count=st.integers(1, 60), step=st.sampled_from([0.1, 0.5, 1, 0.25])
)
def test_a_range_holds_its_ends_and_nothing_beyond(low: int, count: int, step: float) -> None:
    one = read_range(f"{low * step:.2f} to {(low + count) * step:.2f} by {step}")
    assert len(one.multiples) == count + 1
    assert (min(one.multiples), max(one.multiples)) == (low, low + count)


def test_forms_of_one_name_and_other_texts_are_other_exercises() -> None:
    one = exercise_of("coupled_gates", COUPLED)
    other = exercise_of("coupled_gates", COUPLED.replace("-2 to 2 by 0.5", "1 to 2 by 0.5"))
    assert one.draw()["c_prev"].min() < 0 < other.draw()["c_prev"].min()
    assert replace(one, id="x").draw().keys() == one.draw().keys()
