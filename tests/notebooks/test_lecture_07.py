"""Lecture 7 as stored: its numbers against plain Python, its claims against the stored runs."""

import importlib
import json
import re
from math import inf, log, sqrt
from statistics import mean, median
from typing import Any

import pytest

from tests.notebooks.lecture_checks import (
    Line,
    boxes,
    cells_since_question,
    check_line,
    check_lines,
    code_cells,
    figures,
)
from tests.notebooks.stored import (
    NOTEBOOKS,
    cell,
    displayed,
    notebook,
    numbers,
    predicted,
    printed,
    words_of_figure,
)

NAME = "07_memory_put_to_the_test.ipynb"
LECTURE = notebook(NAME)
CODE = code_cells(LECTURE)
LIVE = {"adding-train", "reber-train", "agreement-train", "tickets-live"}
PRACTICE = {"practise-counts", "practise-vanishing"}
RUNS: list[dict[str, Any]] = json.loads(
    (NOTEBOOKS.parent / "course_utils" / "training" / "comparison.json").read_text()
)["runs"]
CELLS = {"RNN": "rnn", "GRU": "gru", "LSTM": "lstm"}
PUBLISHED = [0.993, 0.972, 0.950, 0.922, 0.900]
SETTINGS = ("agreement", "agreement, 1000 sentences", "agreement, far")


def runs(experiment: str, kind: str) -> list[dict[str, Any]]:
    return [r for r in RUNS if r["experiment"] == experiment and r["cell"] == kind]


def ends(experiment: str, kind: str) -> list[int]:
    """After how many updates each run that reached its goal did."""
    return [r["steps"][-1] for r in runs(experiment, kind) if r["stopped"] == "goal"]


def wrong(setting: str, kind: str, attractors: int) -> list[float]:
    return [100 * r["errors"][attractors] for r in runs(setting, kind)]


def table_row(experiment: str, kind: str) -> list[float]:
    solved = ends(experiment, kind)
    return [len(solved), 10, *([median(solved)] if solved else [])]


def size(blocks: int, units: int, inputs: int = 8, classes: int = 4) -> int:
    return blocks * units * (units + inputs + 1) + classes * (units + 1)


BEST = max(r["score"] for r in runs("temporal order", "rnn"))
DEVIATION = sqrt(0.25 * 0.75 / 1000)
PRINTED: dict[str, list[Line]] = {
    "sizes-values": [
        ("Parameters, readout included", []),
        ("RNN, 4 units", [size(1, 4)]),
        ("GRU, 4 units", [size(3, 4)]),
        ("LSTM, 4 units", [size(4, 4)]),
        ("RNN, 10 units", [size(1, 10)]),
    ],
    "start-values": [
        ("who reaches 95 %                runs    median updates", []),
        ("RNN, 4 units  ", table_row("temporal order", "rnn")),
        ("RNN, 10 units  ", table_row("temporal order, 10 units", "rnn")),
        ("RNN, 10 units, orthogonal, slow", table_row("temporal order, orthogonal", "rnn")),
        ("GRU, 4 units, open gate", table_row("temporal order", "gru")),
        ("LSTM, 4 units, open gate", table_row("temporal order", "lstm")),
    ],
    "adding-size": [
        ("If every answer were off by the same amount", []),
        ("baseline: off by", [sqrt(1 / 6), 0, 2]),
        ("goal:     off by", [sqrt(0.005)]),
    ],
    "agreement-table": [
        ("Wrong verbs in %, mean of ten seeds", []),
        ("attractors", [0, 1, 2, 3, 4]),
        *(
            line
            for setting, words in zip(
                SETTINGS,
                (
                    "plenty: 64,000 sentences",
                    "scarce: 1,000 sentences, seen again and again",
                    "far: 64,000 sentences, none of them short",
                ),
                strict=True,
            )
            for line in [
                (words, []),
                *(
                    (f"    {label}", [mean(wrong(setting, kind, k)) for k in range(5)])
                    for label, kind in CELLS.items()
                ),
            ]
        ),
        ("Yogatama and others (2018), real text", []),
        ("     ", [100 * (1 - a) for a in PUBLISHED]),
    ],
    "tickets-values": [
        ("         99 % reached   updates, median   worst score", []),
        *(
            (
                label,
                [*table_row("tickets", kind), 100 * min(r["score"] for r in runs("tickets", kind))],
            )
            for label, kind in CELLS.items()
        ),
    ],
}


