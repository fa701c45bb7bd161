"""What is said of a wrong function: by all trials, the same for every seed, and never by chance."""

import re
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from course_utils.cells import sigmoid, softmax
from course_utils.exercises import exercise
from course_utils.exercises.definition import Exercise
from course_utils.exercises.function_slips import EXCHANGED
from course_utils.exercises.registry import exercises
from course_utils.exercises.rules import Slips, singles
from course_utils.exercises.trials import fresh, sizes_of
from course_utils.exercises.verdict import Verdict
from tests.exercises.styles import ArrayLike
from tests.tiers import one_in

ASKED = [one for one in exercises().values() if one.returns and one.sample is not None]
SEEDS = (0, "hidden", 1, 2)

STATES, LSTM, GRU = exercise("state_update"), exercise("lstm_step"), exercise("gru_step")


def as_function(ex: Exercise, slips: Slips = (), only: Sequence[str] = ()) -> Callable[..., Any]:
    """Return the reference, with slips, as a student's function."""
    data = fresh(ex, 0, 0)  # for what is no argument
    stages = frozenset(only) or None

    def function(*values: Any) -> Any:
        given = data | dict(zip(ex.arguments, map(np.asarray, values), strict=True))
        run = ex.run(SimpleNamespace(**given), slips, None, stages)
        parts = tuple(run[name] for name in ex.returns)
        return parts[0] if len(parts) == 1 else parts

    return function


def slip(ex: Exercise, name: str) -> Slips:
    return next(one for one in singles(ex.rules) if one[0].name == name)


def states(f: Any, i: Any, o: Any, c_tilde: Any, c_prev: Any) -> tuple[Any, Any]:
    C = f * c_prev + i * c_tilde
    return C, o * np.tanh(C)


def scores(verdict: Verdict, *names: str) -> list[float]:
    return [verdict.parts[name].score for name in names]


# Trials ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ex", ASKED, ids=lambda ex: ex.id)
def test_functions_are_tried_on_data_that_the_exercise_accepts(ex: Exercise) -> None:
    for seed in (0, "hidden", 7):
        for k in range(5):
            given = SimpleNamespace(**fresh(ex, seed, k))
            assert ex.accept(given, SimpleNamespace(**ex.run(given)))


def test_the_first_trial_is_of_the_usual_sizes_and_each_size_is_larger_in_another() -> None:
    sizes = [sizes_of(exercise("forget_gate"), k) for k in range(4)]
    assert sizes == [{"H": 3, "D": 2}, {"H": 4, "D": 2}, {"H": 3, "D": 3}, {"H": 3, "D": 2}]


@pytest.mark.parametrize(
    ("id", "name", "only"),
    [
        ("bptt", "square forgotten", ""),
        ("bptt", "w left out on the way back", ""),
        ("forget_gate", "softmax for sigmoid", ""),
        ("embedding_lookup", "column for row", ""),
        ("gru_step", "r for z", ""),
        ("gru_step", "bias forgotten", "z_t"),
        ("lstm_step", "tanh for sigmoid", "f_t o_t"),
        ("rnn_step", "softmax without e", ""),
    ],
)
def test_the_same_function_gets_the_same_marks_and_name_whatever_the_seed(
    id: str, name: str, only: str
) -> None:
    ex = exercise(id)
    function = as_function(ex, slip(ex, name), only.split())
    verdicts = [ex.mark_function(function, seed=seed) for seed in SEEDS]
    assert {(verdict.score, verdict.slips) for verdict in verdicts} == {
        (verdicts[0].score, (name,))
    }


@pytest.mark.parametrize("id", ["bptt", "gru_step", "rnn_step"])
def test_a_right_function_is_right_whatever_the_seed(id: str) -> None:
    ex = exercise(id)
    assert {ex.mark_function(as_function(ex), seed=seed).score for seed in SEEDS} == {1.0}


