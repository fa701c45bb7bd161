"""What the counter counts, against the counts of the cells, and what it draws to scale."""

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.cells import count_gru, count_lstm, count_rnn, count_rnn_language_model
from course_utils.widgets import ParameterCounter
from course_utils.widgets.views.counts import CONVENTIONS, model_groups, total
from course_utils.widgets.views.scene import Boxes, Label

SIZES = st.integers(1, 60)
COUNTS = {"rnn": count_rnn, "lstm": count_lstm, "gru": count_gru}


@given(V=SIZES, E=SIZES, H=SIZES, convention=st.sampled_from(sorted(CONVENTIONS)))
def test_the_rnn_language_model_is_the_librarys(V: int, E: int, H: int, convention: str) -> None:
    groups = model_groups("language model", "rnn", V, E, H, convention)  # type: ignore[arg-type]
    counted = count_rnn_language_model(V, E, H, convention)  # type: ignore[arg-type]
    assert total(groups) == counted.total
    shapes = sorted(m.shape for group in groups for m in group.matrices)
    assert shapes == sorted(counted.shapes.values())


@given(
    cell=st.sampled_from(sorted(COUNTS)),
    V=SIZES,
    E=SIZES,
    H=SIZES,
    convention=st.sampled_from(sorted(CONVENTIONS)),
)
def test_a_language_model_is_a_cell_with_a_table_and_a_readout(
    cell: str, V: int, E: int, H: int, convention: str
) -> None:
    alone = model_groups("cell", cell, V, E, H, convention)  # type: ignore[arg-type]
    assert total(alone) == COUNTS[cell](E, H, convention).total  # type: ignore[arg-type]
    whole = model_groups("language model", cell, V, E, H, convention)  # type: ignore[arg-type]
    readout = V * H + (V if convention != "weights" else 0)
    assert total(whole) == total(alone) + V * E + readout


@given(V=SIZES, H=SIZES)
def test_tied_weights_count_once(V: int, H: int) -> None:
    free = model_groups("language model", "lstm", V, H, H, "textbook")
    tied = model_groups("language model", "lstm", V, H, H, "textbook", tied=True)
    assert total(free) - total(tied) == V * H


@pytest.mark.parametrize(
    ("settings", "totals"),
    [
        ({"V": 9}, [154, 168, 168, 173, 173]),
        ({"V": 8}, [143, 156, 156, 161, 161]),
        ({"model": "cell", "cell": "lstm", "D": 4, "H": 4}, [128, 144, 144, 160, 160]),
        ({"model": "cell", "cell": "lstm", "D": 2, "H": 2}, [32, 40, 40, 48, 48]),
        ({"model": "cell", "cell": "gru", "D": 2, "H": 2}, [24, 30, 36, 36, 36]),
    ],
)
def test_the_documents_totals_stand_below_the_picture(
    settings: dict[str, object], totals: list[int]
) -> None:
    view = ParameterCounter(**settings)  # type: ignore[arg-type]
    assert [int(row[1]) for row in view.picture.tables[1].rows] == totals
    drawn = [m.text for m in view.picture.scene.marks if isinstance(m, Label)]
    assert drawn[-1] == str(totals[-1])
    assert view.picture.words.endswith(f"= {totals[1]} numbers.")


@pytest.mark.parametrize("cell", sorted(COUNTS))
@pytest.mark.parametrize("convention", sorted(CONVENTIONS))
def test_every_number_is_a_square(cell: str, convention: str) -> None:
    view = ParameterCounter(cell=cell, V=9, D=6, H=5, convention=convention)
    squares = [box for m in view.picture.scene.marks if isinstance(m, Boxes) for box in m.boxes]
    groups = model_groups("language model", cell, 9, 6, 5, convention)  # type: ignore[arg-type]
    assert len(squares) == total(groups)
    assert len({(w, h) for _, _, w, h in squares}) == 1


def test_large_matrices_are_to_one_scale() -> None:
    view = ParameterCounter(V=10_000, D=100, H=200)
    blocks = [m.boxes[0] for m in view.picture.scene.marks if isinstance(m, Boxes)]
    table, recurrent, from_x, _, output, _ = blocks
    unit = table[2] / 10_000  # E lies on its side
    for (_, _, w, h), (columns, rows) in (
        (table, (10_000, 100)),
        (recurrent, (200, 200)),
        (from_x, (100, 200)),
        (output, (10_000, 200)),
    ):
        assert (w, h) == pytest.approx((unit * columns, unit * rows))
    assert view.picture.tables[0].rows[-1] == ("total", "", "", "3,070,200")


@pytest.mark.slow
@given(V=st.integers(1, 100_000), D=st.integers(1, 10_000), H=st.integers(1, 10_000))
def test_whatever_is_typed_fits_the_sheet(V: int, D: int, H: int) -> None:
    for cell in COUNTS:
        scene = ParameterCounter(cell=cell, V=V, D=D, H=H, convention="pytorch").picture.scene
        boxes = [box for m in scene.marks if isinstance(m, Boxes) for box in m.boxes]
        assert max(x + w for x, _, w, _ in boxes) <= scene.width
        assert scene.height < 900


def test_the_table_lists_shape_and_size() -> None:
    rows = ParameterCounter(cell="gru", convention="keras").picture.tables[0].rows
    sizes = {row[0]: (row[2], int(row[3])) for row in rows}
    assert sizes["W_zh"] == ("5×5", 25)
    assert sizes["b_z′"] == ("5", 5)
    for shape, size in list(sizes.values())[:-1]:
        assert prod(int(n) for n in shape.split("×")) == size
