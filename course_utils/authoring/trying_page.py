"""The page of `course check --watch`: a form as students and the marker see it."""

import hashlib
import html
import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from threading import Lock
from typing import Any

import numpy as np
from markupsafe import Markup, escape
from nbconvert.filters import markdown2html

from course_utils.exercises.definition import Data
from course_utils.exercises.forms.trying import Tried, TriedSlip
from course_utils.exercises.latex import matrix
from course_utils.formulas.naming import latex_of
from course_utils.mathml import as_mathml, font_face, style

_FORMULA = re.compile(
    r"(?P<code>`[^`]*`)|\$\$(?P<block>.+?)\$\$|\$(?P<inline>[^$\n]+)\$", re.DOTALL
)
_PAGE = Markup("""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style></head>
<body><main id="form">{body}</main>
<script>{script}</script></body></html>
""")


def page(tried: Tried) -> str:
    """Return the page, in one file, that asks nobody but the server it comes from for news."""
    here = files(__package__)
    sheet = f"{font_face()}{style()}{here.joinpath('trying_page.css').read_text('utf-8')}"
    return str(
        _PAGE.format(
            title=f"{tried.id}: {_state(tried)}",
            style=Markup(sheet),
            body=body(tried),
            script=Markup(here.joinpath("trying_page.js").read_text("utf-8")),
        )
    )


def body(tried: Tried) -> Markup:
    """Return what the page shows."""
    parts = [_head(tried)]
    if tried.exercise is not None and tried.draws:
        first = tried.draws[0]
        read = _markdown(tried.exercise.statement(first))
        parts.append(_section("What students read", read))
        steps = as_mathml(tried.exercise.steps(first), display=True)
        parts.append(
            _section(
                "Worked solution",
                Markup(
                    '<div class="wide" tabindex="0" role="group" aria-label="Steps">{}</div>'
                ).format(steps),
            )
        )
        slips = Markup().join(_slip(one) for one in tried.slips)
        parts.append(_section("Slips, on these numbers", slips or Markup("<p>There are none.</p>")))
        parts.append(_section(f"{len(tried.draws)} draws", _draws(tried)))
    return Markup().join(parts)


def _state(tried: Tried) -> str:
    count = len(tried.mistakes)
    return f"{count} mistake{'' if count == 1 else 's'}" if count else "ready"


def _head(tried: Tried) -> Markup:
    kind = "wrong" if tried.mistakes else "ready"
    title = tried.form.title if tried.form is not None else tried.id
    items = Markup().join(Markup("<li>{}</li>").format(one) for one in tried.mistakes)
    said = Markup('<ul class="mistakes" role="alert">{}</ul>').format(items) if items else Markup()
    return Markup(
        '<header><p class="state {}" id="state">{}</p><h1>{}</h1><p class="quiet">{}</p></header>{}'
    ).format(kind, _state(tried), title, f"{tried.id}.toml", said)


def _section(title: str, content: Markup) -> Markup:
    return Markup("<section><h2>{}</h2>{}</section>").format(title, content)


def _markdown(text: str) -> Markup:
    """Return Markdown as HTML, with its formulas as MathML; tags in it are shown as text."""
    formulas: list[str] = []

    def kept(found: re.Match[str]) -> str:
        if found["code"]:
            return found[0]
        latex, display = found["block"] or found["inline"], bool(found["block"])
        formulas.append(str(as_mathml(latex.strip(), display=display)))
        return f"\ue000{len(formulas) - 1}\ue001"

    plain = _FORMULA.sub(kept, text.replace("\ue000", "").replace("\ue001", ""))
    written = str(markdown2html(html.escape(plain, quote=False)))
    return Markup(re.sub("\ue000(\\d+)\ue001", lambda found: formulas[int(found[1])], written))


def _slip(one: TriedSlip) -> Markup:
    named = one.named.count(True)
    kind = "named" if all(one.named) else "unnamed"
    numbers = _numbers({name: one.values[name] for name in one.wrong})
    return Markup(
        '<article class="{}"><h3>{}</h3><p class="quiet">named on {} of {} draws, '
        'earns {:.0%}</p><div class="wide">{}</div><p>{}</p></article>'
    ).format(kind, one.slip.name, named, len(one.named), one.verdict.score, numbers, one.said)