def test_sizes_that_are_written_into_the_code_are_named() -> None:
    def gate(W: Any, b: Any, h: Any, x: Any) -> Any:
        v = np.concatenate([h, x])
        return [1 / (1 + np.exp(-sum(W[k, j] * v[j] for j in range(5)) - b[k])) for k in range(3)]

    verdict = exercise("forget_gate").mark_function(gate)
    assert verdict.score == 0
    assert "shape (3,)" in verdict.parts["f_t"].message

    def reads_five(W: Any, b: Any, h: Any, x: Any) -> Any:
        return sigmoid(W[:, :5] @ np.concatenate([h, x])[:5] + b)

    verdict = exercise("forget_gate").mark_function(reads_five)
    assert "Right for H=3, D=2, and not for H=4, D=2" in verdict.parts["f_t"].message

    def fails(W: Any, b: Any, h: Any, x: Any) -> Any:
        return sigmoid(W @ np.concatenate([h, x]) + b.reshape(3))

    verdict = exercise("forget_gate").mark_function(fails)
    assert verdict.parts["f_t"].message.startswith("With H=4, D=2: The function raised ValueError")


# What is returned --------------------------------------------------------------------------------


def test_values_in_another_order_are_named_and_cost_half() -> None:
    verdict = STATES.mark_function(lambda *a: states(*a)[::-1], batch=True)
    assert scores(verdict, "C_t", "h_t", "dtype", "arguments", "batch") == [0.5, 0.5, 1, 1, 1]
    assert verdict.slips == (EXCHANGED,)
    assert "C_t, h_t were asked for" in verdict.parts["C_t"].message


@pytest.mark.parametrize(
    "form",
    [
        lambda C, h: (h, C, {}),
        lambda C, h: (h, (h, C)),
        lambda C, h: (h, h, C),
        lambda C, h: np.array([h, C]),
    ],
)
def test_another_order_is_seen_among_more_than_was_asked_for(form: Callable[..., Any]) -> None:
    verdict = STATES.mark_function(lambda *a: form(*states(*a)))
    assert scores(verdict, "C_t", "h_t", "dtype") == [0.5, 0.5, 1]
    assert verdict.slips == (EXCHANGED,)


def test_of_three_values_those_two_that_were_exchanged_cost() -> None:
    ex = exercise("lstm_states")
    function = as_function(ex)
    verdict = ex.mark_function(lambda *a: tuple(function(*a)[k] for k in (0, 2, 1)))
    assert scores(verdict, *ex.returns) == [1, 0.5, 0.5]


def test_a_slip_is_seen_through_another_order() -> None:
    wrong = as_function(STATES, slip(STATES, "f left out"))
    verdict = STATES.mark_function(lambda *a: wrong(*a)[::-1])
    assert verdict.slips == ("f left out",)
    assert verdict.parts["h_t"].message.startswith("The same slip again")

    def h_is_right(f: Any, i: Any, o: Any, c_tilde: Any, c_prev: Any) -> Any:
        C, h = states(f, i, o, c_tilde, c_prev)
        return h, C + 1

    assert scores(STATES.mark_function(h_is_right), "C_t", "h_t") == [0, 0.5]


@pytest.mark.parametrize(
    "form",
    [
        lambda C, h: (C, h, {"cache": C}),
        lambda C, h: [C, h, 1, 2, 3],
        lambda C, h: ((C, h), (h, C)),
        lambda C, h: ((C, h), "cache"),
        lambda C, h: ({"cache": 1}, C, h),
        lambda C, h: (h, [C, h]),
    ],
)
def test_of_more_than_was_asked_for_the_values_are_marked(form: Callable[..., Any]) -> None:
    verdict = STATES.mark_function(lambda *a: form(*states(*a)), batch=True)
    assert verdict.score == 1
    assert "More is returned" in verdict.notes[0]
    wrong = as_function(STATES, slip(STATES, "f left out"))
    assert STATES.mark_function(lambda *a: form(*wrong(*a))).slips == ("f left out",)


@pytest.mark.parametrize(
    "form",
    [
        lambda C, h: np.array([C, h]),
        lambda C, h: [C.tolist(), list(h)],
        lambda C, h: {"h_t": h, "C_t": C},
        lambda C, h: ArrayLike(np.array([C, h])),
        lambda C, h: (ArrayLike(C), ArrayLike(h)),
    ],
)
def test_values_in_another_form_are_right(form: Callable[..., Any]) -> None:
    verdict = STATES.mark_function(lambda *a: form(*states(*a)))
    assert (verdict.score, verdict.notes) == (1, ())


