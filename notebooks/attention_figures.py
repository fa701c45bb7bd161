"""Figures of lecture 12: how far it gets, where it looks, what reaches the bottom of a stack.

Each function draws one figure and tells it in words, by blackboard.show. What is measured comes
from course_utils and the lecture's cells; here it is only drawn.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from blackboard import show
from writing_figures import LOOK

Floats = npt.NDArray[np.float64]

WAYS = {
    "without": ("LSTM, without attention", *LOOK["lstm"], "-"),
    "with": ("LSTM, with attention", "C5", "s", "-"),
    "without, longer": ("without, three times the updates", *LOOK["lstm"], ":"),
}
"""A network's name, colour, marker and line, in every figure of the lecture."""


def reach(right: Mapping[str, Sequence[Sequence[float]]], longest: int) -> None:
    """Draw the share of strings that are right over their length, a row of `right` a seed."""
    fig, ax = plt.subplots(figsize=(7.2, 3.3), layout="constrained")
    told = []
    for name, rows in right.items():
        label, colour, marker, line = WAYS[name]
        shares = 100 * np.array(rows)
        lengths = np.arange(1, shares.shape[1] + 1)
        mean = shares.mean(axis=0)
        ax.fill_between(lengths, shares.min(axis=0), shares.max(axis=0), color=colour, alpha=0.2)
        ax.plot(lengths, mean, color=colour, marker=marker, ls=line, ms=4, lw=1.6, label=label)
        shown = ", ".join(
            f"{n} digits {mean[n - 1]:.0f} ({shares[:, n - 1].min():.0f} to "
            f"{shares[:, n - 1].max():.0f})"
            for n in (10, 15, 20, 22, 24)
        )
        told.append(f"{label}, {len(rows)} seeds: {shown}.")
    ax.axvline(longest + 0.5, color="#777777", lw=1, ls="--")
    ax.text(longest + 0.7, 103, "never seen in training", fontsize=8.5, color="#333333")
    ax.set(xlabel="digits of the string", ylabel="strings right, in %", ylim=(-3, 112))
    ax.legend(fontsize=8.5, loc="lower left")
    ax.set_title("How far it gets: a line through the means, a band over the seeds")
    show(
        fig,
        "Share of strings that are right from first to last digit, in per cent, over their length; "
        "mean of the seeds, least and most in brackets. " + " ".join(told),
    )


def looks(weights: Floats, read: str, written: str) -> None:
    """Draw attention weights as a heat map: a row for each digit written, a column for one read."""
    fig, ax = plt.subplots(figsize=(7.2, 4.4), layout="constrained")
    picture = ax.imshow(100 * weights, cmap="Blues", vmin=0, vmax=100)
    ax.set_xticks(range(len(read)), read)
    ax.set_yticks(range(len(written)), written)
    ax.set(xlabel="read, from left to right", ylabel="written, from top to bottom")
    ax.set_title("Where it looks while it writes")
    for at, weight in np.ndenumerate(weights):
        if weight >= 0.05:
            colour = "#ffffff" if weight > 0.55 else "#1a1a1a"
            ax.text(at[1], at[0], f"{100 * weight:.0f}", ha="center", va="center", color=colour)
    fig.colorbar(picture, label="weight, in %")
    most = ", ".join(
        f"digit {m + 1} on place {row.argmax() + 1} ({100 * row.max():.0f} %)"
        for m, row in enumerate(weights)
    )
    show(fig, f"Attention weights while {read} is written backwards. Most weight lies: {most}.")


def touched(changed: Mapping[str, Sequence[bool]], place: int) -> None:
    """Draw which states change when one letter does: a row for each direction."""
    table = np.array([list(row) for row in changed.values()], dtype=float)
    fig, ax = plt.subplots(figsize=(7.2, 2.1), layout="constrained")
    ax.imshow(table, cmap="Blues", vmin=0, vmax=1.6, aspect="auto")
    ax.set_yticks(range(len(changed)), changed)
    ax.set_xticks(range(table.shape[1]), [f"{t}" for t in range(1, table.shape[1] + 1)])
    ax.set_xticks(np.arange(0.5, table.shape[1] - 1), minor=True)
    ax.set_yticks(np.arange(0.5, len(changed) - 1), minor=True)
    ax.grid(which="minor", color="#fbfbf8", lw=3)
    ax.tick_params(which="minor", length=0)
    ax.get_xticklabels()[place - 1].set_fontweight("bold")
    ax.set(xlabel="step", title=f"Dark: this state changes when letter {place} does")
    told = "; ".join(
        f"{name}: steps {', '.join(str(t) for t, c in enumerate(row, 1) if c)}"
        for name, row in changed.items()
    )
    show(fig, f"States that change when letter {place} does. {told}.")


def going_back(lengths: Mapping[str, Floats]) -> None:
    """Draw how long the gradient is, so many layers or steps back, on a logarithmic scale."""
    fig, ax = plt.subplots(figsize=(7.2, 3.3), layout="constrained")
    looks_of = [("C1", "o", "-"), ("C3", "v", "-"), ("C0", "D", "--"), ("C0", "D", "-")]
    told = []
    for (name, values), (colour, marker, line) in zip(lengths.items(), looks_of, strict=True):
        ax.plot(values, color=colour, marker=marker, ls=line, ms=4, lw=1.6, markevery=5, label=name)
        told.append(f"{name}: {values[10]:.2g} after 10, {values[-1]:.2g} after {len(values) - 1}.")
    ax.set(yscale="log", xlabel="layers or steps back", ylabel="length of the gradient")
    ax.legend(fontsize=8.5, handlelength=4)
    ax.set_title("What is left of a gradient of length 1")
    show(fig, "Length of a gradient that starts with 1. " + " ".join(told))


def costs(lengths: Floats, products: Mapping[str, Floats]) -> None:
    """Draw the number of products of a layer over the length of the text, both logarithmic."""
    fig, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
    told = []
    for (name, counts), (colour, marker) in zip(
        products.items(), (LOOK["lstm"], ("C5", "s")), strict=True
    ):
        ax.plot(lengths, counts, color=colour, marker=marker, ms=4, lw=1.6, label=name)
        told.append(f"{name}: {counts[0]:.1e} for {lengths[0]:.0f}, {counts[-1]:.1e} for "
                    f"{lengths[-1]:.0f} places.")  # fmt: skip
    ax.set(xscale="log", yscale="log", xlabel="places", ylabel="products of one layer")
    ax.legend(fontsize=8.5)
    ax.set_title("One grows with the length, the other with its square")
    show(fig, "Products of one layer over the length of the text. " + " ".join(told))
