"""One process of `benchmarks.cells`: one number of threads, every cell, size and dtype, as JSON.

Usage: python -m benchmarks._cells_measure THREADS. The threads of BLAS are set before NumPy loads.
"""

import json
import os
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

if __name__ == "__main__":
    for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = sys.argv[1]

import numpy as np
import torch

from course_utils.cells import (
    gru_sequence,
    gru_sequence_backward,
    lstm_sequence,
    lstm_sequence_backward,
    rnn_sequence,
    rnn_sequence_backward,
)
from course_utils.cells.conventions import Stacked, unstack_gru, unstack_lstm
from course_utils.cells.rnn import RNNParams

SIZES = [
    (1, 1, 4, 4),
    (10, 1, 4, 4),
    (20, 16, 8, 16),
    (20, 32, 16, 32),
    (50, 32, 32, 64),
    (100, 64, 64, 128),
]
BURST = 0.004
"""Seconds a burst of calls takes at least: each side runs warm, and the sides alternate quickly."""
BUDGET = 0.5
"""Seconds of bursts for each row of the table."""


class Kind(NamedTuple):
    """A cell, its peer, and what its trace has to hold."""

    module: type
    unstack: Callable[[Stacked], Any]
    forward: Callable[..., Any]
    backward: Callable[..., Any]
    gates: int
    held: int
    """Numbers of each unit and step that the backward pass cannot do without, beside x."""


def _rnn(stacked: Stacked) -> RNNParams:
    return RNNParams(stacked.W_h, stacked.W_x, stacked.b_x + stacked.b_h)


KINDS = {
    "LSTM": Kind(  # o, f, i, C~, C, h
        torch.nn.LSTM, lambda s: unstack_lstm(s, "pytorch"),
        lstm_sequence, lstm_sequence_backward, 4, 6,
    ),
    "GRU": Kind(  # r, u, W_hh h + b, H~, h
        torch.nn.GRU, lambda s: unstack_gru(s, "pytorch", "after"),
        lambda p, xs: gru_sequence(p, xs, reset="after"), gru_sequence_backward, 3, 5,
    ),
    "RNN": Kind(torch.nn.RNN, _rnn, rnn_sequence, rnn_sequence_backward, 1, 1),  # h
}  # fmt: skip


def bare_products(
    kind: Kind, size: tuple[int, ...], dtype: Any
) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return the matrix products alone: of the forward pass, and of the whole training step.

    The recurrent ones step by step, the others in one: the least that any implementation does.
    """
    T, B, D, H = size
    rng = np.random.default_rng(0)
    rows = kind.gates * H
    W_h, W_x = (rng.normal(size=(rows, n)).astype(dtype) for n in (H, D))
    W_h_T, W_x_T = np.ascontiguousarray(W_h.T), np.ascontiguousarray(W_x.T)
    h, z = (rng.normal(size=(n, B)).astype(dtype) for n in (H, rows))
    xs, d_z = (rng.normal(size=(n, T * B)).astype(dtype) for n in (D, rows))
    columns = rng.normal(size=(T * B, H + D)).astype(dtype)
    z_out, h_out = np.empty_like(z), np.empty_like(h)
    xs_out, z_all = np.empty_like(xs), np.empty_like(d_z)
    W_out = np.empty((rows, H + D), dtype)

    def forward() -> None:
        np.matmul(W_x, xs, out=z_all)
        for _ in range(T):
            np.matmul(W_h, h, out=z_out)

    def step() -> None:
        forward()
        for _ in range(T):
            np.matmul(W_h_T, z, out=h_out)
        np.matmul(W_x_T, d_z, out=xs_out)
        np.matmul(d_z, columns, out=W_out)

    return forward, step


def sides(kind: Kind, size: tuple[int, ...], dtype: str) -> dict[str, Callable[[], Any]]:
    """Return what is timed, with the same weights and data for both libraries, once checked."""
    T, B, D, H = size
    torch.manual_seed(0)
    module = kind.module(D, H).to(getattr(torch, dtype))
    params = kind.unstack(Stacked(*(p.detach().numpy().copy() for p in module.parameters())))
    rng = np.random.default_rng(0)
    xs, d_hs = (rng.normal(size=(T, B, n)).astype(dtype) for n in (D, H))
    x, d = torch.tensor(xs, requires_grad=True), torch.tensor(d_hs)

    def forward() -> Any:
        return kind.forward(params, xs)

    def step() -> Any:
        return kind.backward(params, kind.forward(params, xs)[1], d_hs)

    def torch_forward() -> Any:
        with torch.no_grad():
            return module(x)

    def torch_step() -> Any:
        module.zero_grad()
        x.grad = None
        module(x)[0].backward(d)
        return x.grad

    gap = np.abs(step().xs - torch_step().numpy()).max()
    assert gap < {"float64": 1e-10, "float32": 1e-3}[dtype], f"the libraries differ by {gap}"
    bare_forward, bare_step = bare_products(kind, size, dtype)
    return {
        "forward": forward, "torch_forward": torch_forward, "bare_forward": bare_forward,
        "step": step, "torch_step": torch_step, "bare_step": bare_step,
    }  # fmt: skip


def seconds(functions: dict[str, Callable[[], Any]]) -> dict[str, list[float]]:
    """Time bursts of calls, the functions in turn, until the budget is spent.

    With one thread it is the time of the processor, which others on the machine do not change;
    with more it is that of the wall, because a thread that waits in a loop costs no time there.
    """
    clock = time.process_time if torch.get_num_threads() == 1 else time.perf_counter
    calls = {}
    for name, function in functions.items():
        start = clock()
        for _ in range(3):
            function()
        calls[name] = max(1, int(BURST * 3 / (clock() - start)))
    times: dict[str, list[float]] = {name: [] for name in functions}
    end = clock() + BUDGET
    while clock() < end or len(times["step"]) < 5:
        for name, function in functions.items():
            start = clock()
            for _ in range(calls[name]):
                function()
            times[name].append((clock() - start) / calls[name])
    return times


def peak_memory(kind: Kind, size: tuple[int, ...], dtype: str, step: Callable[[], Any]) -> float:
    """Return the peak memory of a training step over what its trace must hold."""
    T, B, D, H = size
    must = T * B * (D + kind.held * H) * np.dtype(dtype).itemsize
    tracemalloc.start()
    step()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / must


def rows(dtypes: list[str]) -> Iterator[dict[str, Any]]:
    """Yield a row of figures for each dtype, cell and size: seconds and paired ratios, medians."""
    for dtype in dtypes:
        for name, kind in KINDS.items():
            for size in SIZES:
                functions = sides(kind, size, dtype)
                times = {k: np.array(v) for k, v in seconds(functions).items()}
                yield {
                    "dtype": dtype,
                    "cell": name,
                    "size": size,
                    **{k: float(np.median(v)) for k, v in times.items()},
                    "forward_ratio": float(np.median(times["forward"] / times["torch_forward"])),
                    "step_ratio": float(np.median(times["step"] / times["torch_step"])),
                    "bare_ratio": float(np.median(times["step"] / times["bare_step"])),
                    "memory": peak_memory(kind, size, dtype, functions["step"]),
                }


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[1]))
    for row in rows(sys.argv[2:] or ["float64", "float32"]):
        print(json.dumps(row), flush=True)
