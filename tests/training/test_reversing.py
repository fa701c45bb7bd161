"""Encoder and decoder against single steps, differences and PyTorch; and what is stored of them."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from course_utils.cells import (
    CellInputError,
    LSTMState,
    check_gradients,
    flatten,
    leaves,
    lstm_step,
)
from course_utils.cells.conventions import stack_lstm
from course_utils.training import Batch
from course_utils.training import reversing as making
from course_utils.training.encoder_decoder import (
    answer,
    encoder_decoder_gradients,
    start_encoder_decoder,
)
from course_utils.training.reversing import reverser, runs, whole_right
from course_utils.training.small_weights import load_small
from course_utils.training.tasks.reversal import reversal

both = pytest.mark.parametrize("attends", [False, True])


def model(attends, seed=0, units=4):
    rng = np.random.default_rng(seed)
    return start_encoder_decoder(rng, units, 5, embedding=3, attends=attends)


def batch(count=3, read=4, written=6, seed=1):
    rng = np.random.default_rng(seed)
    return Batch(rng.integers(5, size=(read, count)), rng.integers(5, size=(written, count)))


def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


def by_steps(params, inputs, forced):
    """The scores and weights of each written token of one string: single steps and one formula."""
    units = len(params.encoder.forget.b)
    state, read = LSTMState(np.zeros(units), np.zeros(units)), []
    for token in inputs:
        state, _ = lstm_step(params.encoder, params.embedding[token], state)
        read.append(state.h)
    scores, weights = [], []
    for token in [-1, *forced[:-1]]:
        state, _ = lstm_step(params.decoder, params.embedding[token], state)
        seen = state.h
        if params.attends:
            weights.append(softmax(np.array([state.h @ h for h in read])))
            mean = sum(w * h for w, h in zip(weights[-1], read, strict=True))
            seen = np.concatenate([seen, mean])
        scores.append(params.readout.W @ seen + params.readout.b)
    return np.array(scores), np.array(weights)


@both
def test_the_loss_is_that_of_single_steps(attends) -> None:
    params, given = model(attends), batch()
    nats = []
    for b in range(3):
        scores, _ = by_steps(params, given.inputs[:, b], given.targets[:, b])
        nats += [-np.log(softmax(z)[w]) for z, w in zip(scores, given.targets[:, b], strict=True)]
    loss, _ = encoder_decoder_gradients(params, given)
    assert loss == pytest.approx(np.mean(nats), rel=1e-12)


@both
def test_every_gradient_is_a_difference(attends) -> None:
    params, given = model(attends), batch()
    _, gradient = encoder_decoder_gradients(params, given)
    check_gradients(lambda p: encoder_decoder_gradients(p, given)[0], params, gradient)


@both
def test_an_answer_is_the_likeliest_token_each_read_before_the_next(attends) -> None:
    params, given = model(attends, seed=3), batch(written=1)
    found = answer(params, given.inputs, 6)
    for b in range(3):
        tokens = found.tokens[:, b].tolist()
        scores, weights = by_steps(params, given.inputs[:, b], tokens)
        assert tokens == scores.argmax(axis=1).tolist()
        if attends:
            np.testing.assert_allclose(found.weights[:, b], weights, rtol=1e-10)
    assert (found.weights is not None) == attends == params.attends
    with pytest.raises(CellInputError, match="count is 0"):
        answer(params, given.inputs, 0)


@pytest.mark.torch
@both
def test_pytorch_has_the_same_loss_and_gradients(attends) -> None:
    torch = pytest.importorskip("torch")
    params, given = model(attends), batch()
    functional = torch.nn.functional
    E = torch.tensor(params.embedding, requires_grad=True)
    U, b = (torch.tensor(v, requires_grad=True) for v in params.readout)
    cells = []
    for cell in (params.encoder, params.decoder):
        lstm = torch.nn.LSTM(3, 4, dtype=torch.float64)
        with torch.no_grad():
            for p, value in zip(lstm.parameters(), stack_lstm(cell, "pytorch"), strict=True):
                p.copy_(torch.tensor(np.ascontiguousarray(value)))
        cells.append(lstm)
    encoder, decoder = cells
    read, state = encoder(E[torch.tensor(given.inputs)])
    start = np.full((1, 3), 5)
    written, _ = decoder(E[torch.tensor(np.concatenate([start, given.targets[:-1]]))], state)
    if attends:
        q, h = written.transpose(0, 1), read.transpose(0, 1)
        context = functional.scaled_dot_product_attention(q, h, h, scale=1.0)
        written = torch.cat([written, context.transpose(0, 1)], dim=-1)
    scores = functional.linear(written, U, b)
    loss = functional.cross_entropy(scores.flatten(0, 1), torch.tensor(given.targets).flatten())
    loss.backward()
    ours, gradient = encoder_decoder_gradients(params, given)
    assert loss.item() == pytest.approx(ours, rel=1e-12)
    equal = {"rtol": 1e-8, "atol": 1e-10}
    np.testing.assert_allclose(E.grad, gradient.embedding, **equal)
    np.testing.assert_allclose(U.grad, gradient.readout.W, **equal)
    np.testing.assert_allclose(b.grad, gradient.readout.b, **equal)
    for lstm, d_cell in ((encoder, gradient.encoder), (decoder, gradient.decoder)):
        d_W_x, d_W_h, d_b, _ = stack_lstm(d_cell, "pytorch")
        np.testing.assert_allclose(lstm.weight_ih_l0.grad, d_W_x, **equal)
        np.testing.assert_allclose(lstm.weight_hh_l0.grad, d_W_h, **equal)
        np.testing.assert_allclose(lstm.bias_ih_l0.grad, d_b, **equal)


def test_the_task_is_the_string_from_its_end() -> None:
    drawn = reversal(np.random.default_rng(0), 7, 5)
    for b in range(7):
        assert drawn.targets[:, b].tolist() == drawn.inputs[:, b].tolist()[::-1]
    assert set(np.unique(reversal(np.random.default_rng(0), 500, 3).inputs)) == set(range(10))
    with pytest.raises(CellInputError, match="length is 0"):
        reversal(np.random.default_rng(0), 7, 0)


# ---------------------------------------------------------------- the command and what it stored


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The command at a tiny size, twice."""
    small = {"longest": 3, "updates": 20, "every": 10, "strings": 4}
    settings = {name: s._replace(units=5, **small) for name, s in making.SETTINGS.items()}
    yourself = {name: s._replace(units=5, **small) for name, s in making.YOURSELF.items()}
    folders = [tmp_path_factory.mktemp("backwards") for _ in range(2)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "SETTINGS", settings)
        patch.setattr(making, "YOURSELF", yourself)
        patch.setattr(making, "SEEDS", dict.fromkeys(settings, 2))
        patch.setattr(making, "LENGTHS", (1, 2))
        for folder in folders:
            said = CliRunner().invoke(
                making.main, ["--folder", str(folder)], catch_exceptions=False
            )
            assert said.exit_code == 0, said.output
    return folders