@pytest.mark.parametrize("cell_id", PRINTED)
def test_every_printed_number_agrees_with_plain_python(cell_id: str) -> None:
    check_lines(printed(cell(LECTURE, cell_id)), PRINTED[cell_id])


def near(text: str, expected: float, tolerance: float) -> None:
    found = [float(n) for n in numbers(text.partition(":")[2])]
    assert found, text
    assert found[0] == pytest.approx(expected, abs=tolerance), text


def test_measured_baselines_are_what_they_are_by_hand() -> None:
    """Within four standard deviations of a mean over 20,000."""
    heading, *lines = printed(cell(LECTURE, "baselines-values"))
    assert heading == "Measured on 20,000 sequences each"
    near(lines[0], 1 / 6, 4 * sqrt(7 / 180 / 20_000) + 0.0005)  # (7/180: the square's variance)
    shares = {1: 0.25, 2: 0.5, 3: 0.125, 4: 0.4}
    for k, p in shares.items():
        near(lines[k], 100 * p, 400 * sqrt(p * (1 - p) / 20_000) + 0.5)


def test_the_last_noun_is_never_wrong_without_an_attractor_and_always_with() -> None:
    heading, *lines, example = printed(cell(LECTURE, "last-noun"))
    assert "attractors" in heading
    for k, text in enumerate(lines):
        number, last, majority = map(float, numbers(text))
        assert [number, last] == [k, 0 if k == 0 else 100]
        assert majority == pytest.approx(40, abs=400 * sqrt(0.24 / 2000) + 0.5)
    nouns = re.findall(r"(author|book|lamp|key|cabinet|student|picture|house)(s?)\b", example)
    plural = [ending for _, ending in nouns]
    assert len(nouns) == 3
    assert plural[1] == plural[2] != plural[0]


def test_the_sequence_shown_is_of_the_class_named() -> None:
    sequence, marks, named, held = printed(cell(LECTURE, "order-shown"))
    places = [t for t, symbol in enumerate(sequence, start=1) if symbol in "XY"]
    assert [t for t, mark in enumerate(marks, start=1) if mark == "^"] == places
    assert len(sequence) == 50
    assert (sequence[0], sequence[-1]) == ("B", "E")
    check_line(
        named, (f"class {''.join(sequence[t - 1] for t in places)}, at steps", [*places, 50])
    )
    check_line(held, ("the first has to be held over", [50 - places[0]]))


def test_the_cells_trained_live_end_as_the_stored_ones_do() -> None:
    heading, *lines = printed(cell(LECTURE, "order-live"))
    assert heading == "Four units, seed 0"
    assert [text.split(maxsplit=1) for text in lines] == [
        ["RNN", "stays at chance"],
        ["GRU", "95 % reached"],
        ["LSTM", "95 % reached"],
    ]
    assert all(len(ends("temporal order", kind)) == 10 for kind in ("gru", "lstm"))
    assert not ends("temporal order", "rnn")


def test_the_best_of_ten_is_held_against_guessers() -> None:
    _heading, one, best, guessers = printed(cell(LECTURE, "chance-values"))
    check_line(one, ("one standard deviation:", [100 * DEVIATION]))
    check_line(best, ("the best RNN,", [100 * BEST, (BEST - 0.25) / DEVIATION]))
    expected = 25 + 100 * 1.5388 * DEVIATION  # of the largest of ten standard normals
    assert float(numbers(guessers)[0]) == pytest.approx(expected, abs=0.1)


def test_the_memory_parts_at_the_mark_and_stays_apart() -> None:
    _heading, before, at, end = printed(cell(LECTURE, "inside-values"))
    assert before.endswith(": 0.0 apart")
    assert at.endswith(": apart")
    assert end == "at step 50: still apart"


