"""How a browser sets a formula, asked of the page."""

from playwright.sync_api import Locator

_LOWERED = """async (formula) => {
  await document.fonts.ready;
  const parts = [...formula.children];
  const [letter, sign] = parts.map((part) => parseFloat(getComputedStyle(part).fontSize));
  const [base, below] = parts.map((part) => part.getBoundingClientRect());
  const isSmaller = sign < letter;
  const isLower = below.bottom > base.bottom + 1;
  return document.fonts.check('16px "STIX Two Math"') && isSmaller && isLower;
}"""


def subscript_is_lowered(msub: Locator) -> bool:
    """Whether the font for mathematics has come, and the subscript stands smaller and lower."""
    return bool(msub.evaluate(_LOWERED))
