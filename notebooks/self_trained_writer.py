"""The button of lecture 10 that trains a small network on the first chapters, and lets it write."""

from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from train_yourself import Attempt, TrainYourself
from writing_figures import LOOK

from course_utils.training.small_weights import rounded
from course_utils.training.stored_writers import continued, runs
from course_utils.training.tasks.novel import stored
from course_utils.training.writing import YOURSELF, Written, train

_LETTERS = 300


def writer_trainer() -> TrainYourself:
    """Return the stored curves of three cells, with a button that adds one of your own."""
    fig, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
    ends = {}
    for cell, found in runs()["yourself"].items():
        updates, _, new = np.array(found["measured"]).T
        colour, marker = LOOK[cell]
        ax.plot(updates, new, color=colour, marker=marker, ms=4, lw=1.4, label=cell.upper())
        ends[cell.upper()] = new[-1]
    (own,) = ax.plot([], [], color="black", lw=2.2, marker="s", ms=3, label="yours")
    ax.set(
        xlabel="updates", ylabel="bits per letter, new chapters", xlim=(0, 2050), ylim=(2.4, 3.8)
    )
    ax.legend()

    def draw(attempt: Attempt | None) -> str:
        stored_ends = ", ".join(f"{cell} {value:.2f}" for cell, value in ends.items())
        said = f"Bits per letter on new chapters, stored, after 2,000 updates: {stored_ends}."
        if attempt is None or not attempt.steps:
            return said
        nats = -np.array(attempt.scores)
        own.set_data(attempt.steps, nats)
        said += f" Yours, {attempt.cell}: {nats[-1]:.2f} after {attempt.steps[-1]}."
        return said + _own_text(attempt.outcome)

    return TrainYourself(fig, draw, _train, cells=[cell.upper() for cell in YOURSELF])


def _train(label: str, seed: int, watch: Callable[[Any], bool]) -> Written:
    setting = YOURSELF[label.lower()]._replace(seed=seed)
    parts = stored("beginning"), stored("stopping")
    return train(*parts, setting, watch=watch, progress=False)


def _own_text(done: Written | None) -> str:
    if done is None:
        return ""
    text = continued(rounded(done.params), "The ", _LETTERS, 0.7, 0)
    return f" It writes: “The {' '.join(text.split())}”"
