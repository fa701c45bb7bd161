"""Lecture 2 as stored: every number against plain Python, a question before every result."""

import re
from math import exp, hypot, log, prod, sqrt

import pytest
from nbformat import NotebookNode

from tests.notebooks.lecture_checks import (
    Line,
    boxes,
    cells_since_question,
    check_line,
    check_lines,
    check_prediction,
    code_cells,
)
from tests.notebooks.plain_lstm import E_1
from tests.notebooks.stored import cell, displayed, matrices, notebook, numbers, predicted, printed
from tests.notebooks.stored import words_of_figure as words

NAME = "02_words_in_words_out.ipynb"
LECTURE = notebook(NAME)

SENTENCE = ["the", "writer", "of", "the", "books", "is", "planning", "a", "sequel"]
VOCABULARY = ["the", "writer", "of", "books", "is", "planning", "a", "sequel", "are"]
TOKENS: list[float] = [VOCABULARY.index(word) for word in SENTENCE]
NOUNS = {"writer": "is", "books": "are", "sequel": "is"}
FLOOR = (1.5 * log(3) + log(2)) / 7.5

Shapes = dict[str, tuple[int, ...]]


def weights(V: int, E: int, H: int) -> Shapes:
    return {"E": (V, E), "W_h": (H, H), "W_x": (H, E), "U": (V, H)}


def total(V: int, E: int, H: int, *, cell_biases: int = 1, output_bias: bool = True) -> int:
    count = sum(map(prod, weights(V, E, H).values()))
    return count + cell_biases * H + (V if output_bias else 0)


def notes(V: int) -> dict[str, int]:
    """The notes' model by every convention of the lecture."""
    bare = total(V, 6, 5, cell_biases=0, output_bias=False)
    one, two = total(V, 6, 5), total(V, 6, 5, cell_biases=2)
    return {"weights": bare, "with": one, "Keras": one, "PyTorch": two, "ONNX": two}


def conventions() -> list[Line]:
    nine, eight = notes(9), notes(8)
    labels = {
        "weights": "weights only, as in the notes",
        "with": "with b_1 and b_2",
        "Keras": "Keras",
        "PyTorch": "PyTorch: b_ih and b_hh",
        "ONNX": "ONNX: the same two",
    }
    return [(f"{label:<32}", [nine[key], eight[key]]) for key, label in labels.items()]


LARGE: Shapes = {**weights(10_000, 100, 200), "b_1": (200,), "b_2": (10_000,)}
LARGE_TOTAL = total(10_000, 100, 200)
PRINTED: dict[str, list[Line]] = {
    "vocabulary": [
        ("The vocabulary", []),
        ("V = ", [9]),
        ("", list(range(9))),
        ("the sentence:", TOKENS),
    ],
    "one-hot-distance": [
        ("Distances", []),
        ("books to writer:", [sqrt(2)]),
        ("books to of:", [sqrt(2)]),
    ],
    "embedding-cost": [
        ("The lookup gives what the product gives, for all nine words.", []),
        ("multiplications by the one-hot vector:", [50_000 * 300]),
        ("of them by a zero:", [49_999 * 300]),
        ("numbers that the lookup copies:", [300]),
    ],
    "exam-embedding": [
        ("The word of exam 1", []),
        ("right: the row, x^T E", E_1[1]),
        ("slip: the column, E x", [row[1] for row in E_1]),
    ],
    "embedding-gradient": [
        ("The gradient of E, row by row", []),
        *((word, [float(SENTENCE[:4].count(word))] * 6) for word in VOCABULARY),
    ],
    "shapes": [
        ("Shapes", []),
        ("E ", [9, 6]),
        ("e_t ", [6]),
        ("W_x ", [5, 6]),
        ("W_h ", [5, 5]),
        ("b_1 ", [5]),
        ("h_t ", [5]),
        ("U ", [9, 5]),
        ("b_2 ", [9]),
        ("ŷ_t ", [9]),
    ],
    "two-models-values": [
        ("Weights only", []),
        ("without embedding", [5, 8, 5, 5, 8, 5, 5 * 8 + 5 * 5 + 8 * 5]),
        ("with embedding", [8, 6, 5, 5, 5, 6, 8, 5, notes(8)["weights"]]),
    ],
    "two-models-same-values": [
        ("W_x E^T has shape", [5, 8, 8]),
        ("weights, word to state      E and W_x    one W_x", []),
        ("", [8, 6, 5, 8 * 6 + 5 * 6, 5 * 8]),
        ("", [10_000, 100, 200, 10_000 * 100 + 200 * 100, 200 * 10_000]),
    ],
    "counting-nine": [
        ("The weights of the four matrices", []),
        *((name, [*shape, prod(shape)]) for name, shape in weights(9, 6, 5).items()),
        ("total", [154]),
    ],
    "counting-conventions": [("                                 V = ", [9, 8]), *conventions()],
    "sequence-length": [
        ("The counter, and two texts", []),
        ("the counter asks for: vocabulary, embedding, units, convention, tied", []),
        ("read", [4, 168, 4, 9]),
        ("read", [4000, 168, 4000, 9]),
    ],
    "counting-large": [
        ("A model of real size", []),
        *(
            (name, [prod(LARGE[name]), 100 * prod(LARGE[name]) / LARGE_TOTAL])
            for name in ("E", "W_h", "W_x", "b_1", "U", "b_2")
        ),
        ("total", [LARGE_TOTAL]),
    ],
    "tied": [
        ("Tied weights", []),
        ("tied weights need E = H, got E = ", [6, 5]),
        ("not tied", [total(9, 6, 6, cell_biases=0, output_bias=False)]),
        ("tied", [total(9, 6, 6, cell_biases=0, output_bias=False) - 9 * 6]),
    ],
    "live-answers-values": [
        ("Answers", []),
        ("one more word", [total(10, 6, 5) - total(9, 6, 5)]),
        ("one more unit", [total(9, 6, 6) - total(9, 6, 5)]),
        ("one more number in every embedding", [total(9, 7, 5) - total(9, 6, 5)]),
    ],
}
LEARNED = {"untrained", "surprise-values", "grammar", "training", "agreement", "writing"}
"""Numbers of random or trained weights: held against what must be true of them."""
OTHERS = {"my-language-model", "marked-notes"}
NO_QUESTION = {"my-language-model"}