@pytest.mark.parametrize(
    "odd",
    [
        [[1.0], [1.0, 2.0]],
        [[[1.0], [1.0, 2.0]], 3],
        ([], []),
        (),
        [],
        object(),
        (object(), object()),
        np.array(["a", "b"]),
        {},
        {"C_t": object()},
        ((1, 2), 3),
        "ab",
        np.zeros((2, 3, 4)),
        1e400,
    ],
    ids=lambda odd: re.sub(r" at 0x\w+", "", str(odd)),
)
def test_whatever_is_returned_gets_a_verdict(odd: Any) -> None:
    for ex in (STATES, GRU, exercise("lstm_states")):
        verdict = ex.mark_function(lambda *a: odd)
        assert verdict.score == 0
        assert verdict.slips == ()


def test_one_value_beside_a_cache_is_marked() -> None:
    gru = as_function(GRU)
    assert GRU.mark_function(lambda *a: (gru(*a), {"r": 1})).score == 1
    assert GRU.mark_function(lambda *a: (gru(*a), gru(*a))).score == 1
    assert GRU.mark_function(lambda *a: ({"r": 1}, gru(*a))).score == 1
    assert GRU.mark_function(lambda *a: tuple(gru(*a))).notes == ()


def test_of_too_few_values_the_one_that_is_right_counts() -> None:
    for form in (np.asarray, list, lambda h: (h,)):
        verdict = STATES.mark_function(lambda *a, form=form: form(states(*a)[1]))
        assert scores(verdict, "C_t", "h_t") == [0, 1]
        assert verdict.parts["C_t"].message == "C_t is not returned."
    by_other_names = STATES.mark_function(lambda *a: dict(zip("Ch", states(*a), strict=True)))
    assert by_other_names.parts["h_t"].message == "h_t is not returned."
    assert STATES.mark_function(lambda *a: (None, states(*a)[1])).score > 0
    nothing_right = STATES.mark_function(lambda *a: states(*a)[1] + 1)
    assert "expected 2 values: C_t, h_t" in nothing_right.parts["C_t"].message


def test_values_that_change_places_from_call_to_call_are_not_followed() -> None:
    calls = []

    def fickle(*a: Any) -> Any:
        calls.append(a)
        return states(*a)[:: -1 if len(calls) % 2 else 1]

    assert STATES.mark_function(fickle).score == 0
    forms = STATES.mark_function(lambda f, *a: states(f, *a) if len(f) == 3 else None)
    assert forms.score == 0


def test_an_array_that_is_returned_again_and_again_is_looked_at_each_time() -> None:
    kept: dict[Any, Any] = {}

    def reuses(W: Any, b: Any, h: Any, x: Any) -> Any:
        out = kept.setdefault(b.shape, np.empty(b.shape))
        out[:] = sigmoid(W @ np.concatenate([h, x]) + b)
        for older in kept.values():
            older[...] = out[0] if older is not out else out
        return out

    assert exercise("forget_gate").mark_function(reuses).score == 1


def test_arguments_that_a_function_keeps_and_changes_later_are_its_own_copies() -> None:
    seen: list[Any] = []

    def keeps(f: Any, i: Any, o: Any, c_tilde: Any, c_prev: Any) -> Any:
        for older in seen:
            older *= 0
        seen.append(c_prev)
        return states(f, i, o, c_tilde, c_prev)

    assert STATES.mark_function(keeps).score == 1


# Slips -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ex", "name", "parts"),
    [
        (LSTM, "softmax for sigmoid", "i_t"),
        (LSTM, "bias forgotten", "c_tilde"),
        (LSTM, "[x, h] for [h, x]", "f_t i_t"),
        (GRU, "tanh for sigmoid", "r_t"),
        (GRU, "bias subtracted", "h_tilde"),
    ],
)
def test_a_slip_in_some_gates_only_is_named_with_them(ex: Exercise, name: str, parts: str) -> None:
    verdict = ex.mark_function(as_function(ex, slip(ex, name), parts.split()))
    assert verdict.slips == (name,)
    wrong = next(part for part in verdict.parts.values() if part.slips)
    assert wrong.text.endswith(f"Only in {' and '.join(parts.split())}.")


