"""Recurrences that tests look at: every kind of line, axis, input and place in the sentence."""

from course_utils.widgets import Curve, Panel, Recurrence, Slider


def fading() -> Recurrence:
    """One unit without input, its gradient, and a bound, one of them on a logarithmic axis."""
    return Recurrence(
        """
        h_0 = 10^e     h_t = tanh(w h_{t-1})
        d_0 = 1        d_t = w (1 - h_t h_t) d_{t-1}        s_t = abs(d_t)
        B_0 = 1        B_t = abs(w) B_{t-1}
        """,
        [Slider("w", "weight w", -3, 3, 0.05), Slider("e", "e in h_{0} = 10^e", -4, 0, 0.1)],
        [
            Panel([Curve("h", "h_{t}")], -1, 1),
            Panel([Curve("s", "size"), Curve("B", "bound", dashed=True)], -12, 9, log=True),
        ],
        says="w = {w} from {h_0}: {s_10} after 10, {d_40} after 40, bound {B_40}; {h > 0.3}.",
        w=1.2,
        e=-3,
    )


def told() -> Recurrence:
    """Inputs that end early, a quantity delayed, words under the steps, and fields."""
    return Recurrence(
        """
        Z = σ(b)    H_0 = 0    H_t = Z H_{t-1} + (1 - Z) C~_t + 0.1 d_t
        """.replace("H_0", "C~_t = tanh(2 x_t - u_t / (1 + Z))    H_0"),
        [Slider("b", "bias", -6, 6, 0.1), Slider("s", "delay", 1, 5, 1)],
        [
            Panel(
                [Curve("h", "H_{t}", "input", "triangle"), Curve("c_tilde", "C~_{t}")],
                -1.1,
                1.1,
                words=["up", "", "down", "", "end"],
                wanted={2: (0, 1), 5: (-1, 0)},
            ),
            Panel([Curve("h", "H_{t}")], -0.3, 1.5),
        ],
        steps=12,
        inputs={"x": [1, 0, -1], "u": [0.5] * 12},
        delayed={"d": ("h", "s")},
        title="Two inputs",
        says="Z = {Z}, b = {b}: {h_3}, {c_tilde_1}; below 0 at {h < 0}.",
        b=0.5,
        s=2,
    )


def exploding() -> Recurrence:
    """One that leaves the numbers of 64 bits at large weights."""
    return Recurrence(
        "h_0 = 1    h_t = w h_{t-1} h_{t-1}",
        [Slider("w", "weight w", 0, 3, 0.1)],
        [Panel([Curve("h", "h_{t}")], 0, 12, log=True)],
        steps=20,
        says="After 10 steps {h_10}.",
        w=0.9,
    )
