"""The embedded Reber grammar: predict each next symbol, and the last but one from the second."""

from typing import Unpack

from course_utils.training.experiments.experiment import Experiment, Options, Outcome, run
from course_utils.training.initialisation import CellName, start_model
from course_utils.training.model import ModelParams, predict
from course_utils.training.tasks.reber import (
    OUTER_CHANCE,
    SYMBOLS,
    Strings,
    reber_strings,
    solved,
)


def reber_score(params: ModelParams, strings: Strings) -> float:
    """The share of strings predicted right at every step."""
    return float(solved(predict(params, strings.batch.inputs), strings).mean())


def fit_reber(
    cell: CellName, seed: int = 0, *, units: int = 8, **options: Unpack[Options]
) -> Outcome:
    """The score is the share of 500 strings all right. Adam 0.02, 32 strings a step, clip 5.

    The baseline is one who knows the inner grammar but not the second symbol.
    """
    size = len(SYMBOLS)
    experiment = Experiment(
        name="embedded Reber",
        start=lambda rng, name: start_model(
            rng, name, units, size, inputs=size, forget_bias=2.0, update_bias=2.0
        ),
        draw=lambda rng: reber_strings(rng, 32).batch,
        held_out=lambda rng: reber_strings(rng, 500),
        score=reber_score,
        baseline=OUTER_CHANCE,
        goal=1.0,
        steps=2000,
        rate=0.02,
        every=50,
        clip=5.0,
    )
    return run(experiment, cell, seed, **options)
