"""The trainings of lecture 6, done again by PyTorch: its cells, its gradients, its optimisers.

Shared with the lecture are the data it draws and the weights it starts from, nothing else.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from course_utils.cells.conventions import stack_lstm
from course_utils.cells.lstm_variants import CoupledLSTMParams, PeepholeLSTMParams
from course_utils.training import start_cell, start_model
from course_utils.training.initialisation import orthogonal
from course_utils.training.tasks.latch import latch
from course_utils.training.tasks.temporal_order import temporal_order
from tests.notebooks.stored import cell, displayed, notebook, numbers, words_of_figure
from tests.tiers import long_but

torch = pytest.importorskip("torch")
pytestmark = [pytest.mark.torch, pytest.mark.slow]

SEEDS = long_but(["0"], [0, 1, 2])

LECTURE = notebook("06_other_remedies.ipynb")
HELD_OUT = 10_000


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Matrices this small are slower on several."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def tensor(values: Any) -> Any:
    return torch.tensor(np.array(values), dtype=torch.float64)


class Plain(torch.nn.Module):  # type: ignore[misc, name-defined]
    """Layers of nn.RNN or nn.LSTM, with or without skips, and a readout of the last step."""

    def __init__(self, params: Any, skip: bool = False) -> None:
        super().__init__()
        self.skip = skip
        self.layers = torch.nn.ModuleList(map(_layer, params.layers))
        self.readout = torch.nn.Linear(*params.readout.W.shape[::-1], dtype=torch.float64)
        _set(self.readout.weight, params.readout.W)
        _set(self.readout.bias, params.readout.b)

    def states(self, xs: Any) -> Any:
        for layer in self.layers:
            hs, _ = layer(xs)
            xs = hs + xs if self.skip and hs.shape == xs.shape else hs
        return xs

    def forward(self, xs: Any) -> Any:
        return self.readout(self.states(xs)[-1])


def _set(parameter: Any, values: Any) -> None:
    with torch.no_grad():
        parameter.copy_(tensor(values))


def _layer(params: Any) -> Any:
    """A layer with our weights; PyTorch's second bias stays at 0 and is not trained."""
    if hasattr(params, "W_h"):
        units, inputs = params.W_x.shape
        layer = torch.nn.RNN(inputs, units, dtype=torch.float64)
        weights = (params.W_x, params.W_h, params.b)
    else:
        stacked = stack_lstm(params, "pytorch")
        units, inputs = stacked.W_x.shape[0] // 4, stacked.W_x.shape[1]
        layer = torch.nn.LSTM(inputs, units, dtype=torch.float64)
        weights = (stacked.W_x, stacked.W_h, np.asarray(stacked.b_x) + np.asarray(stacked.b_h))
    for name, values in zip(("weight_ih_l0", "weight_hh_l0", "bias_ih_l0"), weights, strict=True):
        _set(getattr(layer, name), values)
    _set(layer.bias_hh_l0, np.zeros_like(weights[2]))
    layer.bias_hh_l0.requires_grad = False
    return layer


def best_accuracy(
    model: Any,
    draw: Callable[[np.random.Generator, int], Any],
    optimiser: Any,
    *,
    steps: int,
    every: int,
    seed: int,
    clip: float | None = 1.0,
    last: bool = False,
) -> float:
    """Train; return the best (or the last) share of right answers on held-out sequences."""
    held_out, rng = draw(np.random.default_rng(HELD_OUT), 500), np.random.default_rng(seed)
    scores = []
    for step in range(1, steps + 1):
        batch = draw(rng, 32)
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(
            model(tensor(batch.inputs)), torch.tensor(np.array(batch.targets))
        )
        loss.backward()
        if clip is not None:
            torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimiser.step()
        if step % every == 0:
            with torch.no_grad():
                answers = model(tensor(held_out.inputs)).argmax(dim=-1).numpy()
            scores.append(float((answers == held_out.targets).mean()))
    return scores[-1] if last else max(scores)


