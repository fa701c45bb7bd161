"""The button of lecture 12 that trains an encoder and decoder, with attention or without."""

from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from attention_figures import WAYS
from train_yourself import Attempt, TrainYourself

from course_utils.training.encoder_decoder import answer
from course_utils.training.reversing import YOURSELF, Trained, runs, train
from course_utils.training.small_weights import rounded

_ASKED = "271828182845"


def reverser_trainer() -> TrainYourself:
    """Return the stored curves of both, with a button that adds one of your own."""
    fig, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
    ends = {}
    for name, measured in runs()["yourself"].items():
        updates, _, right = np.array(measured).T
        label, colour, marker, _ = WAYS[name]
        ax.plot(updates, 100 * right, color=colour, marker=marker, ms=4, lw=1.4, label=label)
        ends[name] = right[-1]
    (own,) = ax.plot([], [], color="black", lw=2.2, marker="s", ms=3, label="yours")
    last = YOURSELF["with"].updates
    ax.set(xlabel="updates", ylabel="strings right, in %", xlim=(0, 1.03 * last), ylim=(-3, 103))
    ax.legend()

    def draw(attempt: Attempt | None) -> str:
        stored = ", ".join(f"{name} attention {100 * right:.0f} %" for name, right in ends.items())
        said = f"Strings of 1 to {YOURSELF['with'].longest} digits, stored, after {last}: {stored}."
        if attempt is None or not attempt.steps:
            return said
        own.set_data(attempt.steps, 100 * np.array(attempt.scores))
        said += f" Yours, {attempt.cell}: {100 * attempt.scores[-1]:.0f} % after "
        return said + f"{attempt.steps[-1]}." + _own_answer(attempt.outcome)

    cells = [f"{name} attention" for name in YOURSELF]
    return TrainYourself(fig, draw, _train, cells=cells)


def _train(label: str, seed: int, watch: Callable[[Any], bool]) -> Trained:
    setting = YOURSELF[label.removesuffix(" attention")]._replace(seed=seed)
    return train(setting, watch=watch, progress=False)


def _own_answer(done: Trained | None) -> str:
    if done is None:
        return ""
    read = np.array([int(digit) for digit in _ASKED])[:, None]
    written = answer(rounded(done.params), read, len(_ASKED)).tokens[:, 0]
    return f" Asked for {_ASKED}, it says {''.join(map(str, written))}."
