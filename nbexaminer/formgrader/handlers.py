"""The marking page, and what it asks for and gives."""

import json
import math
from collections.abc import Callable
from typing import Any, TypeVar, cast
from urllib.parse import quote

from nbgrader.api import MissingEntry
from nbgrader.converters.base import NbGraderException
from nbgrader.server_extensions.formgrader.base import check_notebook_dir, check_xsrf
from tornado import web

from course_utils.mathml import font_face, style
from nbexaminer.feedback.code import colours
from nbexaminer.formgrader.guards import Escaped
from nbexaminer.formgrader.showing import members_shown, question_shown
from nbexaminer.gradebook import Criterion, Judged, count_open
from nbexaminer.hand_marking.answers import answers_to
from nbexaminer.hand_marking.giving import (
    ConflictError,
    Given,
    Seen,
    UnfitMarkError,
    give,
)
from nbexaminer.hand_marking.questions import (
    HandMarkedQuestion,
    hand_marked_question,
    hand_marked_questions,
)

_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)
"""No script but the page's own files, and no request but to this server."""


Method = TypeVar("Method", bound=Callable[..., None])


def _signed_in(method: Method) -> Method:
    """Let only who is signed in ask, as formgrader does, and in a course's folder."""
    return cast(Method, web.authenticated(check_xsrf(check_notebook_dir(method))))


class _Handler(Escaped):
    content_security_policy = _PAGE

    def fresh_gradebook(self) -> Any:
        """Return formgrader's gradebook; what others have written since is read anew."""
        self.gradebook.db.rollback()
        self.gradebook.db.expire_all()
        return self.gradebook

    def address(self, *names: str) -> str:
        return "/".join([f"{self.base_url}/formgrader/marking", *(quote(n, "") for n in names)])

    def questions(self, assignment: str, notebook: str) -> list[HandMarkedQuestion]:
        try:
            return hand_marked_questions(self.coursedir, assignment, notebook)
        except NbGraderException as error:
            raise web.HTTPError(404, str(error)) from None


class FirstQuestion(_Handler):
    """The way to the first question that somebody has to mark, of an assignment or a notebook."""

    @_signed_in
    def get(self, assignment: str, notebook: str | None = None) -> None:
        """Go there, or to the first question of all where everything is marked."""
        gradebook = self.fresh_gradebook()
        try:
            notebooks = [n.name for n in gradebook.find_assignment(assignment).notebooks]
        except MissingEntry:
            raise web.HTTPError(404, f"No such assignment: {assignment}") from None
        questions = [
            question
            for name in ([notebook] if notebook else notebooks)
            for question in self.questions(assignment, name)
        ]
        if not questions:
            raise web.HTTPError(404, f"{assignment} has no question that a person marks")
        first = next((q for q in questions if count_open(gradebook, q)), questions[0])
        self.redirect(self.address(first.assignment, first.notebook, first.cell))


class MarkingPage(_Handler):
    """The page on which one question is marked."""

    @_signed_in
    def get(self, assignment: str, notebook: str, name: str) -> None:
        """Write the page; its script asks for the answers."""
        questions = self.questions(assignment, notebook)
        if name not in [question.cell for question in questions]:
            raise web.HTTPError(404, f"{assignment}/{notebook} has no question {name}")
        api = "/".join(quote(part, "") for part in (assignment, notebook, name))
        self.write(
            self.render(
                "marking.tpl",
                base_url=self.base_url,
                assignment_id=assignment,
                notebook_id=notebook,
                questions=[(q, self.address(assignment, notebook, q.cell)) for q in questions],
                current=name,
                api=f"{self.base_url}/formgrader/api/marking/{api}",
                style=f"{colours()}\n{style()}{font_face()}",
            )
        )


class MarkingApi(_Handler):
    """A question's answers, and marks for them, as JSON."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say what is wrong in a sentence that the page can show."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        said = getattr(error, "log_message", None) or "The server could not do this; see its log."
        self.answer({"error": said})

    def answer(self, values: Any) -> None:
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.finish(json.dumps(values))

    def question(self, assignment: str, notebook: str, name: str) -> HandMarkedQuestion:
        try:
            return hand_marked_question(self.coursedir, assignment, notebook, name)
        except NbGraderException as error:
            raise web.HTTPError(404, str(error).replace("%", "%%")) from None

    @_signed_in
    def get(self, *names: str) -> None:
        """Answer with the question, its rubric and the answers in groups."""
        question = self.question(*names)
        answers = answers_to(self.fresh_gradebook(), self.coursedir, question)
        self.answer(question_shown(question, answers))

    @_signed_in
    def put(self, *names: str) -> None:
        """Give the same mark to all answers that are named; answer with how they stand then.

        400 where the question has no such mark, 409 where somebody else was faster.
        """
        question = self.question(*names)
        seen, given = self._asked()
        try:
            answers = give(self.fresh_gradebook(), self.coursedir, question, seen, given)
        except UnfitMarkError as error:
            self.set_status(400)
            self.answer({"error": f"Not saved: {error}."})
        except ConflictError as error:
            self.set_status(409)
            members = members_shown(question, error.answers)
            self.answer({"error": str(error), "members": members})
        else:
            self.answer({"members": members_shown(question, answers)})

    def _asked(self) -> tuple[list[Seen], Given]:
        try:
            asked = json.loads(self.request.body)
            seen = [
                Seen(str(s["grade"]), str(s["digest"]), _points(s["points"]), str(s["comment"]))
                for s in asked["seen"]
            ]
            judged = tuple(
                Judged(Criterion(str(c["text"]), float(c["points"])), bool(c["met"]))
                for c in asked["judged"]
            )
            return seen, Given(_points(asked["points"]), judged, str(asked["comment"]))
        except (ValueError, KeyError, TypeError) as error:
            raise web.HTTPError(400, "Not saved: the request is no mark.") from error


def _points(value: Any) -> float | None:
    return None if value is None else float(value) if not isinstance(value, bool) else math.nan


marking_handlers = [
    (r"/formgrader/marking/([^/]+)/?", FirstQuestion),
    (r"/formgrader/marking/([^/]+)/([^/]+)/?", FirstQuestion),
    (r"/formgrader/marking/([^/]+)/([^/]+)/([^/]+)/?", MarkingPage),
    (r"/formgrader/api/marking/([^/]+)/([^/]+)/([^/]+)/?", MarkingApi),
]
