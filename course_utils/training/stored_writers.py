"""Networks that have read Moby-Dick, as :mod:`course_utils.training.writing` stored them."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from course_utils.cells import CellInputError
from course_utils.training.initialisation import CellName
from course_utils.training.language_model import sample
from course_utils.training.model import ModelParams
from course_utils.training.small_weights import load_small
from course_utils.training.stretches import surprises
from course_utils.training.tasks import novel
from course_utils.training.tasks.language import Tokens


@cache
def writer() -> ModelParams:
    """Return the network of 256 units after 10,000 updates."""
    found: ModelParams = load_small(novel.STORED / "writer.npz")
    return found


@cache
def small_writer(cell: CellName) -> ModelParams:
    """Return one of three small networks, of about 27,000 numbers each.

    Raises CellInputError for another name than "rnn", "gru" and "lstm".
    """
    if cell not in ("rnn", "gru", "lstm"):
        raise CellInputError(f"cell is {cell!r}, expected 'rnn', 'gru' or 'lstm'")
    found: ModelParams = load_small(novel.STORED / f"{cell}.npz")
    return found


@cache
def runs() -> dict[str, Any]:
    """Return what was measured when the networks were trained."""
    found: dict[str, Any] = json.loads((novel.STORED / "runs.json").read_text("utf-8"))
    return found


def continued(
    params: ModelParams, prompt: str, count: int, temperature: float, seed: int | Sequence[int]
) -> str:
    """Return `count` characters that a network writes after `prompt`.

    Characters that the novel has not are left out of the prompt. Raises CellInputError when nothing
    is left of it or the temperature is not positive.
    """
    rng = np.random.default_rng(seed)
    given = novel.tokens_of(prompt)
    return novel.text_of(sample(params, rng, given, count, temperature=temperature))


def bits(params: ModelParams, text: Tokens) -> float:
    """Bits per character of a text, read in 20 parts at once."""
    return float(surprises(params, text).mean() / np.log(2))
