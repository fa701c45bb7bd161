"""LaTeX as MathML: what the library gives, put so that browsers set it well."""

from xml.etree.ElementTree import Element, fromstring

import pytest

from course_utils.mathml import as_mathml

_MATHML = "{http://www.w3.org/1998/Math/MathML}"


def rows_of_brackets(latex: str) -> list[list[str]]:
    """For each table, the tags of the row that it and its brackets stand in."""
    tree = fromstring(str(as_mathml(latex)))
    parents: dict[Element, Element] = {child: parent for parent in tree.iter() for child in parent}
    tables = tree.iter(f"{_MATHML}mtable")
    return [[part.tag.removeprefix(_MATHML) for part in parents[table]] for table in tables]


def matrix(kind: str, rows: int) -> str:
    inside = r" \\ ".join("1" * rows)
    return rf"\begin{{{kind}}} {inside} \end{{{kind}}}"


@pytest.mark.parametrize("kind", ["bmatrix", "pmatrix", "vmatrix"])
def test_each_matrix_stands_in_a_row_of_its_own_with_its_brackets(kind: str) -> None:
    """Otherwise the brackets of a low one grow as high as the highest beside it."""
    latex = rf"\sigma\left({matrix(kind, 2)} {matrix('bmatrix', 5)} + b\right) = x"
    assert rows_of_brackets(latex) == [["mo", "mtable", "mo"]] * 2


def test_a_matrix_inside_a_matrix_has_its_own_brackets_too() -> None:
    inner = matrix("pmatrix", 2)
    outer = rf"\begin{{bmatrix}} {inner} & 1 \end{{bmatrix}}"
    assert rows_of_brackets(outer) == [["mo", "mtable", "mo"]] * 2


@pytest.mark.parametrize(
    ("latex", "prefixes"),
    [(r"[-2\;\;0]", 1), ("w = -1, -x", 2), (r"0.5 \cdot -1", 1), ("(a) - b", 0), ("|x| - 1", 0)],
)
def test_the_minus_of_a_negative_number_is_no_sum(latex: str, prefixes: int) -> None:
    signs = fromstring(str(as_mathml(latex))).iter(f"{_MATHML}mo")
    assert [sign.get("form") for sign in signs if sign.text == "−"].count("prefix") == prefixes


@pytest.mark.parametrize(
    ("latex", "rooms"),
    [(r"2 \ln 3", 2), (r"\log_2 80", 1), (r"\tanh(x)", 0), (r"\frac{\ln}{2}", 0), ("a b", 0)],
)
def test_the_name_of_a_function_stands_apart(latex: str, rooms: int) -> None:
    assert len(list(fromstring(str(as_mathml(latex))).iter(f"{_MATHML}mspace"))) == rooms


def test_signs_stand_as_latex_sets_them() -> None:
    written = str(as_mathml(r"\lVert \partial L/\partial h \rVert < \infty"))
    for sign in ("∂", "∞"):
        assert f'<mi mathvariant="normal">{sign}</mi>' in written
    for form in ("prefix", "postfix"):
        assert f'<mo stretchy="false" form="{form}">‖</mo>' in written
    assert '<mo lspace="0" rspace="0">/</mo>' in written