def _numbers(values: Data) -> Markup:
    written = (f"{latex_of(name)} = {matrix(value)}" for name, value in values.items())
    return as_mathml(r", \quad ".join(written), display=True)


def _draws(tried: Tried) -> Markup:
    exercise = tried.exercise
    assert exercise is not None
    names = [part.name for part in exercise.parts]
    heads = [*tried.draws[0], *names]
    rows = []
    for number, data in enumerate(tried.draws):
        values = dict(data) | dict(exercise.solve(data))
        cells = Markup().join(Markup("<td>{}</td>").format(_short(values[name])) for name in heads)
        rows.append(Markup('<tr><th scope="row">{}</th>{}</tr>').format(number, cells))
    head = Markup().join(
        Markup('<th scope="col"{}>{}</th>').format(
            Markup(' class="worked"') if name in names else Markup(), as_mathml(latex_of(name))
        )
        for name in heads
    )
    return Markup(
        '<div class="wide" tabindex="0" role="group" aria-label="Draws"><table><thead><tr>'
        '<th scope="col">draw</th>{}</tr></thead><tbody>{}</tbody></table></div>'
    ).format(head, Markup().join(rows))


def _short(value: Any) -> Markup:
    """Return numbers as lines of a table cell, a row of a matrix in each."""
    rows = np.atleast_2d(np.round(value, 3))
    lines = (escape("  ".join(f"{one + 0.0:g}" for one in row)) for row in rows)
    return Markup("<br>").join(lines)


class Watched:
    """A form that is tried again whenever its text, or what it is held against, has changed."""

    def __init__(
        self,
        read: Callable[[], str],
        tried: Callable[[str], Tried],
        beside: Callable[[], str] = str,
    ) -> None:
        """`read` returns the form's text, `beside` that of what it is held against."""
        self._read, self._tried, self._beside = read, tried, beside
        self._lock = Lock()
        self._of, self._page = "", ""

    def version(self) -> str:
        """Return what is another where the text is another."""
        both = f"{self._read()}\0{self._beside()}"
        return hashlib.sha256(both.encode("utf-8", "replace")).hexdigest()[:16]

    def page(self) -> str:
        """Return the page of the text as it is now."""
        with self._lock:  # two tabs, one form
            text, version = self._read(), self.version()
            if version != self._of:
                self._page, self._of = page(self._tried(text)), version
            return self._page


def server(watched: Watched, port: int) -> ThreadingHTTPServer:
    """Return a server of the page, for this machine alone. Raises OSError on a taken port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/version":
                self._send(watched.version(), "text/plain")
            elif self.path == "/":
                self._send(watched.page(), "text/html")
            elif self.path == "/favicon.ico":
                self.send_response(204)
                self.end_headers()
            else:
                self.send_error(404)

        def _send(self, text: str, kind: str) -> None:
            raw = text.encode("utf-8", "replace")
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(raw)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *words: Any) -> None:
            """Say nothing of every question for news."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def lines(tried: Tried) -> Iterator[str]:
    """Yield what a terminal shows."""
    title = tried.form.title if tried.form is not None else ""
    yield f"{tried.id}.toml: {title}".rstrip(": ")
    if tried.exercise is not None and tried.draws:
        yield ""
        yield tried.exercise.statement(tried.draws[0])
        yield ""
        for name, value in tried.exercise.solve(tried.draws[0]).items():
            yield f"  {name} = {_list(value)}"
        for one in tried.slips:
            yield ""
            named = one.named.count(True)
            yield f"{one.slip.name} (named on {named} of {len(one.named)} draws)"
            for name in one.wrong:
                yield f"  {name} = {_list(one.values[name])}"
            yield f"  {one.said}"
    yield ""
    if not tried.mistakes:
        count = len(tried.slips)
        yield f"Ready: {count} slip{'' if count == 1 else 's'}, {len(tried.draws)} draws."


def _list(value: Any) -> str:
    return str((np.round(np.asarray(value, dtype=np.float64), 4) + 0.0).tolist())
