"""The textbook's lines beside the cells, and beside their own program."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.cells import (
    Affine,
    gru_step,
    lstm_step,
    rnn_step,
    sigmoid,
    softmax,
    softmax_output,
    tanh,
)
from course_utils.cells.lstm_variants import (
    CoupledLSTMParams,
    NoForgetLSTMParams,
    PeepholeLSTMParams,
    lstm_variant_step,
)
from course_utils.formulas import Formulas, read, textbook
from course_utils.formulas.evaluating import value_of
from course_utils.formulas.functions import FUNCTIONS, Array
from course_utils.formulas.nodes import Apply, Node, Symbol
from course_utils.formulas.shapes import Shapes
from tests.formulas.trees import MATRICES, VECTORS, trees, values
from tests.strategies import (
    Sizes,
    generators,
    gru_params,
    lstm_params,
    lstm_state,
    rnn_params,
    sizes,
)

NEAR: dict[str, Any] = {"rtol": 1e-12, "atol": 1e-12}
_LETTERS = {"forget": "f", "input": "i", "candidate": "c", "output": "o"}


def equal(found: dict[str, Array], trace: Any, names: dict[str, str]) -> None:
    for name, field in names.items():
        np.testing.assert_allclose(found[name], getattr(trace, field), **NEAR)


def gates(params: Any, letters: dict[str, str]) -> dict[str, Array]:
    blocks: dict[str, Array] = {}
    for field, letter in letters.items():
        if hasattr(params, field):
            blocks[f"W_{letter}"], blocks[f"b_{letter}"] = getattr(params, field)
    return blocks


class TestCells:
    @given(generators, sizes)
    def test_the_lstm(self, rng: np.random.Generator, sizes: Sizes) -> None:
        params = lstm_params(rng, sizes.inputs, sizes.units)
        state = lstm_state(rng, sizes.batch, sizes.units)
        x = rng.normal(size=(*sizes.batch, sizes.inputs))
        _, trace = lstm_step(params, x, state)
        known = gates(params, _LETTERS) | {"h_prev": state.h, "c_prev": state.c, "x": x}
        names = {"C_t": "c", "h_t": "h", "c_tilde": "c_tilde"}
        names |= {f"z_{k}": f"z_{k}" for k in "fico"} | {f"{k}_t": k for k in "fio"}
        equal(textbook.LSTM.evaluate(known), trace, names)

    @pytest.mark.parametrize(
        ("kind", "lines"),
        [
            (PeepholeLSTMParams, textbook.PEEPHOLE_LSTM),
            (CoupledLSTMParams, textbook.COUPLED_LSTM),
            (NoForgetLSTMParams, textbook.NO_FORGET_LSTM),
        ],
    )
    @given(rng=generators, sizes=sizes)
    def test_its_variants(
        self, kind: Any, lines: Formulas, rng: np.random.Generator, sizes: Sizes
    ) -> None:
        blocks = lstm_params(rng, sizes.inputs, sizes.units)._asdict()
        peepholes = {f"p_{n}": rng.normal(size=sizes.units) for n in ("forget", "input", "output")}
        params = kind(**{n: (blocks | peepholes)[n] for n in kind._fields})
        state = lstm_state(rng, sizes.batch, sizes.units)
        x = rng.normal(size=(*sizes.batch, sizes.inputs))
        _, trace = lstm_variant_step(params, x, state)
        known = gates(params, _LETTERS) | {"h_prev": state.h, "c_prev": state.c, "x": x}
        known |= {f"p_{_LETTERS[n[2:]]}": p for n, p in peepholes.items()}
        equal(lines.evaluate(known), trace, {"i_t": "i", "o_t": "o", "C_t": "c", "h_t": "h"})

    @given(generators, sizes)
    def test_the_gru_both_ways(self, rng: np.random.Generator, sizes: Sizes) -> None:
        x = rng.normal(size=(*sizes.batch, sizes.inputs))
        h = rng.normal(size=(*sizes.batch, sizes.units))
        letters = {"reset": "r", "update": "z", "candidate": "h"}
        names = {"r_t": "r", "z_t": "u", "h_tilde": "h_tilde", "h_t": "h"}
        before = gru_params(rng, sizes.inputs, sizes.units)
        known = gates(before, letters) | {"h_prev": h, "x": x}
        equal(textbook.GRU.evaluate(known), gru_step(before, x, h)[1], names)
        after = gru_params(rng, sizes.inputs, sizes.units, "after")
        W = after.candidate.W
        assert after.b_recurrent is not None
        known = gates(after, letters) | {"h_prev": h, "x": x, "b_hn": after.b_recurrent}
        known |= {"W_hh": W[:, : sizes.units], "W_hx": W[:, sizes.units :]}
        trace = gru_step(after, x, h, reset="after")[1]
        equal(textbook.GRU_RESET_AFTER.evaluate(known), trace, names)

    @given(generators, sizes)
    def test_the_rnn_and_its_output(self, rng: np.random.Generator, sizes: Sizes) -> None:
        params = rnn_params(rng, sizes.inputs, sizes.units)
        readout = Affine(rng.normal(size=(4, sizes.units)), rng.normal(size=4))
        x = rng.normal(size=(*sizes.batch, sizes.inputs))
        h = rng.normal(size=(*sizes.batch, sizes.units))
        _, trace = rnn_step(params, x, h)
        known = params._asdict() | {"h_prev": h, "x": x, "U": readout.W, "b_2": readout.b}
        found = textbook.RNN.evaluate(known)
        equal(found, trace, {"z_t": "z", "h_t": "h"})
        np.testing.assert_allclose(found["y_hat"], softmax_output(readout, trace.h), **NEAR)

    @given(st.lists(st.floats(-800, 800), min_size=1, max_size=6).map(np.array))
    def test_the_functions_are_those_of_the_cells(self, z: Array) -> None:
        for name, function in {"sigmoid": sigmoid, "tanh": tanh, "softmax": softmax}.items():
            np.testing.assert_allclose(FUNCTIONS[name].compute(z), function(z), **NEAR)


class TestEvaluating:
    @given(trees, generators)
    def test_a_batch_is_what_each_example_gives(self, tree: Node, rng: np.random.Generator) -> None:
        vectors = values(rng, dict.fromkeys(VECTORS, (3, 2)))
        matrices = values(rng, dict.fromkeys(MATRICES, (2, 2)))
        try:
            whole = value_of(tree, vectors | matrices)
        except ValueError:
            return  # a tree of parts that do not fit together
        for k in range(3):
            one = value_of(tree, {n: v[k] for n, v in vectors.items()} | matrices)
            np.testing.assert_allclose(np.broadcast_to(whole, (3, *whole.shape[-1:]))[k], one)

    def test_a_line_goes_on_with_what_is_given_in_its_place(self) -> None:
        lines = read("a = 2 b\nd = a + 1")
        found = lines.evaluate({"b": np.array([1.0]), "a": np.array([5.0])})
        assert found["a"] == [2.0]
        assert found["d"] == [6.0]

    def test_lines_are_taken_or_put_into_others(self) -> None:
        gate = textbook.LSTM.taking("z_f", "f_t").inlined("z_f")
        assert str(gate) == "f_t = σ(W_f [h_{t-1}, x_t] + b_f)"
        assert textbook.LSTM.taking("C_t", "h_t").inputs == (
            "f_t", "c_prev", "i_t", "c_tilde", "o_t",
        )  # fmt: skip


OPERATIONS: dict[str, Any] = {
    "add": lambda *a: sum(a),
    "multiply": lambda *a: np.prod(np.broadcast_arrays(*a), axis=0),
    "divide": lambda a, b: a / b,
    "power": np.power,
    "negate": lambda a: -a,
    "join": lambda *a: np.concatenate(a),
    "matvec": lambda W, v: W @ v,
    "transpose": lambda W: W.T,
    "dot": lambda a, b: np.array([a @ b]),
    "copy": lambda a: a,
} | {name: function.compute for name, function in FUNCTIONS.items()}


def lengths(shape: list[str]) -> tuple[int, ...]:
    letters = {letter: k for k, letter in enumerate("1HDKMNPQ", 1)}
    return tuple(sum(letters[c] for c in one.split("+")) for one in shape)


CELLS = [f for f in vars(textbook).values() if isinstance(f, Formulas)]
OTHERS = [
    read("a = h^T x\nb = a h\nd = b"),
    read("a = W^T h / 2\nd = -total(a) + x"),
    read("a = W h\nd = U (W h) + W h"),
]


class TestProgram:
    @pytest.mark.parametrize("lines", [*CELLS, *OTHERS], ids=lambda lines: next(iter(lines)))
    def test_it_gives_what_the_formulas_give(self, lines: Formulas) -> None:
        program = json.loads(json.dumps(lines.program()))
        rng = np.random.default_rng(0)
        known = {one["name"]: rng.normal(size=lengths(one["shape"])) for one in program["inputs"]}
        right = lines.evaluate(known)
        for step in program["steps"]:
            args = [known[a] if isinstance(a, str) else a for a in step["args"]]
            known[step["name"]] = np.asarray(OPERATIONS[step["op"]](*args))
            if step["shape"]:  # and else it is one number
                assert known[step["name"]].shape == lengths(step["shape"])
        assert program["outputs"] == list(lines)
        for name, value in right.items():
            np.testing.assert_allclose(known[name], value, **NEAR)

    def test_what_is_shared_is_worked_out_once(self) -> None:
        steps = textbook.LSTM.program()["steps"]
        assert sum(step["op"] == "join" for step in steps) == 1

    def test_shapes_are_found_from_the_lines(self) -> None:
        shapes = Shapes((f.name, f.tree) for f in textbook.RNN.values())
        assert shapes.of(Symbol("U")) == ("K", "H")
        assert shapes.of(Symbol("W_x")) == ("H", "D")
        assert shapes.of(Symbol("y_hat")) == ("K",)


def test_halves_are_rounded_away_from_zero_as_by_hand() -> None:
    v = np.array([0.55, -0.55, 0.25, 0.1 + 0.2, 0.549, 1.0])
    for function, rounded in (
        ("tenths", [0.6, -0.6, 0.3, 0.3, 0.5, 1.0]),
        ("whole", [1.0, -1.0, 0.0, 0.0, 1.0, 1.0]),
    ):
        found = value_of(Apply(function, Symbol("h_t")), {"h_t": v})
        np.testing.assert_allclose(found, rounded, rtol=1e-12, atol=1e-12)