GRAPH = {0: "T1P2", 1: "S1X3", 2: "T2V4", 3: "X2S5", 4: "P3V5", 5: "E6"}


def test_what_may_come_next_follows_the_graph_in_the_text() -> None:
    _heading, *lines = printed(cell(LECTURE, "reber-by-hand"))
    rows = [text.split(maxsplit=2) for text in lines]
    string = "".join(row[0] for row in rows) + "E"
    assert string == "BPBTXSEPE"
    may, node = ["P or T", "B"], 0
    while node < 6:
        edges = dict(zip(GRAPH[node][::2], map(int, GRAPH[node][1::2]), strict=True))
        may.append(" or ".join(sorted(edges)))
        node = edges[string[len(may)]]
    assert [row[2] for row in rows] == [*may, string[1], "E"]
    table = cell(LECTURE, "reber").source
    for node, edges in GRAPH.items():
        steps = [
            f"{symbol} → {'out' if to == '6' else to}"
            for symbol, to in zip(edges[::2], edges[1::2], strict=True)
        ]
        assert re.search(rf"\| {node}[^|]*\| {', '.join(steps)} \|", table), node


@pytest.mark.parametrize("cell_id", sorted(LIVE))
def test_live_views_have_a_picture_and_words_without_a_kernel(cell_id: str) -> None:
    code = cell(LECTURE, cell_id)
    assert displayed(code, "image/png")
    (text,) = displayed(code, "text/plain")
    experiments = {"adding-train": "adding", "reber-train": "embedded Reber"}
    if cell_id in experiments:
        for label, kind in CELLS.items():
            solved = ends(experiments[cell_id], kind)
            assert f"{label} {len(solved)} of 10" in text
            if solved:
                assert f"after {min(solved)} to {max(solved)} updates" in text
    if cell_id == "agreement-train":
        for label, kind in CELLS.items():
            errors = wrong("agreement, 1000 sentences", kind, 4)
            assert f"{label} {min(errors):.0f} to {max(errors):.0f}" in text
    if cell_id == "tickets-live":
        assert text.endswith("the GRU says tickets and the RNN gives no thing one half.")


def test_figures_tell_in_words_what_the_runs_say() -> None:
    told = {code.id: words_of_figure(code) for code in figures(LECTURE)}
    assert set(told) == {"figure-order", "figure-inside", "figure-reach", "figure-agreement"}
    scores = [100 * r["score"] for r in runs("temporal order", "rnn")]
    assert f"between {min(scores):.1f} and {max(scores):.1f} %" in told["figure-order"]
    far = {label: wrong("agreement, far", kind, 4) for label, kind in CELLS.items()}
    for label, errors in far.items():
        assert f"{sum(e > 90 for e in errors)} of 10 {label}s" in told["figure-agreement"]
        assert f"{sum(e < 10 for e in errors)} {label}s" in told["figure-agreement"]
        assert sum(10 <= e <= 90 for e in errors) == 0, "the text says always or never"


def source(cell_id: str) -> str:
    text: str = cell(LECTURE, cell_id).source
    return text


def test_what_the_text_says_of_starts_is_so() -> None:
    solved = len(ends("temporal order, orthogonal", "rnn"))
    assert 5 < solved < 10, "most, and not every seed"
    assert not ends("temporal order, 10 units", "rnn")
    slow = median(ends("temporal order, orthogonal", "rnn"))
    assert slow > 3 * median(ends("temporal order", "lstm"))


def test_what_the_text_says_of_temporal_order_is_so() -> None:
    updates = ends("temporal order", "lstm")
    first, last = min(updates), max(updates)
    assert len(updates) == 10
    assert f"{first} to {last} updates of 64" in source("order-why")
    assert f"{64 * first:,} to {64 * last:,} sequences" in source("order-why")


def test_the_best_score_the_text_asks_about_is_the_best() -> None:
    assert source("order-why").count(f"{100 * BEST:.1f} %") == 2