@pytest.mark.parametrize("ex", [LSTM, GRU], ids=lambda ex: ex.id)
@pytest.mark.parametrize("name", ["x dropped", "h dropped"])
def test_a_step_without_h_or_x_is_named(ex: Exercise, name: str) -> None:
    verdict = ex.mark_function(as_function(ex, slip(ex, name)))
    assert verdict.slips == (name,)
    once = ex.mark_function(as_function(ex, slip(ex, name), [ex.parts[1].name]))
    assert once.slips == (name,)


OTHER_MISTAKES: dict[str, Callable[..., Any]] = {
    "cubed": lambda f, i, o, c, C: (f**3 * C + i * c, o * np.tanh(f**3 * C + i * c)),
    "mean": lambda f, i, o, c, C: ((f * C + i * c) / 2, o * np.tanh((f * C + i * c) / 2)),
    "rolled": lambda f, i, o, c, C: (np.roll(f, 1) * C + i * c, o * np.tanh(f * C + i * c) + 0.1),
    "softmax of C": lambda f, i, o, c, C: (f * C + i * c, o * softmax(f * C + i * c)),
    "sine": lambda f, i, o, c, C: (f * C + i * c, o * np.sin(f * C + i * c)),
}


@pytest.mark.parametrize("mistake", OTHER_MISTAKES)
def test_a_mistake_that_is_no_known_slip_is_not_given_a_name(mistake: str) -> None:
    for seed in SEEDS:
        verdict = STATES.mark_function(OTHER_MISTAKES[mistake], seed=seed)
        assert verdict.slips == ()
        assert not any("Two slips" in part.message for part in verdict.parts.values())
        firsts = [part for part in verdict.parts.values() if "first value" in part.message]
        assert len(firsts) <= 1


def test_two_slips_are_named_where_both_were_made() -> None:
    both = (*slip(STATES, "i left out"), *slip(STATES, "tanh left out"))
    verdict = STATES.mark_function(as_function(STATES, both))
    assert verdict.parts["C_t"].slips == ("i left out",)
    assert verdict.parts["h_t"].slips == ("tanh left out",)


# Nothing follows ---------------------------------------------------------------------------------

FIXED: dict[str, Callable[[Any], Any]] = {
    "zeros": np.zeros_like,
    "ones": np.ones_like,
    "halves": lambda value: np.full_like(value, 0.5),
    "a ramp": lambda value: np.arange(value.size, dtype=float).reshape(value.shape),
}


@pytest.mark.parametrize("ex", one_in(4, ASKED, lambda ex: ex.id))
@pytest.mark.parametrize("values", one_in(len(FIXED), FIXED))
def test_code_that_ignores_its_arguments_earns_nothing_and_is_told_of_no_slip(
    ex: Exercise, values: str
) -> None:
    right = as_function(ex)

    def fixed(*given: Any) -> Any:
        got = right(*given)
        return tuple(map(FIXED[values], got)) if isinstance(got, tuple) else FIXED[values](got)

    verdict = ex.mark_function(fixed)
    assert verdict.score == 0
    assert verdict.slips == ()
    assert not any("follows" in part.message for part in verdict.parts.values())


def test_in_code_nothing_is_given_for_what_follows() -> None:
    def wrong(f: Any, i: Any, o: Any, c_tilde: Any, c_prev: Any) -> Any:
        C = f**2 * c_prev + i * c_tilde
        return C, o * np.tanh(C)

    verdict = STATES.mark_function(wrong)
    assert verdict.score == 0
    assert verdict.parts["h_t"].message.startswith("This follows from your C_t")

    def also_wrong(f: Any, i: Any, o: Any, c_tilde: Any, c_prev: Any) -> Any:
        C = f**2 * c_prev + i * c_tilde
        return C, o * C

    assert STATES.mark_function(also_wrong).parts["h_t"].slips == ("tanh left out",)
