"""Lecture 3 as stored: its numbers against plain Python, every result with a question before it."""

import re
from functools import partial
from math import exp, hypot, inf, isnan, log10, sqrt, tanh

import pytest

from tests.notebooks.lecture_checks import cells_since_question, check_prediction, code_cells
from tests.notebooks.stored import (
    cell,
    displayed,
    notebook,
    numbers,
    predicted,
    printed,
    shown_right,
    stepped,
    words_of_figure,
)

Vector = list[float]
NAME = "03_vanishing_and_exploding_gradients.ipynb"
LECTURE = notebook(NAME)
CODE = [c for c in LECTURE.cells if c.cell_type == "code"]
PRACTICE = {"practise-vanishing", "practise-bptt", "practise-clipping"}
ASSERTED = {"my-bptt", "my-bptt-tested", "my-jacobian"}
"""They hold their own functions against the library and against central differences."""

W, X = 0.8, [0.5, -0.5, 1.0]


def states(w: float, h: float, xs: Vector, b: float = 0.0) -> Vector:
    """h_0 … h_n of one unit with u = 1."""
    hs = [h]
    for x in xs:
        hs.append(tanh(w * hs[-1] + x + b))
    return hs


def reach(w: float, h: float, n: int) -> float:
    """dh_n/dh_0 without input."""
    product = 1.0
    for after in states(w, h, [0.0] * n)[1:]:
        product *= w * (1 - after**2)
    return product


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


H = states(W, 0.5, X)
SLOPE = [1 - h * h for h in H]
D_3 = H[3] * SLOPE[3]
D_2 = D_3 * W * SLOPE[2]
D_1 = D_2 * W * SLOPE[1]
TERMS = [D_1 * H[0], D_2 * H[1], D_3 * H[2]]


def powers_of_the_jordan_block(k: int) -> Vector:
    """[[0.9, 3], [0, 0.9]]^k (0, 1), in closed form, and its length."""
    v = [3 * k * 0.9 ** (k - 1) if k else 0.0, 0.9**k]
    return [*v, hypot(*v)]


def largest_stretch(k: int) -> float:
    """The larger singular value of [[a, c], [0, a]]: the root of its quadratic."""
    a, c = 0.9**k, 3 * k * 0.9 ** (k - 1) if k else 0.0
    return (sqrt(4 * a * a + c * c) + abs(c)) / 2


def through_step_1(later: int, depends: bool) -> float:
    """The mean of dL/du through step 1 over x_1 = ±1 and the targets of data set A or B."""
    total = 0.0
    for x in (1.0, 1.0, -1.0, -1.0):
        targets = [0.5 * x] if depends else [0.5, -0.5]
        hs = states(0.6, 0.0, [x] + [0.0] * later)
        back = 1 - hs[1] ** 2
        for h in hs[2:]:
            back *= 0.6 * (1 - h * h)
        total += sum((hs[-1] - y) * back * x for y in targets) / len(targets)
    return total / 4


def wall(w: float) -> Vector:
    """L and dL/dw of h_t = tanh(w h - 0.3), thirty steps from 0.6, target -0.6."""
    h, d_h = 0.6, 0.0
    for _ in range(30):
        new = tanh(w * h - 0.3)
        d_h = (1 - new * new) * (h + w * d_h)
        h = new
    return [(h + 0.6) ** 2 / 2, (h + 0.6) * d_h]


A, B = (partial(through_step_1, depends=known) for known in (True, False))
HAND = [
    n for t in (1, 2, 3) for n in (t, W, H[t - 1], X[t - 1], W * H[t - 1] + X[t - 1], t, t, H[t])
]
PEAK = max(range(61), key=largest_stretch)
FACTORS = [sigmoid(float(b)) for b in (0, 1, 3, 5)]
G, BY_VALUE = [6.0, -2.0, 3.0], [3.5, -2.0, 3.0]
COSINE = sum(a * b for a, b in zip(G, BY_VALUE, strict=True)) / (7 * hypot(*BY_VALUE))

