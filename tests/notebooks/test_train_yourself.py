"""The button that trains: the curve grows, stopping stops, an error is said, the page stays."""

import asyncio
import importlib
import threading
from typing import Any, NamedTuple

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt

from tests.notebooks.stored import NOTEBOOKS

mpl.use("agg")


class Evaluation(NamedTuple):
    step: int
    score: float


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(NOTEBOOKS))
    return importlib.import_module("train_yourself")


def trainer(module: Any, train: Any) -> tuple[Any, list[Any]]:
    figure, ax = plt.subplots(figsize=(1, 1))
    (line,) = ax.plot([], [])
    drawn: list[Any] = []

    def draw(attempt: Any) -> str:
        drawn.append(attempt)
        if attempt is None:
            return "stored"
        line.set_data(attempt.steps, attempt.scores)
        return f"yours {attempt.steps}"

    made = module.TrainYourself(figure, draw, train, cells=["RNN", "LSTM"])
    plt.close(figure)
    return made, drawn


def test_it_trains_the_cell_and_seed_that_are_set_and_draws_what_came_out(module: Any) -> None:
    asked = []

    def train(cell: str, seed: int, watch: Any) -> str:
        asked.append((cell, seed, threading.current_thread() is threading.main_thread()))
        assert not watch(Evaluation(10, 0.5))
        assert not watch(Evaluation(20, 0.75))
        return "result"

    made, drawn = trainer(module, train)
    made.cell.value, made.seed.value = "RNN", 42
    asyncio.run(made.run())
    assert asked == [("RNN", 42, False)]
    assert drawn[-1] == module.Attempt("RNN", 42, (10, 20), (0.5, 0.75), "result")
    assert "yours (10, 20)" in made.picture.words.value
    assert "RNN, seed 42 ended after 20 steps" in made.status.value
    assert [made.start.disabled, made.stop.disabled] == [False, True]


def test_stop_ends_it_at_the_next_evaluation(module: Any) -> None:
    def train(cell: str, seed: int, watch: Any) -> int:
        watch(Evaluation(10, 0.5))
        made.stop.click()
        return next(step for step in (20, 30, 40) if watch(Evaluation(step, 0.5)))

    made, drawn = trainer(module, train)
    asyncio.run(made.run())
    assert drawn[-1].outcome == 20
    assert "stopped after 20 steps" in made.status.value


def test_an_error_is_said_and_the_button_works_again(module: Any) -> None:
    def train(cell: str, seed: int, watch: Any) -> None:
        raise ValueError("the fit has <diverged>")

    made, _ = trainer(module, train)
    asyncio.run(made.run())
    assert "failed: the fit has &lt;diverged&gt;" in made.status.value
    assert not made.start.disabled


def test_two_clicks_are_one_run(module: Any) -> None:
    calls = []

    def train(cell: str, seed: int, watch: Any) -> None:
        calls.append(cell)

    made, _ = trainer(module, train)

    async def click_twice() -> None:
        made.start.click()
        made.start.click()
        await made.running

    asyncio.run(click_twice())
    assert calls == ["LSTM"]


def test_what_stays_without_a_kernel_is_the_stored_picture(
    module: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[dict[str, Any]] = []
    live_figure = importlib.import_module("live_figure")
    monkeypatch.setattr(live_figure, "display", lambda bundle, **_: shown.append(bundle))
    made, drawn = trainer(module, None)
    made.display()
    assert drawn == [None]
    assert shown[0]["text/plain"] == "stored"
    assert shown[0]["image/png"]


def test_a_seed_out_of_range_is_cut_to_it(module: Any) -> None:
    made, _ = trainer(module, None)
    made.seed.value = -5
    assert made.seed.value == 0
