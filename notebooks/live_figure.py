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

from course_utils.widgets.slider import named


def live(figure: Figure, move: Callable[..., str], **sliders: widgets.Widget) -> None:
    """Display sliders over a figure.

    move(name=value, …), one argument a slider, shifts the figure's artists and returns in words
    what they show now. The words stand under the picture and are its alternative text. A slider of
    ipywidgets is shown as one with a name that a screen reader can say.
    """
    picture, words = widgets.HTML(), widgets.HTML()

    def draw(_change: object = None) -> tuple[str, str]:
        text = move(**{name: slider.value for name, slider in sliders.items()})
        png = BytesIO()
        figure.savefig(png, format="png")
        data = b64encode(png.getvalue()).decode()
        alt, source = escape(text), f"data:image/png;base64,{data}"
        picture.value = f'<img style="max-width: 100%" alt="{alt}" src="{source}">'
        words.value = f'<span role="status">{alt}</span>'
        return text, data

    for slider in sliders.values():
        slider.observe(draw, "value")
    text, data = draw()
    bundle = widgets.VBox([*map(named, sliders.values()), picture, words])._repr_mimebundle_()
    bundle |= {"text/plain": text, "image/png": data}
    display(bundle, metadata={"image/png": {"alt": text}}, raw=True)
    plt.close(figure)