PRINTED: dict[str, Vector] = {
    "two-sentences-steps": [7, 32, 4, 1],
    "forward-by-hand": HAND,
    "backward-by-hand-values": [
        *(3, H[3], 0, SLOPE[3], D_3),
        *(2, 3, W, SLOPE[2], D_2),
        *(1, 2, W, SLOPE[1], D_1),
        *(1, 0, 2, 1, 3, 2),
        *TERMS,
        sum(TERMS),
    ],
    "powers": [1, 10, 50] + [n for w in (0.5, 0.9, 1, 1.1, 1.5) for n in (w, w, w**10, w**50)],
    "saturation-values": [2, 1, 5, 10, 20]
    + [n for h in (0.5, 0.001) for n in (0, h, *(reach(2, h, k) for k in (1, 5, 10, 20)))],
    "non-normal": [n for k in range(5) for n in (k, *powers_of_the_jordan_block(k))]
    + [0.9, largest_stretch(1), largest_stretch(PEAK), PEAK],
    "cannot-tell-values": [n for t in (1, 5, 10, 20, 40) for n in (t, A(t), B(t), A(t) - B(t))],
    "clipping-values": [7, 3, -1, 1.5, *BY_VALUE, 3.5, hypot(*BY_VALUE), 1, COSINE],
    "cell-line": [50, 51, 1]
    + [n for b, f in zip((0, 1, 3, 5), FACTORS, strict=True) for n in (b, f, f**50, f**50)],
}


@pytest.mark.parametrize("cell_id", PRINTED)
def test_every_printed_number_agrees_with_plain_python(cell_id: str) -> None:
    text = "\n".join(printed(cell(LECTURE, cell_id)))
    text = re.sub(r"[hδw]\^|[hδ]_(?=0 =)", " ", text).replace(" - ", " ")
    found = numbers(text)
    expected = PRINTED[cell_id]
    assert len(found) == len(expected), (found, expected)
    wrong = [(f, v) for f, v in zip(found, expected, strict=True) if not shown_right(f, v)]
    assert not wrong, wrong


def test_the_step_from_the_wall_overshoots_and_stays_there() -> None:
    before, after = (numbers(text) for text in printed(cell(LECTURE, "one-step-values"))[1:])
    w, loss, slope = map(float, before)
    assert [loss, slope] == pytest.approx(wall(w), rel=0.2)  # w is printed with four digits
    assert float(after[0]) == pytest.approx(w - 0.05 * slope, abs=0.01)
    assert shown_right(after[1], wall(float(after[0]))[0])
    assert float(after[1]) > loss
    assert abs(float(after[2])) < 1e-6


def test_the_power_explodes_to_nan_in_four_steps() -> None:
    shown = [text.split("= ")[1] for text in printed(cell(LECTURE, "nan"))[1:]]
    w = 1.5
    for text in shown[:2]:
        assert float(text) == pytest.approx(w, rel=1e-3)
        w -= 0.002 * (w**20 - 1) * 20 * w**19
    assert float(shown[2]) > 1e200
    assert abs(float(shown[3])) == inf
    assert isnan(float(shown[4]))


def test_the_library_refuses_nan_by_name_and_index() -> None:
    _, text = printed(cell(LECTURE, "nan-refused"))
    assert text.startswith("W_h holds nan at index [0, 0]")


def test_clipped_descent_arrives_where_the_unclipped_one_did_not() -> None:
    lines = printed(cell(LECTURE, "clipping-again-values"))
    shown = [numbers(text.replace("step", "")) for text in lines]
    assert [found[1] for found in shown[1:6]] == ["1.5000", "1.4000", "1.3000", "1.0000", "1.0000"]
    w, before = map(float, (shown[7][1], shown[7][2]))
    assert float(shown[8][1]) == pytest.approx(w - 0.05)  # the slope is far above 1
    losses = [float(found[2]) for found in shown[7:]]
    assert losses[0] == before
    assert losses == sorted(losses, reverse=True)
    assert shown_right(shown[-1][2], wall(float(shown[-1][1]))[0])


def test_other_texts_have_the_same_singular_values_and_a_quarter_of_the_slope() -> None:
    largest, ours, rows, bound, slopes = (
        numbers(re.sub(r"^.*?\[", "", text))
        for text in printed(cell(LECTURE, "other-forms-values"))[1:]
    )
    assert ours == rows
    assert float(ours[0]) <= float(bound[0])
    assert float(bound[0]) == pytest.approx(float(largest[0]) ** 2, rel=1e-2)
    assert slopes == ["1.00", "0.25"]


def test_figures_tell_in_words_what_the_lecture_claims() -> None:
    figures = {c.id: words_of_figure(c) for c in CODE if c.id.startswith("figure-")}
    assert len(figures) == 8
    assert all(displayed(cell(LECTURE, cell_id), "image/png") for cell_id in figures)
    peak = max(range(31), key=partial(reach, 2, 0.001))
    assert f"up to {reach(2, 0.001, peak):.0f} at step {peak}" in figures["figure-saturation"]
    assert f"{largest_stretch(PEAK):.1f} at k = {PEAK}" in figures["figure-non-normal"]
    below = next(k for k in range(1, 61) if largest_stretch(k) < 1)
    assert f"after {below} steps" in figures["figure-non-normal"]
    sizes = [float(n) for n in re.findall(r"\de[-+]\d+", figures["figure-fifty"])]
    assert sizes == sorted(sizes)
    assert sizes[1] < 1 < sizes[2]
    assert log10(sizes[-1]) - log10(sizes[0]) > 20


