"""Equations: every way of writing them is read, what is wrong is named, nothing is executed."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.cells.checks import Array
from course_utils.exercises import exercise
from course_utils.exercises.answers import AnswerError
from tests.exercises.equation_forms import (
    MISPRINT_C,
    MORE_REFUSED,
    REFUSED_OF_C,
    RIGHT,
    WITH_WHAT_IS_NOT_ASKED_C,
    WRONG,
)
from tests.tiers import thinned

EX = exercise("equations")
DATA = EX.draw("s003")
SOLVED = EX.run(EX.given(DATA))
NAMED = re.compile(r"i_t ?[(\[]input|brace\{.*[_^]\{C_t\}")
COMMENT = re.compile(r"[#%]|//|/\*|--|```")


def read(part: str, text: str) -> Array | None:
    """Return what an equation gives on DATA, or None where it is refused."""
    reader = EX.part(part).read
    assert reader is not None
    try:
        return reader(part, text, DATA, (4,))
    except AnswerError:
        return None


def is_right(part: str, text: str) -> bool:
    found = read(part, text)
    return found is not None and np.allclose(found, SOLVED[part])


@pytest.mark.parametrize("part", RIGHT)
@pytest.mark.parametrize("step", thinned(4))
def test_every_right_way_of_writing_an_equation(part: str, step: int) -> None:
    assert len(RIGHT["C_t"]) + len(RIGHT["h_t"]) > 1800
    texts = RIGHT[part][::step]
    assert [text for text in texts if not EX.mark(DATA, {part: text}).parts[part].correct] == []


@pytest.mark.parametrize("part", WRONG)
def test_no_wrong_way_is_read_as_right(part: str) -> None:
    assert [text for text in WRONG[part] if is_right(part, text)] == []


@pytest.mark.parametrize(
    ("part", "now", "then"),
    [
        ("C_t", "+", "-"),
        ("C_t", "t-1", "t-2"),
        ("C_t", "f_t", "o_t"),
        ("C_t", "i_t", ""),
        ("h_t", "tanh", "sigmoid"),
        ("h_t", "tanh", ""),
        ("h_t", "o_t", "f_t"),
        ("h_t", "C_t", "C_{t-1}"),
    ],
)
@pytest.mark.parametrize("step", thinned(8))
def test_a_right_way_with_something_else_in_it_is_wrong(
    part: str, now: str, then: str, step: int
) -> None:
    # Words that name a value stay where its symbol goes: "f_t (forget gate)", and a brace's label.
    changed = [
        text.replace(now, then) for text in RIGHT[part] if now in text and not NAMED.search(text)
    ]
    assert len(changed) > 10
    assert [text for text in changed[::step] if is_right(part, text)] == []


@pytest.mark.parametrize("part", RIGHT)
@pytest.mark.parametrize(
    "changed",
    [
        "not {}",
        "it is false that {}",
        "{} is wrong",
        "{}, but without the gate",
        "{}, plus the bias",
        "{}, with f_t = 0",
        "{} where f_t is the output gate",
        "{} where o is the input gate",
        "{}\nthen apply tanh",
        "{} - 1",
        "{} * 2",
        "{} + b",
    ],
)
@pytest.mark.parametrize("step", thinned(16))
def test_what_is_denied_or_changed_beside_a_right_way_is_wrong(
    part: str, changed: str, step: int
) -> None:
    # A comment may say what it likes, and beside a second equation the words may be about that.
    # What is 0 stays 0 when it is doubled.
    alone = [
        text
        for text in RIGHT[part]
        if text.count("=") == 1 and not COMMENT.search(text) and not text.endswith("= 0")
    ]
    assert len(alone) > 500
    assert [text for text in alone[::step] if is_right(part, changed.format(text))] == []


@pytest.mark.parametrize("part", MORE_REFUSED)
def test_what_is_refused_says_what_could_not_be_read(part: str) -> None:
    for text in MORE_REFUSED[part]:
        message = EX.mark(DATA, {part: text}).parts[part].message
        assert message.startswith(f"The equation for {part} ")


@pytest.mark.parametrize(
    "text",
    [
        "C_t = f_t*C_prev + i_t*C~ where f_t is the input gate",
        "f_t: input gate, i_t: forget gate\nC_t = f_t*C_prev + i_t*C~",
        "C_t = f_t*C_prev + i_t*C~ (C~: the old cell state)",
    ],
)
def test_a_symbol_that_is_called_by_another_ones_name_is_told_so(text: str) -> None:
    message = EX.mark(DATA, {"C_t": text}).parts["C_t"].message
    assert "another quantity's name" in message


def test_entries_are_of_one_index() -> None:
    assert is_right("C_t", "C_t[j] = f_t[j]*C_{t-1}[j] + i_t[j]*C~_t[j]")
    message = EX.mark(DATA, {"h_t": "h_t[j] = o_t * tanh(C_t[j])"}).parts["h_t"].message
    assert "takes entry 'j'" in message


@pytest.mark.parametrize("text", WITH_WHAT_IS_NOT_ASKED_C)
def test_words_and_equations_that_explain_a_symbol_may_stand_beside(text: str) -> None:
    assert is_right("C_t", text)
    assert not is_right("C_t", text.replace("+ ", "- ", 1))


@pytest.mark.parametrize("beside", ["C_t = f_t*C_prev + i_t*C~", "C_t = f_t*C_prev - i_t*C~"])
def test_each_state_is_marked_by_its_own_equation(beside: str) -> None:
    both = f"{beside}; h_t = o_t * tanh(C_t)"
    assert is_right("h_t", both)
    assert is_right("C_t", both) == ("+" in beside)


def test_a_word_that_cannot_be_read_is_quoted_whole() -> None:
    message = EX.mark(DATA, {"C_t": "C_t = f_t * C_prev + i_t * computed"}).parts["C_t"].message
    assert "'computed'" in message


@pytest.mark.parametrize("text", REFUSED_OF_C)
def test_what_is_refused_although_it_is_right_says_why(text: str) -> None:
    part = EX.mark(DATA, {"C_t": text}).parts["C_t"]
    assert not part.correct
    assert "on its left side, not C_t" in part.message or "has 'sum' in it" in part.message


@pytest.mark.parametrize("text", MISPRINT_C)
def test_the_usual_misprint_is_named_and_has_full_marks(text: str) -> None:
    part = EX.mark(DATA, {"C_t": text}).parts["C_t"]
    assert part.correct
    assert part.score == 1.0
    assert "usual misprint" in part.text


@pytest.mark.parametrize("text", ["C_t = f*C_prev + i*C~", "C_new = f*C + i*C~"])
def test_an_old_state_that_is_none_of_the_new_is_no_misprint(text: str) -> None:
    assert EX.mark(DATA, {"C_t": text}).parts["C_t"].message == "Right."


@pytest.mark.parametrize(
    "text", ["C_t = f_t*C_{t-1} + i_t*C_t", "c = f*c_prev + i*c", r"C_t = f_t C_{t-1} + i_t C_t"]
)
def test_a_candidate_that_lost_its_tilde_is_told_so(text: str) -> None:
    part = EX.mark(DATA, {"C_t": text}).parts["C_t"]
    assert part.score == 0.0
    assert "with its tilde" in part.message


@pytest.mark.parametrize(
    ("part", "text", "slip"),
    [
        ("h_t", "h_t = o_t + tanh(c_t)", "o + tanh(C)"),  # the lecture's misprint
        ("h_t", "h_t = o_t * C_t", "tanh left out"),
        ("h_t", "h_t = tanh(o_t * C_t)", "tanh of the product"),
        ("h_t", r"h_t = o_t \circ \sigma(C_t)", "sigmoid for tanh in h_t"),
        ("h_t", "tanh(C_t)", "o left out"),
        ("h_t", "h_t = o_t * tanh(C_{t-1})", "old cell state shown"),
        ("h_t", "h_t = f_t * tanh(C_t)", "f for o"),
        ("C_t", "C_t = i*C_prev + f*C~", "f and i swapped"),
        ("C_t", "C_t = C_prev + i*C~", "f left out"),
        ("C_t", "C_t = f*C_prev + C~", "i left out"),
        ("C_t", "C_t = f*h_{t-1} + i*C~", "h for C"),
        ("C_t", "C_t = f*C_prev + (1-f)*C~", "1 - f for i"),
        ("C_t", "C_t = f*C_prev * i*C~", "terms multiplied"),
        ("C_t", "C_t = f*C_prev - i*C~", "terms subtracted"),
    ],
)
def test_slips_in_equations_are_named(part: str, text: str, slip: str) -> None:
    verdict = EX.mark(DATA, {part: text}).parts[part]
    assert verdict.slips == (slip,)
    assert verdict.score == 0.0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "nothing on its right side"),
        ("C_t =", "nothing on its right side"),
        ("__import__('os').system('true')", "'__import__' in it"),
        ("C_t = f*C_prev + i*y", "'y' in it"),
        ("C_t = (f*C_prev + i*C~", "bracket that is not closed"),
        ("C_t = f*C_prev + i*C~)", "')' where an operator belongs"),
        ("C_t = f*C_prev +", "breaks off"),
        ("h_t = f*C_prev + i*C~", "on its left side"),
        ("C_t = f = 3", "more than one equals sign"),
        ("C_t = 9**9**9", "exponent"),
        ("C_t = f / 0", "finite"),
        ("C_t = h_t", "h_t where a value belongs"),
        ("C_t = f_{t-1}*C_prev", "f_{t-1} in it"),
        ("C_t = f'*C_prev", "f with the index"),
        ("C_n = f_n*C_{t-1}", "counts time by both n and t"),
        ("C_t = (f*C_prev)/", "breaks off"),
        ("(" * 200, "nested too deeply"),
        ("tanh " * 60 + "C_prev", "nested too deeply"),
        ("- " * 190 + "f", "nested too deeply"),
        ("\\tilde" * 100, r"has '\tilde' in it"),
        ("f.mul(" * 100, "nested too deeply"),
        ("f.mul(f)" + ".mul(f)" * 130, "nested too deeply"),
        ("f/" * 290 + "f", "nested too deeply"),
        ("forget gate (" * 28 + "f", "more than 300 values"),
        ("sinh(" * 28 + "f" + ")" * 28, "more than 300 values"),
        ("C" + "_t" * 400, "Not right"),
        ("f*" * 1000, "longer than"),
        ("c" * 1000, "more than 300 values"),
        ("C_t=" * 250, "more than 20 sides"),
        ("C_t=c" * 200, "more than 20 sides"),
        ("," * 1000, "nothing on its right side"),
        (", " * 500, "nothing on its right side"),
        ("#\n" * 500, "nothing on its right side"),
        (";in " * 250, "has 'in' in it"),
        ("C_t = " + "for :" * 198, "has 'for' in it"),
        ("C_t = " + " " * 900 + "f", "Not right"),
        (3, "expected an equation as text"),
        (["C_t"], "expected an equation as text"),
        (None, "no answer yet"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(text: object, says: str) -> None:
    part = EX.mark(DATA, {"C_t": text}).parts["C_t"]
    assert part.score == 0.0
    assert says in part.text
    assert "C_t" in part.text


def test_feedback_does_not_write_the_equation_down() -> None:
    for text in ("C_t = f*C_prev + C~", "C_t = i*C_prev + f*C~"):
        message = EX.mark(DATA, {"C_t": text}).parts["C_t"].message
        assert "=" not in message


PRODUCTS = st.sampled_from(["*", " ∘ ", "⊙", r" \odot ", r" \cdot ", "×", " ", " .* ", r"\,"])
CANDIDATES = st.sampled_from(["C~_t", "C̃_t", r"\tilde{C}_t", "g_t", "C_tilde", "C'_t", "c_cand"])
OLD = st.sampled_from(["C_{t-1}", "C_t-1", "c_prev", "C(t-1)", "Cₜ₋₁", r"\mathbf{C}_{t-1}"])
GATES = st.sampled_from(
    [
        "{}_t",
        "{}",
        r"\mathbf{{{}}}_t",
        "{}^{{(t)}}",
        "σ(W_{}[h_{{t-1}}, x_t] + b_{})",
        r"\sigma(z_{})",
        r"\sigma(W_{{x{}}} x_t + W_{{h{}}} h_{{t-1}} + b_{})",
    ]
)
NAMES = st.sampled_from([("a", "b"), ("kept", "written"), ("u_t", "v_t"), ("x1", "x2"), ("A", "K")])


@given(st.data(), st.booleans())
@settings(max_examples=200, deadline=None)
def test_an_equation_in_any_dialect_gives_the_same_whatever_is_named(
    data: st.DataObject, is_swapped: bool
) -> None:
    def gate(letter: str) -> str:
        form = data.draw(GATES)
        return form.format(*[letter] * form.count("{}"))

    first, second = ("i", "f") if is_swapped else ("f", "i")
    terms = [
        gate(first) + data.draw(PRODUCTS) + data.draw(OLD),
        gate(second) + data.draw(PRODUCTS) + data.draw(CANDIDATES),
    ]
    a, b = data.draw(NAMES)
    named = [f"{a} = {terms[0]}", f"{b} = {terms[1]}"]
    text = data.draw(
        st.sampled_from(
            [
                f"C_t = {terms[0]} + {terms[1]}",
                f"C_t = {terms[1]} + {terms[0]}",
                f"C_t - ({terms[0]}) = {terms[1]}",
                f"C_t = {a} + {b}, where {named[0]} and {named[1]}",
                "\n".join([*named, f"C_t = {a} + {b}"]),
                "\n".join([*named, f"return {a} + {b}"]),
                f"C_t = {terms[0]}\nC_t += {terms[1]}",
            ]
        )
    )
    assert is_right("C_t", text) != is_swapped, text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("h_t = o_t * tanh(C_t) where C_t = i_t * C_prev", "says of C_t what it is not"),
        ("a = f_t; a = i_t; h_t = a * tanh(C_t)", "says twice what 'a' is"),
        ("C_t * h_t = o_t + h_t * h_t", "cannot be solved for h_t"),
        ("a = b; b = a; h_t = a", "'b' in it"),
        ("h_t = o_t * tanh(C_t) (input gate times tanh of cell state)", "something else in words"),
        ("h_t = " + "a, " * 300, "clauses"),
    ],
)
def test_what_is_said_beside_an_equation_has_to_hold(text: str, says: str) -> None:
    part = EX.mark(DATA, {"h_t": text}).parts["h_t"]
    assert part.score == 0.0
    assert says in part.message


@given(st.text(alphabet="fiochCt_{}()[]+-*/^~=.1 \\dottanhprev", max_size=60))
@settings(max_examples=300)
def test_any_text_gets_a_verdict(text: str) -> None:
    assert 0.0 <= EX.mark(DATA, {"C_t": text, "h_t": text}).score <= 1.0