def trained_parameters(model: Any) -> list[Any]:
    return [p for p in model.parameters() if p.requires_grad]


def hot(seed: int) -> Any:
    params = start_model(
        np.random.default_rng(seed), "rnn", 32, 4, inputs=8, recurrent="orthogonal"
    )
    (rnn,) = params.layers
    return params._replace(layers=(rnn._replace(W_h=1.2 * rnn.W_h),))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("tau", "learns"), [(None, False), (1.0, True), (0.01, False)])
def test_clipping_at_1_learns_and_neither_none_nor_a_hundredth(
    tau: float | None, learns: bool, seed: int
) -> None:
    model = Plain(hot(seed))
    best = best_accuracy(
        model,
        lambda rng, n: temporal_order(rng, n, 20),
        torch.optim.SGD(trained_parameters(model), lr=0.2),
        steps=400,
        every=50,
        seed=seed,
        clip=tau,
    )
    assert (best >= 0.9) == learns, best


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("skip", [False, True])
def test_twelve_layers_learn_with_residual_connections_only(skip: bool, seed: int) -> None:
    params = start_model(np.random.default_rng(seed), "rnn", 16, 2, inputs=1, layers=12)
    model = Plain(params, skip)
    last = best_accuracy(
        model,
        lambda rng, n: latch(rng, n, 5),
        torch.optim.SGD(trained_parameters(model), lr=0.05),
        steps=50,
        every=10,
        seed=seed,
        last=True,
    )
    assert (last >= 0.9) == skip, last


def latch_rnn(kind: str, seed: int, gain: float = 1.0) -> Any:
    params = start_model(np.random.default_rng(seed), "rnn", 16, 2, inputs=1)
    (rnn,) = params.layers
    W_h = {
        "uniform": lambda: start_cell(np.random.default_rng(seed), "rnn", 1, 16).W_h,
        "orthogonal": lambda: (
            start_cell(np.random.default_rng(seed), "rnn", 1, 16, recurrent="orthogonal").W_h
        ),
        "identity": lambda: np.eye(16),
    }[kind]()
    return params._replace(layers=(rnn._replace(W_h=gain * W_h),))


