"""The templates of our pages: whatever is filled in is escaped, unless it was made as HTML."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from nbexaminer.feedback.markup import as_inline_html


def page_template(package: str, **filters: Callable[..., Any]) -> Template:
    """Return `page.html.jinja` of a package, with `inline` for Markdown and the page's filters."""
    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    environment.filters |= {"inline": as_inline_html, **filters}
    return environment.from_string(files(package).joinpath("page.html.jinja").read_text("utf-8"))
