"""Attention and the writing network: right answers by plain Python, and wrong ones as students
would come to them, each named."""

import math

import numpy as np
import pytest

from course_utils.exercises import exercise

STUDENTS = ("ana", "ben", "s001", "s002")
each_student = pytest.mark.parametrize("student", STUDENTS)


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def softmax(scores):
    powers = [math.exp(s) for s in scores]
    return [p / sum(powers) for p in powers]


def mean(weights, rows):
    return [dot(weights, column) for column in zip(*rows, strict=True)]


def plain(data):
    return {name: np.asarray(value).tolist() for name, value in data.items()}


def same(answers, solution):
    for name, value in answers.items():
        np.testing.assert_allclose(solution[name], value, rtol=1e-9, atol=1e-12, err_msg=name)


@each_student
def test_attention_is_what_one_computes_on_paper(student) -> None:
    ex = exercise("attention")
    data = ex.draw(student)
    g = plain(data)
    scores = [dot(g["query"], key) for key in g["keys"]]
    weights = softmax(scores)
    context = mean(weights, g["values"])
    same({"scores": scores, "weights": weights, "context": context}, ex.solve(data))


@each_student
def test_a_wrong_attention_is_named(student) -> None:
    ex = exercise("attention")
    data = ex.draw(student)
    g = plain(data)
    scores = [dot(g["query"], key) for key in g["keys"]]
    weights = softmax(scores)
    cases = {
        "keys averaged": (scores, weights, mean(weights, g["keys"])),
        "not normalised": (
            scores,
            [math.exp(s) for s in scores],
            mean([math.exp(s) for s in scores], g["values"]),
        ),
        "each score by itself": (scores, [1, 1, 1], mean([1, 1, 1], g["values"])),
    }
    root = [s / math.sqrt(2) for s in scores]
    cases["divided by √H"] = (root, softmax(root), mean(softmax(root), g["values"]))
    for name, (s, w, c) in cases.items():
        verdict = ex.mark(data, {"scores": s, "weights": w, "context": c})
        assert verdict.slips == (name,)
        assert 0 < verdict.score < 1


@each_student
def test_the_axis_is_told_by_the_table(student) -> None:
    ex = exercise("attention_table")
    data = ex.draw(student)
    rows = plain(data)["scores"]
    same({"weights": [softmax(row) for row in rows]}, ex.solve(data))
    columns = [softmax(column) for column in zip(*rows, strict=True)]
    wrong = [list(row) for row in zip(*columns, strict=True)]
    verdict = ex.mark(data, {"weights": wrong})
    assert verdict.slips == ("softmax over the queries",)
    assert verdict.score == 0


def attend(queries, keys, values):
    powers = np.exp(queries @ keys.T)
    weights = powers / powers.sum(axis=1, keepdims=True)
    return weights, weights @ values


def over_the_queries(queries, keys, values):
    powers = np.exp(queries @ keys.T)
    weights = powers / powers.sum(axis=0)
    return weights, weights @ values


def divided_by_the_root(queries, keys, values):
    return attend(queries / np.sqrt(queries.shape[1]), keys, values)


def with_the_keys(queries, keys, values):
    weights, _ = attend(queries, keys, values)
    return weights, weights @ keys


def without_a_sum(queries, keys, values):
    powers = np.exp(queries @ keys.T)
    return powers, powers @ values


def test_attention_as_a_function_is_marked_and_its_slips_are_named() -> None:
    ex = exercise("attend")
    assert ex.mark_function(attend).score == 1
    named = {
        over_the_queries: "softmax over the queries",
        divided_by_the_root: "divided by √H",
        with_the_keys: "keys averaged",
        without_a_sum: "not normalised",
    }
    for function, slip in named.items():
        verdict = ex.mark_function(function)
        assert verdict.score < 1
        assert verdict.slips == (slip,)


