"""A button that trains a cell while the page stays usable, and draws it beside what is stored.

The notebooks beside it import it. Without a kernel the stored picture and its words stay.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from html import escape
from typing import Any, NamedTuple

import ipywidgets as widgets
from live_figure import Picture
from matplotlib.figure import Figure

_SECONDS = 1.0
"""between two drawings, or four times as long as the last one took: drawing holds training up"""
_FIRST = {"button_color": "#0072B2", "text_color": "#FFFFFF"}
_ROW = widgets.Layout(flex_flow="row wrap", align_items="center")


class Attempt(NamedTuple):
    """A run of one's own, as far as it has come."""

    cell: str
    seed: int
    steps: tuple[int, ...]
    """after which it was evaluated"""
    scores: tuple[float, ...]
    outcome: Any = None
    """what `train` gave, once it is done"""


class TrainYourself:
    """Train a cell by a button, stop it by another, and see the curve grow.

    train(cell, seed, watch) fits and returns; it calls watch(evaluation) now and then and ends
    when that returns True. draw(attempt) moves the figure's artists, for None to what is stored
    alone, and returns in words what they show. Training runs beside the kernel's own thread: other
    cells can be run meanwhile.
    """

    def __init__(
        self,
        figure: Figure,
        draw: Callable[[Attempt | None], str],
        train: Callable[[str, int, Callable[[Any], bool]], Any],
        *,
        cells: Sequence[str],
        seed: int = 10,
    ) -> None:
        self.picture, self._draw, self._train = Picture(figure), draw, train
        self.cell = widgets.Dropdown(options=list(cells), value=cells[-1], description="cell")
        self.seed = widgets.BoundedIntText(value=seed, min=0, max=99_999, description="seed")
        self.start = widgets.Button(description="Train it yourself", style=_FIRST)
        self.stop = widgets.Button(description="Stop", disabled=True)
        self.status = widgets.HTML()
        self._stop_asked = False
        self.running: asyncio.Task[None] | None = None
        self.start.on_click(self._on_start)
        self.stop.on_click(self._on_stop)
        self._say("The figure shows the stored runs.")

    def display(self) -> None:
        """Display the controls over the figure with the stored runs."""
        self.picture.draw(self._draw(None))
        row = widgets.Box([self.cell, self.seed, self.start, self.stop], layout=_ROW)
        self.picture.display_under(row, self.status)

    def _on_start(self, _button: object) -> None:
        if self.running is not None and not self.running.done():
            return
        self.running = asyncio.get_running_loop().create_task(self.run())

    def _on_stop(self, _button: object) -> None:
        self._stop_asked = True
        self._say("Stopping after the next evaluation.")

    async def run(self) -> None:
        """Train once, with the cell and the seed that are set; draw as it goes."""
        self._stop_asked = False
        self._enable(running=True)
        attempt = Attempt(self.cell.value, self.seed.value, (), ())
        heard: list[Any] = []

        def watch(evaluation: Any) -> bool:
            heard.append(evaluation)
            return self._stop_asked

        name = f"{attempt.cell}, seed {attempt.seed}"
        self._say(f"Training {name}.")
        job = asyncio.ensure_future(
            asyncio.to_thread(self._train, attempt.cell, attempt.seed, watch)
        )
        pause = _SECONDS
        while not job.done():
            await asyncio.wait([job], timeout=pause)
            if len(heard) > len(attempt.steps):
                attempt = _grown(attempt, heard)
                began = time.perf_counter()
                self.picture.draw(self._draw(attempt))
                pause = max(_SECONDS, 4 * (time.perf_counter() - began))
                self._say(f"Training {name}: {attempt.steps[-1]} steps.")
        self._enable(running=False)
        if (error := job.exception()) is not None:
            self._say(f"Training {name} failed: {escape(str(error))}")
            return
        attempt = _grown(attempt, heard)._replace(outcome=job.result())
        self.picture.draw(self._draw(attempt))
        ended = "stopped" if self._stop_asked else "ended"
        steps = f"{attempt.steps[-1]} steps" if attempt.steps else "the first evaluation"
        self._say(f"Training {name} {ended} after {steps}.")

    def _enable(self, *, running: bool) -> None:
        for control in (self.cell, self.seed, self.start):
            control.disabled = running
        self.stop.disabled = not running

    def _say(self, text: str) -> None:
        self.status.value = f'<span role="status">{text}</span>'


def _grown(attempt: Attempt, heard: Sequence[Any]) -> Attempt:
    seen = tuple(heard)
    return attempt._replace(steps=tuple(e.step for e in seen), scores=tuple(e.score for e in seen))
