"""The picture of the course: which lecture builds on which, as each says in its first cell.

The start page imports it. Nothing is listed here but where the boxes stand: what builds on what is
read from the notebooks beside this file.
"""

import json
import re
from pathlib import Path

import matplotlib.pyplot as plt
from blackboard import show

HERE = Path(__file__).parent
_PLACES = {
    "01": (0, 2), "02": (1, 3.4), "03": (1, 0.6), "04": (1, 2), "05": (2, 1.8), "06": (3, 1.6),
    "07": (3, 0.4), "08": (1.62, 2.9), "09": (3, 3.75), "10": (2, 4.7),
    "11": (3, 2.8), "12": (3, 4.7),
}  # fmt: skip
_SHORT = {
    "01": "a state", "02": "words", "03": "vanishing\ngradients", "04": "the LSTM",
    "05": "the GRU", "06": "other\nremedies", "07": "memory\ntested", "08": "forecasting",
    "09": "exam clinic", "10": "a network\nthat writes", "11": "variants",
    "12": "after\nthe LSTM",
}  # fmt: skip
_NEEDED = re.compile(r"\*\*Before you start\.\*\*(.*?)\*\*How to read\.\*\*", re.DOTALL)
_LINK = re.compile(r"\]\((\d\d)_[^)]*\.ipynb\)")


def needed() -> dict[str, set[str]]:
    """Return, for the number of each lecture, those that it says one needs before it."""
    found = {}
    for path in sorted(HERE.glob("[0-9][0-9]_*.ipynb")):
        first = "".join(json.loads(path.read_text("utf-8"))["cells"][0]["source"])
        if told := _NEEDED.search(first):
            found[path.name[:2]] = set(_LINK.findall(told[1]))
    return found


def draw_map() -> None:
    """Draw a box for each lecture and an arrow from what it builds on."""
    with plt.style.context(HERE / "lecture.mplstyle"):
        _draw(needed())


def _draw(edges: dict[str, set[str]]) -> None:
    fig, ax = plt.subplots(figsize=(7.2, 4.4), layout="constrained")
    for number, before in edges.items():
        x, y = _PLACES[number]
        for other in before - _beyond(before, edges):
            from_x, from_y = _PLACES[other]
            look = {
                "arrowstyle": "-|>",
                "color": "#555555",
                "lw": 1.4,
                "shrinkA": 34,
                "shrinkB": 36,
            }
            ax.annotate("", (x, y), (from_x, from_y), arrowprops=look)
        colour = {"10": "#f6cfae", "01": "#bfe6d5"}.get(number, "#ffffff")
        look = {"boxstyle": "round,pad=0.45", "facecolor": colour, "edgecolor": "#333333"}
        text = f"{int(number)}\n{_SHORT[number]}"
        ax.text(x, y, text, ha="center", va="center", fontsize=9.5, bbox=look)
    ax.set(xlim=(-0.5, 3.5), ylim=(-0.2, 5.3))
    ax.axis("off")
    ax.set_title("What builds on what")
    told = "; ".join(
        f"{int(n)} builds on {', '.join(str(int(b)) for b in sorted(before)) or 'nothing'}"
        for n, before in edges.items()
    )
    show(fig, f"A box for each lecture, with arrows from those that it builds on: {told}.")


def _beyond(before: set[str], edges: dict[str, set[str]]) -> set[str]:
    """Those of `before` that another of them needs anyway: their arrow is drawn there."""
    found: set[str] = set()
    for one in before:
        stack = list(edges[one])
        while stack:
            other = stack.pop()
            found.add(other)
            stack += edges[other]
    return found
