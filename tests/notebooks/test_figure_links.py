"""Links in the lectures that set an explorer: each names one of its notebook, and works."""

import ast
import re
from math import exp, tanh
from typing import Any
from urllib.parse import parse_qsl

import pytest

from course_utils.widgets import CellExplorer, EmbeddingTable, GradientFlow
from tests.notebooks.stored import cell, notebook
from tests.widgets.in_node import seen
from tests.widgets.views.in_node import asked

LECTURES = ("01_recurrent_state", "04_lstm_gate_by_gate", "05_gru")
VIEWS = {"gradient-flow": GradientFlow, "embedding": EmbeddingTable}
"""What links call the other figures."""
LINKED = (*LECTURES, "02_words_in_words_out")


def explorers(name: str) -> dict[str, str]:
    """The kind of each explorer that the lecture shows, by the name that links call it."""
    found = {}
    for code in (c for c in notebook(f"{name}.ipynb").cells if c.cell_type == "code"):
        last = ast.parse(code.source).body[-1] if code.source else None
        shown = {n for n in ast.walk(ast.parse(code.source)) if isinstance(n, ast.Call)}
        if not isinstance(last, ast.Expr):
            continue
        for call in shown:
            if getattr(call.func, "id", "") == "CellExplorer" and call.col_offset < 20:
                kind = ast.literal_eval(call.args[0])
                named = {k.arg: k.value for k in call.keywords}.get("name")
                found.setdefault(ast.literal_eval(named) if named else kind, kind)
    return found


def links(name: str) -> list[dict[str, str]]:
    sources = [c.source for c in notebook(f"{name}.ipynb").cells if c.cell_type == "markdown"]
    found = re.findall(r"\]\(#(explore=[^)]*)\)", "\n".join(sources))
    return [dict(parse_qsl(link, keep_blank_values=True)) for link in found]


@pytest.mark.parametrize("name", LINKED)
def test_every_link_can_be_followed(name: str) -> None:
    known = explorers(name)
    assert len(links(name)) >= 2
    for link in links(name):
        called = link.pop("explore")
        if called in VIEWS:
            view = asked(VIEWS[called](), {"link": link})
        else:
            view = seen(CellExplorer(known[called]), link=link)
        assert not view["problem"], view["message"]


@pytest.mark.parametrize("name", LINKED)
def test_only_one_figure_answers_to_the_name_of_a_link(name: str) -> None:
    codes = [c.source for c in notebook(f"{name}.ipynb").cells if c.cell_type == "code"]
    for called in {link["explore"] for link in links(name)}:
        if called in VIEWS:
            assert sum(f"{VIEWS[called].__name__}(" in source for source in codes) == 1
        elif called == "play":
            assert sum('name="play"' in source for source in codes) == 1
        else:
            assert sum(f'CellExplorer("{called}"' in source for source in codes) == 1


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


def states(step: Any, inputs: tuple[float, ...]) -> list[float]:
    found, h = [], 0.0
    for x in inputs:
        h = step(x, h)
        found.append(h)
    return found


ONE, TWO = (1, 0, 0, 0, 0, 0), (1, 0, 0, 1, 0, 0)


def said(name: str, cell_id: str = "play-steps") -> set[str]:
    text: str = cell(notebook(f"{name}.ipynb"), cell_id).source.split("What to see")[1]
    return set(re.findall(r"\d\.\d{4}", text))


def written(*numbers: float) -> set[str]:
    return {f"{abs(number):.4f}" for number in numbers}


def test_the_numbers_of_lecture_1_are_those_of_a_plain_loop() -> None:
    echo, whole = (states(lambda x, h, w=w: tanh(w * h + x), ONE) for w in (0.5, 1.0))
    assert [h < 0.1 for h in echo].index(True) == 3
    assert said("01_recurrent_state") == written(echo[3], whole[0], whole[1], whole[5])


def test_the_numbers_of_lecture_4_are_those_of_a_plain_loop() -> None:
    def carried(inputs: tuple[float, ...], forget: float = 6) -> list[float]:
        return states(lambda x, c: sigmoid(forget) * c + sigmoid(12 * x - 6) * tanh(2 * x), inputs)

    once, twice = carried(ONE), carried(TWO)
    shown = (sigmoid(6) * tanh(once[0]), sigmoid(6) * tanh(twice[3]))
    assert said("04_lstm_gate_by_gate") == written(
        once[0], once[5], sigmoid(6), twice[3], *shown, carried(ONE, 0)[5]
    )


def test_the_numbers_of_lecture_5_are_those_of_a_plain_loop() -> None:
    def step(x: float, h: float) -> float:
        z = sigmoid(6 - 12 * x)
        return z * h + (1 - z) * tanh(2 * x)

    once, twice = states(step, ONE), states(step, TWO)
    z, r = sigmoid(6), sigmoid(6)
    chung = (1 - z) * 0.8 + z * tanh(1.5 * r * 0.8 - 1)
    assert said("05_gru") == written(once[0], once[5], twice[3])
    assert said("05_gru", "conventions-live") == written(chung)