def test_what_the_text_says_of_the_latch_and_of_copying_is_so() -> None:
    assert f"{NUMERALS[len(ends('latch', 'rnn'))]} of ten RNNs hold a bit" in source(
        "agreement-why"
    )
    losses = {kind: [-r["score"] for r in runs("copying", kind)] for kind in CELLS.values()}
    gated, plain = losses["gru"] + losses["lstm"], losses["rnn"]
    text = source("mistakes")
    assert f"GRU and LSTM end between {min(gated):.2f} and {max(gated):.2f}" in text
    assert f"the RNN between {min(plain):.2f} and {max(plain):.2f}" in text
    assert f"it is {10 * log(8) / 25:.2f}" in text


def test_what_the_text_says_of_adding_and_tickets_is_so() -> None:
    assert not ends("adding", "rnn")
    assert not ends("tickets", "rnn")
    for experiment in ("adding", "tickets"):
        assert len(ends(experiment, "gru")) == len(ends(experiment, "lstm")) == 10
        assert median(ends(experiment, "gru")) < median(ends(experiment, "lstm"))
    assert max(r["score"] for r in runs("tickets", "rnn")) < 0.15
    assert all(-r["score"] > 0.13 for r in runs("adding", "rnn"))


NUMERALS = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def test_what_the_text_says_of_reber_is_so() -> None:
    reached = {kind: len(ends("embedded Reber", kind)) for kind in CELLS.values()}
    assert reached["lstm"] == 10
    scores = [r["score"] for r in runs("embedded Reber", "rnn") if r["stopped"] != "goal"]
    text = source("reber-why")
    assert f"{NUMERALS[reached['gru']]} of the ten GRUs do" in text
    assert f"{NUMERALS[reached['rnn']]} of the ten RNNs. " in text
    over = NUMERALS[sum(s > 0.9 for s in scores)].capitalize()
    assert f"{over} of the other RNNs solve more than nine strings in ten" in text
    assert sum(s < 0.65 for s in scores) == 1
    others = [r["score"] for r in runs("embedded Reber", "gru") if r["stopped"] != "goal"]
    assert len(others) == 3
    assert others == pytest.approx([2 / 3] * 3, abs=0.05)
    updates = ends("embedded Reber", "lstm")
    first, last = min(updates), max(updates)
    assert f"{first} to {last:,} updates of 32" in text
    assert f"{round(32 * first, -3):,} to {round(32 * last, -3):,} strings" in text


def test_what_the_text_says_of_agreement_is_so() -> None:
    plenty, scarce, far = (
        {kind: wrong(setting, kind, 4) for kind in CELLS.values()} for setting in SETTINGS
    )
    text = source("agreement-why")
    shown = re.search(r"RNN is wrong in (\d+) %.*LSTM in (\d+) %, the GRU in (\d+) %", text)
    assert shown
    assert [int(n) for n in shown.groups()] == [
        round(mean(scarce[kind])) for kind in ("rnn", "lstm", "gru")
    ]
    pairs = list(zip(scarce["rnn"], scarce["lstm"], strict=True))
    more, less = sum(a > b for a, b in pairs), sum(a < b for a, b in pairs)
    assert f"On {NUMERALS[more]} of ten seeds the RNN errs more" in text
    assert f"on {NUMERALS[less]} less" in text
    assert f"{NUMERALS[plenty['rnn'].count(0)].capitalize()} of ten RNNs make no error" in text
    assert f"the tenth errs in {max(plenty['rnn']):.0f} %" in text
    assert f"the only bad run is an LSTM, with {max(plenty['lstm']):.0f} %" in text
    assert max(plenty["gru"]) < 1
    failed = {kind: sum(e > 90 for e in errors) for kind, errors in far.items()}
    assert f"{NUMERALS[failed['rnn']]} of ten RNNs follow the last noun" in text
    assert f"{NUMERALS[failed['lstm']]} of ten LSTMs do, no GRU does" in text
    assert failed["gru"] == 0
    assert f"The mean of {round(mean(far['rnn']))} %" in text
    for kind in CELLS.values():  # "no error without an attractor, and more with every further one"
        means = [mean(wrong(SETTINGS[1], kind, k)) for k in range(5)]
        assert means == sorted(means)
        assert means[0] < 0.2