@each_student
def test_surprise_is_what_one_computes_on_paper(student) -> None:
    ex = exercise("surprise")
    data = ex.draw(student)
    p = plain(data)["p"]
    bits = [-math.log2(one) for one in p]
    answers = {
        "surprises": bits,
        "cross_entropy": sum(bits) / 4,
        "perplexity": math.prod(p) ** (-1 / 4),  # the inverse of the geometric mean
    }
    same(answers, ex.solve(data))
    nats = [b * math.log(2) for b in bits]
    wrong = {"surprises": nats, "cross_entropy": sum(nats) / 4, "perplexity": 2 ** (sum(nats) / 4)}
    assert ex.mark(data, wrong).slips == ("natural logarithm",)
    assert ex.mark(data, answers | {"perplexity": math.e ** (sum(bits) / 4)}).slips == ("e for 2",)


@each_student
def test_a_temperature_is_what_one_computes_on_paper(student) -> None:
    ex = exercise("temperature")
    data = ex.draw(student)
    g = plain(data)
    p = softmax([s / g["T"] for s in g["logits"]])
    same({"probabilities": p}, ex.solve(data))
    raised = [one ** (1 / g["T"]) for one in softmax(g["logits"])]
    assert ex.mark(data, {"probabilities": [r / sum(raised) for r in raised]}).score == 1
    wrong = {"probabilities": softmax([s * g["T"] for s in g["logits"]])}
    assert ex.mark(data, wrong).slips == ("multiplied by T",)


def test_probabilities_as_a_function_are_marked_and_their_slips_are_named() -> None:
    ex = exercise("temperature")

    def right(logits, T):
        powers = np.exp(logits / T)
        return powers / powers.sum()

    assert ex.mark_function(right).score == 1
    wrong = {
        "T left out": lambda logits, T: right(logits, 1),
        "probabilities divided by T": lambda logits, T: right(logits, T) / T,
        "exponentials not divided": lambda logits, T: np.exp(logits / T),
    }
    for slip, function in wrong.items():
        verdict = ex.mark_function(function)
        assert verdict.score < 1
        assert verdict.slips == (slip,)


@each_student
def test_letters_are_drawn_by_their_piece_of_the_line(student) -> None:
    ex = exercise("drawing_a_letter")
    for attempt in range(5):
        data = ex.draw(student, attempt)
        g = plain(data)
        assert sum(g["p"]) == pytest.approx(1)
        drawn = []
        for u in g["u"]:
            left = u
            for letter, share in enumerate(g["p"], 1):
                if left < share:
                    drawn.append(letter)
                    break
                left -= share
        assert ex.solve(data)["drawn"].tolist() == drawn
        assert ex.mark(data, {"drawn": drawn}).correct
        likeliest = 1 + g["p"].index(max(g["p"]))
        assert ex.mark(data, {"drawn": [likeliest] * 3}).slips == ("likeliest always",)


@each_student
def test_a_gate_is_read_by_multiplying(student) -> None:
    ex = exercise("gate_reading")
    data = ex.draw(student)
    g = plain(data)
    kept, c = [], g["c_0"]
    for f in g["f"]:
        c *= f
        kept.append(c)
    half_life = ex.solve(data)["half_life"]
    assert g["steady"] ** half_life == pytest.approx(0.5)
    same({"kept": kept}, ex.solve(data))
    wrong = {"kept": kept, "half_life": 1 / (1 - g["steady"])}
    assert ex.mark(data, wrong).slips == ("one over the loss",)
    lost, c = [], g["c_0"]
    for f in g["f"]:
        c *= 1 - f
        lost.append(c)
    verdict = ex.mark(data, {"kept": lost, "half_life": half_life})
    assert verdict.slips == ("f as what is lost",)


@pytest.mark.parametrize(
    "id",
    ["attention", "attention_table", "surprise", "temperature", "drawing_a_letter", "gate_reading"],
)
def test_a_blank_earns_nothing(id) -> None:
    ex = exercise(id)
    data = ex.draw("ana")
    verdict = ex.mark(data, {part.name: None for part in ex.parts})
    assert verdict.score == 0
    assert verdict.slips == ()
