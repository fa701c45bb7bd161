"""What to try with a cell: a start, a goal that the figure itself can check, and how few moves do.

A start is what a link says. A goal is met when every number of it lies in its range, and no more
numbers than allowed differ from the start's.
"""

from typing import NamedTuple


class Goal(NamedTuple):
    """A number of the figure, or the difference of two, within a range."""

    name: str
    """a field of the trace, or one with ``_along``, over all steps"""
    at: tuple[int, ...] = (0,)
    low: float = -1e9
    high: float = 1e9
    minus: str = ""
    """what is taken away first, at the same place"""


class Challenge(NamedTuple):
    """One thing to try."""

    text: str
    start: dict[str, str]
    goals: tuple[Goal, ...]
    moves: int
    """how many numbers may differ from the start"""
    only: str = ""
    """the one kind of number that may, where it is not any: ``xs``"""


def _near(name: str, value: float, within: float, minus: str = "") -> Goal:
    return Goal(name, (0,), value - within, value + within, minus)


_LAST = (5, 0)

RNN_CHALLENGES = (
    Challenge(
        "The echo of step 1 is still heard at step 3. Move one number so that h is below 0.05 "
        "there, and not negative.",
        {"preset": "echo"},
        (Goal("h_along", (2, 0), 0, 0.05), Goal("h_along", (0, 0), 0.7)),
        1,
    ),
    Challenge(
        "Make it remember: at step 6, h is still at least 0.75. Move one number.",
        {"preset": "echo"},
        (Goal("h_along", _LAST, 0.75),),
        1,
    ),
    Challenge(
        "Let h change its sign at every step, and be beyond 0.2 on either side at steps 2 and 3.",
        {"preset": "echo"},
        (Goal("h_along", (1, 0), high=-0.2), Goal("h_along", (2, 0), low=0.2)),
        1,
    ),
    Challenge(
        "Let the cell read nothing of its past, with one number.",
        {"preset": "fade"},
        (_near("from_h", 0, 1e-9), Goal("h", low=0.2)),
        1,
    ),
    Challenge(
        "Saturate it: h_t above 0.99, with one number and without touching x.",
        {"preset": "only_x"},
        (Goal("h", low=0.99), _near("x", 0.5, 1e-9)),
        1,
    ),
)

LSTM_CHALLENGES = (
    Challenge(
        "At step 6 next to nothing is left of what step 1 wrote. Move one number so that it "
        "remembers: C at step 6 is at least 0.85.",
        {"preset": "carry", "forget.b[0]": "0"},
        (Goal("c_along", _LAST, 0.85, 1),),
        1,
    ),
    Challenge(
        "The cell holds 0.8. Make C_t zero, to two decimals, with one number.",
        {"preset": "remember"},
        (_near("c", 0, 0.005), _near("c_prev", 0.8, 1e-9)),
        1,
    ),
    Challenge(
        "Keep the memory to yourself: h_t zero, to two decimals, and C_t still above 0.79. One "
        "number.",
        {"preset": "remember"},
        (_near("h", 0, 0.005), Goal("c", low=0.79)),
        1,
    ),
    Challenge(
        "Throw the old state away and take the candidate: C_t is C̃_t, to two decimals. Two "
        "numbers.",
        {"preset": "remember"},
        (_near("c", 0, 0.005, "c_tilde"), _near("c_prev", 0.8, 1e-9)),
        2,
    ),
    Challenge(
        "Make C at step 6 at least 1.8 by another input alone: touch no weight and no bias.",
        {"preset": "carry"},
        (Goal("c_along", _LAST, 1.8),),
        1,
        "xs",
    ),
)

GRU_CHALLENGES = (
    Challenge(
        "Let the GRU copy: H_t is H_{t-1}, to two decimals. Move one number.",
        {"preset": "overwrite"},
        (_near("h", 0, 0.005, "h_prev"), _near("h_prev", 0.8, 1e-9)),
        1,
    ),
    Challenge(
        "The candidate takes over. Let it read nothing of the past: W_{hh}(R ∘ H) is 0, to two "
        "decimals. One number, and not H itself.",
        {"preset": "overwrite"},
        (_near("from_h", 0, 0.005), _near("h_prev", 0.8, 1e-9)),
        1,
    ),
    Challenge(
        "At step 6 next to nothing is left of step 1. Move one number so that H is at least 0.85 "
        "there.",
        {"preset": "carry", "update.b[0]": "0"},
        (Goal("h_along", _LAST, 0.85, 1),),
        1,
    ),
    Challenge(
        "The same weights by Chung's formula: the gate writes now. Move one number so that H_t "
        "stays what it was, to two decimals.",
        {"preset": "remember", "mix": "writes"},
        (_near("h", 0, 0.005, "h_prev"), _near("h_prev", 0.8, 1e-9)),
        1,
    ),
    Challenge(
        "Mix half and half: Z_t is 0.5, to three decimals. One number.",
        {"preset": "remember"},
        (_near("u", 0.5, 0.0005),),
        1,
    ),
)
