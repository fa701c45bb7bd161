"""Does this installation run the course? One sentence: OK, or what is wrong and the remedy.

It needs nothing but Python itself, so that it can tell what is missing.
"""

import math
import sys
from importlib import import_module

OLDEST = (3, 11)
NEEDED = ("numpy", "matplotlib", "ipywidgets", "anywidget", "nbgrader", "course_utils")
REMEDY = (
    "Close JupyterLab, run `make lab` in the folder of the course "
    "(Windows: install it again, as its README says), and open this page again."
)


def self_check() -> str:
    """Return one sentence: OK, or what is wrong and what to do about it."""
    if sys.version_info < OLDEST:
        return f"This is Python {sys.version.split()[0]}; the course needs 3.11 or newer. {REMEDY}"
    for package in NEEDED:
        try:
            import_module(package)
        except Exception as error:  # a half-installed package fails with anything
            return f"{package} does not load ({_short(error)}). {REMEDY}"
    return _check_a_cell()


def _check_a_cell() -> str:
    """Run a cell whose gates are all half open: C = 1 becomes 0.5, and h is half its tanh."""
    from course_utils.cells import Affine, LSTMParams, LSTMState, lstm_step

    half_open = LSTMParams(*[Affine([[0, 0]], [0])] * 4)
    state, _ = lstm_step(half_open, [1], LSTMState(h=[0], c=[1]))
    h, expected = float(state.h[0]), math.tanh(0.5) / 2
    if not math.isclose(h, expected):
        return f"A test cell gives h = {h:.5f}, expected {expected:.5f}. {REMEDY}"
    return f"OK. Everything loads, and a test cell gives h = {h:.5f}."


def _short(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
