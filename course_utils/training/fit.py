"""The fit loop: batches in, better parameters out, with a progress bar and an early stop."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from tqdm.auto import tqdm

from course_utils.cells import CellInputError, flatten, unflatten
from course_utils.cells.checks import Array
from course_utils.training.clipping import clip_by_norm
from course_utils.training.optimisers import Adam, Optimiser
from course_utils.training.schedules import Schedule, constant

Params = TypeVar("Params")


class Evaluation(NamedTuple):
    """What was measured after so many steps."""

    step: int
    loss: float
    """Mean training loss since the evaluation before."""
    score: float
    """What `evaluate` gave; higher is better."""


class Fit(NamedTuple, Generic[Params]):
    """What a fit gives back."""

    params: Params
    """The parameters with the best score, or the last ones where nothing was evaluated."""
    losses: Array
    """The training loss of every step."""
    norms: Array
    """The gradient's global norm at every step, before clipping."""
    evaluations: tuple[Evaluation, ...]
    stopped: str
    """Why it ended: "steps", "goal", "patience" or "watch"."""

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return len(self.losses)


def fit(
    params: Params,
    batches: Callable[[np.random.Generator], Any] | Iterable[Any],
    gradients: Callable[[Params, Any], tuple[float, Params]],
    *,
    steps: int,
    optimiser: Optimiser | None = None,
    schedule: Schedule | None = None,
    clip: float | None = 1.0,
    evaluate: Callable[[Params], float] | None = None,
    every: int = 50,
    goal: float | None = None,
    patience: int | None = None,
    watch: Callable[[Evaluation], bool] | None = None,
    seed: int | np.random.SeedSequence = 0,
    progress: bool = True,
    description: str = "fit",
) -> Fit[Params]:
    """Minimise a loss by its gradient, one batch a step.

    batches is a function that draws one from a generator, which `seed` starts, or an iterable;
    gradients(params, batch) gives the loss and its gradient, a tree like `params`. The gradient's
    global norm is clipped to `clip`. After each `every` steps evaluate(params) gives a score,
    higher is better: the fit ends when it reaches `goal`, or has not risen for `patience`
    evaluations, or when watch(evaluation), which may draw or listen, returns True. The arguments
    are not changed, and one seed gives one result, to the bit, on one machine with one number of
    threads. Raises CellInputError when the loss or its gradient is NaN or infinite: the message
    says at which step.
    """
    if steps < 1 or every < 1:
        raise CellInputError(f"steps is {steps} and every is {every}, expected positive numbers")
    optimiser, schedule = optimiser or Adam(), schedule or constant()
    theta = flatten(params)  # the optimiser sees one vector, the model a tree of views of it
    current = unflatten(params, theta)
    memory = optimiser.start(theta)
    best, best_score = theta.copy(), -np.inf
    losses: list[float] = []
    norms: list[float] = []
    evaluations: list[Evaluation] = []
    stopped, seen = "steps", 0

    with tqdm(total=steps, desc=description, disable=not progress) as bar:
        for step, batch in enumerate(islice(_drawn(batches, seed), steps)):
            loss, gradient = gradients(current, batch)
            g, norm = _clipped(flatten(gradient), loss, step, clip)
            optimiser.step(theta, g, memory, optimiser.learning_rate * schedule(step))
            losses.append(loss)
            norms.append(norm)
            bar.update()
            if evaluate is None or (step + 1) % every:
                continue
            score = float(evaluate(current))
            evaluations.append(Evaluation(step + 1, float(np.mean(losses[seen:])), score))
            seen = step + 1
            bar.set_postfix(loss=f"{evaluations[-1].loss:.3g}", score=f"{score:.3g}")
            if score > best_score:
                best, best_score = theta.copy(), score
            asked = watch is not None and watch(evaluations[-1])
            if goal is not None and score >= goal:
                stopped = "goal"
                break
            if patience is not None and _stale(evaluations, patience):
                stopped = "patience"
                break
            if asked:
                stopped = "watch"
                break
    final = best if evaluations else theta
    return Fit(
        unflatten(params, final), np.array(losses), np.array(norms), tuple(evaluations), stopped
    )


def _drawn(
    batches: Callable[[np.random.Generator], Any] | Iterable[Any],
    seed: int | np.random.SeedSequence,
) -> Iterator[Any]:
    if not callable(batches):
        yield from batches
        return
    rng = np.random.default_rng(seed)
    while True:
        yield batches(rng)


def _clipped(g: Array, loss: float, step: int, clip: float | None) -> tuple[Array, float]:
    norm = float(np.linalg.norm(g))
    if not (np.isfinite(loss) and np.isfinite(norm)):
        raise CellInputError(
            f"at step {step + 1} the loss is {loss} and the gradient's norm {norm}: the fit has "
            "diverged; a smaller learning rate or clip may help"
        )
    return (g, norm) if clip is None else clip_by_norm(g, clip)


def _stale(evaluations: list[Evaluation], patience: int) -> bool:
    """Say whether the best score is `patience` evaluations old."""
    scores = [e.score for e in evaluations]
    return len(scores) - 1 - int(np.argmax(scores)) >= patience
