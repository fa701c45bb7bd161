"""Optimisers over one vector of all parameters.

An optimiser is its settings. ``start`` gives its memory for a vector θ, ``step`` changes θ and the
memory in place by a gradient g of the same shape; α is the learning rate.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from course_utils.cells.checks import Array

Memory = dict[str, Array]


class Optimiser(Protocol):
    """What the fit loop asks of an optimiser."""

    @property
    def learning_rate(self) -> float: ...

    def start(self, theta: Array) -> Memory: ...

    def step(self, theta: Array, g: Array, memory: Memory, rate: float) -> None: ...


@dataclass(frozen=True)
class SGD:
    """θ ← θ - α v with v ← μ v + g: gradient descent, with momentum if μ is not 0 (Polyak 1964)."""

    learning_rate: float = 0.1
    momentum: float = 0.0

    def start(self, theta: Array) -> Memory:
        return {"v": np.zeros_like(theta)} if self.momentum else {}

    def step(self, theta: Array, g: Array, memory: Memory, rate: float) -> None:
        if self.momentum:
            v = memory["v"]
            v *= self.momentum
            v += g
            g = v
        theta -= rate * g


@dataclass(frozen=True)
class RMSprop:
    """s ← ρ s + (1 - ρ) g², θ ← θ - α g / (√s + ε) (Tieleman & Hinton 2012)."""

    learning_rate: float = 0.001
    decay: float = 0.99
    epsilon: float = 1e-8

    def start(self, theta: Array) -> Memory:
        return {"s": np.zeros_like(theta)}

    def step(self, theta: Array, g: Array, memory: Memory, rate: float) -> None:
        s = memory["s"]
        s *= self.decay
        s += (1 - self.decay) * g * g
        theta -= rate * g / (np.sqrt(s) + self.epsilon)


@dataclass(frozen=True)
class Adam:
    """m ← β₁ m + (1 - β₁) g, s ← β₂ s + (1 - β₂) g², both freed of their start at zero, and
    θ ← θ - α m̂ / (√ŝ + ε) (Kingma & Ba 2015)."""

    learning_rate: float = 0.001
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8

    def start(self, theta: Array) -> Memory:
        return {"m": np.zeros_like(theta), "s": np.zeros_like(theta), "t": np.zeros(1)}

    def step(self, theta: Array, g: Array, memory: Memory, rate: float) -> None:
        m, s, t = memory["m"], memory["s"], memory["t"]
        t += 1
        m *= self.beta_1
        m += (1 - self.beta_1) * g
        s *= self.beta_2
        s += (1 - self.beta_2) * g * g
        m_hat = m / (1 - self.beta_1 ** t[0])
        s_hat = s / (1 - self.beta_2 ** t[0])
        theta -= rate * m_hat / (np.sqrt(s_hat) + self.epsilon)
