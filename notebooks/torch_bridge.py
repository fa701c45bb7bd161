"""The bridges of lectures 10 and 12: our weights in torch.nn, and whether the numbers are alike."""

from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.cells import LSTMParams
from course_utils.cells.conventions import stack_lstm
from course_utils.training import ModelParams, predict
from course_utils.training.encoder_decoder import EncoderDecoderParams, answer

ABSENT = "PyTorch is not installed here; the course does not need it. With it, this cell compares."


def read_with_torch(params: ModelParams, tokens: npt.NDArray[np.intp]) -> str:
    """Let torch.nn read `tokens` with our weights; say in a sentence how far its scores differ."""
    try:
        import torch
    except ImportError:
        return ABSENT
    ours = predict(params, tokens[:, None])
    embedding, readout = params.embedding, params.readout
    assert embedding is not None
    lstm = _torch_lstm(torch, params.layers[0])
    linear = torch.nn.Linear(readout.W.shape[1], len(readout.b), dtype=torch.float64)
    linear.load_state_dict({"weight": torch.tensor(readout.W), "bias": torch.tensor(readout.b)})
    with torch.no_grad():
        hidden, _ = lstm(torch.tensor(embedding[tokens])[:, None])
        theirs = linear(hidden).numpy()
    difference = float(np.abs(theirs - ours).max())
    return (
        f"{ours[:, 0].size:,} scores of {len(tokens)} letters: the largest difference between "
        f"PyTorch and us is {difference:.0e}."
    )


def reverse_with_torch(params: EncoderDecoderParams, digits: npt.NDArray[np.intp]) -> str:
    """Let torch.nn write `digits` backwards, with attention and our weights, beside ours."""
    try:
        import torch
    except ImportError:
        return ABSENT
    ours = answer(params, digits[:, None], len(digits))
    encoder, decoder = (_torch_lstm(torch, cell) for cell in (params.encoder, params.decoder))
    E, U, b = (torch.tensor(value) for value in (params.embedding, *params.readout))
    forced = np.concatenate([[len(params.embedding) - 1], ours.tokens[:-1, 0]])
    with torch.no_grad():
        read, state = encoder(E[torch.tensor(digits)])
        written, _ = decoder(E[torch.tensor(forced)], state)
        attention = torch.nn.functional.scaled_dot_product_attention
        context = attention(written, read, read, scale=1.0)
        weights = attention(written, read, torch.eye(len(digits), dtype=torch.float64), scale=1.0)
        scores = torch.cat([written, context], dim=-1) @ U.T + b
    assert ours.weights is not None
    difference = float(np.abs(weights.numpy() - ours.weights[:, 0]).max())
    same = int((scores.numpy().argmax(axis=1) == ours.tokens[:, 0]).sum())
    return (
        f"{weights.numel()} weights: the largest difference between PyTorch and us is "
        f"{difference:.0e}. {same} of {len(digits)} digits are the same."
    )


def _torch_lstm(torch: Any, cell: Any) -> Any:
    """Return a torch.nn.LSTM with the weights of our cell."""
    assert isinstance(cell, LSTMParams)
    weights = stack_lstm(cell, "pytorch")
    lstm = torch.nn.LSTM(weights.W_x.shape[1], weights.W_h.shape[1], dtype=torch.float64)
    named = {"weight_ih": weights.W_x, "weight_hh": weights.W_h}
    named |= {"bias_ih": weights.b_x, "bias_hh": weights.b_h}
    lstm.load_state_dict({f"{name}_l0": torch.tensor(value) for name, value in named.items()})
    return lstm
