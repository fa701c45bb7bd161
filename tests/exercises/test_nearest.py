"""The nearest formula: what numbers are said to be where no slip of the catalogue gives them."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from course_utils.cells import sigmoid
from course_utils.exercises import exercise, exercises
from course_utils.exercises.definition import Exercise
from course_utils.exercises.drawing import Draws
from course_utils.exercises.nearest import _met_by_fewer as met_by_fewer
from course_utils.exercises.nearest import _step as step
from course_utils.exercises.nearest import candidates, values_of
from tests.exercises.styles import significant

STATE = exercise("state_update")
GATE = exercise("forget_gate")


def numbers(ex: Exercise, student: str = "s042") -> Any:
    data = ex.draw(student)
    return SimpleNamespace(**data, **ex.solve(data))


def said(ex: Exercise, part: str, value: Any, **shown: Any) -> Any:
    answers = {name: significant(v) for name, v in {**shown, part: value}.items()}
    return ex.mark(ex.draw("s042"), answers).parts[part]


class TestByHand:
    def test_the_formula_is_shown_beside_the_right_one(self) -> None:
        n = numbers(STATE)
        part = said(STATE, "C_t", n.f_t * n.c_prev + n.o_t * n.c_tilde)
        assert part.message == (
            "Your C_t is what f_t ∘ C_{t-1} + o_t ∘ C~_t gives. The course's line is "
            "f_t ∘ C_{t-1} + i_t ∘ C~_t: yours has o_t in the place of i_t."
        )
        assert part.score == 0.0

    @pytest.mark.parametrize(
        ("value", "right_side"),
        [
            (lambda n: np.tanh(n.C_t), "tanh(f_t ∘ C_{t-1} + i_t ∘ C~_t)"),
            (lambda n: n.C_t - 2 * n.f_t * n.c_prev, "-f_t ∘ C_{t-1} + i_t ∘ C~_t"),
            (lambda n: n.f_t @ n.c_prev + n.i_t * n.c_tilde, "f_t^T C_{t-1} + i_t ∘ C~_t"),
            (lambda n: n.C_t / 2, "0.5 (f_t ∘ C_{t-1} + i_t ∘ C~_t)"),
        ],
    )
    def test_one_change_of_each_kind(self, value: Any, right_side: str) -> None:
        part = said(STATE, "C_t", value(numbers(STATE)))
        assert part.message.startswith(f"Your C_t is what {right_side} gives.")
        assert part.slips == ()

    def test_a_step_that_is_not_shown_stands_within_the_line(self) -> None:
        part = said(GATE, "f_t", np.maximum(numbers(GATE).z_f, 0))
        assert "is what ReLU(W_f [h_{t-1}, x_t] + b_f) gives" in part.message
        part = said(GATE, "f_t", np.maximum(numbers(GATE).z_f, 0), z_f=numbers(GATE).z_f)
        assert "is what ReLU(z_f) gives" in part.message

    def test_own_earlier_values_are_gone_on_from(self) -> None:
        z = numbers(GATE).z_f + np.array([-0.37, -0.81, 0.23])
        part = said(GATE, "f_t", np.maximum(significant(z), 0), z_f=z)
        assert "is what ReLU(z_f) gives from your own earlier values" in part.message

    def test_a_part_in_between_that_was_left_out(self) -> None:
        n = numbers(STATE)
        value = n.o_t * np.tanh(n.f_t * n.c_prev + n.o_t * n.c_tilde)
        part = said(STATE, "h_t", value)
        assert "is what comes out with C_t = f_t ∘ C_{t-1} + o_t ∘ C~_t" in part.message

    def test_the_catalogue_comes_first(self) -> None:
        n = numbers(STATE)
        part = said(STATE, "C_t", n.c_prev + n.i_t * n.c_tilde)
        assert part.slips == ("f left out",)
        assert "gives." not in part.message

    def test_one_entry_may_be_off_by_itself(self) -> None:
        data = GATE.draw("s1")  # the hard sigmoid is near the sigmoid in all entries but one
        hard = np.clip(0.2 * GATE.solve(data)["z_f"] + 0.5, 0, 1)  # 0.28, 0.47, 0.85
        part = GATE.mark(data, {"f_t": [0.28, 0.47, 0.851]}).parts["f_t"]
        assert part.message.startswith("Entry 1 is not right, the others are: an arithmetic")
        assert "It may be that your f_t is what clip01(0.2 (W_f [h_{t-1}, x_t]" in part.message
        assert part.score == 0.5
        part = GATE.mark(data, {"f_t": significant(hard)}).parts["f_t"]
        assert part.message.startswith("Your f_t is what clip01(0.2 (W_f")  # by the last digits
        assert part.score == 0.5

    def test_a_part_that_is_shown_may_have_been_passed_over(self) -> None:
        n = numbers(GATE)
        value = sigmoid(n.z_f - n.b_f) + n.b_f
        part = said(GATE, "f_t", value, z_f=n.z_f)
        assert part.message.startswith(
            "Your f_t is what σ(W_f [h_{t-1}, x_t]) + b_f gives. The course's line is "
            "σ(W_f [h_{t-1}, x_t] + b_f): "
        )

    def test_two_units_are_enough_where_the_digits_agree(self) -> None:
        step = exercise("gru_step")
        n = numbers(step)
        v = np.concatenate([n.h_prev, n.x])
        value = n.r_t * np.tanh(n.W_h @ v + n.b_h)
        shown = {"r_t": n.r_t, "z_t": n.z_t}
        part = said(step, "h_tilde", value, **shown)
        assert "is what r_t ∘ tanh(W_h [h_{t-1}, x_t] + b_h) gives" in part.message
        off = said(step, "h_tilde", value + np.array([0.02, -0.03]), **shown)
        assert "gives." not in off.message

    @pytest.mark.parametrize(("times", "shown"), [(10, "10 "), (100, "100 "), (0.1, "0.1 ")])
    def test_answers_far_from_the_right_one_are_named_in_two_units_too(
        self, times: float, shown: str
    ) -> None:
        step = exercise("gru_step")
        n = numbers(step)
        part = said(step, "h_tilde", times * significant(n.h_tilde), r_t=n.r_t, z_t=n.z_t)
        assert part.message.startswith(f"Your h~_t is what {shown}tanh(")
        anything = said(step, "h_tilde", times * np.array([0.473, -0.619]), r_t=n.r_t, z_t=n.z_t)
        assert "gives." not in anything.message

    def test_two_changes_in_one_line(self) -> None:
        n = numbers(STATE)
        part = said(STATE, "C_t", n.o_t * n.c_prev + n.i_t * n.h_prev)
        assert part.message.startswith("Your C_t is what o_t ∘ C_{t-1} + i_t ∘ h_{t-1} gives.")
        assert ": yours has " in part.message
        assert ", and has " in part.message
        assert part.score == 0.0

    def test_what_comes_later_may_be_read(self) -> None:
        step = exercise("lstm_step")
        n = numbers(step)
        value = sigmoid(n.W_o @ np.concatenate([n.C_t, n.x]) + n.b_o)
        shown = {name: getattr(n, name) for name in ("f_t", "i_t", "c_tilde")}
        part = said(step, "o_t", value, **shown)
        assert "gives" in part.message
        assert "in the place of h_{t-1}" in part.message

    def test_a_slip_that_a_formula_gives_as_well_says_so(self) -> None:
        data = dict(STATE.draw("s042"))
        data["c_prev"], data["c_tilde"] = np.abs(data["c_prev"]), np.abs(data["c_tilde"])
        right = STATE.solve(data)
        answers = {"C_t": right["C_t"], "h_t": data["o_t"] * right["C_t"]}
        part = STATE.mark(data, {n: significant(v) for n, v in answers.items()}).parts["h_t"]
        assert part.slips == ("tanh left out",)
        assert "On these numbers o_t ∘ ReLU(C_t) would give the same" in part.text

    def test_two_that_fit_alike_are_both_shown(self) -> None:
        data = dict(STATE.draw("s042"))
        data["h_prev"] = data["o_t"]
        value = data["f_t"] * data["c_prev"] + data["o_t"] + data["i_t"] * data["c_tilde"]
        message = STATE.mark(data, {"C_t": significant(value)}).parts["C_t"].message
        for name in ("h_{t-1}", "o_t"):
            assert f"what f_t ∘ C_{{t-1}} + i_t ∘ C~_t + {name} gives" in message
        assert "these numbers cannot tell which" in message

    def test_two_changes_that_fit_alike_are_both_shown(self) -> None:
        step = exercise("lstm_step")
        data = dict(step.draw("s042"))
        data["b_c"] = -np.asarray(data["b_f"])
        z = data["W_f"] @ np.concatenate([data["h_prev"], data["x"]])
        answer = significant(sigmoid(z) - data["b_f"])
        message = step.mark(data, {"f_t": answer}).parts["f_t"].message
        for term in ("+ b_c", "- b_f"):
            assert f"what σ(W_f [h_{{t-1}}, x_t]) {term} gives" in message
        assert "these numbers cannot tell which" in message


class TestChance:
    """How often perturbed right answers meet some of the formulas tried."""

    def test_round_numbers_are_met_more_often_than_any_numbers(self) -> None:
        rng = np.random.default_rng(3)
        right, off = np.array([0.3, -0.2, 1.1]), np.array([np.nan, np.nan, 1e-4])
        rows = np.round(rng.uniform(-2, 2, (400, 3)) * 20) / 20
        rows[:, 2] = right[2]  # an entry that is right is no evidence
        near = np.full(rows.shape, 5e-4)
        assert step(right, rows) == 0.05
        answer = np.array([0.6, -0.5, 1.1])
        assert met_by_fewer(0.002, rows, answer, right, near, off, 0.0)
        assert not met_by_fewer(0.02, rows, answer, right, near, off, 0.05)

    @pytest.mark.parametrize("answer", [[0.3, -0.5], [4.0, -0.5], [40.0, -30.0]])
    def test_the_share_is_that_of_all_answers_and_rows(self, answer: list[float]) -> None:
        """Worked out again without order and without an end."""
        rng = np.random.default_rng(5)
        given, right, off = np.array(answer), np.array([0.4, -0.3]), np.array([np.nan, np.nan])
        size = np.abs(given).max()
        rows = np.concatenate([rng.normal(0, size, (300, 2)), [[np.inf, 0.1], [np.nan, 0.0]]])
        near = np.full(rows.shape, 0.04 * size)
        near[300] = np.inf
        far = np.maximum(np.abs(given - right), 0.2)
        by = np.where(np.arange(1000) % 2, 0.1, 1.0)[:, None] * far
        answers = right + np.random.default_rng(0).normal(size=(1000, 2)) * by
        allowed = 0.04 * size * np.minimum(1.0, np.abs(answers / given))[:, None]
        allowed = np.maximum(allowed, 5e-4)
        met = (np.abs(answers[:, None] - rows[:300]) <= allowed).all(axis=-1).any(axis=-1).mean()
        assert 0.01 < met < 0.6
        assert not met_by_fewer(met, rows, given, right, near, off, 0.0)
        assert met_by_fewer(met + 0.001, rows, given, right, near, off, 0.0)

    def test_what_lies_about_the_right_answer_does_not_count_for_answers_far_off(self) -> None:
        rng = np.random.default_rng(6)
        right, off = np.array([0.4, -0.3]), np.array([np.nan, np.nan])
        rows = right + rng.normal(0, 0.3, (400, 2))
        near = np.full(rows.shape, 5e-3)
        assert not met_by_fewer(0.01, rows, right + 0.2, right, near, off, 0.0)
        assert met_by_fewer(0.01, rows, 10 * right, right, near, off, 0.0)

    def test_nothing_is_met_where_all_entries_are_off_and_few_formulas_tried(self) -> None:
        rows = np.random.default_rng(4).uniform(-2, 2, (50, 3))
        near, off = np.full((50, 3), 5e-4), np.full(3, np.nan)
        assert met_by_fewer(0.001, rows, np.ones(3), np.zeros(3), near, off, 0.0)

    def test_what_agrees_only_but_for_roundings_on_the_way_may_be(self) -> None:
        n = numbers(STATE)
        value = n.f_t * n.c_prev + n.i_t * np.tanh(n.c_tilde)
        gives = "what f_t ∘ C_{t-1} + i_t ∘ tanh(C~_t) gives"
        assert said(STATE, "C_t", value).message.startswith(f"Your C_t is {gives}")
        rounded = value * (1 + np.array([1, -1, 1]) * 4e-3)
        assert f"It may be that your C_t is {gives}" in said(STATE, "C_t", rounded).message

    def test_an_exchange_that_agrees_only_nearly_may_be(self) -> None:
        n = numbers(STATE)
        value = n.i_t * np.tanh(n.C_t)
        assert said(STATE, "h_t", value, C_t=n.C_t).slips == ("i_t for o_t",)
        part = said(STATE, "h_t", value * (1 + np.array([1, -1, 1]) * 3e-3), C_t=n.C_t)
        assert "It may be that your h_t is what i_t ∘ tanh(C_t) gives." in part.message
        assert part.slips == ()


class TestFunctionsInTwoWays:
    def test_two_changes_in_one_line_are_found(self) -> None:
        def state(f_t: Any, i_t: Any, o_t: Any, c_tilde: Any, c_prev: Any) -> Any:
            C_t = o_t * c_prev + i_t * np.tanh(c_tilde)
            return C_t, o_t * np.tanh(C_t)

        part = STATE.mark_function(state).parts["C_t"]
        assert part.message.startswith("Your C_t is what o_t ∘ C_{t-1} + i_t ∘ tanh(C~_t) gives.")
        assert part.score == 0.0


class TestMarksStay:
    @pytest.mark.parametrize("ex", [STATE, GATE], ids=repr)
    def test_only_the_words_change(self, ex: Exercise) -> None:
        without = replace(ex, formulas=None)
        data, explained = ex.draw("s042"), 0
        for part in ex.parts:
            right = ex.solve(data)[part.name]
            found = candidates(ex, part.name, frozenset(), vars(ex.given(data)))
            for row in values_of(found[:: len(found) // 3], data, right):
                if np.isfinite(row).all():
                    answers = {part.name: significant(row)}
                    one, other = ex.mark(data, answers), without.mark(data, answers)
                    assert one.score == other.score
                    explained += "Your " in one.parts[part.name].message
        assert explained >= 1

    def test_the_formulas_give_what_the_reference_gives(self) -> None:
        for ex in exercises().values():
            if ex.formulas is not None:
                given = ex.given(ex.fixed or ex.sample(Draws(ex.id), **ex.sizes))  # type: ignore[misc]
                right = ex.run(given)
                for name, value in ex.formulas.evaluate(vars(given)).items():
                    np.testing.assert_allclose(value, right[name], rtol=1e-12, atol=1e-12)


class TestRightWorkWithNoise:
    @pytest.mark.parametrize("ex", [STATE, GATE], ids=repr)
    def test_nothing_is_explained_that_was_not_done(self, ex: Exercise) -> None:
        rng = np.random.default_rng(0)
        explained, tried = 0, 0
        data = ex.draw("s042")
        for part in ex.parts:
            value = ex.solve(data)[part.name]
            size = float(np.abs(value).max())
            for spread in (0.05, 0.5, 0.5):
                noise = value + rng.normal(0, spread * size, value.shape)
                verdict = ex.mark(data, {part.name: significant(noise)})
                explained += "Your " in verdict.parts[part.name].message
                tried += 1
        assert tried
        assert not explained


def gates(squash: Any, output: Any = sigmoid, added: float = 0.0) -> Any:
    def step(W_f, b_f, W_i, b_i, W_c, b_c, W_o, b_o, h_prev, c_prev, x):  # type: ignore[no-untyped-def]
        v = np.concatenate([h_prev, x])
        f, i, o = squash(W_f @ v + b_f), squash(W_i @ v + b_i), output(W_o @ v + b_o)
        C = f * c_prev + i * np.tanh(W_c @ v + b_c) + added * c_prev
        return C, o * np.tanh(C)

    return step


def relu(z: Any) -> Any:
    return np.maximum(z, 0)


class TestFunctions:
    def test_one_line_is_named(self) -> None:
        parts = exercise("lstm_step").mark_function(gates(sigmoid, added=1.0)).parts
        assert parts["C_t"].message.startswith(
            "Your C_t is what f_t ∘ C_{t-1} + i_t ∘ C~_t + C_{t-1} gives."
        )
        assert parts["h_t"].message.startswith("This follows from your C_t")

    def test_one_gate_is_named(self) -> None:
        parts = exercise("lstm_step").mark_function(gates(sigmoid, relu)).parts
        assert parts["C_t"].correct
        assert parts["h_t"].message == (
            "Your h_t is what comes out with o_t = ReLU(W_o [h_{t-1}, x_t] + b_o). The course's "
            "line is o_t = σ(W_o [h_{t-1}, x_t] + b_o): yours has ReLU in the place of σ."
        )

    def test_all_gates_are_named(self) -> None:
        message = exercise("lstm_step").mark_function(gates(relu, relu)).parts["h_t"].message
        for gate in "fio":
            assert f"{gate}_t = ReLU(W_{gate} [h_{{t-1}}, x_t] + b_{gate})" in message
        assert "in each of them" in message

    def test_what_no_formula_gives_stays_unnamed(self) -> None:
        odd = gates(lambda z: sigmoid(1.37 * z), sigmoid)
        message = exercise("lstm_step").mark_function(odd).parts["C_t"].message
        assert message.startswith("Not right, and no slip that is known gives this.")


class TestGivingUp:
    """An LSTM step whose candidate takes its bias twice, behind parts that nothing explains."""

    STEP = exercise("lstm_step")

    def candidate(self, hopeless: int) -> Any:
        """Mark a step whose first parts are random; return what the candidate got."""
        n = numbers(self.STEP)
        rng = np.random.default_rng(3)
        names = [part.name for part in self.STEP.parts]
        answers = {name: significant(getattr(n, name)) for name in names}
        for name in names[:hopeless]:
            answers[name] = significant(rng.normal(size=2))
        z = n.W_c @ np.concatenate([n.h_prev, n.x]) + 2 * n.b_c
        answers["c_tilde"] = significant(np.tanh(z))
        return self.STEP.mark(self.STEP.draw("s042"), answers).parts["c_tilde"]

    @pytest.mark.parametrize("hopeless", [0, 1])
    def test_up_to_one_hopeless_part_the_formula_is_found(self, hopeless: int) -> None:
        assert "what tanh(W_c [h_{t-1}, x_t] + 2 b_c) gives" in self.candidate(hopeless).message

    def test_after_two_it_is_not_looked_for_and_the_mark_is_the_same(self) -> None:
        part = self.candidate(2)
        assert part.message.startswith("Not right, and no slip that is known gives this.")
        assert part.score == self.candidate(0).score


class TestPairs:
    """Pairs of slips of the catalogue, where their numbers carry them."""

    def named(self, ex: Exercise, *names: str, shown: bool = True) -> dict[str, tuple[str, ...]]:
        data = ex.draw("bench-0", attempt=1)
        listed = {slip.name: slip for rule in ex.rules for slip in rule.slips}
        wrong = ex.run(ex.given(data), tuple(listed[name] for name in names))
        parts = [part.name for part in ex.parts if shown or not part.optional]
        verdict = ex.mark(data, {name: significant(wrong[name]) for name in parts})
        return {name: verdict.parts[name].slips for name in parts}

    def test_numbers_above_1_have_three_digits_with_two_decimals(self) -> None:
        names = ("b added after the tanh", "sigmoid for tanh")  # 1.39, 1.49, 0.759
        found = self.named(exercise("rnn_step"), *names, shown=False)
        assert set(found["h_t"]) == set(names)

    def test_each_of_two_units_has_its_own_last_digit(self) -> None:
        names = ("bias added after the activation", "sign lost in the sigmoid")  # 1.16, -0.909
        assert set(self.named(exercise("gru_step"), *names)["r_t"]) == set(names)

    def test_a_slip_beside_a_known_one_is_but_one_more(self) -> None:
        names = ("natural logarithm", "10 for 2")
        found = self.named(exercise("surprise"), *names)
        assert found["surprises"] == names[:1]
        assert found["perplexity"] == names[1:]

    def test_numbers_of_many_digits_are_read_to_three(self) -> None:
        found = self.named(exercise("surprise"), "summed", "10 for 2")  # 10^6.24 = 1750000
        assert found["cross_entropy"] == ("summed",)
        assert found["perplexity"] == ("10 for 2",)

    def test_a_slip_that_could_not_be_told_before_is_known_beside_another(self) -> None:
        names = ("tanh for sigmoid", "bias added after the activation")  # z has no bias in it
        found = self.named(exercise("forget_gate_one_unit"), *names)
        assert found["z_f"] == ("bias added after the activation",)
        assert set(found["f_t"]) == set(names)

    @pytest.mark.parametrize("shown", [True, False])
    def test_a_pair_that_is_the_formula_found_is_named(self, shown: bool) -> None:
        names = ("bias added after the activation", "tanh for sigmoid")  # 0.47, -1.0, 0.022
        assert set(self.named(GATE, *names, shown=shown)["f_t"]) == set(names)


def test_two_digits_carry_a_formula_in_three_entries_and_not_in_two() -> None:
    n = numbers(STATE)
    value = n.C_t - 2 * n.f_t * n.c_prev
    assert said(STATE, "C_t", significant(value, 2)).message.startswith("Your C_t is what ")
    value[0] = n.C_t[0]
    assert not said(STATE, "C_t", significant(value, 2)).message.startswith("Your C_t is what ")
