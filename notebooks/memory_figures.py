"""Figures of lecture 7: what three cells reached, run by run, and one more run at a button.

Each function draws one figure and tells it in words. What is measured comes from course_utils;
here it is only drawn.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from blackboard import show
from live_figure import live
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from train_yourself import Attempt, TrainYourself
from writing_figures import LOOK

from course_utils.cells import softmax
from course_utils.training import ModelParams, predict
from course_utils.training.comparison import stored_runs
from course_utils.training.experiments import fit_adding, fit_agreement, fit_reber
from course_utils.training.tasks import tickets

CELLS = {"RNN": "rnn", "GRU": "gru", "LSTM": "lstm"}
SETTINGS = {
    "agreement": "plenty: 64,000 sentences",
    "agreement, 1000 sentences": "scarce: 1,000 sentences, seen again and again",
    "agreement, far": "far: 64,000 sentences, none of them short",
}
PUBLISHED = 100 * (1 - np.array([0.993, 0.972, 0.950, 0.922, 0.900]))
"""Wrong verbs in per cent, 0 to 4 attractors: Yogatama and others (2018)."""


def wrong(setting: str, cell: str) -> npt.NDArray[np.float64]:
    """Return wrong verbs in per cent, (10, 5): rows are seeds, columns numbers of attractors."""
    return 100 * np.array([run.errors for run in stored_runs(setting, cell)])


def order() -> None:
    """Draw the share right on temporal order against updates, ten runs in each panel."""
    fig, axes = _panels("temporal order", [25, 100, 500, 1500])
    axes[0].set(xlabel="", ylabel="share right", ylim=(0.15, 1.05), xlim=(20, 2000))
    axes[1].set_xlabel("updates of 64 sequences")
    for height, name in ((0.25, "chance"), (0.95, "goal")):
        _across(axes, height, name)
    scores = [run.score for run in stored_runs("temporal order", "rnn")]
    show(
        fig,
        f"Share right against updates, ten runs each, chance at 25 %, goal at 95 %. "
        f"{_told('temporal order')} The RNN runs end between {100 * min(scores):.1f} and "
        f"{100 * max(scores):.1f} % on the scoring set.",
    )


def cell_states(memories: Mapping[str, npt.NDArray[np.float64]], first: int, second: int) -> None:
    """Draw the four cell states over the steps, a panel for each pair of symbols."""
    fig, axes = plt.subplots(
        2, 2, sharex=True, sharey=True, figsize=(7.2, 4.2), layout="constrained"
    )
    for ax, (name, c) in zip(axes.flat, memories.items(), strict=True):
        for t in (first, second):
            ax.axvline(t, color="#bbbbbb", ls=":", lw=1.5)
        for unit, style in enumerate(("-", "--", "-.", ":")):
            ax.plot(range(1, len(c) + 1), c[:, unit], style, color=f"C{unit}", lw=1.6)
        ax.set_title(f"{name[0]} at step {first}, {name[1]} at step {second}")
    for ax in axes[1]:
        ax.set_xlabel("step t")
    for ax in axes[:, 0]:
        ax.set_ylabel("$C_t$")
    show(
        fig,
        f"Four panels, one per pair, each with the four cell states of the trained LSTM over 50 "
        f"steps. Dotted lines mark the two symbols, at steps {first} and {second}. Before the "
        f"first mark all panels are alike; after each mark the panels with another symbol there "
        f"part.",
    )


def way_back(sizes: Mapping[str, npt.NDArray[np.float64]], places: Sequence[int]) -> None:
    """Draw the size of the gradient at every step on its way back from the answer."""
    fig, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
    for t in places:
        ax.axvline(t, color="#bbbbbb", ls=":", lw=1.5)
    for label, size in sizes.items():
        colour, marker = LOOK[CELLS[label]]
        look = {"color": colour, "marker": marker, "markevery": 7, "ms": 5}
        ax.semilogy(range(1, len(size) + 1), size, label=label, **look)
    ax.set(xlabel="step t; the answer is asked at step 50", ylabel="size of the gradient")
    ax.set(xlim=(0, 51), ylim=(1e-14, 1e3), xticks=[1, 10, 20, 30, 40, 50])
    ax.legend(loc="lower right")
    ax.set_title("What the first symbol hears of the answer")
    show(
        fig,
        "The median size of the gradient over 100 sequences, from step 1 to step 50, on a "
        "logarithmic scale, one line per cell. At the first symbol the LSTM's is more than a "
        "thousand times the RNN's, each measured by what it is at step 50.",
    )


def agreement() -> None:
    """Draw each seed's share of wrong verbs against the attractors, a panel for each setting."""
    fig, axes = plt.subplots(1, 3, sharey=True, figsize=(7.2, 3.5), layout="constrained")
    for ax, (setting, words) in zip(axes, SETTINGS.items(), strict=True):
        _dots(ax, setting)
        ax.set_title(words.split(":")[0])
    axes[0].set_ylabel("wrong verbs in %")
    axes[0].annotate("last noun", (1.2, 92), color="#333333")
    axes[1].set_xlabel("attractors between subject and verb")
    axes[1].plot(range(5), PUBLISHED, "k_-", lw=1, ms=8, label="published")
    fig.legend(*axes[1].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    far = {label: wrong("agreement, far", cell)[:, 4] for label, cell in CELLS.items()}
    always = ", ".join(f"{(errors > 90).sum()} of 10 {label}s" for label, errors in far.items())
    never = ", ".join(f"{(errors < 10).sum()} {label}s" for label, errors in far.items())
    show(
        fig,
        f"Three panels, plenty, scarce and far: wrong verbs in per cent over 0 to 4 attractors, a "
        f"dot per seed, a line for the mean. In plenty nearly all lie at 0. In scarce they rise "
        f"with each attractor. In far, with four attractors, {always} are wrong nearly always, and "
        f"{never} nearly never.",
    )


def adding_trainer() -> TrainYourself:
    """Return the stored errors of adding, with a button that adds a run of one's own."""
    fig, axes = _panels("adding", [50, 250, 1000], sign=-1)
    axes[0].set(yscale="log", ylabel="squared error", ylim=(0.001, 0.4), xlim=(20, 3500))
    axes[0].set_yticks([0.001, 0.01, 0.1], ["0.001", "0.01", "0.1"])
    axes[1].set_xlabel("updates of 32 sequences")
    for height, name in ((1 / 6, "always 1"), (0.005, "goal")):
        _across(axes, height, name)
    return _with_a_button(fig, axes, "adding", fit_adding, "squared error", sign=-1)


def reber_trainer() -> TrainYourself:
    """Return the stored shares of Reber's grammar, with a button that adds a run of one's own."""
    fig, axes = _panels("embedded Reber", [50, 250, 1000])
    axes[0].set(ylabel="strings solved", ylim=(-0.03, 1.08), xlim=(40, 3000))
    axes[1].set_xlabel("updates of 32 strings")
    _across(axes, 0.5, "forgets the\nsecond symbol", below=True)
    return _with_a_button(fig, axes, "embedded Reber", fit_reber, "share solved")


def agreement_trainer() -> TrainYourself:
    """Return the setting with scarce sentences, with a button that adds an eleventh seed."""
    setting = "agreement, 1000 sentences"
    fig, ax = plt.subplots(figsize=(7.2, 3.6), layout="constrained")
    _dots(ax, setting)
    (own,) = ax.plot([], [], "ks-", lw=2.2, ms=5, label="yours")
    ax.set(xlabel="attractors between subject and verb", ylabel="wrong verbs in %")
    ax.set_title("Scarce: 1,000 sentences, seen again and again")
    ax.legend(loc="center left")
    at_four = {label: wrong(setting, cell)[:, 4] for label, cell in CELLS.items()}
    spans = [f"{label} {e.min():.0f} to {e.max():.0f}" for label, e in at_four.items()]
    stored = f"Scarce, four attractors, ten stored seeds, wrong verbs in %: {', '.join(spans)}."

    def draw(attempt: Attempt | None) -> str:
        if attempt is None or attempt.outcome is None:
            return stored
        errors = 100 * attempt.outcome.errors
        own.set_data(range(5), errors)
        shown = ", ".join(f"{e:.1f}" for e in errors)
        return f"{stored} Yours, {attempt.cell}, seed {attempt.seed}, with 0 to 4: {shown}."

    def train(label: str, seed: int, watch: Callable[[Any], bool]) -> Any:
        return fit_agreement(CELLS[label], seed, examples=1000, progress=False, watch=watch)

    return TrainYourself(fig, draw, train, cells=list(CELLS))


def ticket_readers(readers: Mapping[str, ModelParams]) -> None:
    """Display what trained cells say after a story that the reader chooses."""
    fig, axes = plt.subplots(1, 2, sharey=True, figsize=(7.2, 3.0), layout="constrained")
    bars = {}
    for ax, label in zip(axes, readers, strict=True):
        colour, _ = LOOK[CELLS[label]]
        bars[label] = ax.barh(tickets.THINGS, np.zeros(8), color=colour, height=0.7)
        ax.axvline(1 / 8, color="#333333", lw=1, ls=":")
        ax.set(xlim=(0, 1.02), xticks=[0, 0.5, 1], xlabel=f"the {label}'s probability")
    axes[0].invert_yaxis()

    def tell(thing: str, more: int) -> str:
        told = tickets.stories(np.random.default_rng(more), 200, (more, more))
        k = int(np.argmax(told.batch.targets[0] == tickets.THINGS.index(thing)))
        at = int(np.argmax(np.asarray(told.batch.mask)[:, k]))
        words = []
        for label, params in readers.items():
            shares = softmax(predict(params, told.batch.inputs[:, [k]])[at, 0])
            for bar, share in zip(bars[label], shares, strict=True):
                bar.set_width(share)
            best = int(shares.argmax())
            sure = (
                f"says {tickets.THINGS[best]}" if shares[best] > 0.5 else "gives no thing one half"
            )
            words.append(f"the {label} {sure}")
        fig.suptitle(f"… she finally printed her ____   ({told.distance[k]} words ago: {thing})")
        return f"{told.distance[k]} words after {thing}, {' and '.join(words)}."

    live(
        fig,
        tell,
        thing=widgets.Dropdown(options=tickets.THINGS, description="thing"),
        more=widgets.IntSlider(2, min=1, max=4, description="sentences"),
    )


def _panels(
    experiment: str, ticks: Sequence[int], sign: int = 1
) -> tuple[Figure, npt.NDArray[np.object_]]:
    """A panel for each cell with its ten stored runs, a mark where each of them ends."""
    fig, axes = plt.subplots(
        1, 3, sharex=True, sharey=True, figsize=(7.2, 3.1), layout="constrained"
    )
    for ax, (label, cell) in zip(axes, CELLS.items(), strict=True):
        colour, marker = LOOK[cell]
        for run in stored_runs(experiment, cell):
            scores = sign * np.array(run.scores)
            ax.plot(run.steps, scores, color=colour, lw=1, alpha=0.75)
            ax.plot(run.steps[-1], scores[-1], marker, color=colour, ms=5)
        solved = sum(run.solved for run in stored_runs(experiment, cell))
        ax.set(xscale="log", title=f"{label}: {solved} of 10")
        ax.set_xticks(ticks, [f"{t:,}" for t in ticks])
        ax.minorticks_off()
    return fig, axes


def _across(
    axes: npt.NDArray[np.object_], height: float, name: str, *, below: bool = False
) -> None:
    """A dotted line across all panels, named at the right of the middle one."""
    for ax in axes:
        ax.axhline(height, color="#333333", lw=1, ls=":", zorder=1)
    at = {"xy": (1, height), "xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
    where = {"xytext": (-2, -3 if below else 2), "va": "top" if below else "bottom"}
    axes[1].annotate(name, ha="right", color="#333333", fontsize=9, **at, **where)


def _told(experiment: str) -> str:
    """How many of the stored runs reached the goal, and when, in words."""
    parts = []
    for label, cell in CELLS.items():
        runs = stored_runs(experiment, cell)
        ends = [run.steps[-1] for run in runs if run.solved]
        after = f" after {min(ends)} to {max(ends)} updates" if ends else ""
        parts.append(f"{label} {len(ends)} of {len(runs)}{after}")
    return "Goal reached by " + ", ".join(parts) + "."


def _dots(ax: Axes, setting: str) -> None:
    """A dot per seed, a line for the mean, dotted the follower of the last noun."""
    ax.plot([0, 1, 4], [0, 100, 100], color="#333333", lw=1, ls=":")
    for shift, (label, cell) in zip((-0.16, 0, 0.16), CELLS.items(), strict=True):
        errors = wrong(setting, cell)
        at = np.arange(5) + shift
        colour, marker = LOOK[cell]
        ax.plot(at, errors.mean(axis=0), color=colour, marker=marker, ms=6, lw=1.8, label=label)
        each = {"color": colour, "marker": marker, "ms": 3.5, "alpha": 0.55, "mew": 0}
        ax.plot(np.tile(at, 10), errors.ravel(), ls="", **each)
    ax.set(xticks=range(5), ylim=(-4, 106), yticks=[0, 50, 100])


def _with_a_button(
    fig: Figure,
    axes: npt.NDArray[np.object_],
    experiment: str,
    fit: Callable[..., Any],
    name: str,
    sign: int = 1,
) -> TrainYourself:
    """The figure with a black line for a run of one's own, in the panel of its cell."""
    own = {
        label: ax.plot([], [], color="black", lw=2.4, marker="s", ms=3)[0]
        for ax, label in zip(axes, CELLS, strict=True)
    }

    def draw(attempt: Attempt | None) -> str:
        if attempt is None:
            return f"Ten stored runs each. {_told(experiment)}"
        own[attempt.cell].set_data(attempt.steps, sign * np.array(attempt.scores))
        done = attempt.outcome
        so_far = "" if done is None else f", on new data {sign * done.score:.4f}"
        now = f"{sign * attempt.scores[-1]:.4f}" if attempt.scores else "not measured yet"
        last = attempt.steps[-1] if attempt.steps else 0
        return (
            f"{_told(experiment)} Yours, {attempt.cell}, seed {attempt.seed}: {name} {now} after "
            f"{last} updates{so_far}."
        )

    def train(label: str, seed: int, watch: Callable[[Any], bool]) -> Any:
        return fit(CELLS[label], seed, progress=False, watch=watch)

    return TrainYourself(fig, draw, train, cells=list(CELLS))
