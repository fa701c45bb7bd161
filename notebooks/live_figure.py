"""A figure with sliders: its artists are moved in place, and words say what it shows.

The notebooks beside it import it. Without a kernel the picture and the words stay.
"""

from base64 import b64encode
from collections.abc import Callable
from html import escape
from io import BytesIO

import ipywidgets as widgets
import matplotlib.pyplot as plt
from IPython.display import display
from matplotlib.figure import Figure

from course_utils.widgets.keeper import looked_after
from course_utils.widgets.slider import named


def live(figure: Figure, move: Callable[..., str], **sliders: widgets.Widget) -> None:
    """Display sliders over a figure.

    move(name=value, …), one argument a slider, shifts the figure's artists and returns in words
    what they show now. The words stand under the picture and are its alternative text. A slider of
    ipywidgets is shown as one with a name that a screen reader can say.
    """
    picture = Picture(figure)
    _follow(move, sliders, picture.draw)
    picture.display_under(*map(named, sliders.values()))


def live_numbers(move: Callable[..., str], **sliders: widgets.Widget) -> None:
    """Display sliders over the words that move(name=value, …) returns; they stay without a kernel.

    In a notebook of one's own, widgets.interact does so with a function that prints.
    """
    words = widgets.HTML()

    def say(text: str) -> None:
        words.value = f'<span role="status">{escape(text)}</span>'

    text = _follow(move, sliders, say)
    bundle = looked_after(*map(named, sliders.values()), words)._repr_mimebundle_()
    display(bundle | {"text/plain": text, "text/html": f"<p>{escape(text)}</p>"}, raw=True)


def _follow(
    move: Callable[..., str], sliders: dict[str, widgets.Widget], show: Callable[[str], None]
) -> str:
    """Show what `move` returns now, and whenever a slider has moved; return it as it is now."""

    def moved(_change: object = None) -> str:
        text = move(**{name: slider.value for name, slider in sliders.items()})
        show(text)
        return text

    for slider in sliders.values():
        slider.observe(moved, "value")
    return moved()


class Picture:
    """A figure that is drawn anew whenever its artists have moved, over words that say it."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self.image, self.words = widgets.HTML(), widgets.HTML()
        self.text = self.data = ""

    def draw(self, text: str) -> None:
        """Show the figure as it is now; `text` is its alternative text and stands under it."""
        png = BytesIO()
        self.figure.savefig(png, format="png")
        self.text, self.data = text, b64encode(png.getvalue()).decode()
        alt, source = escape(text), f"data:image/png;base64,{self.data}"
        self.image.value = f'<img style="max-width: 100%" alt="{alt}" src="{source}">'
        self.words.value = f'<span role="status">{alt}</span>'

    def display_under(self, *controls: widgets.Widget) -> None:
        """Display it under its controls; the picture and its words stay without a kernel."""
        bundle = looked_after(*controls, self.image, self.words)._repr_mimebundle_()
        bundle |= {"text/plain": self.text, "image/png": self.data}
        display(bundle, metadata={"image/png": {"alt": self.text}}, raw=True)
        plt.close(self.figure)
