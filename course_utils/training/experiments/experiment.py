"""What an experiment is: a task, a setting, a score, and what the score has to beat."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypedDict

import numpy as np

from course_utils.training.fit import Evaluation, Fit, fit
from course_utils.training.initialisation import CellName
from course_utils.training.model import Batch, Loss, ModelParams, loss_and_gradients
from course_utils.training.optimisers import Adam

Generator = np.random.Generator
Watch = Callable[[Evaluation], bool]

STOPPING, SCORING = 10_000, 20_000
"""Seeds of held-out data, far from those that fits are given: one set says when to stop and which
parameters to keep, the other is looked at once, for the score."""


@dataclass(frozen=True)
class Experiment:
    """A task with a setting; a score is higher the better, and `baseline` is that of no memory."""

    name: str
    start: Callable[[Generator, CellName], ModelParams]
    draw: Callable[[Generator], Batch]
    """one batch to learn from"""
    held_out: Callable[[Generator], Any]
    """data to score on"""
    score: Callable[[ModelParams, Any], float]
    baseline: float
    goal: float
    """the score on the stopping set at which training ends"""
    steps: int
    """the most it may take"""
    rate: float
    every: int = 25
    clip: float = 1.0
    loss: Loss = "cross-entropy"


class Options(TypedDict, total=False):
    """What :func:`run` takes besides, and every ``fit_*`` hands on to it."""

    steps: int | None
    progress: bool
    watch: Watch | None


class Outcome(NamedTuple):
    """What came out of an experiment."""

    fit: Fit[ModelParams]
    """its evaluations are on the stopping set"""
    score: float
    """on the scoring set, of the parameters that were best on the stopping set"""
    baseline: float

    @property
    def params(self) -> ModelParams:
        return self.fit.params

    @property
    def solved(self) -> bool:
        """Whether it reached its goal before its steps ran out."""
        return self.fit.stopped == "goal"


def run(
    experiment: Experiment,
    cell: CellName,
    seed: int = 0,
    *,
    steps: int | None = None,
    progress: bool = True,
    watch: Watch | None = None,
) -> Outcome:
    """Train a cell by an experiment's setting; the seed draws the weights and every batch.

    `steps` shortens or prolongs it; watch(evaluation) is called after each evaluation and ends the
    fit when it returns True. Raises CellInputError when the cell is unknown.
    """
    weights, batches = np.random.SeedSequence(seed).spawn(2)

    def gradients(params: ModelParams, batch: Batch) -> tuple[float, ModelParams]:
        return loss_and_gradients(params, batch, loss=experiment.loss)

    stopping = experiment.held_out(np.random.default_rng(STOPPING))
    done = fit(
        experiment.start(np.random.default_rng(weights), cell),
        experiment.draw,
        gradients,
        steps=steps or experiment.steps,
        optimiser=Adam(experiment.rate),
        clip=experiment.clip,
        evaluate=lambda params: experiment.score(params, stopping),
        every=experiment.every,
        goal=experiment.goal,
        seed=batches,
        progress=progress,
        watch=watch,
        description=f"{experiment.name}, {cell}",
    )
    scoring = experiment.held_out(np.random.default_rng(SCORING))
    return Outcome(done, experiment.score(done.params, scoring), experiment.baseline)