def test_the_command_gives_the_same_each_time(made) -> None:
    first, second = made
    assert sorted(p.name for p in first.iterdir()) == ["runs.json", "with.npz", "without.npz"]
    assert (first / "runs.json").read_bytes() == (second / "runs.json").read_bytes()
    for name in ("with", "without"):
        a, b = (flatten(load_small(folder / f"{name}.npz")) for folder in made)
        np.testing.assert_array_equal(a, b)
    found = json.loads((first / "runs.json").read_text())
    assert [m[0] for m in found["yourself"]["with"]] == [10, 20]


def test_training_lowers_the_loss() -> None:
    setting = making.YOURSELF["with"]._replace(longest=2, updates=200, every=100)
    (_, early, _), (_, late, right) = making.train(setting, progress=False).measured
    assert late < early < np.log(10)
    assert right > 0.2  # by guessing, one string in 10 or 100


def test_the_stored_networks_are_as_good_as_is_said() -> None:
    for name in ("without", "with"):
        said = runs()[name]
        assert said["numbers"] == sum(a.size for _, a in leaves(reverser(name)))
        lengths = (3, 15, 22)
        again = whole_right(reverser(name), lengths)
        told = [said["right"][0][making.LENGTHS.index(n)] for n in lengths]
        assert again == pytest.approx(told, abs=0.005)
    assert reverser("with").attends
    assert not reverser("without").attends
    assert runs()["without"]["numbers"] >= runs()["with"]["numbers"]


def test_the_stored_runs_are_those_of_the_settings() -> None:
    assert runs()["made by"] == making.COMMAND
    for name, setting in making.SETTINGS.items():
        assert runs()[name]["setting"] == setting._asdict()
        assert len(runs()[name]["right"]) == making.SEEDS[name]


def test_the_weights_are_small_in_the_repository() -> None:
    assert sum(path.stat().st_size for path in making.STORED.iterdir()) < 80_000
