"""RNN, GRU and LSTM on the same tasks over many seeds: run once, stored, and read by lecture 7.

    python -m course_utils.training.comparison

runs everything (about half an hour on one core) and writes comparison.json beside this file. With
names behind it, such as ``adding``, it runs those again and leaves the others.
"""

import json
import platform
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np

from course_utils.training.experiments import (
    AgreementOutcome,
    Outcome,
    fit_adding,
    fit_agreement,
    fit_copying,
    fit_latch,
    fit_reber,
    fit_temporal_order,
    fit_tickets,
)
from course_utils.training.initialisation import CellName
from course_utils.training.tasks.agreement import FAR

STORED = Path(__file__).with_name("comparison.json")
COMMAND = "python -m course_utils.training.comparison"
CELLS: tuple[CellName, ...] = ("rnn", "gru", "lstm")


class Trial(NamedTuple):
    """An experiment, the cells it is for, and how many seeds it is run with."""

    fit: Callable[..., Outcome | AgreementOutcome]
    cells: tuple[CellName, ...] = CELLS
    seeds: int = 10


TRIALS = {
    "temporal order": Trial(fit_temporal_order),
    "temporal order, 10 units": Trial(partial(fit_temporal_order, units=10), ("rnn",)),
    "temporal order, orthogonal": Trial(
        partial(fit_temporal_order, units=10, rate=0.003, recurrent="orthogonal"), ("rnn",)
    ),
    "adding": Trial(fit_adding),
    "latch": Trial(fit_latch),
    "embedded Reber": Trial(fit_reber),
    "tickets": Trial(fit_tickets),
    "agreement": Trial(fit_agreement),
    "agreement, 1000 sentences": Trial(partial(fit_agreement, examples=1000)),
    "agreement, far": Trial(partial(fit_agreement, grammar=FAR)),
    "copying": Trial(fit_copying, seeds=3),
}


class Run(NamedTuple):
    """One cell trained once."""

    experiment: str
    cell: CellName
    seed: int
    stopped: str
    steps: tuple[int, ...]
    """after which it was evaluated, the last one its end"""
    scores: tuple[float, ...]
    """on the stopping set, after each of these"""
    score: float
    """on the scoring set"""
    errors: tuple[float, ...] = ()
    """of agreement: the share of wrong verbs with 0 to 4 attractors, on the scoring set"""

    @property
    def solved(self) -> bool:
        """Whether it reached its goal before its steps ran out."""
        return self.stopped == "goal"


def run_trial(name: str, cell: CellName, seed: int, **options: Any) -> Run:
    """Run one cell of one experiment; options are those of its ``fit_*``. KeyError if unknown."""
    done = TRIALS[name].fit(cell, seed, progress=False, **options)
    evaluations = done.fit.evaluations
    errors = done.errors if isinstance(done, AgreementOutcome) else ()
    score = -float(np.mean(errors)) if isinstance(done, AgreementOutcome) else done.score
    return Run(
        name,
        cell,
        seed,
        done.fit.stopped,
        tuple(e.step for e in evaluations),
        tuple(round(e.score, 5) for e in evaluations),
        round(score, 5),
        tuple(round(float(e), 5) for e in errors),
    )


def stored_runs(experiment: str | None = None, cell: CellName | None = None) -> list[Run]:
    """Return what is stored, of one experiment and one cell if they are named."""
    return [
        run
        for run in map(_as_run, json.loads(STORED.read_text())["runs"])
        if experiment in (None, run.experiment) and cell in (None, run.cell)
    ]


def write(runs: Sequence[Run], path: Path) -> None:
    """Write runs to `path`, a line each, with the command and the versions that made them."""
    about = {
        "made by": COMMAND,
        "python": platform.python_version(),
        "numpy": np.__version__,
    }
    lines = ",\n".join("  " + json.dumps(run._asdict()) for run in runs)
    head = json.dumps(about, indent=1)[:-2]
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(f'{head},\n "runs": [\n{lines}\n ]\n}}\n')
    unfinished.replace(path)  # at once: a lecture may be reading


def _as_run(stored: dict[str, Any]) -> Run:
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in stored.items()}
    return Run(**fields)


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(TRIALS)))
def main(names: tuple[str, ...]) -> None:
    """Run the experiments named, or all, and store what came out."""
    wanted = names or tuple(TRIALS)
    kept = [run for run in stored_runs() if run.experiment not in wanted] if STORED.exists() else []
    for name in wanted:
        trial = TRIALS[name]
        for cell in trial.cells:
            for seed in range(trial.seeds):
                run = run_trial(name, cell, seed)
                kept.append(run)
                click.echo(
                    f"{name}, {cell}, seed {seed}: {run.score:.4f}, {run.steps[-1]} steps, "
                    f"{run.stopped}"
                )
        write(sorted(kept, key=lambda run: list(TRIALS).index(run.experiment)), STORED)


if __name__ == "__main__":
    main()
