"""What the symbols of one equation are called in the course: ``c_prev`` for C_{t-1} beside C_t.

What a letter means is known only when its whole equation is: which time the left side is of, and
whether a new state is the one that is defined.
"""

from collections.abc import Container

from course_utils.exercises.equations.symbols import Time, UnknownSymbolError, Written
from course_utils.formulas import FormulaError
from course_utils.formulas.nodes import Node, Symbol

QUANTITIES = ("f_t", "i_t", "o_t", "c_tilde", "C_t", "c_prev", "h_t", "h_prev")


def name_of(symbol: Written) -> str:
    """Return the name of a symbol that is of this step."""
    if symbol.letter == "c" and symbol.tilde:
        return "c_tilde"
    return {"c": "C_t", "h": "h_t"}.get(symbol.letter, f"{symbol.letter}_t")


def is_now(symbol: Written) -> bool:
    """Tell whether a left side is of this step: t, no time at all, or t+1 as some books count."""
    time = symbol.time
    return time is None or time.offset == 0 or (time.counter != "" and time.offset == 1)


def is_defined(symbol: Written | None, defines: str) -> bool:
    """Tell whether a symbol is the quantity `defines` of this step."""
    return symbol is not None and name_of(symbol) == defines and is_now(symbol)


class Names:
    """The names in an equation for `defines` whose left side is `left`, among those in `known`."""

    def __init__(
        self, known: Container[str] = QUANTITIES, defines: str = "", left: Written | None = None
    ) -> None:
        time = left.time if left is not None else None
        self._known = known
        self._defines = defines
        self._counter = time.counter if time is not None else ""
        self._offset = time.offset if time is not None else 0
        self._entry = left.entry if left is not None else None
        self._says_new = left is not None and (left.new or left.time == Time("", 0))

    def put_in(self, tree: Node) -> Node:
        """Return a tree with names for what was written. Raises FormulaError."""
        if isinstance(tree, Written):
            return Symbol(self._name(tree))
        return tree.with_children(tuple(map(self.put_in, tree.children)))

    def _name(self, symbol: Written) -> str:
        self._check_entry(symbol)
        steps = self._steps(symbol.time)
        defines_c = self._defines == "C_t"
        tilde = symbol.tilde or (symbol.new and defines_c and not self._says_new)
        name = name_of(symbol.having(tilde=tilde))
        if name == self._defines and self._says_new and not symbol.time and not symbol.new:
            steps = -1  # "C_new = f * C + ..."
        if tilde and symbol.letter != "c":
            raise UnknownSymbolError(f"has {symbol.letter} with a tilde in it")
        if steps == -1 and name in ("C_t", "h_t"):
            name = {"C_t": "c_prev", "h_t": "h_prev"}[name]
        elif steps:
            raise UnknownSymbolError(f"has {_at_step(name, steps)} in it")
        if name not in self._known:
            if name == self._defines:
                raise FormulaError(f"has {name} on its own right side")
            raise UnknownSymbolError(f"has {_at_step(name, 0)} where a value belongs")
        return name

    def _check_entry(self, symbol: Written) -> None:
        """Raise FormulaError where symbols of one equation are not of one entry."""
        self._entry = symbol.entry if self._entry is None else self._entry
        if symbol.entry != self._entry:
            raise FormulaError(f"takes entry {symbol.entry or self._entry!r} of one symbol alone")

    def _steps(self, time: Time | None) -> int:
        """Return how many steps from the left side's time another one is."""
        if time is None or not time.counter:
            return 0 if time is None else time.offset
        self._counter = self._counter or time.counter
        if time.counter != self._counter:
            raise FormulaError(f"counts time by both {self._counter} and {time.counter}")
        return time.offset - self._offset


def _at_step(name: str, steps: int) -> str:
    letter = {"c_tilde": "C~", "C_t": "C", "c_prev": "C"}.get(name, name[0])
    steps -= name.endswith("_prev")
    return f"{letter}_{{t{steps:+d}}}" if steps else f"{letter}_t"