def test_the_papers_figures_stand_in_the_text() -> None:
    text = source("agreement")
    assert "less than 1 %" in text
    assert ", ".join(f"{a:.3f}" for a in [*PUBLISHED, 0.842]) in text


def middle(experiment: str, kind: str) -> float:
    never = [inf] * (10 - len(ends(experiment, kind)))
    return median([*ends(experiment, kind), *never])


PREDICTED: dict[str, float | list[float]] = {
    "predict-constant": 1 / 6,
    "predict-chance": (BEST - 0.25) / DEVIATION,
    "predict-start": len(ends("temporal order, orthogonal", "rnn")),
    "predict-reber": len(ends("embedded Reber", "rnn")),
    "predict-agreement": [mean(wrong(SETTINGS[1], "rnn", k)) for k in range(5)],
}
CHOSEN = {
    "predict-order": "GRU, LSTM",
    "predict-adding": min(CELLS, key=lambda label: middle("adding", CELLS[label])),
    "predict-far": "some err always, some never",
}


@pytest.mark.parametrize(("cell_id", "expected"), PREDICTED.items())
def test_what_a_prediction_opens_is_right(cell_id: str, expected: float | list[float]) -> None:
    assert predicted(cell(LECTURE, cell_id)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("cell_id", "expected"), CHOSEN.items())
def test_the_choice_that_a_prediction_opens_is_right(cell_id: str, expected: str) -> None:
    """The text and the figures of these runs are held against them above."""
    assert predicted(cell(LECTURE, cell_id)) == expected


def test_every_prediction_has_its_oracle() -> None:
    assert {c.id for c in boxes(LECTURE)} == PREDICTED.keys() | CHOSEN.keys()


def test_every_cell_has_one_colour_and_one_marker_in_all_lectures(monkeypatch: Any) -> None:
    monkeypatch.syspath_prepend(NOTEBOOKS)
    memory = importlib.import_module("memory_figures")
    writing = importlib.import_module("writing_figures")
    assert memory.LOOK is writing.LOOK
    assert set(memory.LOOK) == set(memory.CELLS.values()) == set(CELLS.values())
    assert "COLOURS" not in "".join(code.source for code in CODE)


@pytest.mark.parametrize("trainer", ["adding_trainer", "reber_trainer"])
def test_a_run_of_ones_own_is_drawn_in_the_panel_of_its_cell(
    monkeypatch: Any, trainer: str
) -> None:
    monkeypatch.syspath_prepend(NOTEBOOKS)
    memory = importlib.import_module("memory_figures")
    own = getattr(memory, trainer)()
    before = [len(ax.lines) for ax in own.picture.figure.axes]
    said = own._draw(memory.Attempt("GRU", 12, (25, 50), (-0.2, -0.1)))
    assert "Yours, GRU, seed 12" in said
    drawn = [list(ax.lines[-1].get_xdata()) for ax in own.picture.figure.axes]
    black = [ax.lines[-1].get_color() for ax in own.picture.figure.axes]
    assert [len(ax.lines) for ax in own.picture.figure.axes] == before
    assert drawn == [[], [25, 50], []]
    assert black == ["black"] * 3


def test_no_cell_is_longer_than_25_lines() -> None:
    assert [code.id for code in CODE if len(code.source.splitlines()) > 25] == []


def test_a_question_stands_before_every_result() -> None:
    for code in CODE:
        if code.id in {"setup", "predictions-made"} | PRACTICE:
            continue
        since = cells_since_question(LECTURE, code)
        assert since is not None, code.id
        assert not [c for c in since if c.cell_type == "code"], code.id


def test_no_result_goes_without_a_test() -> None:
    named = PRINTED.keys() | LIVE | PRACTICE | {"setup"}
    named |= {"baselines-values", "last-noun", "order-shown", "order-live", "chance-values"}
    named |= {"inside-values", "reber-by-hand", "predictions-made", *PREDICTED, *CHOSEN}
    assert {code.id for code in CODE if not code.id.startswith("figure-")} == named
