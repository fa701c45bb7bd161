"""Numbers worked by hand: few digits, exchanged quantities, empty answers, and what is said."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_utils.cells import sigmoid
from course_utils.exercises import check, exercise
from course_utils.exercises.definition import Exercise
from course_utils.exercises.drawing import Draws
from course_utils.exercises.lectures import TOPICS
from course_utils.exercises.rules import singles
from course_utils.exercises.tolerance import HAND, places_written, two_decimals, two_digits

GATE = exercise("forget_gate")
DATA = GATE.draw("s042")
RIGHT = GATE.solve(DATA)
STATE = exercise("state_update")
IDS = ["forget_gate", "candidate", "lstm_states", "gru_step", "rnn_step", "vanishing", "bptt"]


class InEveryStep(dict[str, Any]):
    """What a reference goes on with where each of its parts is rounded."""

    def __init__(self, ex: Exercise, write: Any) -> None:
        super().__init__()
        self.ex, self.write = ex, write

    def get(self, name: str, value: Any = None) -> Any:
        return self.write(value) if self.ex.part(name).tolerance == HAND else value

    def __bool__(self) -> bool:
        return True


class TestRoundingIsNoMistake:
    @pytest.mark.parametrize("write", [two_decimals, two_digits])
    @pytest.mark.parametrize("id", IDS)
    def test_right_to_two_decimals_or_digits_is_right(self, id: str, write: Any) -> None:
        ex = exercise(id)
        data = ex.draw("s042")
        steps = ex.run(ex.given(data), (), InEveryStep(ex, write))
        for values in (ex.solve(data), steps):
            for asked in ([p.name for p in ex.parts], [p.name for p in ex.parts if not p.optional]):
                verdict = ex.mark(data, {name: write(values[name]) for name in asked})
                assert verdict.score == 1.0, verdict
                assert verdict.slips == ()
                assert "lip" not in " ".join(part.message for part in verdict.parts.values())

    def test_it_is_remarked_on_and_a_setting_says_what_it_costs(self, capsys: Any) -> None:
        answers = {"f_t": [0.62, 0.38, 0.5]}
        data = gate_data(bias=0.5)
        right = GATE.mark(data, answers).parts["f_t"]
        assert right.correct
        assert right.message == "Right, to two digits. Give three next time."
        points = check("forget_gate", answers, data=data, points=4, rounding_costs=0.25)
        assert points == 3.0
        assert "Only two digits were given" in capsys.readouterr().out
        three = {"f_t": [0.622, 0.378, 0.5]}
        assert check("forget_gate", three, data=data, points=4, rounding_costs=0.25) == 4.0

    def test_own_earlier_values_are_followed_to_two_digits(self) -> None:
        z = RIGHT["z_f"] + [0.37, -0.81, 0.23]
        part = GATE.mark(DATA, {"z_f": z, "f_t": np.round(sigmoid(z), 2)}).parts["f_t"]
        assert part.followed_through
        assert part.score == 1.0

    def test_one_entry_written_shorter_than_the_others_is_right(self) -> None:
        answer = np.round(RIGHT["f_t"], 3)
        answer[1] = np.round(answer[1], 2)
        assert GATE.mark(DATA, {"f_t": answer}).score == 1.0

    @pytest.mark.parametrize("decimals", [0, 1])
    def test_fewer_than_two_are_neither_right_nor_a_slip(self, decimals: int) -> None:
        data = gate_data(bias=0.3)  # f = 0.634, 0.366 and 0.5
        answer = np.round(GATE.solve(data)["f_t"], decimals)
        answer[2] = 0.5
        part = GATE.mark(data, {"f_t": answer}).parts["f_t"]
        assert part.slips == ()
        assert part.score < 1
        assert part.message.startswith("Too few digits to tell in entries 1 and 2: give three")

    @pytest.mark.parametrize(
        ("answer", "score", "says"),
        [
            ([0.7, 0.3, 0.5], 1.0, "Right, to two digits"),
            ([0.7, 0.3, 0.4], 0.5, "Entry 3 is not right"),
        ],
    )
    def test_a_zero_that_was_lost_is_no_missing_digit(
        self, answer: list[float], score: float, says: str
    ) -> None:
        part = GATE.mark(gate_data(bias=0.83), {"f_t": answer}).parts["f_t"]  # 0.696, 0.304, 0.5
        assert part.score == score
        assert says in part.message

    @pytest.mark.parametrize(
        ("answer", "score", "says"),
        [
            ([0.2, 0.7, 0.4], 0.0, "Too few digits to tell in entries 1 and 3"),
            ([0.21, 0.7, 0.4], 0.5, "Too few digits to tell in entry 3"),
            ([0.21, 0.7, 0.37], 1.0, "Right, to two digits"),
        ],
    )
    def test_a_zero_is_taken_to_be_lost_everywhere_or_nowhere(
        self, answer: list[float], score: float, says: str
    ) -> None:
        data = GATE.draw("carl")
        assert np.allclose(GATE.solve(data)["f_t"], [0.2059, 0.7006, 0.3659], atol=1e-4)
        part = GATE.mark(data, {"f_t": answer}).parts["f_t"]
        assert part.score == score
        assert says in part.message

    @pytest.mark.parametrize(("product", "score"), [(0.1, 0.0), (0.11, 1.0), (0.108, 1.0)])
    def test_a_number_alone_has_no_other_that_shows_its_digits(
        self, product: float, score: float
    ) -> None:
        ex = exercise("vanishing")
        data = ex.draw("lea")
        assert np.allclose(ex.solve(data)["product"], 0.1078, atol=1e-4)
        part = ex.mark(data, dict(ex.solve(data)) | {"product": product}).parts["product"]
        assert part.score == score
        assert ("Too few digits" in part.message) == (score == 0)

    def test_values_that_have_few_digits_are_right_with_them(self) -> None:
        part = GATE.mark(gate_data(bias=0.5), {"z_f": [0.5, -0.5, 0]}).parts["z_f"]
        assert part.message == "Right."

    def test_two_digits_do_not_tell_right_from_a_slip_that_gives_them_too(self) -> None:
        data = gate_data(bias=0.0388, rest=0.4706)  # 0.6247, and 0.6155 without the bias
        answer = {"f_t": [0.62, 0.38, 0.5]}
        part = GATE.mark(data, answer).parts["f_t"]
        assert part.score == 0.0
        assert part.slips == ()
        assert part.message.startswith("Too few digits to tell:")
        told = GATE.mark(data, answer | {"z_f": [0.509, -0.509, 0]})
        assert told.score == 1.0
        told = GATE.mark(data, {"f_t": [0.615, 0.385, 0.5]})
        assert told.slips == ("bias forgotten",)

    @pytest.mark.parametrize("ex", [GATE, STATE, exercise("candidate")], ids=repr)
    def test_no_slip_passes_or_is_taken_for_another_by_its_rounding(self, ex: Exercise) -> None:
        data = ex.draw("s042")
        named = 0
        for slips in singles(ex.rules):
            wrong = ex.run(ex.given(data), slips)
            for write in (two_decimals, two_digits):
                answers = {p.name: write(wrong[p.name]) for p in ex.parts if not p.optional}
                verdict = ex.mark(data, answers)
                assert verdict.score < 1.0, (slips[0].name, verdict)
                assert set(verdict.slips) <= {slips[0].name}
                named += bool(verdict.slips)
        assert named >= len(singles(ex.rules))

    @given(arrays(np.float64, 4, elements=st.floats(-1e6, 1e6)))
    def test_a_rounded_number_lies_within_its_own_rounding(self, values: Any) -> None:
        for write in (two_decimals, two_digits):
            written = write(values)
            places = places_written(written)
            shown = (places.two > 0) & (places.fewer == 0)
            off = np.abs(written - values)[shown]
            assert (off <= places.rounded()[shown] + 1e-6 * np.abs(values[shown])).all()
            assert ((places.two > 0) | (np.abs(written) > 1e3) | (write is two_digits)).all()

    def test_every_statement_says_how_many_digits(self) -> None:
        for id in ("forget_gate", "exam_1_states", "exam_2_states"):
            ex = exercise(id)
            assert ex.statement(ex.draw("s042")).endswith("Give three decimals.")
        lookup = exercise("exam_1_embedding")
        assert lookup.statement(lookup.draw()).endswith("Give every number exactly.")
        equations = exercise("equations")
        assert "Give" not in equations.statement(equations.draw()).splitlines()[-1]


def sampled(ex: Exercise) -> dict[str, Any]:
    """Numbers of an exercise as they come, without the search for those that tell slips apart."""
    assert ex.sample is not None
    return dict(ex.sample(Draws("by hand", ex.id), **ex.sizes))


def gate_data(bias: float, rest: float = 0.0) -> dict[str, Any]:
    """A forget gate of z = rest + bias, its negative, and 0."""
    W = np.zeros((3, 5))
    W[:, 3] = [rest, -rest, 0]
    W[:, 0] = [1, 2, 3]
    return {"W_f": W, "b_f": [bias, -bias, 0], "h_prev": [0, 0, 0], "x": [1, 0.3]}


UPDATE = {
    "f_t": [0.3, 0.6, 0.8],
    "i_t": [0.4, 0.7, 0.5],
    "o_t": [0.4, 0.7, 0.9],
    "c_tilde": [0.5, -0.9, 0.7],
    "h_prev": [0.2, -0.4, 0.6],
    "c_prev": [1.2, 0.9, -1.7],
}


class TestExchangedQuantities:
    def test_one_entry_that_an_exchange_explains_is_no_arithmetic_slip(self) -> None:
        """The gates i and o are alike in two of three units."""
        run = STATE.run(STATE.given(UPDATE | {"i_t": UPDATE["o_t"]}))
        verdict = STATE.mark(UPDATE, run)
        assert verdict.parts["C_t"].slips == ("o_t for i_t",)
        assert "o_t in the place of i_t" in verdict.parts["C_t"].message
        assert verdict.parts["h_t"].followed_through

    def test_an_entry_that_is_off_by_nothing_known_still_is_one(self) -> None:
        right = STATE.solve(UPDATE)
        verdict = STATE.mark(UPDATE, dict(right) | {"C_t": right["C_t"] + [0, 0, 0.313]})
        part = verdict.parts["C_t"]
        assert part.slips == ()
        assert part.score == 0.5
        assert "an arithmetic or copying slip in the working of that entry" in part.message

    @pytest.mark.parametrize(
        ("id", "taken", "due", "part"),
        [
            ("lstm_step", "W_i", "W_o", "o_t"),
            ("gru_step", "b_r", "b_z", "z_t"),
            ("gru_step", "W_z", "W_h", "h_tilde"),
            ("state_update", "c_tilde", "c_prev", "C_t"),
        ],
    )
    def test_a_quantity_taken_for_another_is_named(
        self, id: str, taken: str, due: str, part: str
    ) -> None:
        ex = exercise(id)
        data = sampled(ex)
        wrong = ex.run(ex.given({**data, due: data[taken]}))[part]
        verdict = ex.mark(data, dict(ex.solve(data)) | {part: np.round(wrong, 4)})
        assert verdict.parts[part].slips == (f"{taken} for {due}",)

    def test_exchanges_that_give_the_same_are_both_said(self) -> None:
        ex = exercise("gru_step")
        data = sampled(ex)
        data["b_h"] = data["b_z"]
        wrong = ex.run(ex.given({**data, "b_r": data["b_z"]}))["r_t"]
        part = ex.mark(data, dict(ex.solve(data)) | {"r_t": wrong}).parts["r_t"]
        assert part.slips == ()
        assert "b_h for b_r or b_z for b_r" in part.message

    def test_an_earlier_part_taken_for_another_is_named(self) -> None:
        ex = exercise("lstm_step")
        data = sampled(ex)
        right = dict(ex.solve(data))
        wrong = ex.run(ex.given(data), (), right | {"i_t": right["o_t"]})
        verdict = ex.mark(data, right | {"C_t": wrong["C_t"], "h_t": wrong["h_t"]})
        assert verdict.parts["C_t"].slips == ("o_t for i_t",)

    @pytest.mark.parametrize(("part", "other"), [("C_t", "h_t"), ("h_t", "C_t"), ("i_t", "o_t")])
    def test_the_numbers_of_another_quantity_are_said_to_be_its(
        self, part: str, other: str
    ) -> None:
        ex = exercise("lstm_states")
        data = ex.draw("mia")
        right = dict(ex.solve(data))
        answers = right | {part: (right | dict(data))[other]}
        assert ex.mark(data, answers).parts[part].message == (
            f"Not right: these are the numbers of {other}."
        )

    def test_right_numbers_in_another_order_are_said_to_be(self) -> None:
        message = GATE.mark(DATA, {"f_t": RIGHT["f_t"][::-1]}).parts["f_t"].message
        assert "right numbers, but in another order" in message


class TestEmptyAnswers:
    @pytest.mark.parametrize(
        "id", [*IDS, "state_update", "lstm_step", "cell_counts", "count_function"]
    )
    @pytest.mark.parametrize("number", [0.0, 0.5, 1.0])
    def test_one_number_everywhere_earns_nothing(self, id: str, number: float) -> None:
        ex = exercise(id)
        data = sampled(ex)
        verdict = ex.mark(data, {n: np.full(v.shape, number) for n, v in ex.solve(data).items()})
        assert verdict.score == 0.0, verdict

    @pytest.mark.parametrize("z", [[0, 0, 0], [0.3, 0.3, 0.3], [1, 0, -1], [-2, -2, -2]])
    def test_nothing_follows_from_them(self, z: list[float]) -> None:
        verdict = GATE.mark(DATA, {"z_f": z, "f_t": sigmoid(np.array(z))})
        assert verdict.score == 0.0
        assert verdict.slips == ()
        assert "say nothing of the question" in verdict.parts["z_f"].message

    def test_saturated_by_absurd_values_they_are_no_slip(self) -> None:
        verdict = GATE.mark(DATA, {"z_f": [20, 30, 40], "f_t": [1, 1, 1]})
        assert verdict.score == 0.0
        assert "say nothing of the question" in verdict.parts["f_t"].message

    def test_whole_numbers_that_may_be_rounded_have_too_few_digits(self) -> None:
        data = gate_data(bias=2.0)  # f = 0.881, 0.119 and 0.5
        part = GATE.mark(data, {"f_t": [1, 0, 0.5]}).parts["f_t"]
        assert part.message.startswith("Too few digits to tell in entries 1 and 2")
        data["b_f"] = [2.0, -2.0, 3.0]
        part = GATE.mark(data, {"f_t": [1, 0, 1]}).parts["f_t"]
        assert part.message.startswith("Too few digits to tell")
        assert part.score == 0.0

    def test_zeros_are_not_told_that_two_terms_were_multiplied(self) -> None:
        zeros = {"C_t": [0, 0, 0], "h_t": [0, 0, 0]}
        assert STATE.mark(UPDATE, zeros).slips == ()
        states = exercise("lstm_states")
        zeros |= {"i_t": [0, 0, 0]}
        assert states.mark(states.draw("s042"), zeros).slips == ()

    def test_a_slip_of_the_catalogue_may_give_one_number_everywhere(self) -> None:
        """All slopes are w where the slope of tanh is forgotten, and the product follows."""
        ex = exercise("vanishing")
        data = ex.draw("s042")
        w = float(data["w"])
        verdict = ex.mark(data, {"factors": [w] * 4, "product": w**4, "bound": abs(w) ** 4})
        assert verdict.slips == ("slope left out",)
        assert verdict.parts["product"].followed_through

    def test_saturated_values_are_followed_where_the_right_ones_are_saturated(self) -> None:
        ex = exercise("exam_2_states")
        data = ex.draw()
        own = {"z_c": [-13.5, 13.7], "c_tilde": [-1, 1]}
        follow = ex.run(ex.given(data), (), {k: np.array(v) for k, v in own.items()})
        verdict = ex.mark(data, own | {name: follow[name] for name in ("C_t", "h_t")})
        assert verdict.parts["C_t"].followed_through


class TestOptionalParts:
    @pytest.mark.parametrize("z", [[3.0, 1.0, 2.0], "text", [1, 2], [0, 0, 0], [float("nan")] * 3])
    def test_a_wrong_one_costs_nothing_where_what_was_asked_for_is_right(self, z: Any) -> None:
        verdict = GATE.mark(DATA, {"z_f": z, "f_t": RIGHT["f_t"]})
        assert verdict.score == 1.0
        assert verdict.parts["z_f"].weight == 0.0
        assert verdict.parts["z_f"].text.endswith("It is optional, and costs nothing.")

    def test_nor_where_the_rest_earns_part_of_its_marks(self) -> None:
        f = RIGHT["f_t"] + [0, 0.217, 0]
        alone = GATE.mark(DATA, {"f_t": f}).score
        assert alone == 0.5
        assert GATE.mark(DATA, {"z_f": [7.0, 8.0, 9.5], "f_t": f}).score == alone

    def test_two_of_them(self) -> None:
        ex = exercise("rnn_step")
        data = ex.draw("s042")
        right = dict(ex.solve(data))
        wrong = {"z_t": right["z_t"] * 1.7, "scores": right["scores"] + [0.3, 0.7, -0.4]}
        assert ex.mark(data, right | wrong).score == 1.0

    def test_one_under_the_name_it_had_before(self) -> None:
        ex = exercise("rnn_step")
        data = ex.draw("s042")
        own = {**ex.solve(data), "z_t": np.array([0.4, -0.3, 0.1])}
        own["h_t"] = np.tanh(own["z_t"])
        now = ex.mark(data, own)
        own["a_t"] = own.pop("z_t")
        assert ex.mark(data, own) == now
        assert now.parts["h_t"].followed_through

    def test_a_right_one_still_earns_its_marks(self) -> None:
        assert GATE.mark(DATA, {"z_f": RIGHT["z_f"], "f_t": [0.9, 0.1, 0.3]}).score == 0.5

    def test_one_that_others_follow_from_counts(self) -> None:
        z = RIGHT["z_f"] + [0.37, -0.81, 0.23]
        assert GATE.mark(DATA, {"z_f": z, "f_t": sigmoid(z)}).score == 0.5


class TestWhatIsSaid:
    def test_the_first_part_that_goes_wrong_is_one(self) -> None:
        ex = exercise("lstm_states")
        data = ex.draw("s042")
        off = np.array([0.41, -0.37, 0.29])
        answers: dict[str, Any] = {n: v + off for n, v in ex.solve(data).items()}
        said = [part.message for part in ex.mark(data, answers).parts.values()]
        assert sum("first part that goes wrong" in message for message in said) == 1
        assert "first part that goes wrong" in said[0]
        unread = ex.mark(data, answers | {"z_i": "text"}).parts.values()
        assert not any("first part that goes wrong" in part.message for part in unread)

    def test_two_slips_are_short_and_name_a_place_once(self) -> None:
        slips = {s.name: s for rule in GATE.rules for s in rule.slips}
        pair = (slips["softmax for sigmoid"], slips["bias forgotten"])
        wrong = GATE.run(GATE.given(DATA), pair)
        message = GATE.mark(DATA, {"f_t": wrong["f_t"]}).parts["f_t"].text
        assert message.count("See ") == 1
        assert message.count("ipynb") == 1
        assert len(message) < 200

    @pytest.mark.parametrize("id", ["candidate", "rnn_step", "lstm_step_from_gates"])
    def test_no_sigmoid_is_taught_of_what_has_none(self, id: str) -> None:
        slips = [slip for rule in exercise(id).rules for slip in rule.slips]
        assert not any("σ" in slip.why for slip in slips)

    @pytest.mark.parametrize(
        ("off", "says"),
        [
            (lambda f: [f[0], -f[1], f[2]], "Entry 2 has the wrong sign."),
            (lambda f: [f[0] * 10, f[1], f[2]], "Entry 1 has the decimal point in the wrong place"),
            (lambda f: f * [1.07, 1, 1.08], "Entries 1 and 3 are off by less than a tenth"),
            (lambda f: f * [-1, 1.3, -1], "Entries 1 and 3 have the wrong sign, entry 2 is off by"),
        ],
    )
    def test_how_each_entry_is_off_is_said(self, off: Any, says: str) -> None:
        part = GATE.mark(DATA, {"f_t": off(RIGHT["f_t"])}).parts["f_t"]
        assert part.slips == ()
        assert says in part.message

    def test_where_no_slip_is_known_a_place_is_pointed_to(self) -> None:
        message = GATE.mark(DATA, {"f_t": [0.11, 0.97, 0.5]}).parts["f_t"].message
        assert str(TOPICS["gates"]) in message

    def test_one_number_is_called_it(self) -> None:
        ex = exercise("vanishing")
        data = ex.draw("s042")
        right = dict(ex.solve(data))
        said = ex.mark(data, right | {"product": -right["product"]}).parts["product"].message
        assert "It has the wrong sign." in said
