"""Where a lecture meets other software: sliders of one's own, and the same cell in PyTorch."""

import contextlib
import io
import sys
from math import exp, tanh

import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from tests.notebooks.stored import NOTEBOOKS, cell, displayed, notebook, numbers, shown_right

LECTURES = ("01_recurrent_state", "04_lstm_gate_by_gate", "05_gru")
FALLS = 100
"""How many times smaller the texts say that the error becomes."""


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


def rnn(
    w_h: float = 0.5, w_x: float = 1.0, b: float = 0.0, h: float = 0.6, x: float = -1.0
) -> list:
    z = w_h * h + w_x * x + b
    return [z, tanh(z)]


def lstm(b_f: float = 2.0, b_i: float = 2.0, x: float = -1.0, C: float = 0.5) -> list[float]:
    f, i, new = sigmoid(b_f), sigmoid(b_i), tanh(x)
    C_t = f * C + i * new
    return [f, i, new, f * C, i * new, C_t, sigmoid(4) * tanh(C_t)]


def gru(b_z: float = 2.0, b_r: float = 2.0, x: float = -1.0, H: float = 0.5) -> list[float]:
    r, z = sigmoid(b_r), sigmoid(b_z)
    new = tanh(r * H + x)
    return [r, z, new, z * H, (1 - z) * new, z * H + (1 - z) * new]


@pytest.mark.parametrize(
    ("name", "values"), list(zip(LECTURES, (rnn(), lstm(), gru()), strict=True))
)
def test_what_the_sliders_show_at_first_is_right(name: str, values: list[float]) -> None:
    (text,) = displayed(cell(notebook(f"{name}.ipynb"), "own-sliders"), "text/plain")
    shown = numbers(text.replace("a_t", "").replace("h_t", ""))
    assert len(shown) == len(values), text
    assert all(shown_right(s, v) for s, v in zip(shown, values, strict=True)), (text, values)


def test_so_are_the_answers_beside_them() -> None:
    assert rnn(b=0.7)[1] == pytest.approx(0, abs=1e-12)
    f, i, _, kept, written, C_t, _ = lstm(b_i=-5)
    text = cell(notebook("04_lstm_gate_by_gate.ipynb"), "own-sliders-why").source
    assert f"= {i:.4f}$" in text
    assert f"C_t = {kept:.3f} - {-written:.3f} = {C_t:.3f}" in text
    assert abs(C_t - f * 0.5) < 0.01
    assert gru(b_z=0)[-1] == pytest.approx((0.5 + gru(b_z=0)[2]) / 2)


@pytest.mark.parametrize("name", LECTURES)
def test_without_pytorch_the_cell_says_so(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(cell(notebook(f"{name}.ipynb"), "pytorch").source, {})
    assert said.getvalue() == (
        "PyTorch is not installed here. With it (pip install torch) this cell compares.\n"
    )


@pytest.mark.torch
@pytest.mark.kernel
@pytest.mark.long
@pytest.mark.parametrize("name", LECTURES)
def test_with_pytorch_the_numbers_are_ours_and_training_does_what_the_text_says(name: str) -> None:
    *before, last = up_to_pytorch(notebook(f"{name}.ipynb")).cells
    same, *errors = _lines(last)
    shown = {line.partition("[")[2] for c in before for line in _lines(c)}
    assert same.partition("[")[2] in shown, same  # by a line of the lecture's own
    first, *_, after = (float(line.split()[-1]) for line in errors)
    assert first > FALLS * after


def up_to_pytorch(nb: NotebookNode) -> NotebookNode:
    """Run a lecture to its cell with PyTorch."""
    place = next(k for k, c in enumerate(nb.cells) if c.id == "pytorch")
    nb.cells = [c for c in nb.cells[: place + 1] if c.cell_type == "code"]
    folder = {"metadata": {"path": str(NOTEBOOKS)}}
    return NotebookClient(nb, timeout=300, resources=folder).execute()


def _lines(c: NotebookNode) -> list[str]:
    return [line for out in c.outputs if "text" in out for line in out.text.splitlines()]
