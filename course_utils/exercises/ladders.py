"""Which exercise is the next rung: one unit, several, the whole step, the sequence."""

from typing import NamedTuple

LADDERS: tuple[tuple[str, ...], ...] = (
    ("rnn_one_unit", "rnn_step", "rnn_sequence", "bptt"),
    (
        "forget_gate_one_unit",
        "forget_gate",
        "state_update",
        "lstm_states",
        "lstm_step",
        "lstm_sequence",
    ),
    ("gru_step_one_unit", "gru_step", "gru_sequence", "gru_conventions"),
    ("one_hot", "embedding_lookup", "sentence_lookup"),
)
"""Ids of exercises, the easiest first; none is on two ladders."""


class Rung(NamedTuple):
    """Where an exercise stands."""

    number: int = 1
    rungs: int = 1
    """how many its ladder has"""
    easier: str = ""
    harder: str = ""
    """ids of the neighbours; "" where there is none"""

    def __str__(self) -> str:
        return f"Rung {self.number} of {self.rungs}" if self.rungs > 1 else ""


def rung(id: str) -> Rung:
    """Return where the exercise called `id` stands; one rung alone, if it is on no ladder."""
    for ladder in LADDERS:
        if id in ladder:
            k = ladder.index(id)
            easier, harder = ("", *ladder)[k], (*ladder, "")[k + 1]
            return Rung(k + 1, len(ladder), easier, harder)
    return Rung()
