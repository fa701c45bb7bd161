"""The "tickets" completion: the word to be said was read once, seventeen or more words before."""

from typing import Unpack

import numpy as np

from course_utils.training.experiments.experiment import Experiment, Options, Outcome, run
from course_utils.training.initialisation import CellName, start_model
from course_utils.training.model import ModelParams, predict
from course_utils.training.tasks.tickets import CHANCE, THINGS, WORDS, Stories, stories


def tickets_accuracy(params: ModelParams, told: Stories) -> float:
    """The share of stories whose last word is the likeliest of the model's."""
    last = np.asarray(told.batch.mask)
    said = predict(params, told.batch.inputs)[last].argmax(axis=-1)
    return float((said == np.asarray(told.batch.targets)[last]).mean())


def fit_tickets(
    cell: CellName,
    seed: int = 0,
    *,
    units: int = 16,
    fillers: tuple[int, int] = (1, 4),
    **options: Unpack[Options],
) -> Outcome:
    """The score is an accuracy over eight things. Adam 0.01, 32 stories a step, clip 1.

    Only the last word is learned from; memory starts open (forget bias 3, update bias 3).
    """
    experiment = Experiment(
        name="tickets",
        start=lambda rng, name: start_model(
            rng, name, units, len(THINGS),
            vocabulary=len(WORDS), embedding=16, forget_bias=3.0, update_bias=3.0,
        ),
        draw=lambda rng: stories(rng, 32, fillers).batch,
        held_out=lambda rng: stories(rng, 500, fillers),
        score=tickets_accuracy,
        baseline=CHANCE,
        goal=0.99,
        steps=1500,
        rate=0.01,
    )  # fmt: skip
    return run(experiment, cell, seed, **options)
