"""What each result of lecture 6 must show, in plain Python, without NumPy and our library."""

from itertools import chain
from math import acos, degrees, exp, log, prod, sqrt

from tests.notebooks.plain_lstm import Vector, sigmoid

Line = tuple[str, Vector]


def adam(gradients: Vector) -> Vector:
    """How far Adam moves at each step, by the formulas of Kingma & Ba."""
    m = s = 0.0
    moved = []
    for t, g in enumerate(gradients, start=1):
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g * g
        moved.append(0.01 * m / (1 - 0.9**t) / (sqrt(s / (1 - 0.999**t)) + 1e-8))
    return moved


SHOCK = [1.0] * 99 + [1000.0] + [1.0] * 2900
ADAM = [
    adam([1.0] * 3000),
    adam([0.01] * 3000),
    adam(SHOCK),
    adam([min(g, 1.0) for g in SHOCK]),
]

LENGTH = sqrt(100**2 + 99)
COSINE = (100 + 99) / (LENGTH * 10)

ROADS = ([1, 1, 1, 1], [1, 1, 2], [1, 2, 1], [2, 1, 1], [2, 2])


def skipped(a: float, b: float, s: int, steps: int) -> Vector:
    """r_0 … r_n by the recurrence."""
    r = [1.0]
    for n in range(1, steps + 1):
        r.append(a * r[-1] + (b * r[n - s] if n >= s else 0))
    return r


def turned(angle_cos: float, angle_sin: float, k: int) -> Vector:
    """(c + i s)^k as a point: what [[c, -s], [s, c]]^k makes of (1, 0)."""
    z = complex(angle_cos, angle_sin) ** k
    return [z.real, z.imag]


def rotation(name: str, c: float, s: float) -> Line:
    points = [turned(c, s, k) for k in (1, 2)]
    return (name, [*chain(*points), *(sqrt(c * c + s * s) ** k for k in (1, 2, 20))])


def remembered(bias: float) -> Vector:
    f = sigmoid(bias)
    half = log(2) / log(1 + exp(-bias))
    return [bias, f, half, f**50, f**100, f * (1 - f)]


PRINTED: dict[str, list[Line]] = {
    "by-value": [
        ("The gradient, clipped by norm, clipped by value", []),
        ("first entry", [100, 100 / LENGTH, 1]),
        ("each of the others", [1, 1 / LENGTH, 1]),
        ("length", [LENGTH, 1, 10]),
        ("degrees away from g", [0, 0, degrees(acos(COSINE))]),
        ("share of g along it", [1, 1, COSINE]),
    ],
    "adam": [
        ("length of Adam's step", []),
        ("step     always 1 always 0.01    one 1000     clipped", []),
        *(("", [n, *(moved[n - 1] for moved in ADAM)]) for n in (99, 100, 150, 200, 1000, 3000)),
    ],
    "roads": [
        ("roads from 0 to 4", []),
        *(("", [*road, prod([0.5] * len(road))]) for road in ROADS),
        ("  sum", [sum(0.5 ** len(road) for road in ROADS)]),
        ("  without skip", [0.5**4]),
    ],
    "rotations": [
        ("    after one        after two       lengths, 1, 2, 20", []),
        rotation("A", 0.5, 0.5),
        rotation("Q", 0.6, 0.8),
        rotation("I", 1, 0),
    ],
    "forget-bias-values": [
        ("           half gone       left       left    slope", []),
        ("b_f  f         after   after 50  after 100     of σ", []),
        *(("", remembered(bias)) for bias in (0, 1, 2, 3, 4, 12)),
    ],
    "forget-slice": [
        ("library    slice of the forget gate", []),
        ("pytorch", [8, 16]),
        ("keras", [8, 16]),
        ("cs231n", [8, 16]),
        ("onnx", [16, 24]),
    ],
}

SAID: dict[str, dict[str, float]] = {
    "figure-losses-question": {"\\ln 4 \\approx {:.2f}": log(4)},
    "clipping-why": {"0.2 \\cdot 0.01 = {:.3f}": 0.2 * 0.01},
    "by-value-why": {"turns by {:.0f} degrees": degrees(acos(COSINE))},
    "adam-why": {
        "At step 200 each step is {:.0f} times too short": round(ADAM[0][199] / ADAM[2][199], -1),
        "at step 3000 still nearly {:.0f} times": ADAM[0][2999] / ADAM[2][2999],
    },
    "skip-answers": {
        "0.8^{{60}} \\approx {:.1f} \\cdot 10^{{{{-6}}}}": 0.8**60 * 1e6,
        "less steep: {:.2f} is left": skipped(0.8, 0.15, 10, 60)[60],
    },
    "rotations-why": {"\\sqrt{{0.5}} \\approx {:.2f}": sqrt(0.5)},
    "start-answers": {
        "0.9^{{49}} \\approx {:.3f}": 0.9**49,
        "0.7^{{49}} \\approx {:.0f} \\cdot 10^{{-8}}": 0.7**49 * 1e8,
        "1/\\sqrt 3 \\approx {:.2f}": 1 / sqrt(3),
    },
    "forget-bias-why": {
        "\\sigma(2)^{{50}} \\approx {:.3f}": sigmoid(2) ** 50,
        "\\sigma(2)^{{100}} \\approx {:.0f} \\cdot 10^{{-6}}": sigmoid(2) ** 100 * 1e6,
        "about {:.1f} for 50 steps": log(49),
        "and {:.1f} for 100": log(99),
        "${:.0f} \\cdot 10^{{-6}}$. The gate is open": sigmoid(12) * sigmoid(-12) * 1e6,
    },
    "cured": {
        "at 20 is ${:.0f} \\cdot 10^{{-9}}$": sigmoid(20) * sigmoid(-20) * 1e9,
    },
    "check-yourself": {
        "0.1 \\cdot 2 = {:.1f}": 0.1 * 2,
        "0.5^3 + 0.25 = {:.3f}": skipped(0.5, 0.25, 3, 3)[3],
        "\\ln 19 \\approx {:.1f}": log(19),
    },
}
"""Numbers typed in the text, as a template that must stand in the cell."""

PREDICTED: dict[str, str | float] = {
    "predict-clipping": "τ = 1",
    "predict-degrees": degrees(acos(COSINE)),
    "predict-adam": "as long as before",
    "predict-roads": sum(0.5 ** len(road) for road in ROADS),
    "predict-depth": "residual",
    "predict-symmetry": 1,
    "predict-forget-bias": sigmoid(4) ** 50,
    "predict-slice": 16,
}
"""The answers that open once a prediction is committed."""
