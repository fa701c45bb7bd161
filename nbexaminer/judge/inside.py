"""A test that is judged inside: in a fork of the student's process, as nbgrader judges all tests.

What comes back is the word of a process that the student's code can bend. It is looked at here as
all that comes from a kernel is, and docs/security.md says what it can still claim.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from nbexaminer.judge.kernel import NoAnswerError, Respondent
from nbexaminer.judge.remote import clean
from nbexaminer.judge.trusted import MOST_PRINTED, places
from nbexaminer.notebook.judgements import Failure, Judgement, Said, joined
from nbexaminer.notebook.magics import python

_ENDED = Failure("KernelDied", "it ended the Python process")


def run_inside(
    respondent: Respondent,
    source: str,
    before: Sequence[str],
    seconds: float,
    timeout: Mapping[str, Any],
    *,
    hidden: bool = False,
) -> tuple[list[NotebookNode], Judgement]:
    """Run a test cell behind the tests `before`; return its outputs, and what became of it.

    `timeout` is the error of a cell that took too long. Of a test that is `hidden`, nothing is
    shown that was printed, and of an error that did not arise in the test itself the kind alone.
    Raises KernelLostError.
    """
    code, earlier = python(source), [python(one) for one in before]
    try:
        came = respondent.run_apart(code, earlier, seconds)
        judgement, outputs = _read(came, code, dict(timeout), hidden)
    except NoAnswerError as error:
        judgement, outputs = _stopped(Failure("KernelDied", f"the test {error}"), [])
    printed = judgement.printed
    stream = [new_output("stream", name="stdout", text=printed)] if printed else []
    return [*stream, *outputs], judgement


def _read(
    came: dict[str, Any] | None, code: str, timeout: dict[str, Any], hidden: bool
) -> tuple[Judgement, list[NotebookNode]]:
    if came is None:
        return Judgement(error=Failure(timeout["ename"], timeout["evalue"])), [
            new_output("error", **timeout)
        ]
    if came.get("status") != "ok":
        return _stopped(_ENDED, [])
    try:
        printed = "" if hidden else str(came["printed"])[:MOST_PRINTED]
        said = joined([Said(printed)])
        error = came["error"]
        if error is not None:
            own = error["own"] is True
            text = str(error["text"])[:MOST_PRINTED] if own or not hidden else ""
            lines = [line for line in error["lines"][:100] if isinstance(line, int)]
            failure = Failure(clean(error["name"], 60) or "Error", text)
            return _stopped(failure, places(code, lines), said)
        score = None if came["score"] is None else float(came["score"])
        value = str(came["value"])[:MOST_PRINTED]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise NoAnswerError("did not answer") from None
    data = {"text/plain": value}
    shown = [new_output("execute_result", data=data, execution_count=None)] if value else []
    return Judgement(score, None, said), shown


def _stopped(
    failure: Failure, lines: list[str], said: tuple[Said, ...] = ()
) -> tuple[Judgement, list[NotebookNode]]:
    shown = f"{failure.name}: {failure.reason}" if failure.reason else failure.name
    error = new_output(
        "error", ename=failure.name, evalue=failure.reason, traceback=[*lines, shown]
    )
    return Judgement(error=failure, said=said), [error]
