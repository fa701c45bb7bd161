"""A cell that runs in a fork of the kernel: it sees what there is, and changes nothing of it.

The kernel forks before the cell's code arrives, and waits. The fork takes the code from the line,
runs it, sends what came of it, and ends with all that it has started. So nothing of the code is
ever in the kernel's own memory, and threads of the kernel are not in the fork.

The code is run as Python, not by IPython's shell: what earlier cells have hung into that (other
input, other syntax trees, other hooks) does not reach it. It is still among the submission's own
objects, and can be bent by them.
"""

import ast
import asyncio
import gc
import inspect
import io
import linecache
import math
import os
import select
import signal
import sys
from contextlib import redirect_stderr, redirect_stdout, suppress
from numbers import Integral, Rational, Real
from types import TracebackType
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager
from IPython.lib.pretty import pretty

from .line import Line

_FILE = "<cell apart>"
_LONGEST = 100_000


async def run_apart(line: Line, number: int, shell: Any, reply: Any) -> None:
    """Fork for request `number`; the fork runs what the next request holds, and replies to it.

    `reply` sends a reply of that number.
    """
    loop = asyncio.get_running_loop()
    try:
        child = os.fork()
    except OSError as error:
        reply(number, {"status": "error", "reason": os.strerror(error.errno or 0)})
        return
    if child:
        reply(number + 1, {"status": _end_of(child)})  # too late where the fork has replied
        return
    try:
        gc.freeze()  # or a collection would copy the pages of all that there is
        os.setpgid(0, 0)
        line.adopt()
        asyncio._set_running_loop(loop)  # which it forgets in a fork, for a cell with `await`
        reply(number, {"status": "ok"})
        asked = _received(line)
        reply(number + 1, {"status": "ok"} | await outcome(asked["code"], asked["before"], shell))
    finally:
        os._exit(0)


def _end_of(child: int) -> str:
    """Wait for a fork, and end what it has started; say how it ended."""
    status = "died"
    try:
        os.waitpid(child, 0)
    except KeyboardInterrupt:
        status = "interrupted"
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(child, 0)
    return status


def _received(line: Line) -> dict[str, Any]:
    while True:
        select.select([line], [], [])
        for _, asked in line.received():
            found: dict[str, Any] = asked
            return found


async def outcome(code: str, before: list[str], shell: Any) -> dict[str, Any]:
    """Run cells and then one more; return what became of that one.

    That is `score`, the number that it ended in, `value`, its last value as text, `error`, the kind
    and the text of what stopped it and the lines of the cell that led there, and `printed`.
    """
    shown: list[BaseException] = []
    # Magics as %time catch an error and show it.
    shell._showtraceback = lambda kind, error, text: shown.append(error)
    _mute_descriptors()
    found: dict[str, Any] = {"score": None, "value": "", "error": None}
    with redirect_stdout(io.StringIO()) as printed, redirect_stderr(printed):
        for source in before:
            with suppress(BaseException):
                await _run(source, shell.user_ns)
        printed.seek(0)
        printed.truncate()
        shown.clear()
        try:
            value = await _run(code, shell.user_ns)
            if value is not None:
                found["value"] = pretty(value, max_seq_length=100)[:_LONGEST]
                found["score"] = _number(value)
            if shown:
                raise shown[0]
        except BaseException as error:
            found |= {"score": None, "value": "", "error": _told(error)}
    return found | {"printed": _plain(printed.getvalue()[:_LONGEST])}


async def _run(source: str, names: dict[str, Any]) -> Any:
    """Run a cell; return the value of an expression at its end, as a notebook would show it."""
    code, tree = _parsed(source)
    # So that `inspect` finds what the cell defines.
    linecache.cache[_FILE] = len(code), None, code.splitlines(keepends=True), _FILE
    inspect.modulesbyfile[_FILE] = _FILE
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        del tree.body[-1]
    await _executed(compile(tree, _FILE, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
    if not isinstance(last, ast.Expr):
        return None
    expression = ast.Expression(last.value)
    compiled = compile(expression, _FILE, "eval", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    value = await _executed(compiled, names)
    return None if source.rstrip().endswith(";") else value


def _parsed(source: str) -> tuple[str, ast.Module]:
    """Return a cell as Python, and its tree; magics are IPython's to read."""
    try:
        return source, ast.parse(source)
    except SyntaxError:
        code = TransformerManager().transform_cell(source)
        return code, ast.parse(code)


async def _executed(code: Any, names: dict[str, Any]) -> Any:
    value = eval(code, names)
    return await value if code.co_flags & inspect.CO_COROUTINE else value


def _number(value: Any) -> float | str | None:
    """Return the number that a value is, as JSON has it; None for what is none, and for a bool."""
    is_fraction = isinstance(value, Rational) and not isinstance(value, Integral)
    if isinstance(value, bool) or is_fraction or not isinstance(value, Real):
        return None
    try:
        number = float(value)
    except OverflowError:  # a whole number beyond all floats
        number = math.inf if repr(value)[0] != "-" else -math.inf
    return number if math.isfinite(number) else str(number)


def _told(error: BaseException) -> dict[str, Any]:
    """Return an error's kind, its text, and how it came."""
    try:
        text = str(error)
    except BaseException:
        text = ""
    lines = list(_lines(error.__traceback__))
    return {
        "name": _plain(type(error).__name__[:200]),
        "text": _plain(text[:_LONGEST]),
        "lines": [number for number, file in lines if file == _FILE],
        "own": bool(lines) and lines[-1][1] == _FILE,
    }


def _lines(where: TracebackType | None) -> Any:
    while where is not None:
        yield where.tb_lineno, where.tb_frame.f_code.co_filename
        where = where.tb_next


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _mute_descriptors() -> None:
    """Let nothing that is written below Python reach the kernel, which reads it for other cells."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115  # as long as this process
