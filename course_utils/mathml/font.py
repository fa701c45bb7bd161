"""The font for mathematics: one file, inside a page or beside it."""

from base64 import b64encode
from functools import cache
from pathlib import Path

FONT = Path(__file__).parent / "stix" / "stix-two-math.woff2"
"""A subset of STIX Two Math 2.11, with its licence beside it; subset.py makes it."""


@cache
def font_face() -> str:
    """Return CSS that has the font inside it, so that a page which is one file asks nobody."""
    data = b64encode(FONT.read_bytes()).decode()
    return (
        '@font-face { font-family: "STIX Two Math"; '
        f'src: url("data:font/woff2;base64,{data}") format("woff2"); }}\n'
        'math { font-family: "STIX Two Math", math; }\n'
    )
