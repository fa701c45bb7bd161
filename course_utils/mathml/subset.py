"""Make the font of the pages from STIX Two Math, which the STIX Fonts Project publishes.

pip install fonttools brotli
python -m course_utils.mathml.subset STIXTwoMath-Regular.ttf
"""

import sys

from course_utils.mathml.font import FONT

_RANGES = (
    *((0x20, 0x7E), (0xA0, 0xBF), (0xC4, 0xC4), (0xD6, 0xD7), (0xDC, 0xDC), (0xDF, 0xDF)),
    *((0xE4, 0xE4), (0xE9, 0xE9), (0xF6, 0xF7), (0xFC, 0xFC), (0x131, 0x131)),
    *((0x2C6, 0x2DC), (0x300, 0x304), (0x306, 0x308), (0x30C, 0x30C), (0x20D7, 0x20D7)),
    # Greek, dashes, quotation marks, primes, invisible operators
    *((0x391, 0x3C9), (0x3D1, 0x3D1), (0x3D5, 0x3D6), (0x3F0, 0x3F5), (0x2010, 0x2016)),
    *((0x2018, 0x201E), (0x2020, 0x2026), (0x2032, 0x2034), (0x203E, 0x203E), (0x2061, 0x2064)),
    # ℝ and its kin, arrows
    *((0x2102, 0x2102), (0x210B, 0x2113), (0x2115, 0x211D), (0x2124, 0x2124), (0x2130, 0x2131)),
    *((0x2190, 0x2199), (0x21A6, 0x21A6), (0x21D0, 0x21D5), (0x27F5, 0x27FA)),
    # operators and relations
    *((0x2200, 0x2237), (0x223C, 0x223C), (0x2243, 0x2248), (0x2260, 0x2265), (0x226A, 0x226B)),
    *((0x2282, 0x2287), (0x2295, 0x2299), (0x22A2, 0x22A5), (0x22C0, 0x22C6), (0x22EE, 0x22F1)),
    # brackets, braces over and under, signs
    *((0x2308, 0x230B), (0x23B4, 0x23B5), (0x23DE, 0x23DF), (0x27E8, 0x27EB), (0x25A1, 0x25A1)),
    *((0x25CB, 0x25CB), (0x2713, 0x2713), (0x2717, 0x2717)),
    # letters as mathematics writes them: bold, italic, bold italic, Greek italic, bold digits
    *((0x1D400, 0x1D467), (0x1D6A4, 0x1D6A5), (0x1D6E2, 0x1D71B), (0x1D7CE, 0x1D7D7)),
)
CHARACTERS = frozenset(chr(code) for first, last in _RANGES for code in range(first, last + 1))
"""What the font has; a browser takes any other character from the machine's own fonts."""

_FEATURES = ("ssty", "dtls", "flac", "kern", "mark", "ccmp")


def main(source: str) -> None:
    """Write the subset of the font file `source`, with the sizes and parts that formulas need."""
    from fontTools import subset  # with brotli: no part of what the course needs to run

    options = subset.Options(
        flavor="woff2",
        layout_features=list(_FEATURES),
        hinting=False,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        notdef_outline=True,
    )
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(CHARACTERS))
    subsetter.subset(font)
    subset.save_font(font, str(FONT), options)


if __name__ == "__main__":
    main(sys.argv[1])
