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
    named = {"weight_ih": weights.W_x, "weight_hh": weights.W_h}
    named |= {"bias_ih": weights.b_x, "bias_hh": weights.b_h}
    lstm.load_state_dict({f"{name}_l0": torch.tensor(value) for name, value in named.items()})
    linear.load_state_dict({"weight": torch.tensor(readout.W), "bias": torch.tensor(readout.b)})
    with torch.no_grad():
        hidden, _ = lstm(torch.tensor(embedding[tokens])[:, None])
        theirs = linear(hidden).numpy()
    difference = float(np.abs(theirs - ours).max())
    return (
        f"{ours[:, 0].size:,} scores of {len(tokens)} letters: the largest difference between "
        f"PyTorch and us is {difference:.0e}."
    )
