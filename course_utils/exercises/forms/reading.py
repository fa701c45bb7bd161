"""A form as its author writes it, in TOML: read, and what is wrong with it said in sentences."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from math import prod
from typing import Any

from course_utils.exercises.forms.drawn import EXAMPLE, Range, read_range
from course_utils.exercises.forms.replacing import (
    Replacement,
    composed,
    names_in,
    replacement,
)
from course_utils.exercises.forms.sets import SETS
from course_utils.exercises.lectures import TOPICS
from course_utils.exercises.rules import Slip
from course_utils.formulas import FormulaError, Formulas, read
from course_utils.formulas.naming import text_of
from course_utils.formulas.nodes import Sum, Symbol, symbols
from course_utils.formulas.reading import expression
from course_utils.formulas.shapes import Shape, Shapes

LONGEST = 60_000
"""Bytes of a form."""
MOST_SLIPS = 40
LARGEST = 8
"""Units of a vector."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_KEYS = {
    "title": str, "text": str, "formulas": str, "points": (int, float), "show_formulas": bool,
    "asks": list, "optional": list, "function": dict, "read": str, "sets": list, "sizes": dict,
    "given": dict, "within": dict, "weights": dict, "slip": list, "python": str,
}  # fmt: skip
_SLIP_KEYS = {"name", "replace", "line", "did", "why", "read", "since"}
_HOOKS = ("sample", "accept", "statement", "worked")
_SIZES = {"H": 3, "D": 2}
_MOST_SENTENCES = 20


class FormError(ValueError):
    """A form that gives no exercise; `mistakes` has a sentence for each thing that is wrong."""

    def __init__(self, name: str, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)[:_MOST_SENTENCES]
        super().__init__("\n".join(f"{name}.toml: {mistake}" for mistake in self.mistakes))


@dataclass(frozen=True)
class FormSlip:
    """A slip of a form: its words, and what stands where."""

    slip: Slip
    since: int = 1

    @property
    def replacement(self) -> Replacement:
        """What stands where."""
        found: Replacement = self.slip.use
        return found


@dataclass(frozen=True)
class Form:
    """What a form says, read and found to fit together."""

    id: str
    title: str
    text: str
    lines: Formulas
    asks: tuple[str, ...]
    optional: frozenset[str]
    returns: tuple[str, ...]
    """What a function is to return; () where none is asked for."""
    function_points: float
    given: Mapping[str, Range]
    shapes: Mapping[str, Shape]
    sizes: Mapping[str, int]
    within: Mapping[str, tuple[float, float]]
    weights: Mapping[str, float]
    slips: tuple[FormSlip, ...]
    points: float = 1.0
    show_formulas: bool = True
    hooks: Mapping[str, Any] = field(default_factory=dict)
    """The functions that its `python` defines."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of what is given, as the author has them; where Python draws, as they come."""
        return tuple(dict.fromkeys([*self.given, *self.lines.inputs]))

    @property
    def quantities(self) -> frozenset[str]:
        """The names of all that is given or worked out."""
        return frozenset(self.lines.shapes.quantities) | frozenset(self.given)


def is_form(text: str) -> bool:
    """Tell whether a TOML file is a form: it has formulas, however much is wrong with it."""
    return re.search(r"^\s*\[*\s*formulas?\b", text, re.MULTILINE) is not None


def read_form(id: str, text: str) -> Form:
    """Read a form. Raises FormError with a sentence for each mistake."""
    return _Reader(id, text).form()


