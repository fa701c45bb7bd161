"""Experiments with known outcomes, small enough to run in a lecture: a setting, a fit, a score.

Each ``fit_*`` takes a cell and a seed. Training, stopping and scoring each have data of their own.
"""

from course_utils.training.experiments.agreement import (
    AgreementOutcome,
    agreement_error,
    fit_agreement,
)
from course_utils.training.experiments.experiment import Experiment, Outcome, run
from course_utils.training.experiments.reber import fit_reber, reber_score
from course_utils.training.experiments.sequences import (
    fit_adding,
    fit_copying,
    fit_latch,
    fit_temporal_order,
    last_step_accuracy,
)
from course_utils.training.experiments.tickets import fit_tickets, tickets_accuracy

__all__ = [
    "AgreementOutcome",
    "Experiment",
    "Outcome",
    "agreement_error",
    "fit_adding",
    "fit_agreement",
    "fit_copying",
    "fit_latch",
    "fit_reber",
    "fit_temporal_order",
    "fit_tickets",
    "last_step_accuracy",
    "reber_score",
    "run",
    "tickets_accuracy",
]
