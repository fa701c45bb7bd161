"""Tables as text, colours by strength, and that every kind of mark reaches the picture."""

import base64
import io

import matplotlib.image
import numpy as np
import pytest

from course_utils.widgets.views.png import as_png
from course_utils.widgets.views.scene import (
    Boxes,
    Dots,
    Label,
    Line,
    Mark,
    Scene,
    Table,
    plain,
    shaded,
)

BLUE = (0x00, 0x72, 0xB2)


def pixels(*marks: Mark) -> np.ndarray:
    """The picture, (height, width, 3), 0 to 255."""
    png = io.BytesIO(base64.b64decode(as_png(Scene(100.0, marks, width=200.0))))
    return (255 * matplotlib.image.imread(png, format="png")[..., :3]).round()


@pytest.mark.parametrize(
    "mark",
    [
        Boxes(((20.0, 20.0, 60.0, 40.0), (120.0, 20.0, 20.0, 20.0)), "candidate"),
        Boxes(((20.0, 20.0, 60.0, 40.0),), "candidate", outline=True),
        Line(((10.0, 50.0), (150.0, 50.0)), "candidate", 6.0),
        Line(((10.0, 50.0), (150.0, 50.0)), "candidate", 6.0, dashed=True),
        Dots(((50.0, 50.0), (90.0, 50.0)), "candidate", "diamond", 8.0),
        Dots(((50.0, 50.0), (90.0, 50.0)), "candidate", "triangle", 8.0),
    ],
    ids=lambda mark: mark.kind,
)
def test_a_mark_is_painted_in_its_colour(mark: Mark) -> None:
    assert (np.abs(pixels(mark) - BLUE).max(axis=-1) <= 1).sum() > 50


def test_a_box_lies_where_it_should_with_y_downwards() -> None:
    blue = np.abs(pixels(Boxes(((20.0, 10.0, 60.0, 40.0),), "candidate")) - BLUE).max(axis=-1) <= 1
    rows, columns = np.nonzero(blue)
    scale = blue.shape[1] / 200
    found = [columns.min(), columns.max(), rows.min(), rows.max()]
    assert np.abs(np.array(found) / scale - [20, 80, 10, 50]).max() <= 1.5


def test_text_is_painted_in_ink_or_faint() -> None:
    dark = pixels(Label(10.0, 50.0, "W_{fh} 12", 24.0)).min()
    faint = pixels(Label(10.0, 50.0, "W_{fh} 12", 24.0, faint=True)).min()
    assert dark < 60 < faint < 130
    assert not np.array_equal(
        pixels(Label(60.0, 50.0, "word", turn=-40)), pixels(Label(60.0, 50.0, "word"))
    )


def test_strength_and_sign_choose_the_look() -> None:
    a, b, c, d = ((float(k), 0.0, 1.0, 1.0) for k in range(4))
    found = shaded([(a, 1.0), (b, -0.5), (c, 0.01), (d, 1.7)], "candidate")
    assert found == [Boxes((a, d), "candidate", 1.0), Boxes((b,), "forget", 0.5)]


def test_a_table_is_aligned_text() -> None:
    table = Table("sizes", ("name", "n"), (("E", "54"), ("W_h", "5")))
    assert table.as_text() == "name   n\nE     54\nW_h    5"


def test_braces_are_for_subscripts_only() -> None:
    assert plain("W_{fh} and h_{t-1}") == "W_fh and h_t-1"
