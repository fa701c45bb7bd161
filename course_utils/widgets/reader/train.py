"""The model that reads a student's sentence: how it was trained, and how it is loaded.

    python -m course_utils.widgets.reader.train

draws the text, fits the model (about two minutes on one core) and writes model.npz and model.json
beside this file. The second holds what was measured on held-out sentences; a test measures again.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np

from course_utils.cells import map_leaves, softmax
from course_utils.training import (
    Adam,
    ModelParams,
    fit,
    load_params,
    loss_and_gradients,
    predict,
    save_params,
    start_model,
)
from course_utils.training.language_model import held_out_cross_entropy
from course_utils.training.schedules import cosine
from course_utils.training.tasks.language import (
    Corpus,
    bigram_baseline,
    unigram_baseline,
    windows,
)
from course_utils.widgets.reader import grammar

FOLDER = Path(__file__).parent
PARAMS, FIGURES = FOLDER / "model.npz", FOLDER / "model.json"
UNITS, EMBEDDING, STEPS, SEED = 20, 12, 4000, 0
TRAIN_SENTENCES, HELD_OUT_SENTENCES, HELD_OUT_SEED = 20_000, 2_000, 10_000


class Measured(NamedTuple):
    """Perplexities of the held-out sentences (exp of nats a token), and agreement."""

    perplexity: float
    least_possible: float
    """of one who knows the grammar"""
    bigrams: float
    unigrams: float
    agreement: float
    """the share of verbs of the right number, where something stands between them and the noun"""


@cache
def texts() -> tuple[Corpus, grammar.Text]:
    """Return the text, in its two parts, and the held-out part with what is known of it."""
    train = grammar.text(np.random.default_rng(SEED), TRAIN_SENTENCES)
    held_out = grammar.text(np.random.default_rng(HELD_OUT_SEED), HELD_OUT_SENTENCES)
    return Corpus(grammar.VOCABULARY, train.tokens, held_out.tokens), held_out


def train(seed: int = SEED, *, steps: int = STEPS, progress: bool = True) -> ModelParams:
    """Fit the model from scratch; its numbers are those of float32, as which they are stored."""
    corpus, _ = texts()
    start = start_model(
        np.random.default_rng(seed),
        "lstm",
        UNITS,
        len(grammar.VOCABULARY),
        vocabulary=len(grammar.VOCABULARY),
        embedding=EMBEDDING,
    )
    done = fit(
        start,
        lambda rng: windows(rng, corpus.train, 32, 40),
        loss_and_gradients,
        steps=steps,
        optimiser=Adam(0.01),
        schedule=cosine(steps, end=0.02),
        seed=seed,
        progress=progress,
        description="the reading model",
    )
    return _as_type(np.float64, _as_type(np.float32, done.params))


def measure(params: ModelParams) -> Measured:
    """Measure a model on the held-out sentences, beside what counting words reaches."""
    corpus, held_out = texts()
    logits = predict(params, held_out.tokens[:, None])[:, 0]
    return Measured(
        perplexity=float(np.exp(held_out_cross_entropy(params, corpus))),
        least_possible=float(np.exp(held_out.entropy)),
        bigrams=float(np.exp(bigram_baseline(corpus))),
        unigrams=float(np.exp(unigram_baseline(corpus))),
        agreement=grammar.agreement(softmax(logits), held_out),
    )


def load() -> ModelParams:
    """Return the stored model, in float64 as the cells compute."""
    return _as_type(np.float64, load_params(PARAMS))


def stored_figures() -> Measured:
    """What was measured when the model was stored."""
    return Measured(**json.loads(FIGURES.read_text()))


def _as_type(dtype: Any, params: ModelParams) -> ModelParams:
    converted: ModelParams = map_leaves(lambda array: array.astype(dtype), params)
    return converted


@click.command()
@click.option("--seed", default=SEED, show_default=True)
@click.option("--steps", default=STEPS, show_default=True)
@click.option("--store/--no-store", default=True, show_default=True)
def main(seed: int, steps: int, store: bool) -> None:
    """Train the reading model, say how good it is, and store it."""
    params = train(seed, steps=steps)
    measured = measure(params)
    click.echo(json.dumps(measured._asdict(), indent=2))
    if store:
        save_params(PARAMS, _as_type(np.float32, params))
        FIGURES.write_text(json.dumps(measured._asdict(), indent=2) + "\n")


if __name__ == "__main__":
    main()
