"""Formulas as MathML, which browsers show without a script or a font from elsewhere."""

import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from course_utils.mathml import as_mathml

_log = logging.getLogger(__name__)
_OPENS_CLOSES_OR_GAP = re.compile(
    r"\\[{}]|([{]|\\(?:begin|left)\b)|([}]|\\(?:end|right)\b)|\\q?quad\b"
)
_BETWEEN_SIGNS = re.compile(
    r'([(“]?)(<math\b[^>]*\bdisplay="inline".*?</math>)([.,;:?!)”]*)', re.DOTALL
)


def _inline(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(_converted(node, _latex(node), display=False))
    raise nodes.SkipNode


def _block(self: HTML5Translator, node: nodes.math_block) -> None:
    # Wide formulas scroll on their own, and the keyboard can scroll them.
    self.body.append('<div class="set-apart" tabindex="0" role="group" aria-label="formula">')
    self.body.extend(_converted(node, part, display=True) for part in _parts(_latex(node)))
    self.body.append("</div>\n")
    raise nodes.SkipNode


def _latex(node: nodes.Element) -> str:
    return node.astext().strip().removeprefix("$").removesuffix("$")


def _parts(latex: str) -> Iterator[str]:
    """Break a formula at the gaps that are in no bracket: a browser breaks none."""
    depth = start = 0
    for found in _OPENS_CLOSES_OR_GAP.finditer(latex):
        opens, closes = found.groups()
        depth += bool(opens) - bool(closes)
        if found[0] in (r"\quad", r"\qquad") and not depth:
            if part := latex[start : found.start()].strip():
                yield part
            start = found.end()
    yield latex[start:].strip()


def _converted(node: nodes.Element, latex: str, *, display: bool) -> str:
    mathml = str(as_mathml(latex, display=display))
    if not mathml.startswith("<math"):
        _log.warning("a formula that cannot be written as MathML: %s", latex, location=node)
    return mathml


def _keep_signs(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Keep brackets and full stops on the line of the formula they touch: browsers do not."""
    if "body" in context:
        context["body"] = _BETWEEN_SIGNS.sub(_together, context["body"])


def _together(found: re.Match[str]) -> str:
    before, formula, after = found.groups()
    if not before and not after:
        return formula
    return f'<span class="with-its-sign">{before}{formula}{after}</span>'


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer under the name "mathml"."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.connect("html-page-context", _keep_signs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