def latch_accuracy(params: Any, delay: int, seed: int = 0) -> float:
    model = Plain(params)
    return best_accuracy(
        model,
        lambda rng, n: latch(rng, n, delay),
        torch.optim.SGD(trained_parameters(model), lr=0.05),
        steps=150,
        every=10,
        seed=seed,
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("delay", [5, 50])
@pytest.mark.parametrize("kind", ["uniform", "orthogonal", "identity"])
def test_over_50_steps_a_rotation_or_the_identity_learns_and_uniform_does_not(
    kind: str, delay: int, seed: int
) -> None:
    best = latch_accuracy(latch_rnn(kind, seed), delay, seed)
    assert (best >= 0.9) == (kind != "uniform" or delay == 5), best


@pytest.mark.parametrize(
    ("kind", "gain", "delay", "learns"),
    [
        ("orthogonal", 0.9, 50, True),
        ("orthogonal", 0.7, 50, False),
        ("uniform", 1.1, 50, False),
        ("uniform", 1.2, 50, True),
    ],
)
def test_the_answers_about_gains(kind: str, gain: float, delay: int, learns: bool) -> None:
    assert (latch_accuracy(latch_rnn(kind, 0, gain), delay) >= 0.9) == learns


def test_the_eigenvalue_the_text_names() -> None:
    (rnn,) = latch_rnn("uniform", 0).layers
    radius = torch.linalg.eigvals(tensor(rnn.W_h)).abs().max().item()
    assert f"has the size {radius:.2f}" in cell(LECTURE, "start-answers").source


def latch_lstm(bias: float, seed: int = 0) -> Any:
    return start_model(np.random.default_rng(seed), "lstm", 8, 2, inputs=1, forget_bias=bias)


@pytest.mark.parametrize("delay", long_but(["10", "50"], [10, 50, 100]))
@pytest.mark.parametrize("bias", [0, 1, 2, 4])
def test_the_forget_bias_decides_how_far_back_learning_reaches(bias: float, delay: int) -> None:
    model = Plain(latch_lstm(bias))
    best = best_accuracy(
        model,
        lambda rng, n: latch(rng, n, delay),
        torch.optim.Adam(trained_parameters(model), lr=0.01),
        steps=100,
        every=10,
        seed=0,
    )
    assert (best >= 0.9) == (delay == 10 or (bias, delay) in {(2, 50), (4, 50), (4, 100)})


def through_the_lstm(bias: float, steps_back: int) -> float:
    """||d(mean of h_101)/d(h, C)|| so many steps back, by autograd, of a gradient of length 1."""
    (layer,) = Plain(latch_lstm(bias)).layers
    xs = tensor(latch(np.random.default_rng(0), 1, 101).inputs)
    _, (h, c) = layer(xs[: 101 - steps_back])
    h, c = h.detach().requires_grad_(), c.detach().requires_grad_()
    hs, _ = layer(xs[101 - steps_back :], (h, c))
    (hs[-1].sum() / np.sqrt(8)).backward()
    return float(torch.sqrt((h.grad**2).sum() + (c.grad**2).sum()))


def test_how_much_of_the_gradient_arrives_through_the_whole_lstm() -> None:
    (text,) = displayed(cell(LECTURE, "forget-bias-sliders"), "text/plain")
    assert float(numbers(text)[4]) == pytest.approx(through_the_lstm(1, 50), rel=0.05)
    assert "after 50 steps $10^{-10}$" in cell(LECTURE, "forget-bias-live-answer").source
    assert -10.5 < np.log10(through_the_lstm(0, 50)) < -9.5
    assert through_the_lstm(2, 100) == pytest.approx(0.2, abs=0.05)  # "a fifth"


def test_the_gradient_at_the_bottom_of_a_stack() -> None:
    rng = np.random.default_rng(1)
    cells = [start_cell(rng, "rnn", 16, 16) for _ in range(12)]
    xs_0 = np.random.default_rng(0).normal(size=(10, 1, 16))
    arrives: dict[bool, list[float]] = {}
    for skip in (False, True):
        arrives[skip] = []
        for depth in range(1, 13):
            xs = tensor(xs_0).requires_grad_()
            below = xs
            for params in cells[:depth]:
                hs, _ = _layer(params)(below)
                below = hs + below if skip else hs
            (below[-1].sum() / 4).backward()
            arrives[skip].append(float(xs.grad[-1].norm()))
    found = [float(n) for n in numbers(words_of_figure(cell(LECTURE, "figure-depth")))]
    assert found[:2] == [1, 12]
    assert found[2:4] == pytest.approx([arrives[False][0], arrives[False][-1]], rel=0.02)
    assert found[4:] == pytest.approx([min(arrives[True]), max(arrives[True])], abs=0.05)


def through_the_rnn(kind: str, gain: float) -> float:
    """||d(mean of h_50)/dh_1||, by autograd, of a gradient of length 1."""
    (layer,) = Plain(latch_rnn(kind, 0, gain)).layers
    xs = tensor(latch(np.random.default_rng(0), 1, 50).inputs)
    _, h = layer(xs[:1])
    h = h.detach().requires_grad_()
    hs, _ = layer(xs[1:], h)
    (hs[-1].sum() / 4).backward()
    return float(h.grad.norm())


def test_how_much_arrives_by_start_and_gain() -> None:
    (text,) = displayed(cell(LECTURE, "start-sliders"), "text/plain")
    assert float(numbers(text)[2]) == pytest.approx(through_the_rnn("uniform", 1), rel=0.15)
    assert through_the_rnn("orthogonal", 2) == pytest.approx(900, rel=0.1)
    assert "About 900 times as much" in cell(LECTURE, "start-answers").source


def test_a_rotation_keeps_every_length() -> None:
    Q = tensor(orthogonal(np.random.default_rng(0), 64))
    assert torch.linalg.svdvals(Q).sub(1).abs().max() < 1e-12


class Variant(torch.nn.Module):  # type: ignore[misc, name-defined]
    """An LSTM in which gates are coupled, look at C, or do not forget; written from the papers."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        rng = np.random.default_rng(0)
        params = start_cell(rng, "lstm", 2, 6)
        gates = dict(params._asdict())  # type: ignore[union-attr]
        if kind == "coupled":
            gates["input"] = gates["input"]._replace(b=gates["input"].b - 1)
        names = [n for n in gates if n != "forget" or kind in ("LSTM", "peepholes")]
        self.gates = torch.nn.ModuleDict()
        for name in names:
            self.gates[name] = torch.nn.Linear(8, 6, dtype=torch.float64)
            _set(self.gates[name].weight, gates[name].W)
            _set(self.gates[name].bias, gates[name].b)
        if kind == "peepholes":
            self.p = torch.nn.Parameter(torch.zeros(3, 6, dtype=torch.float64))
        self.readout = torch.nn.Linear(6, 1, dtype=torch.float64)
        _set(self.readout.weight, rng.uniform(-1 / np.sqrt(6), 1 / np.sqrt(6), (1, 6)))
        _set(self.readout.bias, np.zeros(1))

    def forward(self, xs: Any) -> Any:
        h = c = torch.zeros(xs.shape[1], 6, dtype=torch.float64)
        p_f, p_i, p_o = self.p if self.kind == "peepholes" else (0, 0, 0)
        told = []
        for x in xs:
            hx = torch.cat([h, x], dim=-1)
            i = torch.sigmoid(self.gates["input"](hx) + p_i * c)
            if self.kind == "coupled":
                kept = (1 - i) * c
            elif self.kind == "no forget gate":
                kept = c
            else:
                kept = torch.sigmoid(self.gates["forget"](hx) + p_f * c) * c
            c = kept + i * torch.tanh(self.gates["candidate"](hx))
            h = torch.sigmoid(self.gates["output"](hx) + p_o * c) * torch.tanh(c)
            told.append(self.readout(h))
        return torch.stack(told)


def bells(rng: np.random.Generator, count: int, steps: int) -> tuple[Any, Any]:
    drawn = 0.3 * rng.normal(size=(steps, count))
    rings = rng.uniform(size=(steps, count)) < 0.1
    sums = np.zeros((steps, count))
    for t in range(steps):
        before = 0.0 if t == 0 else np.where(rings[t], 0, sums[t - 1])
        sums[t] = before + drawn[t]
    return tensor(np.stack([drawn / 0.3, rings], axis=-1)), tensor(sums[..., None])


@pytest.mark.long  # trains four networks
def test_only_the_cell_without_a_forget_gate_fails_on_long_streams() -> None:
    long_error = {}
    for kind in ("LSTM", "peepholes", "coupled", "no forget gate"):
        model, rng = Variant(kind), np.random.default_rng(0)
        optimiser = torch.optim.Adam(model.parameters(), lr=0.02)
        for _ in range(300):
            xs, sums = bells(rng, 32, 40)
            optimiser.zero_grad()
            torch.nn.functional.mse_loss(model(xs), sums).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
        with torch.no_grad():
            for steps in (40, 400):
                xs, sums = bells(np.random.default_rng(HELD_OUT), 50, steps)
                error = torch.nn.functional.mse_loss(model(xs), sums).item()
                if steps == 40:
                    assert error < 0.1 * sums.var().item(), kind
        long_error[kind] = error
    limit = 3 * long_error["LSTM"]
    assert {kind for kind, error in long_error.items() if error > limit} == {"no forget gate"}


def test_the_variants_have_the_types_the_lecture_builds() -> None:
    assert CoupledLSTMParams._fields == ("input", "candidate", "output")
    assert PeepholeLSTMParams._fields[-3:] == ("p_forget", "p_input", "p_output")
