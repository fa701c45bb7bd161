"""The exercise that a form gives: equal in rights to one that is written in Python."""

from collections.abc import Generator, Mapping
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.cells.checks import Array
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.drawing import Draws
from course_utils.exercises.forms.reading import Form, lengths, read_form
from course_utils.exercises.forms.replacing import Replacement, composed
from course_utils.exercises.latex import display, matrix
from course_utils.exercises.rules import Rule
from course_utils.formulas import Formula
from course_utils.formulas.evaluating import value_of
from course_utils.formulas.naming import latex_of
from course_utils.formulas.nodes import Apply, Node, Symbol, is_matrix, is_parameter
from course_utils.formulas.printing import latex

_WIDEST = 14
"""Columns of given numbers that stand side by side."""


@lru_cache(maxsize=256)
def exercise_of(id: str, text: str) -> Exercise:
    """Return the exercise of the form `text`. Raises FormError with what is wrong."""
    return made(read_form(id, text))


def made(form: Form) -> Exercise:
    """Return the exercise of a form."""
    working = _Working(form)
    hooks: Mapping[str, Any] = form.hooks
    hidden = [name for name in form.lines if name not in form.asks]
    names = form.arguments
    parameters = {n for n in names if is_matrix(Symbol(n)) or is_parameter(n)}
    return Exercise(
        id=form.id,
        title=form.title,
        parts=tuple(
            Part(n, latex_of(n), optional=n in form.optional, weight=form.weights.get(n, 1.0))
            for n in form.asks
        ),
        rules=working.rules,
        reference=working.reference,
        statement_text=hooks.get("statement", working.statement),
        worked=hooks.get("worked", working.worked),
        sample=hooks.get("sample", working.sample),
        sizes=dict(form.sizes),
        accept=hooks.get("accept", working.accept),
        arguments=names if form.returns else (),
        returns=form.returns,
        batched=tuple(n for n in names if n not in parameters) if form.returns else (),
        formulas=form.lines.inlined(*hidden),
    )


class _Working:
    """What an exercise does, from the lines of a form."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._quantities = form.quantities
        self.rules = _rules(form)
        self._rules_of = {
            name: tuple(rule.name for rule in self.rules if self._changed_by(rule, line))
            for name, line in form.lines.items()
        }
        self._tree = lru_cache(maxsize=4096)(self._composed)

    def _changed_by(self, rule: Rule, line: Formula) -> bool:
        uses: list[Replacement] = [slip.use for slip in rule.slips]
        return any(use.on(line.name, line.tree, self._quantities) is not line.tree for use in uses)

    def _composed(self, name: str, made: tuple[Replacement, ...]) -> Node:
        return composed(name, self._form.lines[name].tree, made, self._quantities)

    def reference(self, given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
        """Work out line after line, each as the slips have it that are made."""
        known: dict[str, Any] = dict(vars(given))
        for name, line in self._form.lines.items():
            chosen = (getattr(rule, one) for one in self._rules_of[name])
            slips = tuple(one for one in chosen if one is not None)
            value = value_of(self._tree(name, slips), known)
            if slips:  # which may put one number where there was one for each unit
                value = np.broadcast_to(value, value_of(line.tree, known).shape)
            known[name] = (yield name, value) if name in self._form.asks else value

    def sample(self, draws: Draws, **sizes: int) -> dict[str, npt.ArrayLike]:
        """Draw what is given, in the author's order."""
        return {
            name: one.draw(draws, lengths(self._form.shapes[name], sizes))
            for name, one in self._form.given.items()
        }

    def accept(self, given: Any, value: Any) -> bool:
        """Whether every line is finite, and within its bounds."""
        values = self._form.lines.evaluate(vars(given))
        return all(
            np.isfinite(one).all()
            and np.min(one) >= self._form.within.get(name, (-np.inf, np.inf))[0]
            and np.max(one) <= self._form.within.get(name, (-np.inf, np.inf))[1]
            for name, one in values.items()
        )

    def statement(self, given: Any) -> str:
        """The author's text, the formulas, and the numbers, side by side where they have room."""
        lines = [line.latex() for line in self._form.lines.values()]
        shown = [display(line) for line in lines] if self._form.show_formulas else []
        return "\n\n".join([self._form.text, *shown, *_rows(given, self._form.arguments)])

    def worked(self, given: Any, value: Any) -> list[str]:
        """Every line as it is printed, with its numbers, and what they give."""
        known: dict[str, Any] = dict(vars(given))
        written: list[str] = []
        for name, line in self._form.lines.items():
            known[name] = getattr(value, name, value_of(line.tree, known))
            written += [f"{latex_of(name)} &= {latex(line.tree)}", f"&= {line.latex(known)}"]
            folded, values = _folded(line.tree, known)
            if folded is not line.tree:
                written.append(f"&= {Formula(name, folded).latex(values)}")
            written.append(f"&= {matrix(known[name])}")
        return written


def _rules(form: Form) -> tuple[Rule, ...]:
    """Return a rule for the slips that replace the same part, of which no two are made at once."""
    alike: dict[object, list[Any]] = {}
    for one in form.slips:
        use = one.replacement
        parts = tuple(part for part, _ in use.parts)
        alike.setdefault((parts, use.line, one.since), []).append(one)
    return tuple(
        Rule(f"rule_{number}", None, tuple(one.slip for one in slips), since=slips[0].since)
        for number, slips in enumerate(alike.values(), 1)
    )


def _folded(tree: Node, known: Mapping[str, Any]) -> tuple[Node, dict[str, Any]]:
    """Return a line with what its functions are of worked out, and the values of that."""
    values = dict(known)

    def fold(node: Node) -> Node:
        if isinstance(node, Apply) and not isinstance(node.of, Symbol):
            name = f"worked{len(values)}"
            values[name] = value_of(node.of, known)
            return Apply(node.function, Symbol(name))
        children = node.children
        others = tuple(fold(child) for child in children)
        return node if others == children else node.with_children(others)

    return fold(tree), values


def _rows(given: SimpleNamespace, names: tuple[str, ...]) -> list[str]:
    """Return the numbers, as many side by side as a narrow screen has room for."""
    rows: list[list[str]] = []
    room = 0
    for name in names:
        value = np.asarray(getattr(given, name))
        width = 3 + (value.shape[-1] if value.ndim == 2 else 1)
        if width > room or not rows:
            rows.append([])
            room = _WIDEST
        room -= width
        rows[-1].append(f"{latex_of(name)} = {matrix(value)}")
    return [display(*row) for row in rows]