def test_the_slider_of_the_weight_has_a_picture_and_words_without_a_kernel() -> None:
    code = cell(LECTURE, "scalar-sliders")
    assert displayed(code, "image/png")
    columns = stepped(code)
    assert all(map(shown_right, columns["state h_{n}"], states(1.2, 0.001, [0.0] * 40)))
    sizes = columns["size of the gradient"]
    assert all(shown_right(sizes[n], reach(1.2, 0.001, n)) for n in range(1, 41))
    assert all(shown_right(bound, 1.2**n) for n, bound in enumerate(columns["bound |w|^n"]))


def test_from_a_full_state_no_weight_keeps_the_gradient_above_1() -> None:
    answer = cell(LECTURE, "scalar-answers").source
    best = max((k / 1000 for k in range(3001)), key=lambda w: reach(w, 1.0, 40))
    assert 0.95 < best < 1
    assert f"The largest is {reach(best, 1.0, 40):.3f}, at a $w$ just below 1" in answer
    assert f"the first factor is {reach(2, 1.0, 1):.2f}" in answer
    sinking = states(1.05, 1.0, [0.0] * 40)
    assert f"A $w$ of 1.05 sinks to {sinking[-1]:.2f} in 40 steps" in answer
    assert f"even there the factor is {1.05 * (1 - sinking[-1] ** 2):.2f}." in answer
    for w in (1.01, 1.05, 1.2, 3.0):
        factors = [w * (1 - h * h) for h in states(w, 1.0, [0.0] * 400)[1:]]
        assert max(factors) < 1, w


def test_an_input_of_0_3_saturates_the_unit() -> None:
    pushed, free = states(1.2, 0.001, [0.3] * 40), states(1.2, 0.001, [0.0] * 40)
    left = 1.0
    for h in pushed[1:]:
        left *= 1.2 * (1 - h * h)
    answer = cell(LECTURE, "scalar-answers").source
    assert f"ends at {pushed[-1]:.2f} instead of {free[-1]:.2f}" in answer
    assert f"{left:.0e}" == "4e-21"
    assert f"is left instead of {reach(1.2, 0.001, 40):.0f}." in answer


def test_nothing_of_lectures_4_and_5_is_used_but_what_section_8_explains() -> None:
    code = "\n".join(c.source for c in CODE if c.id != "setup")
    assert "GRU" not in code
    words = "\n".join(c.source for c in LECTURE.cells if c.cell_type == "markdown")
    assert "GRU" not in words
    assert "LSTM" not in words[: words.index("## 8 · What the LSTM changes")]


PREDICTED: dict[str, str | float] = {
    "predict-gradient": sum(TERMS),
    "predict-saturation": "it vanishes",
    "predict-non-normal": "longer first, then shorter",
    "predict-fifty": "it fades",
    "predict-nan": 4,
    "predict-clipping": 3,
    "predict-skip": 0.8**3,
    "predict-cell-line": sigmoid(5.0) ** 50,
}


@pytest.mark.parametrize(("cell_id", "expected"), PREDICTED.items())
def test_what_a_prediction_opens_is_right(cell_id: str, expected: str | float) -> None:
    check_prediction(LECTURE, cell_id, expected)


def test_the_share_that_is_predicted_is_the_figures() -> None:
    words = words_of_figure(cell(LECTURE, "figure-shares"))
    share = predicted(cell(LECTURE, "predict-shares"))
    assert f"the last 20 {share:.1f} percent" in words


def test_a_question_stands_before_every_result() -> None:
    for code in code_cells(LECTURE):
        if code.id not in {"setup", "predictions", "my-bptt-tested"} | PRACTICE:
            assert cells_since_question(LECTURE, code) == [], code.id


def test_no_result_goes_without_a_test() -> None:
    others = {"one-step-values", "nan", "nan-refused", "clipping-again-values"}
    others |= {"other-forms-values", "scalar-sliders", "setup", "predictions", "predict-shares"}
    known = PRINTED.keys() | PREDICTED.keys() | others | PRACTICE | ASSERTED
    assert {c.id for c in CODE if not c.id.startswith("figure-")} == known
