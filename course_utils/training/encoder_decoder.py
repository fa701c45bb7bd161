"""An encoder and a decoder, two LSTMs: one reads a sequence, the other writes one from its state.

Where the readout is twice as wide as the decoder's state, it reads [d_t, context] as well: at each
step of the decoder an attention over all hidden states of the encoder, after Luong 2015. The score
is the product of the decoder's state with an encoder's; keys and values are the same states.
"""

from typing import Any, NamedTuple

import numpy as np

from course_utils.cells import (
    Affine,
    CellInputError,
    LSTMParams,
    LSTMState,
    affine,
    affine_backward,
    embedding_backward,
    embedding_lookup,
    lstm_sequence,
    lstm_sequence_backward,
)
from course_utils.cells.attention import AttentionTrace, attend, attend_backward
from course_utils.cells.checks import Array
from course_utils.training.initialisation import Generator, start_affine, start_cell
from course_utils.training.losses import softmax_cross_entropy
from course_utils.training.model import Batch


class EncoderDecoderParams(NamedTuple):
    """All that is learned."""

    embedding: Array
    """(V + 1, E), read by both: V tokens, and in the last row the decoder's first input"""
    encoder: LSTMParams
    decoder: LSTMParams
    readout: Affine
    """(V, H) without attention, (V, 2 H) with it"""

    @property
    def attends(self) -> bool:
        """Whether the readout reads a context beside the decoder's state."""
        return bool(self.readout.W.shape[1] == 2 * self.decoder.forget.b.shape[0])


class Answer(NamedTuple):
    """What was written, and where the decoder looked meanwhile."""

    tokens: Any
    """(M, B)"""
    weights: Array | None
    """(M, B, N): of each written token over the N that were read; None without attention"""


def start_encoder_decoder(
    rng: Generator, units: int, tokens: int, *, embedding: int, attends: bool
) -> EncoderDecoderParams:
    """Draw parameters for a vocabulary of `tokens`, as :mod:`.initialisation` draws a cell."""
    encoder, decoder = (start_cell(rng, "lstm", embedding, units) for _ in range(2))
    assert isinstance(encoder, LSTMParams)
    assert isinstance(decoder, LSTMParams)
    readout = start_affine(rng, tokens, units * (1 + attends))
    E = rng.normal(size=(tokens + 1, embedding)) / np.sqrt(embedding)
    return EncoderDecoderParams(E, encoder, decoder, readout)


def encoder_decoder_gradients(
    params: EncoderDecoderParams, batch: Batch
) -> tuple[float, EncoderDecoderParams]:
    """Return the mean loss over all written tokens and its gradient, of the type of `params`.

    inputs (N, B) are read, targets (M, B) are to be written. The decoder is forced: its inputs are
    the targets, one place on. Raises CellInputError when shapes do not fit.
    """
    E, targets = params.embedding, np.asarray(batch.targets)
    forced = np.concatenate([np.full_like(targets[:1], len(E) - 1), targets[:-1]])
    read, reading = lstm_sequence(params.encoder, embedding_lookup(E, batch.inputs))
    handed = LSTMState(read.h[-1], read.c[-1])
    written, writing = lstm_sequence(params.decoder, embedding_lookup(E, forced), handed)
    seen, looking = _beside_context(params, written.h, read.h)
    loss, d_scores = softmax_cross_entropy(affine(params.readout, seen), targets)

    d_readout, d_seen = affine_backward(params.readout, seen, d_scores)
    d_written, d_read = _back_beside_context(looking, d_seen, read.h)
    decoder = lstm_sequence_backward(params.decoder, writing, d_written)
    d_read[-1] += decoder.state.h
    encoder = lstm_sequence_backward(params.encoder, reading, d_read, decoder.state.c)
    d_E = embedding_backward(E, batch.inputs, encoder.xs)
    d_E += embedding_backward(E, forced, decoder.xs)
    return loss, EncoderDecoderParams(d_E, encoder.params, decoder.params, d_readout)


def answer(params: EncoderDecoderParams, inputs: Any, count: int) -> Answer:
    """Read inputs (N, B), then write `count` tokens: the likeliest, each read before the next.

    Raises CellInputError when a token is not in the vocabulary or count is not positive.
    """
    if count < 1:
        raise CellInputError(f"count is {count}, expected at least 1")
    E = params.embedding
    read, _ = lstm_sequence(params.encoder, embedding_lookup(E, inputs))
    state = LSTMState(read.h[-1], read.c[-1])
    last = np.full(np.shape(inputs)[1:], len(E) - 1)
    tokens, weights = [], []
    for _ in range(count):
        written, _ = lstm_sequence(params.decoder, embedding_lookup(E, last)[None], state)
        state = LSTMState(written.h[-1], written.c[-1])
        seen, looking = _beside_context(params, written.h, read.h)
        last = affine(params.readout, seen)[-1].argmax(axis=-1)
        tokens.append(last)
        if looking is not None:
            weights.append(looking.weights[..., 0, :])
    return Answer(np.array(tokens), np.array(weights) if weights else None)


def _beside_context(
    params: EncoderDecoderParams, written: Array, read: Array
) -> tuple[Array, AttentionTrace | None]:
    """Return [d_t, context] for each step, (M, B, 2 H), or without attention d_t alone."""
    if not params.attends:
        return written, None
    states = read.swapaxes(0, 1)  # a sequence's states side by side: (B, N, H)
    context, trace = attend(written.swapaxes(0, 1), states, states)
    return np.concatenate([written, context.swapaxes(0, 1)], axis=-1), trace


def _back_beside_context(
    trace: AttentionTrace | None, d_seen: Array, read: Array
) -> tuple[Array, Array]:
    """Return dL/dd_t and what the contexts send into the encoder's states, each time first."""
    if trace is None:
        return d_seen, np.zeros_like(read)
    units = read.shape[-1]
    d = attend_backward(trace, d_seen[..., units:].swapaxes(0, 1))
    d_read = (d.keys + d.values).swapaxes(0, 1)
    return d_seen[..., :units] + d.queries.swapaxes(0, 1), d_read
