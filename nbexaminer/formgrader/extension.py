"""formgrader as a server extension: nbgrader's pages, guarded, and ours.

It is loaded before nbgrader's own, in the order of their names; that one's handlers then stand
behind these and are never asked.
"""

from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader
from nbgrader.server_extensions.formgrader import handlers as theirs
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension
from tornado.web import Application, StaticFileHandler
from traitlets.config import Config

from nbexaminer.formgrader.guards import EXPORTER, TEMPLATES, guarded
from nbexaminer.formgrader.handlers import marking_handlers

HERE = Path(__file__).parent


class _Guarding:
    """A web application to which nbgrader adds its handlers: ours come first, theirs guarded."""

    def __init__(self, webapp: Application) -> None:
        self.settings = webapp.settings
        self._webapp = webapp

    def add_handlers(self, host: str, rules: list[Any]) -> None:
        base = str(self.settings["base_url"]).rstrip("/")
        static: Any = (
            r"/formgrader/marking_static/(.*)",
            StaticFileHandler,
            {"path": HERE / "static"},
        )
        ours: list[Any] = [(base + path, *rest) for path, *rest in [static, *marking_handlers]]
        self._webapp.add_handlers(
            host, [*ours, *((path, guarded(handler), *rest) for path, handler, *rest in rules)]
        )


class MarkingFormgrader(FormgradeExtension):  # type: ignore[misc]
    """nbgrader's FormgradeExtension with the marking page, and with templates that escape."""

    def build_extra_config(self) -> Config:
        """Let nbgrader's page of a submission do without MathJax, which comes from a network."""
        extra: Config = super().build_extra_config()
        theirs_too = extra.HTMLExporter.extra_template_basedirs
        extra.HTMLExporter.extra_template_basedirs = [str(HERE / "templates"), *theirs_too]
        return extra

    def init_tornado_settings(self, webapp: Application) -> None:
        """Take our templates before nbgrader's, and escape what both fill in."""
        super().init_tornado_settings(webapp)
        original = FileSystemLoader(theirs.template_path)
        loaders = [FileSystemLoader(HERE / "templates"), original]
        webapp.settings[EXPORTER] = webapp.settings["nbgrader_exporter"]
        webapp.settings[TEMPLATES] = Environment(
            loader=ChoiceLoader([*loaders, PrefixLoader({"nbgrader": original})]), autoescape=True
        )

    def init_handlers(self, webapp: Application) -> None:
        """Add our handlers and nbgrader's."""
        super().init_handlers(_Guarding(webapp))


def load(server: Any) -> None:
    """Load formgrader into a Jupyter server, as nbgrader's own extension does."""
    if "nbgrader_formgrader" in server.web_app.settings:
        server.log.warning(
            "nbgrader's formgrader was loaded before the course's: its pages are not guarded. "
            "Take nbgrader.server_extensions.formgrader out of your Jupyter configuration."
        )
    formgrader = MarkingFormgrader(parent=server)
    formgrader.root_dir = server.root_dir
    formgrader.log = server.log
    formgrader.initialize([])
    formgrader.init_tornado_settings(server.web_app)
    formgrader.init_handlers(server.web_app)
