"""A small language model on NumPy's documentation: fit, cross-entropy, and text drawn from it."""

from typing import Literal, NamedTuple

import numpy as np

from course_utils.cells import CellInputError, softmax
from course_utils.training.fit import Fit, fit
from course_utils.training.initialisation import CellName, start_model
from course_utils.training.losses import softmax_cross_entropy
from course_utils.training.model import ModelParams, loss_and_gradients, predict, read_on
from course_utils.training.optimisers import Adam
from course_utils.training.schedules import cosine
from course_utils.training.tasks.language import (
    Corpus,
    Tokens,
    bigram_baseline,
    corpus,
    unigram_baseline,
    windows,
)


class LanguageModel(NamedTuple):
    """A fit, its text, and cross-entropies of the held-out part in nats a token."""

    fit: Fit[ModelParams]
    text: Corpus
    cross_entropy: dict[str, float]
    """of the model, and of bigrams, unigrams and a guess among all tokens"""

    @property
    def perplexity(self) -> dict[str, float]:
        """exp of each cross-entropy: among how many equally likely tokens one is undecided."""
        return {name: float(np.exp(nats)) for name, nats in self.cross_entropy.items()}


def fit_language_model(
    level: Literal["character", "word"] = "character",
    cell: CellName = "lstm",
    seed: int = 0,
    *,
    units: int = 64,
    steps: int = 2000,
    patience: int = 4,
    progress: bool = True,
) -> LanguageModel:
    """Train on pieces of 50 tokens, 32 a step; measure on held-out text beside its baselines.

    Adam 0.01 along a cosine, clip 1. Every 100 steps the stopping text is read: the parameters kept
    are those that were best on it, and training ends when they are `patience` readings old, as
    happens to the word model, whose text is short. Raises CellInputError when the level or the
    cell is unknown.
    """
    text = corpus(level)
    size = len(text.vocabulary)
    weights, batches = np.random.SeedSequence(seed).spawn(2)
    params = start_model(
        np.random.default_rng(weights), cell, units, size, vocabulary=size, embedding=24
    )
    done = fit(
        params,
        lambda rng: windows(rng, text.train, 32, 50),
        loss_and_gradients,
        steps=steps,
        optimiser=Adam(0.01),
        schedule=cosine(steps, end=0.05),
        evaluate=lambda p: -cross_entropy_of(p, text.stopping),
        every=100,
        patience=patience,
        seed=batches,
        progress=progress,
        description=f"{level} model, {cell}",
    )
    return LanguageModel(
        done,
        text,
        {
            "model": held_out_cross_entropy(done.params, text),
            "bigrams": bigram_baseline(text),
            "unigrams": unigram_baseline(text),
            "uniform": float(np.log(size)),
        },
    )


def held_out_cross_entropy(params: ModelParams, text: Corpus, steps: int = 200) -> float:
    """The mean cross-entropy of the held-out text, read in pieces of `steps` tokens."""
    return cross_entropy_of(params, text.held_out, steps)


def cross_entropy_of(params: ModelParams, tokens: Tokens, steps: int = 200) -> float:
    """The mean cross-entropy in nats of a text read in pieces of `steps` tokens, each from zero.

    Raises CellInputError when it has not one piece.
    """
    count = (len(tokens) - 1) // steps
    if count < 1:
        raise CellInputError(f"the text has {len(tokens)} tokens, expected more than {steps}")
    pieces = tokens[: count * steps + 1]
    inputs = pieces[:-1].reshape(count, steps).T
    targets = pieces[1:].reshape(count, steps).T
    return softmax_cross_entropy(predict(params, inputs), targets)[0]


def sample(
    params: ModelParams,
    rng: np.random.Generator,
    prompt: Tokens,
    count: int,
    *,
    temperature: float = 1.0,
) -> Tokens:
    """Draw `count` tokens after `prompt`, one by one, each from the model's own distribution.

    softmax(logits / temperature) is drawn from, with one random number a token: below 1 the likely
    ones are preferred, above 1 all are evened out. Each token is read once, and the state goes on.
    Raises CellInputError when the temperature is not positive or the prompt is empty.
    """
    if not temperature > 0 or len(prompt) == 0:
        raise CellInputError("expected a positive temperature and a prompt of at least one token")
    logits, states = read_on(params, np.asarray(prompt)[:, None])
    drawn: list[int] = []
    while len(drawn) < count:
        p = softmax(logits[-1, 0] / temperature)
        drawn.append(int(rng.choice(len(p), p=p)))
        logits, states = read_on(params, np.array([[drawn[-1]]]), states)
    return np.array(drawn, np.intp)
