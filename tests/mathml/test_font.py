"""The font has what the course's formulas are written with, and a page may carry it."""

import html
import json
import re
from base64 import b64decode
from pathlib import Path

from course_utils.exercises import exercise, exercises
from course_utils.mathml import FONT, as_mathml, font_face
from course_utils.mathml.subset import CHARACTERS

ROOT = Path(__file__).parents[2]
_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+)\$", re.DOTALL)


def formulas_of(text: str) -> list[str]:
    """What stands between dollars."""
    return [block or inline for block, inline in _FORMULA.findall(text)]


def texts() -> list[str]:
    """Every text of the lectures and assignments."""
    paths = [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("source/**/*.ipynb")]
    cells = [cell for path in paths for cell in json.loads(path.read_text("utf-8"))["cells"]]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


def characters(latex: str) -> set[str]:
    """What a browser is asked to show of a formula; single letters it makes italic itself."""
    return set(html.unescape(re.sub(r"<[^>]+>", "", str(as_mathml(latex)))))


def test_a_page_may_carry_it_and_its_licence_lies_beside_it() -> None:
    assert FONT.stat().st_size <= 100_000
    licence = (FONT.parent / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE" in licence
    assert "STIX Fonts Project Authors" in licence


def test_the_style_sheet_has_the_font_inside_and_names_no_address() -> None:
    sheet = font_face()
    (address,) = re.findall(r'url\("(.*?)"\)', sheet)
    assert b64decode(address.removeprefix("data:font/woff2;base64,")) == FONT.read_bytes()
    assert "</" not in sheet


def test_it_has_every_character_of_the_lectures_and_assignments() -> None:
    found = [formula for text in texts() for formula in formulas_of(text)]
    assert len(found) > 1000
    assert set().union(*map(characters, found)) - CHARACTERS == set()


def test_it_has_every_character_of_the_exercises() -> None:
    for name in exercises():
        one = exercise(name)
        data = one.draw()
        found = [one.steps(data), *(part.latex for part in one.parts)]
        found += formulas_of(one.statement(data))
        assert set().union(*map(characters, found)) - CHARACTERS == set(), name


def test_it_has_the_letters_that_browsers_make_italic() -> None:
    italic = {chr(0x1D434 + k) for k in range(52)} - {chr(0x1D455)} | {"ℎ"}
    greek = {chr(0x1D6FC + k) for k in range(25)}
    assert italic | greek <= CHARACTERS