class _Reader:
    """Reads one form, and notes what is wrong; where nothing more can be read it stops."""

    def __init__(self, id: str, text: str) -> None:
        self._id, self._text = id, text
        self._mistakes: list[str] = []

    def form(self) -> Form:
        if not _NAME.fullmatch(self._id):
            self._stop(f"{self._id!r} names it, expected small letters, digits and _ alone")
        self._told = self._toml()
        words = {name: self._words(name) for name in ("title", "text")}
        lines = self._formulas()
        self._lines = lines
        inputs = lines.inputs
        given = self._given(inputs)
        asks = self._names("asks", tuple(lines)) or tuple(lines)
        optional = self._names("optional", asks)
        if set(optional) >= set(asks):
            self._note("optional has every part in it, expected one at least that is asked for")
        returns, function_points = self._function(asks)
        self._quantities = frozenset(lines.shapes.quantities) | frozenset(given)
        slips = self._slips()
        shapes = self._shapes(given, slips)
        hooks = self._hooks()
        form = Form(
            self._id,
            words["title"],
            words["text"],
            lines,
            tuple(name for name in lines if name in asks),
            frozenset(optional),
            returns,
            function_points,
            given,
            shapes,
            self._sizes(given, shapes),
            dict(self._within(tuple(lines))),
            dict(self._weights(asks)),
            slips,
            self._points(self._told, "points"),
            self._told.get("show_formulas", True),
            hooks,
        )
        self._finish()
        return form

    def _note(self, mistake: str) -> None:
        self._mistakes.append(mistake)

    def _stop(self, mistake: str) -> None:
        self._note(mistake)
        self._finish()

    def _finish(self) -> None:
        if self._mistakes:
            raise FormError(self._id, self._mistakes)

    def _toml(self) -> dict[str, Any]:
        if len(self._text.encode("utf-8", "replace")) > LONGEST:
            self._stop(f"it has more than {LONGEST} bytes, which no exercise needs")
        try:
            told = tomllib.loads(self._text.replace("\r\n", "\n"))
        except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
            said = str(error) or "it is nested too deep"
            self._stop(f"it is no TOML: {said[:1].lower()}{said[1:]}")
        for key in told:
            if key not in _KEYS:
                self._note(f"{key!r} is no word of a form{_meant(key, _KEYS)}")
            elif not isinstance(told[key], _KEYS[key]) or (  # type: ignore[arg-type]
                isinstance(told[key], bool) and _KEYS[key] is not bool
            ):
                self._note(f"{key} is {_kind(told[key])}, expected {_wanted(_KEYS[key])}")
        self._finish()
        return told

    def _words(self, name: str) -> str:
        words = self._told.get(name, "").strip()
        if not words:
            expected = {"title": "a few words", "text": "what is to be done, in Markdown"}[name]
            self._note(f"{name} is missing, expected {expected}")
        return str(words)

    def _formulas(self) -> Formulas:
        """Return the lines; where one does not read, say of each line what is wrong with it."""
        text = self._told.get("formulas", "")
        if not text.strip():
            self._stop('formulas is missing, expected lines such as "h_t = o_t ∘ tanh(C_t)"')
        try:
            return read(text)
        except FormulaError as whole:
            said = []
            for number, line in enumerate(text.splitlines(), 1):
                try:
                    if line.strip():
                        read(line)
                except FormulaError as error:
                    said.append(f"line {number} of formulas: {error}")
            self._mistakes += said or [f"formulas: {whole}"]
        self._finish()
        raise AssertionError("a mistake was noted")

    def _given(self, inputs: tuple[str, ...]) -> dict[str, Range]:
        found: dict[str, Range] = {}
        for key, told in self._told.get("given", {}).items():
            name = self._name(key)
            if name in self._lines:
                self._note(f"given has {key}, which the formulas work out")
            elif name not in inputs and name not in self._read_by_slips():
                meant = _meant(key, [*inputs, *map(text_of, inputs)])
                self._note(f"given has {key}, which no formula and no slip reads{meant}")
            else:
                try:
                    found[name] = read_range(told)
                except ValueError as error:
                    self._note(f"given: {key} {error}")
                    found[name] = Range((0,), 1.0, False)
        for name in inputs:
            if name not in found and "sample" not in self._told.get("python", ""):
                self._note(
                    f"{text_of(name)} has no numbers: expected {_key(name)} = {EXAMPLE} in "
                    "[given], or a line of formulas that works it out"
                )
        return found

    def _read_by_slips(self) -> set[str]:
        """Return what stands in the replacements of slips, as far as these can be read."""
        found: set[str] = set()
        for told in self._told.get("slip", []):
            parts = told.get("replace") if isinstance(told, dict) else None
            for by in parts.values() if isinstance(parts, dict) else ():
                with suppress(FormulaError, RecursionError, TypeError, AttributeError):
                    found |= set(symbols(expression(by)))
        for told in self._told.get("sets", []):
            for slip in SETS.get(str(told).partition(" in ")[0], ()):
                found |= {name for _, by in slip.use.parts for name in symbols(by)}
        return found

    def _name(self, key: str) -> str:
        try:
            node = expression(key)
        except (FormulaError, RecursionError):
            return key
        return node.name if isinstance(node, Symbol) else key

    def _names(self, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
        return self._named(key, self._told.get(key, []), known)

    def _named(self, where: str, told: list[Any], known: tuple[str, ...]) -> tuple[str, ...]:
        """Return the names in a list; what is none of `known` is noted."""
        names = []
        for one in told:
            name = self._name(one) if isinstance(one, str) else str(one)
            if name in known:
                names.append(name)
            else:
                self._note(f"{where} has {one!r}, expected of {', '.join(map(text_of, known))}")
        return tuple(names)

    def _shapes(self, given: Mapping[str, Range], slips: Sequence[FormSlip]) -> dict[str, Shape]:
        """Return the shape of all that is given, also of what slips alone read."""
        lines = [(line.name, line.tree) for line in self._lines.values()]
        beside = given.keys() - set(self._lines.inputs)
        for number, one in enumerate(slips) if beside else ():
            for name, line in self._lines.items():
                tree = one.replacement.on(name, line.tree, self._quantities)
                if not beside.isdisjoint(symbols(tree)):
                    lines.append((f"{name}_{number}", Sum((Symbol(name), tree))))
        try:
            shapes = Shapes(lines)
            return {name: shapes.of(Symbol(name)) for name in [*given, *self._lines.inputs]}
        except FormulaError as error:
            self._note(f"with what slips put in, {error}")
            return dict.fromkeys(given, ())

    def _sizes(self, given: Mapping[str, Range], shapes: Mapping[str, Shape]) -> dict[str, int]:
        letters = {
            one: None
            for shape in shapes.values()
            for length in shape
            for one in length.split("+")
            if one != "1"
        }
        told = self._told.get("sizes", {})
        for letter, size in told.items():
            if letter not in letters:
                has = " and ".join(letters) or "none"
                self._note(f"sizes has {letter}, and the formulas have {has}")
            elif type(size) is not int or not 1 <= size <= LARGEST:
                self._note(f"sizes: {letter} is {size!r}, expected a whole number, 1 to {LARGEST}")
        sizes = {one: told.get(one, _SIZES.get(one, 3)) for one in letters}
        if not self._mistakes:
            self._enough(given, shapes, sizes)
        return sizes

    def _enough(
        self, given: Mapping[str, Range], shapes: Mapping[str, Shape], sizes: Mapping[str, int]
    ) -> None:
        """Note which quantities that are to be all different have too few numbers to be so."""
        larger = {letter: size + 1 for letter, size in sizes.items()}
        for name, one in given.items():
            needed = prod(lengths(shapes[name], larger))
            if one.different and needed > len(one.multiples):
                self._note(
                    f"given: {text_of(name)} has {len(one.multiples)} numbers to draw "
                    f"{needed} different ones from (a function is tried on one more unit)"
                )

    def _within(self, lines: tuple[str, ...]) -> Iterator[tuple[str, tuple[float, float]]]:
        for key, told in self._told.get("within", {}).items():
            name = self._name(key)
            pair = isinstance(told, list) and len(told) == 2
            if name not in lines:
                self._note(f"within has {key}, expected of {', '.join(map(text_of, lines))}")
            elif not pair or not all(_is_number(one) for one in told) or told[0] >= told[1]:
                self._note(f"within: {key} is {_short(told)}, expected such as [-2, 2]")
            else:
                yield name, (float(told[0]), float(told[1]))

    def _weights(self, asks: tuple[str, ...]) -> Iterator[tuple[str, float]]:
        for key, told in self._told.get("weights", {}).items():
            name = self._name(key)
            if name not in asks:
                self._note(f"weights has {key}, expected of {', '.join(map(text_of, asks))}")
            elif not _is_number(told) or not 0 < told <= 100:
                self._note(f"weights: {key} is {_short(told)}, expected a number above 0")
            else:
                yield name, float(told)

    def _points(self, told: Mapping[str, Any], where: str) -> float:
        points = told.get("points", 1)
        if not _is_number(points) or not 0 < points <= 1000:
            self._note(f"{where} is {_short(points)}, expected a number above 0")
            return 1.0
        return float(points)

    def _function(self, asks: tuple[str, ...]) -> tuple[tuple[str, ...], float]:
        """Return what a function is to return, and its points."""
        told = self._told.get("function", {})
        for key in told.keys() - {"returns", "points"}:
            self._note(f"function has {key!r}, expected returns and points")
        returns = told.get("returns", [])
        if not isinstance(returns, list) or (told and not returns):
            self._note('function: returns is missing, expected such as ["C_t"]')
            return (), 1.0
        return self._named("function: returns", returns, asks), self._points(told, "points")

    def _topic(self, told: Any, where: str) -> str:
        if told in ("", None):
            return ""
        if not isinstance(told, str) or told not in TOPICS:
            self._note(f"{where} is {_short(told)}, expected of {', '.join(TOPICS)}")
            return ""
        return str(told)

    def _slips(self) -> tuple[FormSlip, ...]:
        topic = self._topic(self._told.get("read"), "read")
        found = list(self._shared())
        slips = self._told.get("slip", [])
        if len(slips) > MOST_SLIPS:
            self._stop(f"it has {len(slips)} slips, expected {MOST_SLIPS} at most")
        for number, told in enumerate(slips, 1):
            one = self._slip(told, number, topic)
            if one is not None:
                found.append(one)
        names = [one.slip.name for one in found]
        for name in dict.fromkeys(names):
            if names.count(name) > 1:
                self._note(f"two slips are called {name!r}, expected a name for each")
        return tuple(found)

    def _shared(self) -> Iterator[FormSlip]:
        """Yield the slips of `sets` that change something: of all lines, or "tanh in C~_t"."""
        for told in self._told.get("sets", []):
            name, _, line = str(told).partition(" in ")
            if name not in SETS:
                self._note(f"sets has {told!r}, expected of {', '.join(SETS)}")
                continue
            if line and self._name(line) not in self._lines:
                known = ", ".join(map(text_of, self._lines))
                self._note(f"sets has {told!r}, expected a line of {known}")
                continue
            at = self._name(line) if line else ""
            own = [replace(slip, use=self._fitting(slip.use, at)) for slip in SETS[name]]
            fits = [slip for slip in own if self._changes(slip.use)]
            if not fits:
                self._note(f"sets has {told!r}, and nothing there is written as it is in the set")
            yield from (FormSlip(slip) for slip in fits)

    def _slip(self, told: Any, number: int, topic: str) -> FormSlip | None:
        if not isinstance(told, dict):
            self._note(f"slip {number} is {_kind(told)}, expected a table [[slip]]")
            return None
        name = told.get("name")
        if not isinstance(name, str) or not name.strip():
            self._note(f"slip {number} has no name, expected a few words")
            return None
        for key in told.keys() - _SLIP_KEYS:
            self._note(f"slip {name!r} has {key!r}{_meant(key, _SLIP_KEYS)}")
        words = {}
        for key, asked in (("did", "what was done"), ("why", "why it is not right")):
            words[key] = str(told.get(key, "")).strip()
            if not words[key].endswith((".", ".)", "!", "?")):
                self._note(
                    f"slip {name!r}: {key} is to say {asked}, in a sentence with a full stop"
                )
        since = told.get("since", 1)
        if since not in (1, 2):
            self._note(f"slip {name!r}: since is {since!r}, expected 1 or 2")
        use = self._replacement(name, told)
        read_at = self._topic(told.get("read"), f"slip {name!r}: read") or topic
        if use is None:
            return None
        return FormSlip(Slip(name.strip(), use, words["did"], words["why"], read_at), since)

    def _replacement(self, name: str, told: Mapping[str, Any]) -> Replacement | None:
        parts = told.get("replace")
        texts = isinstance(parts, dict) and all(isinstance(one, str) for one in parts.values())
        if not texts or not parts:
            self._note(
                f"slip {name!r} has no replacement, expected such as "
                'replace = { "1 - i_t" = "1" }'
            )
            return None
        line = self._name(str(told.get("line", "")))
        if line and line not in self._lines:
            known = ", ".join(map(text_of, self._lines))
            self._note(f"slip {name!r}: line is {told['line']!r}, expected of {known}")
            return None
        try:
            one = replacement(parts, line)
        except (FormulaError, RecursionError) as error:
            self._note(f"slip {name!r}: {error or 'a part is nested too deep'}")
            return None
        for unknown in self._unknown(one):
            meant = _meant(text_of(unknown), {text_of(known) for known in self._quantities})
            self._note(
                f"slip {name!r} has {text_of(unknown)}, which is in no formula and not given{meant}"
            )
            return None
        for part in parts:
            if not self._changes(replacement({part: parts[part]}, line)):
                where = f"the line of {text_of(line)}" if line else "formulas"
                same = " or is put back as it was" if part in parts.values() else ""
                self._note(f"slip {name!r}: {part!r} does not stand in {where}{same}")
                return None
        try:
            Formulas([(n, one.on(n, f.tree, self._quantities)) for n, f in self._lines.items()])
        except FormulaError as error:
            self._note(f"slip {name!r}: with it, {error}")
            return None
        return one

    def _fitting(self, one: Replacement, line: str) -> Replacement:
        """Return the parts of a set's replacement whose quantities are there, in that line."""
        parts = (pair for pair in one.parts if not self._unknown(replace(one, parts=(pair,))))
        return replace(one, parts=tuple(parts), line=line)

    def _unknown(self, one: Replacement) -> list[str]:
        """Return what a replacement names that is no quantity of the form."""
        nodes = [node for pair in one.parts for node in pair]
        return [name for node in nodes for name in names_in(node, self._quantities)]

    def _changes(self, one: Replacement) -> bool:
        return any(
            composed(name, line.tree, (one,), self._quantities) is not line.tree
            for name, line in self._lines.items()
        )

    def _hooks(self) -> dict[str, Any]:
        """Return what `python` defines of what an exercise may work out otherwise."""
        code = self._told.get("python", "")
        names: dict[str, Any] = {"__name__": f"form_{self._id}"}
        if not code or self._mistakes:
            return {}
        try:
            exec(compile(code, f"{self._id}.toml", "exec"), names)
        except Exception as error:
            self._note(f"python: {type(error).__name__}: {error}")
        found = {name: names[name] for name in _HOOKS if callable(names.get(name))}
        if not found and not self._mistakes:
            self._note(f"python defines none of {', '.join(_HOOKS)}")
        return found


def lengths(shape: Shape, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """Return a shape in numbers: ("H", "H+D") with H=3 and D=2 is (3, 5)."""
    return tuple(sum(1 if one == "1" else sizes[one] for one in n.split("+")) for n in shape)


def _meant(word: str, known: Any) -> str:
    near = get_close_matches(word, list(known), n=1)
    return f"; is it {near[0]}?" if near else f", expected of {', '.join(sorted(known))}"


def _key(name: str) -> str:
    text = text_of(name)
    return text if re.fullmatch(r"\w+", text) else f'"{text}"'


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def _kind(value: Any) -> str:
    names = {str: "a text", bool: "true or false", int: "a number", float: "a number",
             list: "a list", dict: "a table"}  # fmt: skip
    return next((name for kind, name in names.items() if isinstance(value, kind)), "a date")


def _wanted(kinds: Any) -> str:
    return _kind(kinds() if isinstance(kinds, type) else 0)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
