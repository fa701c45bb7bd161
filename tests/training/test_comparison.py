"""The stored runs: complete, made by the command they name, and made again here."""

import json

import pytest
from click.testing import CliRunner

from course_utils.training import comparison
from course_utils.training.comparison import TRIALS, Trial, run_trial, stored_runs, write

EVERY = {"embedded Reber": 50, "copying": 100} | dict.fromkeys(
    (name for name in TRIALS if name.startswith("agreement")), 100
)
KEYS = [(name, cell) for name, trial in TRIALS.items() for cell in trial.cells]


def test_every_cell_and_seed_of_every_trial_is_stored_once() -> None:
    found = [(run.experiment, run.cell, run.seed) for run in stored_runs()]
    assert len(found) == len(set(found))
    wanted = {(n, c, seed) for n, c in KEYS for seed in range(TRIALS[n].seeds)}
    assert set(found) == wanted
    stored = json.loads(comparison.STORED.read_text())
    assert stored["made by"] == comparison.COMMAND
    assert stored["numpy"]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "cell"), KEYS)
def test_a_run_begins_as_the_stored_one_did(name, cell) -> None:
    """Its first evaluations. Later on the last bit of a sum decides, which is the machine's."""
    (stored,) = [run for run in stored_runs(name, cell) if run.seed == 1]
    every = EVERY.get(name, 25)
    again = run_trial(name, cell, 1, steps=min(2 * every, 100))
    assert again.steps == stored.steps[: len(again.steps)]
    assert again.scores == pytest.approx(stored.scores[: len(again.scores)], abs=0.005)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "cell"), [("temporal order", "lstm"), ("adding", "gru"), ("latch", "gru")]
)
def test_a_whole_run_ends_as_the_stored_one_did(name, cell) -> None:
    (stored,) = [run for run in stored_runs(name, cell) if run.seed == 0]
    again = run_trial(name, cell, 0)
    assert again.solved == stored.solved
    assert again.steps[-1] == pytest.approx(stored.steps[-1], rel=0.5)
    assert again.score == pytest.approx(stored.score, abs=0.05)


def test_the_command_replaces_what_it_is_asked_for_and_keeps_the_rest(
    tmp_path, monkeypatch
) -> None:
    path = tmp_path / "runs.json"
    kept = stored_runs("adding", "gru")
    write([*kept, *stored_runs("latch")], path)
    monkeypatch.setattr(comparison, "STORED", path)
    monkeypatch.setitem(comparison.TRIALS, "latch", Trial(TRIALS["latch"].fit, ("lstm",), 1))
    said = CliRunner().invoke(comparison.main, ["latch"])
    assert said.exit_code == 0, said.output
    assert said.output.startswith("latch, lstm, seed 0: ")
    assert stored_runs("adding") == kept
    (only,) = stored_runs("latch")
    assert (only.cell, only.seed, only.solved) == ("lstm", 0, True)


def test_an_unknown_name_is_refused() -> None:
    said = CliRunner().invoke(comparison.main, ["subtracting"])
    assert said.exit_code == 2
    assert "subtracting" in said.output
