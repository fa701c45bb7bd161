"""nbgrader's formgrader with marking by hand, and without a way in for what students wrote.

Two parts. `ShowForMarking` and the filters are named in nbgrader_config.py and make the page of a
submission safe in any formgrader. The server extension adds the marking page and guards
formgrader's other pages; `python -m nbexaminer.formgrader` switches it on.
"""

from typing import Any

from nbexaminer.formgrader.filters import code_html, markdown_html
from nbexaminer.formgrader.view import ShowForMarking

__all__ = ["ShowForMarking", "code_html", "markdown_html"]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    from nbexaminer.formgrader.extension import load

    load(server)
