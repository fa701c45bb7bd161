"""Running an instructor's cell on the trusted side, with outputs as a kernel would give them."""

import ast
import builtins
import io
import logging
import math
import random
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from types import MappingProxyType, TracebackType
from typing import Any

import numpy as np
from IPython.display import display
from IPython.lib.pretty import pretty
from nbformat import NotebookNode
from nbformat.v4 import new_output

from course_utils.calling import TimeIsUp, time_limit
from nbexaminer.judge.beside import FilesBeside
from nbexaminer.judge.kernel import KernelLostError
from nbexaminer.judge.remote import Printed
from nbexaminer.notebook.judgements import Failure, Judgement, Said, joined
from nbexaminer.notebook.magics import check_magics, python

_FILE = "<test cell>"
MOST_PRINTED = 100_000
_LEEWAY = 5.0
"""Seconds beyond a cell's own, in which what waits for a kernel ends by itself."""
_one_at_a_time = threading.RLock()
"""stdout, warnings and random numbers belong to the whole process."""


class Namespace(dict[str, Any]):
    """The names of the trusted side; those that it has not are asked for."""

    def __init__(
        self, ask: Callable[[str], Any], files: Mapping[str, bytes] = MappingProxyType({})
    ) -> None:
        """`ask` returns the student's value of a name, or raises KeyError.

        `files` are the assignment's own, which a cell finds beside it.
        """
        super().__init__(__name__="__main__", get_ipython=_NoShell, display=display)
        self._ask = ask
        self.files = FilesBeside(files)

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name):
            raise KeyError(name)
        return self._ask(name)


class _NoShell:
    """What magics of a given cell are called on: there is no notebook here."""

    def run_line_magic(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing."""

    run_cell_magic = system = getoutput = run_line_magic


def run_given(source: str, names: Namespace, seconds: float) -> BaseException | None:
    """Run a given cell for the names that it defines; return what stopped it, if anything did.

    Raises KernelLostError.
    """
    with _one_at_a_time, _quiet(io.StringIO()), names.files.at_hand():
        try:
            with time_limit(seconds + _LEEWAY):
                exec(compile(python(source), _FILE, "exec"), names, names)
        except (KernelLostError, KeyboardInterrupt):
            raise
        except BaseException as error:
            return error
    return None


def run_test(
    source: str,
    names: Namespace,
    seconds: float,
    seed: str,
    timeout: dict[str, Any],
    *,
    hidden: bool = False,
) -> tuple[list[NotebookNode], Judgement]:
    """Run a test cell; return its outputs, and what became of it.

    The outputs are what it printed, and its value or its error.

    Random numbers follow from `seed`. `timeout` is the error of a cell that took too long. Of a
    test that is `hidden`, nothing is shown that the student's functions print, and of what they
    raise the kind alone: they are called with the test's arguments. Raises KernelLostError.
    """
    printed = _Printed(hidden)
    result: list[NotebookNode] = []
    score: float | None = None
    with _one_at_a_time, _quiet(printed), _seeded(seed), names.files.at_hand():
        try:
            with time_limit(seconds + _LEEWAY):
                check_magics(source)
                value = _run(python(source), names)
                text = "" if value is None else pretty(value, max_seq_length=100)
            if text:
                data = {"text/plain": text[:MOST_PRINTED]}
                result = [new_output("execute_result", data=data, execution_count=None)]
                score = _amount(value)
        except TimeIsUp:
            result = [new_output("error", **timeout)]
        except (KernelLostError, KeyboardInterrupt):
            raise
        except BaseException as error:
            result = [error_output(error, source, hidden)]
    text = printed.getvalue()
    judgement = Judgement(score, failure(result), joined(printed.pieces))
    return [*([new_output("stream", name="stdout", text=text)] if text else []), *result], judgement


def failure(outputs: list[NotebookNode]) -> Failure | None:
    """Return the error among the outputs of a test, if there is one."""
    errors = [Failure(one.ename, one.evalue) for one in outputs if one.output_type == "error"]
    return errors[-1] if errors else None


def _amount(value: Any) -> float | None:
    """Return the number that a value is; None for True and False, and for all that is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        return None
    try:
        return float(value)
    except OverflowError:  # a whole number beyond all floats
        return math.inf if value > 0 else -math.inf


def _run(source: str, names: Namespace) -> Any:
    """Run the cell; return the value of an expression at its end, as a notebook would show it."""
    tree = ast.parse(source)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        exec(compile(tree, _FILE, "exec"), names, names)
        return None
    del tree.body[-1]
    exec(compile(tree, _FILE, "exec"), names, names)
    value = eval(compile(ast.Expression(last.value), _FILE, "eval"), names, names)
    return None if source.rstrip().endswith(";") else value


def error_output(error: BaseException, source: str, hidden: bool = False) -> NotebookNode:
    """Return an error as a kernel shows it: the lines of the cell that led to it, and itself."""
    name, text = type(error).__name__, _said(error)
    if hidden and getattr(error, "raised_by_student", False):
        name, text = type(error).__mro__[1].__name__, ""  # Python's own, that it comes from
    shown = f"{name}: {text}" if text else name
    lines = places(python(source), _lines(error.__traceback__))
    output: NotebookNode = new_output("error", ename=name, evalue=text, traceback=[*lines, shown])
    return output


def places(code: str, numbers: Iterable[int]) -> list[str]:
    """Return the lines of a cell with those numbers, as an error shows them."""
    lines = code.splitlines()
    return [f"line {number}: {lines[number - 1]}" for number in numbers if 0 < number <= len(lines)]


def _lines(where: TracebackType | None) -> Iterator[int]:
    for frame, number in traceback.walk_tb(where):
        if frame.f_code.co_filename == _FILE:
            yield number


def _said(error: BaseException) -> str:
    try:
        return str(error)[:MOST_PRINTED]
    except Exception:
        return ""


@contextmanager
def _quiet(printed: io.StringIO) -> Iterator[None]:
    """Take what is printed; warnings are printed too, without a place, which is the grader's.

    What the grader itself logs meanwhile, of another submission say, goes where it belongs.
    """
    last_resort, told = logging.lastResort, threading.excepthook
    threading.excepthook = lambda _: None  # a test's own threads end as they do in a notebook
    logging.lastResort = logging.StreamHandler(sys.stderr)
    logging.lastResort.setLevel(logging.WARNING)
    try:
        with redirect_stdout(printed), redirect_stderr(printed), warnings.catch_warnings():
            warnings.simplefilter("default")
            warnings.showwarning = lambda said, kind, *_: print(f"{kind.__name__}: {said}")
            yield
    finally:
        logging.lastResort, threading.excepthook = last_resort, told


@contextmanager
def _seeded(seed: str) -> Iterator[None]:
    numpy_before, before = np.random.get_state(), random.getstate()
    random.seed(seed)
    np.random.seed(random.getrandbits(32))
    try:
        yield
    finally:
        np.random.set_state(numpy_before)
        random.setstate(before)


class _Printed(io.StringIO):
    """Keeps the beginning of what is printed, and of the student's functions only if asked to."""

    def __init__(self, without_functions: bool) -> None:
        super().__init__()
        self._without_functions = without_functions
        self.pieces: list[Said] = []

    def write(self, text: str) -> int:
        if self._without_functions and isinstance(text, Printed):
            return len(text)
        kept = text[: max(MOST_PRINTED - self.tell(), 0)]
        # A check's verdict has both: see VerdictText.
        self.pieces.append(Said(getattr(text, "detail", kept), getattr(text, "exercise", None)))
        super().write(kept)
        return len(text)