@pytest.mark.parametrize("cell_id", PRINTED)
def test_every_printed_number_agrees_with_plain_python(cell_id: str) -> None:
    texts = printed(cell(LECTURE, cell_id))
    thousands = {"embedding-cost", "two-models-same-values", "counting-large"}
    if cell_id in thousands:
        texts = [_without_commas(text) for text in texts]
    check_lines(texts, PRINTED[cell_id])


def _without_commas(text: str) -> str:
    return re.sub(r"(?<=\d),(?=\d{3})", "", text)


def test_the_notes_totals_stand_as_the_notes_have_them() -> None:
    assert notes(9) == {"weights": 154, "with": 168, "Keras": 168, "PyTorch": 173, "ONNX": 173}
    assert notes(8) == {"weights": 143, "with": 156, "Keras": 156, "PyTorch": 161, "ONNX": 161}


def test_the_vocabulary_is_numbered_as_the_words_come() -> None:
    (line,) = [text for text in printed(cell(LECTURE, "vocabulary")) if text.startswith("0 ")]
    assert line.replace(",", "").split()[1::2] == VOCABULARY


def test_the_words_of_the_figures_tell_the_right_numbers() -> None:
    one_hot = words(cell(LECTURE, "figure-one-hot"))
    assert ", ".join(f"{w} {n}" for w, n in zip(SENTENCE, TOKENS, strict=True)) in one_hot
    drawn = words(cell(LECTURE, "figure-matrices"))
    parts = [*weights(9, 6, 5).values(), (5,), (9,)]
    for shape in parts:
        assert f"{'×'.join(map(str, shape))} = {prod(shape)}" in drawn
    assert "Together 168; the recurrent cell has 60." in drawn


def test_the_exam_shows_its_matrix() -> None:
    shown = matrices(cell(LECTURE, "exam-embedding-data"))
    assert shown == [[0, 1, 0, 0], [n for row in E_1 for n in row]]


def test_an_untrained_model_guesses_evenly_and_pays_the_logarithm() -> None:
    _, shape, spread, ninth, sums = printed(cell(LECTURE, "untrained"))
    check_line(shape, ("the output has shape", [4, 9]))
    low, high = (float(n) for n in numbers(spread))
    assert low < 1 / 9 < high
    assert high - low < 0.01
    check_line(ninth, ("one ninth", [1 / 9]))
    check_line(sums, ("the rows' sums", [1.0] * 4))
    _, even, chance, loud, each = printed(cell(LECTURE, "surprise-values"))
    check_line(chance, ("ln ", [9, log(9)]))
    assert float(numbers(even)[-1]) == pytest.approx(log(9), abs=0.01)
    positions = [float(n) for n in numbers(each)]
    assert float(numbers(loud)[0]) == pytest.approx(sum(positions) / 4, abs=0.005)
    assert float(numbers(loud)[0]) > log(9)


