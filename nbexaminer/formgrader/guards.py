"""nbgrader's handlers, so that nothing a student wrote acts in an instructor's browser.

Its pages come from templates that escape what they fill in, run formgrader's scripts alone and ask
this server alone. Its JSON is not sent as a page. A file that was handed in is opened in a
sandbox, with none of the instructor's rights.
"""

from typing import Any

from nbgrader.server_extensions.formgrader.base import BaseApiHandler, BaseHandler
from nbgrader.server_extensions.formgrader.handlers import SubmissionFilesHandler

from nbexaminer.course.nbgrader_mended import look_at_gradebook
from nbexaminer.errors import CourseFolderError

TEMPLATES, EXPORTER = "course_formgrader_templates", "course_formgrader_exporter"
"""Settings of the web application. nbgrader's own extension may be loaded too, and sets its own."""

PAGE = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
FILE = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"


class _Looks(BaseHandler):  # type: ignore[misc]
    """A gradebook of another nbgrader is told of, before it is opened: see schema.py."""

    async def prepare(self) -> None:
        await super().prepare()
        if self.current_user is None:
            return  # and is sent to sign in
        try:
            look_at_gradebook(self.coursedir.db_url)
        except CourseFolderError as error:
            self.set_status(409)
            self.set_header("Content-Type", "text/plain; charset=UTF-8")
            self.finish(f"{error}.")


class Escaped(_Looks):
    """What all of formgrader's pages have: templates that escape."""

    content_security_policy = PAGE

    def render(self, name: str, **values: Any) -> str:
        """Return the filled-in template, ours where there is one of that name."""
        page: str = self.settings[TEMPLATES].get_template(name).render(**values)
        return page

    @property
    def exporter(self) -> Any:
        """What writes the page of a submission."""
        return self.settings[EXPORTER]


class _AsText(_Looks, BaseApiHandler):  # type: ignore[misc]
    """No page, and no JSON by name either: formgrader's buttons parse what they get as text."""

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("Content-Type", "text/plain; charset=UTF-8")


class _AsFile(SubmissionFilesHandler):  # type: ignore[misc]
    content_security_policy = FILE


def guarded(handler: type[Any]) -> type[Any]:
    """Return nbgrader's handler with its guard; any other as it is."""
    for kind, guard in (
        (SubmissionFilesHandler, _AsFile),
        (BaseApiHandler, _AsText),
        (BaseHandler, Escaped),
    ):
        if issubclass(handler, kind):
            return type(handler.__name__, (guard, handler), {"__module__": handler.__module__})
    return handler
