"""Figures of lecture 10: what comes next, who is surprised, what is overlearned, who listens.

Each function draws one figure and tells it in words, by blackboard.show. What is measured comes
from course_utils; here it is only drawn.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from blackboard import show

LOOK = {"rnn": ("C1", "o"), "gru": ("C2", "^"), "lstm": ("C0", "D")}
"""A cell's colour and marker, the same in every lecture."""


def likeliest(expected: Mapping[str, Sequence[tuple[str, float]]]) -> None:
    """Draw the likeliest next letters after each of a few beginnings."""
    fig, axes = plt.subplots(1, len(expected), figsize=(7.2, 2.9), layout="constrained")
    told = []
    for ax, (beginning, found) in zip(axes, expected.items(), strict=True):
        names, shares = zip(*found, strict=True)
        ax.barh(range(len(names)), shares, color="C0")
        ax.set_yticks(range(len(names)), names)
        ax.invert_yaxis()
        ax.set(xlim=(0, 1), xticks=[0, 0.5, 1], xlabel="probability", title=f"after “{beginning}”")
        told.append(f"After “{beginning}”: {', '.join(f'{n} {p:.2f}' for n, p in found)}.")
    show(fig, " ".join(told))


def learning(measured: Sequence[Sequence[float]]) -> None:
    """Draw bits per letter against updates, on learned and on new text."""
    updates, learned, new = np.array(measured).T
    fig, ax = plt.subplots(figsize=(7.2, 3.0), layout="constrained")
    ax.plot(updates, learned, color="C0", lw=1.4, label="text it learns from")
    ax.plot(updates, new, color="C1", lw=1.4, ls="--", label="new chapters")
    ax.set(xscale="log", xlabel="updates", ylabel="bits per letter")
    ax.set_xticks([100, 1000, 10_000], ["100", "1,000", "10,000"])
    ax.minorticks_off()
    ax.legend()
    ax.set_title("Most is learned early, and new text is harder than learned text")
    ends = f"{learned[-1]:.2f} on the text it learns from and {new[-1]:.2f} on new chapters"
    show(
        fig,
        f"Bits per letter against the number of updates, both falling: from {learned[0]:.2f} "
        f"and {new[0]:.2f} after {updates[0]:.0f} updates to {ends} after {updates[-1]:.0f}.",
    )


def contest(ngrams: Sequence[float], writer: float, small: Mapping[str, float]) -> None:
    """Draw bits per letter of n-grams over n, with networks as lines across."""
    fig, ax = plt.subplots(figsize=(7.2, 3.4), layout="constrained")
    orders = range(1, len(ngrams) + 1)
    ax.plot(orders, ngrams, "s-", color="#555555", label="counted: the last n − 1 letters")
    ax.axhline(writer, color=LOOK["lstm"][0], lw=2.4, label="LSTM, 256 units")
    for cell, value in small.items():
        colour, marker = LOOK[cell]
        look = {"color": colour, "ls": ":", "lw": 1.4, "marker": marker, "markevery": [0, -1]}
        ax.plot([0.8, len(ngrams) + 0.2], [value] * 2, label=f"small {cell.upper()}", **look)
    ax.set(xlabel="n", ylabel="bits per letter", xlim=(0.5, len(ngrams) + 0.5))
    ax.legend(fontsize=8.5, ncols=2)
    ax.set_title("Counting gets better with n, and then worse")
    counted = ", ".join(f"{n}: {b:.2f}" for n, b in zip(orders, ngrams, strict=True))
    others = ", ".join(f"small {cell.upper()} {value:.2f}" for cell, value in small.items())
    show(
        fig,
        f"Bits per letter on the held-out chapters. N-grams by n: {counted}. The LSTM of 256 "
        f"units: {writer:.2f}. {others}.",
    )


def heated(names: Sequence[str], rows: Mapping[float, npt.NDArray[np.float64]]) -> None:
    """Draw the same scores as probabilities at several temperatures."""
    fig, axes = plt.subplots(1, len(rows), figsize=(7.2, 2.6), sharey=True, layout="constrained")
    for ax, (temperature, p) in zip(axes, rows.items(), strict=True):
        ax.bar(range(len(names)), p, color="C0")
        ax.set_xticks(range(len(names)), names)
        ax.set_title(f"T = {temperature:g}")
    axes[0].set(ylabel="probability", ylim=(0, 1))
    told = "; ".join(
        f"at T = {t:g} " + ", ".join(f"{n} {v:.2f}" for n, v in zip(names, p, strict=True))
        for t, p in rows.items()
    )
    show(fig, f"Bars of the probabilities: {told}.")


def overlearned(runs: Mapping[str, Sequence[Sequence[float]]]) -> None:
    """Draw learned and new text against updates, a panel for each share of dropout."""
    fig, axes = plt.subplots(1, len(runs), figsize=(7.2, 3.0), sharey=True, layout="constrained")
    told = []
    for ax, (share, measured) in zip(axes, runs.items(), strict=True):
        updates, learned, new = np.array(measured).T
        ax.plot(updates, learned, color="C0", label="learned text")
        ax.plot(updates, new, color="C1", ls="--", label="new chapters")
        best = int(np.argmin(new))
        ax.plot(updates[best], new[best], "v", color="C1", ms=7)
        ax.set(title=f"dropout {share}", xlabel="updates", ylim=(1.8, 4.2))
        told.append(
            f"Dropout {share}: at the end {learned[-1]:.2f} on learned and {new[-1]:.2f} on new "
            f"text, best on new text {new[best]:.2f} after {updates[best]:.0f} updates."
        )
    axes[0].set_ylabel("bits per letter")
    axes[0].legend(fontsize=8.5)
    show(fig, " ".join(told))


def tracking(wanted: npt.NDArray[np.float64], unit: npt.NDArray[np.float64], name: str) -> None:
    """Draw a unit's cell state against what it may track, a dot per letter, and each mean."""
    fig, ax = plt.subplots(figsize=(7.2, 3.0), layout="constrained")
    ax.plot(wanted, unit, ".", color="C0", ms=2, alpha=0.25)
    values = np.unique(wanted)
    means = np.array([unit[wanted == v].mean() for v in values])
    ax.plot(values, means, color="#333333", lw=1.6)
    ax.set(xlabel=name, ylabel="$C_t$ of the unit")
    ax.set_title("A dot for each letter, a line through the means")
    marks = np.linspace(0, len(values) - 1, 4).astype(int)
    told = ", ".join(f"{values[k]:.0f}: {means[k]:.2f}" for k in marks)
    show(fig, f"The unit's cell state against the {name}. Its mean at {told}.")


def heard(by_distance: Mapping[str, npt.NDArray[np.float64]]) -> None:
    """Draw the share of the gradient that falls on the last few letters, for each cell."""
    fig, ax = plt.subplots(figsize=(7.2, 3.1), layout="constrained")
    told = []
    for cell, shares in by_distance.items():
        colour, marker = LOOK[cell]
        back = np.cumsum(shares)
        distances = np.arange(1, len(back) + 1)
        ax.plot(distances, back, color=colour, marker=marker, markevery=8, label=cell.upper())
        half = int(np.argmax(back >= 0.5)) + 1
        most = int(np.argmax(back >= 0.9)) + 1
        told.append(f"{cell.upper()}: half within {half}, nine tenths within {most} letters.")
    ax.set(xlabel="letters back", ylabel="share of the gradient", ylim=(0, 1.02), xlim=(0, 60))
    ax.legend(loc="lower right")
    ax.set_title("How much of the listening falls on the last letters")
    show(fig, " ".join(told))