def test_the_surprise_of_the_large_weights_is_that_of_the_table() -> None:
    framed = words(cell(LECTURE, "figure-untrained")).split("large weights")[1]
    shown = [float(n) for n in numbers(framed)[:4]]
    each = [float(n) for n in numbers(printed(cell(LECTURE, "surprise-values"))[-1])]
    assert shown == pytest.approx([exp(-s) for s in each], abs=0.0051)


def test_training_comes_near_the_floor_and_not_below_it() -> None:
    _, floor, even = printed(cell(LECTURE, "grammar"))
    check_line(floor, ("what remains, per word", [FLOOR]))
    assert float(numbers(even)[-1]) == pytest.approx(log(9), abs=1e-4)
    losses = [float(text.split()[-1]) for text in printed(cell(LECTURE, "training"))[1:]]
    assert len(losses) == 3
    assert all(FLOOR - 0.02 < loss < 0.5 for loss in losses)


def sentences(text: list[str]) -> list[list[str]]:
    """Split after every "sequel" that follows "a"; what is left at the end is dropped."""
    found: list[list[str]] = [[]]
    for before, word in zip(["", *text], text, strict=False):
        found[-1].append(word)
        if (before, word) == ("a", "sequel"):
            found.append([])
    return found[:-1]


def follows_the_rule(sentence: list[str]) -> bool:
    the, first, *middle, verb, planning, a, sequel = sentence
    if [the, planning, a, sequel] != ["the", "planning", "a", "sequel"] or first not in NOUNS:
        return False
    of_the = not middle or (middle[:2] == ["of", "the"] and middle[2] in NOUNS)
    return of_the and len(middle) in (0, 3) and verb == NOUNS[first]


def test_the_text_it_learns_from_follows_the_rule() -> None:
    example = printed(cell(LECTURE, "grammar"))[0].split()
    assert sentences(example)
    assert all(map(follows_the_rule, sentences(example)))


def test_a_trained_model_writes_sentences_and_an_untrained_one_does_not() -> None:
    _, *drawn, untrained = printed(cell(LECTURE, "writing"))
    written = [s for text in drawn for s in sentences(text.split())]
    right = sum(map(follows_the_rule, written))
    assert right >= 0.7 * len(written) > 0
    assert not any(map(follows_the_rule, sentences(untrained.removeprefix("untrained: ").split())))


def agreeing() -> dict[str, list[bool]]:
    """Of each text, whether each model prefers the right verb, which stands first."""
    _, _, *rows = printed(cell(LECTURE, "agreement"))
    assert [row[25:28] for row in rows] == ["is ", "are", "are", "is ", "is ", "are", "are", "is "]
    return {
        right[:25].strip(): [
            float(r) > float(w) for r, w in zip(numbers(right), numbers(wrong), strict=True)
        ]
        for right, wrong in zip(rows[::2], rows[1::2], strict=True)
    }


def test_agreement_holds_next_to_the_noun_and_fails_somewhere_behind_another() -> None:
    rows = agreeing()
    assert all(rows["the writer"] + rows["the books"])
    far = rows["the writer of the books"] + rows["the books of the writer"]
    assert any(far)
    assert not all(far)


def test_the_marker_names_the_two_models_and_follows_it_through() -> None:
    _, *said = printed(cell(LECTURE, "marked-notes"))
    assert "6 of 7 points" in said[0]
    assert any("one-hot" in line and "two models" in line for line in said)
    assert any(line.strip().startswith("total, pytorch: Right for your own") for line in said)


def results() -> list[NotebookNode]:
    shown = [c for c in code_cells(LECTURE) if printed(c) or displayed(c, "image/png")]
    return [c for c in shown if c.id not in NO_QUESTION]


@pytest.mark.parametrize("result", results(), ids=lambda c: c.id)
def test_a_question_stands_before_every_result(result: NotebookNode) -> None:
    since = cells_since_question(LECTURE, result)
    assert since is not None
    data = {"live-counter", "exam-embedding-data"}
    assert all(c.cell_type == "markdown" or c.id in data for c in since), [c.id for c in since]


PREDICTED = {
    "predict-distance": "both equally close",
    "predict-rows": len(set(SENTENCE[:4])),
    "predict-even": log(9),
    "predict-count": notes(9)["weights"],
    "predict-share": "about a fiftieth",
    "predict-one-more-unit": total(9, 6, 6) - total(9, 6, 5),
}
SHARES = {"about a half": 1 / 2, "about a tenth": 1 / 10, "about a fiftieth": 1 / 50}


