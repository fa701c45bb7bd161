"""Encoders and decoders that say digits backwards, with and without attention: for lecture 12.

    OPENBLAS_NUM_THREADS=1 python -m course_utils.training.reversing

trains all of them (about a quarter of an hour on one core) and writes the folder backwards/ beside
this file. With names behind it, such as ``without``, it makes those again and leaves the others. On
one machine it writes the same weights each time, to the bit.
"""

import json
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np

from course_utils.cells import leaves, map_leaves
from course_utils.training.encoder_decoder import (
    EncoderDecoderParams,
    answer,
    encoder_decoder_gradients,
    start_encoder_decoder,
)
from course_utils.training.fit import fit
from course_utils.training.model import Batch
from course_utils.training.optimisers import Adam
from course_utils.training.schedules import cosine
from course_utils.training.small_weights import load_small, rounded, save_small
from course_utils.training.stored_runs import RUNS, make_runs
from course_utils.training.tasks.reversal import DIGITS, reversal

COMMAND = "OPENBLAS_NUM_THREADS=1 python -m course_utils.training.reversing"
STORED = Path(__file__).with_name("backwards")
SEEDS = {"without": 5, "with": 5, "without, longer": 3}
LENGTHS = tuple(range(1, 27))
"""Lengths at which a trained network is asked: those of training, and some beyond."""


class Setting(NamedTuple):
    """How a network is trained."""

    attends: bool
    units: int
    """of the encoder, and of the decoder"""
    embedding: int = 8
    longest: int = 20
    """Each update takes strings of one length, from 1 to this, all equally often."""
    updates: int = 4_000
    rate: float = 0.01
    strings: int = 64
    """of an update"""
    every: int = 400
    """updates between two measurements"""
    seed: int = 0


class Trained(NamedTuple):
    """A trained network and how it came about."""

    params: EncoderDecoderParams
    """in float32, as they were when they were best"""
    measured: tuple[tuple[int, float, float], ...]
    """after so many updates: mean loss in nats a digit, share of whole strings right"""


SETTINGS = {
    "without": Setting(attends=False, units=33),
    "with": Setting(attends=True, units=32),
    "without, longer": Setting(attends=False, units=33, updates=12_000, every=1_200),
}
"""The one without attention has a unit more, so that it has a few numbers more, not fewer."""
YOURSELF = {
    name: SETTINGS[name]._replace(longest=12, updates=1_500, every=100)
    for name in ("without", "with")
}
"""Shorter strings and fewer updates, some ten seconds: what a reader trains too."""


def train(
    setting: Setting, *, watch: Callable[[Any], bool] | None = None, progress: bool = True
) -> Trained:
    """Train a network on new strings at every update: none is ever seen twice on purpose.

    Adam along a cosine to a twentieth of its rate, clip 1, in float32. watch is that of ``fit``.
    """
    weights, drawn = np.random.SeedSequence(setting.seed).spawn(2)
    start: EncoderDecoderParams = map_leaves(
        lambda a: a.astype(np.float32),
        start_encoder_decoder(
            np.random.default_rng(weights), setting.units, DIGITS,
            embedding=setting.embedding, attends=setting.attends,
        ),
    )  # fmt: skip

    def draw(rng: np.random.Generator) -> Batch:
        return reversal(rng, setting.strings, int(rng.integers(1, setting.longest + 1)))

    def evaluate(params: EncoderDecoderParams) -> float:
        lengths = range(1, setting.longest + 1)
        return float(np.mean(whole_right(params, lengths, count=100, seed=1)))

    done = fit(
        start,
        draw,
        encoder_decoder_gradients,
        steps=setting.updates,
        optimiser=Adam(setting.rate),
        schedule=cosine(setting.updates, end=0.05),
        evaluate=evaluate,
        every=setting.every,
        watch=watch,
        seed=drawn,
        progress=progress,
        description="with attention" if setting.attends else "without attention",
    )
    measured = tuple((e.step, round(e.loss, 4), round(e.score, 4)) for e in done.evaluations)
    return Trained(done.params, measured)


def digits_right(
    params: EncoderDecoderParams, length: int, *, count: int = 500, seed: int = 2
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which digits it writes rightly when it is asked for strings of a length: (T, B)."""
    strings = reversal(np.random.default_rng((seed, length)), count, length)
    right = answer(params, strings.inputs, length).tokens == strings.targets
    return np.asarray(right)


def whole_right(
    params: EncoderDecoderParams, lengths: Sequence[int], *, count: int = 500, seed: int = 2
) -> list[float]:
    """Return, for each length, the share of strings that are right from first digit to last."""
    found = (digits_right(params, n, count=count, seed=seed).all(axis=0) for n in lengths)
    return [float(right.mean()) for right in found]


@cache
def reverser(name: str) -> EncoderDecoderParams:
    """Return a stored network, "without" attention or "with" it: the first of the seeds."""
    found: EncoderDecoderParams = load_small(STORED / f"{name}.npz")
    return found


@cache
def runs() -> dict[str, Any]:
    """Return what was measured when the networks were trained."""
    found: dict[str, Any] = json.loads((STORED / RUNS).read_text("utf-8"))
    return found


def make(name: str, folder: Path) -> dict[str, Any]:
    """Train a setting with each seed, store the first one's weights, return what was measured."""
    setting = SETTINGS[name]
    right, measured = [], []
    for seed in range(SEEDS[name]):
        done = train(setting._replace(seed=seed))
        if seed == 0 and name in YOURSELF:
            save_small(folder / f"{name}.npz", done.params)
        right.append([round(share, 3) for share in whole_right(rounded(done.params), LENGTHS)])
        measured.append(done.measured)
    numbers = sum(leaf.size for _, leaf in leaves(done.params))
    about = {"setting": setting._asdict(), "numbers": numbers}
    return about | {"right": right, "measured": measured}


def make_yourself() -> dict[str, Any]:
    """Train what a reader trains, once each; return what was measured on the way."""
    return {name: train(setting).measured for name, setting in YOURSELF.items()}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([*SETTINGS, "yourself"]))
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=STORED)
def main(names: tuple[str, ...], folder: Path) -> None:
    """Make what is named, or everything, and store it."""
    folder.mkdir(exist_ok=True)
    makers = {name: partial(make, name, folder) for name in SETTINGS}
    make_runs(folder, names, makers | {"yourself": make_yourself}, {"made by": COMMAND})


if __name__ == "__main__":
    main()
