"""Lecture 10's bridge: our weights in torch.nn, and whether the scores are the same."""

import numpy as np
import numpy.typing as npt

from course_utils.cells.conventions import stack_lstm
from course_utils.training import ModelParams, predict

ABSENT = "PyTorch is not installed here; the course does not need it. With it, this cell compares."


def read_with_torch(params: ModelParams, tokens: npt.NDArray[np.intp]) -> str:
    """Let torch.nn read `tokens` with our weights; say in a sentence how far its scores differ."""
    try:
        import torch
    except ImportError:
        return ABSENT
    ours = predict(params, tokens[:, None])
    weights = stack_lstm(params.layers[0], "pytorch")
    embedding, readout = params.embedding, params.readout
    assert embedding is not None
    lstm = torch.nn.LSTM(embedding.shape[1], readout.W.shape[1], dtype=torch.float64)
    linear = torch.nn.Linear(readout.W.shape[1], len(readout.b), dtype=torch.float64)
    named = dict(zip(("ih", "hh"), (weights.W_x, weights.W_h), strict=True))
    biases = dict(zip(("ih", "hh"), (weights.b_x, weights.b_h), strict=True))
    with torch.no_grad():
        for side in ("ih", "hh"):
            getattr(lstm, f"weight_{side}_l0").copy_(torch.tensor(named[side]))
            getattr(lstm, f"bias_{side}_l0").copy_(torch.tensor(biases[side]))
        linear.weight.copy_(torch.tensor(readout.W))
        linear.bias.copy_(torch.tensor(readout.b))
        hidden, _ = lstm(torch.tensor(embedding[tokens])[:, None])
        theirs = linear(hidden).numpy()
    difference = float(np.abs(theirs - ours).max())
    return (
        f"{ours[:, 0].size:,} scores of {len(tokens)} letters: the largest difference between "
        f"PyTorch and us is {difference:.0e}."
    )