@pytest.mark.parametrize(("cell_id", "expected"), PREDICTED.items())
def test_what_a_prediction_opens_is_right(cell_id: str, expected: float | str) -> None:
    check_prediction(LECTURE, cell_id, expected)


def test_the_share_that_a_prediction_opens_is_the_nearest() -> None:
    cell_part = sum(prod(LARGE[name]) for name in ("W_h", "W_x", "b_1")) / LARGE_TOTAL
    nearest = min(SHARES, key=lambda name: abs(log(SHARES[name] / cell_part)))
    assert predicted(cell(LECTURE, "predict-share")) == nearest


def test_the_trained_answers_are_those_of_what_is_printed() -> None:
    losses = [float(text.split()[-1]) for text in printed(cell(LECTURE, "training"))[1:]]
    levels = ("2.0", "1.5", "1.0", "0.4")
    mean = sum(losses) / 3
    assert predicted(cell(LECTURE, "predict-loss")) == min(
        levels, key=lambda x: abs(float(x) - mean)
    )
    rows = agreeing()
    both = zip(rows["the writer of the books"], rows["the books of the writer"], strict=True)
    assert predicted(cell(LECTURE, "predict-agreement")) == sum(map(all, both))


def test_after_the_first_word_the_nouns_share_nearly_all() -> None:
    """By the rule a third each."""
    p = predicted(cell(LECTURE, "predict-first-word"))
    assert sum(p) == pytest.approx(1, abs=1e-4)
    assert all(abs(p[VOCABULARY.index(noun)] - 1 / 3) < 0.1 for noun in NOUNS)


def test_every_prediction_has_its_oracle() -> None:
    learned = {"predict-loss", "predict-agreement", "predict-first-word"}
    assert {c.id for c in boxes(LECTURE)} == PREDICTED.keys() | learned


def test_every_printed_result_has_an_oracle() -> None:
    assert {c.id for c in code_cells(LECTURE) if printed(c)} == PRINTED.keys() | LEARNED | OTHERS


def test_live_views_read_without_a_kernel() -> None:
    for c in code_cells(LECTURE):
        if c.id.startswith("practise-"):
            assert displayed(c, "text/markdown"), c.id
    for cell_id in ("live-embedding", "live-trained", "live-counter"):
        assert displayed(cell(LECTURE, cell_id), "image/png"), cell_id
    (text,) = displayed(cell(LECTURE, "live-counter"), "text/plain")
    assert f"= {total(9, 6, 5)} numbers." in text
    rows = [line.split() for line in text.splitlines()]
    for name, (height, width) in weights(9, 6, 5).items():
        (row,) = [row for row in rows if row and row[0] == name and "×" in row[-2]]
        assert row[-2:] == [f"{height}×{width}", str(height * width)]


def rows_of(cell_id: str) -> dict[str, list[float]]:
    """The rows of the table that a view of an embedding stores: its numbers by word."""
    (text,) = displayed(cell(LECTURE, cell_id), "text/plain")
    lines = text[text.index("One-hot vector") :].splitlines()[2:-1]
    return {line.split()[0]: [float(n) for n in numbers(line)] for line in lines}


def cosine(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True)) / (hypot(*a) * hypot(*b))


def test_the_hand_set_table_gives_the_answers_beside_it() -> None:
    table = {word: row[1:-1] for word, row in rows_of("live-embedding").items()}
    assert list(table) == VOCABULARY
    near = {word: cosine(table["is"], row) for word, row in table.items() if word != "is"}
    answer = cell(LECTURE, "live-embedding-why").source
    assert max(near, key=near.__getitem__) == "planning"
    assert f"{near['planning']:.2f}" in answer
    assert f"against {near['are']:.2f} for" in answer
    mean = [(a + b) / 2 for a, b in zip(table["books"], table["writer"], strict=True)]
    assert "$(1,\\ 0.25,\\ 0,\\ 0.25,\\ 0)$" in answer
    assert mean == [1, 0.25, 0, 0.25, 0]


def test_the_trained_table_gives_the_answers_beside_it() -> None:
    table = {word: row[1:-1] for word, row in rows_of("live-trained").items()}
    answer = cell(LECTURE, "live-trained-why").source
    for word, near, far in (
        ("writers", ("books", "keys"), "writer"),
        ("likes", ("reads",), "like"),
    ):
        shares = {other: cosine(table[word], table[other]) for other in (*near, far)}
        assert min(shares[other] for other in near) > shares[far]
        for other, share in shares.items():
            found = re.search(rf'"{other}"[^(\d]*\((0\.\d\d)\)', answer)
            assert found, other
            assert float(found[1]) == pytest.approx(share, abs=0.011)  # its rows have two decimals
