"""The symbols of the LSTM's equations, in the ways in which people write them.

A symbol is a letter or a word with its scripts and accents, which say when it is, and whether it is
the candidate: ``C_{t-1}``, ``c_prev``, ``old cell state``, ``\\tilde{C}_t``.
"""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from course_utils.formulas import FormulaError
from course_utils.formulas.nodes import Node


class UnknownSymbolError(FormulaError):
    """A sign that is not known, or not there."""


class Time(NamedTuple):
    """When a symbol is: ``t-1`` is ("t", -1), a word like "old" is ("", -1)."""

    counter: str
    offset: int


@dataclass(frozen=True, eq=False)
class Written(Node):
    """A symbol as it was written: a leaf of a tree that has no name in the course yet."""

    letter: str
    """One of c, h, f, i, o."""
    tilde: bool = False
    time: Time | None = None
    new: bool = False
    """It is called new, or has a prime: the state that is defined, or else the candidate."""
    entry: str = ""
    """The index of an entry or of a layer, which all symbols of an equation share: j."""

    def having(self, **changes: Any) -> "Written":
        """Return the symbol with something else said of it."""
        return Written(*(changes.get(name, getattr(self, name)) for name in self.__match_args__))


_END = r"(?![a-zA-Z])"
_PREVIOUS = r"(?:[pP]rev(?:ious)?|[oO]ld|[lL]ast|[bB]efore)"
_NEXT = r"(?:[nN]ext|[nN]ow|[cC]urr?(?:ent)?)"
_NEW = r"[nN]ew"
_CANDIDATE = r"(?:[tT]ild[ea]?|[hH]at|[bB]ar|[cC]and(?:idate)?)"
_COUNTER = r"([tnkτ])(?:([+-])(\d))?"
_CONTENTS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("previous", rf"t?{_PREVIOUS}t?|tm1|tminus1|t1|in"),
        ("now", rf"t?{_NEXT}t?|out"),
        ("new", rf"{_NEW}|'|\\prime"),
        ("tilde", rf"{_CANDIDATE}|\\?sim|~"),
        ("gate", r"gate"),
        ("state", r"state"),
        ("minus", r"-1"),
        ("time", _COUNTER),
        ("entry", r"[ijlm]"),
    )
)
_SPLIT = re.compile(r"[,_]|(~)")
_EMPTY = re.compile(r"[\s{}()\[\]⟨⟩<>]")
_IN_BRACKETS = re.compile(
    r"\s*([_^])\s*(?:\{((?:[^{}]|\{[^{}]*\})*)\}|[(\[⟨<]([^()\[\]⟨⟩<>]*)[)\]⟩>])"
)
_IN_WORDS = re.compile(
    rf"[_^]?(t_?minus_?1{_END}|tm1{_END}|t_1(?!\d))"
    rf"|[_^]((?:{_PREVIOUS}|{_NEXT}|{_CANDIDATE}|new|gate|state|in|out){_END})"
    rf"|_?({_PREVIOUS}|{_NEXT}|{_CANDIDATE}|{_NEW}){_END}"
)
_NO_WORD = r"(?!anh|ilde|imes)"
_ONE_LETTER = re.compile(
    rf"\s*[_^]\s*([tnkτ]){_NO_WORD}|\s*[_^]\s*([jlm]){_END}|\s*[_^]\s*(\\sim|\\prime|~|')"
)
_T = re.compile(rf"t{_NO_WORD}(?=tanh|{_PREVIOUS}|{_CANDIDATE}|[cfhioCFHIO]|{_END})|\s+t{_END}")
_MINUS_1 = re.compile(r"\s*-\s*(?:1(?![\d.])|_\{1\})")
_OF_TIME = re.compile(
    rf"\s*[(\[⟨<]\s*(?:(?::|\.\.\.)\s*,\s*)?([tnkτ](?:\s*[+-]\s*\d)?|{_PREVIOUS}|[ijlm](?=\s*\]))\s*[)\]⟩>]"
)
_MARK = re.compile(
    rf"\s*[\u0300-\u030c\u0311']|~|\s*\^\s*\*(?!\*)|\^(?=\s*(?:_|$))|\*(?=\s*_)|(?:\s+|-)(?:tilde|hat|bar){_END}(?!\s*[({{]|\s+[cC])"
    r"|\s*\((?:tilde|hat|bar)\)"
)

_GATE_OF = r"(?:com)?p(?:ue|o)rt[ae]\s+d[e'](?:\s*l?')?\s*"  # Spanish, French, Italian
_STATE = r"[_\s]*(?:state|value)?s?"
_WORDS: tuple[tuple[Written, re.Pattern[str]], ...] = tuple(
    (symbol, re.compile(pattern, re.IGNORECASE))
    for symbol, pattern in (
        (
            Written("c", True),
            rf"{_CANDIDATE}_c{_END}|cct{_END}"
            rf"|(?:new[_\s]+|cell[_\s]+)?cand(?:idate)?(?:[_\s]*cell)?{_STATE}{_END}",
        ),
        (Written("c", False, Time("", -1)), rf"alte\w*[_\s]*(?:zell)?zustand{_END}"),
        (Written("c", False, Time("", -1)), rf"{_PREVIOUS}[_\s]*(?:cell{_STATE}|c){_END}"),
        (Written("h", False, Time("", -1)), rf"{_PREVIOUS}[_\s]*(?:hidden{_STATE}|h){_END}"),
        (Written("c", False, Time("", 0)), rf"(?:new|{_NEXT})[_\s]*(?:cell{_STATE}|c){_END}"),
        (Written("h", False, Time("", 0)), rf"(?:new|{_NEXT})[_\s]*(?:hidden{_STATE}|h){_END}"),
        (Written("h"), r"output\s+of\s+(?:cell|lstm|layer|unit|network|block|step)" + _END),
        (Written("c"), r"cell(?:[_\s]*state)?"),
        (Written("h"), r"hidden(?:[_\s]*state)?"),
        (
            Written("f"),
            rf"(?:forget|f|vergessens?)[_\s-]*(?:gate|gatter|tor){_END}|{_GATE_OF}(?:olvido|oubli){_END}|forget{_END}|gate_f{_END}",
        ),
        (
            Written("i"),
            rf"(?:input|in|i|eingangs)[_\s-]*(?:gate|gatter|tor){_END}|{_GATE_OF}entr\w+{_END}|inp(?:ut)?{_END}|gate_i{_END}",
        ),
        (
            Written("o"),
            rf"(?:output|out|o|ausgangs)[_\s-]*(?:gate|gatter|tor){_END}|{_GATE_OF}(?:sali\w+|sortie){_END}|out(?:p|put)?{_END}|gate_o{_END}",
        ),
    )
)
_GAMMA = re.compile(r"(?:\\Gamma|Γ)(?:\s*_\s*(?:\{\s*([fiou])\s*\}|([fiou]))|\s*([fiou]))")
_LETTER = re.compile(
    r"[cChHfFiIoOgG]|a(?=\s*(?:\^\s*\{?\s*)?[⟨<]|_(?:next|prev))"
)  # a^{<t>}: another course's h_t


def symbol_at(text: str, at: int) -> tuple[Written, int] | None:
    """Return the symbol that begins at a place of `text`, without its scripts, and its end."""
    if match := _GAMMA.match(text, at):
        return Written((match[1] or match[2] or match[3]).replace("u", "i")), match.end()
    for symbol, pattern in _WORDS:
        if match := pattern.match(text, at):
            return symbol, match.end()
    if match := _LETTER.match(text, at):
        letter = match.group().lower()
        symbol = Written("c", True) if letter == "g" else Written(letter.replace("a", "h"))
        return symbol, match.end()
    return None


def named_in(text: str) -> list[Written]:
    """Return what is called by its name in `text`: "forget gate", "old cell state"."""
    found, at = [], 0
    for word in re.finditer(r"[A-Za-z]+", text):
        for symbol, pattern in _WORDS if word.start() >= at else ():
            if match := pattern.match(text, word.start()):
                found.append(symbol)
                at = match.end()
                break
    return found


def with_scripts(symbol: Written, text: str, at: int) -> tuple[Written, int]:
    """Return a symbol with what stands around its letter from there on, in any order; its end.

    Raises UnknownSymbolError for a script that says nothing here.
    """
    while (found := _script_at(text, at, symbol)) is not None:
        content, at = found
        symbol = _with_script(symbol, content)
    return symbol, at


def _script_at(text: str, at: int, symbol: Written) -> tuple[str, int] | None:
    """Return what the next script says and its end, or None where there is none."""
    if match := _MARK.match(text, at):
        return "'" if match.group().strip() == "'" else "~", match.end()
    if match := _IN_BRACKETS.match(text, at):
        content = _EMPTY.sub("", match[2] or match[3] or "")
        is_script = match[1] == "_" or all(_kind(piece)[0] for piece in _pieces(content))
        return (content, match.end()) if is_script else None
    if match := _IN_WORDS.match(text, at):
        return match[1] or match[2] or match[3], match.end()
    if match := _ONE_LETTER.match(text, at) or _T.match(text, at):
        index = next((group for group in match.groups() if group), "t")
        minus = _MINUS_1.match(text, match.end())
        if minus and symbol.letter in "ch" and index in "tnkτ":
            return f"{index}-1", minus.end()
        return index, match.end()
    if match := _OF_TIME.match(text, at):
        return _EMPTY.sub("", match[1]), match.end()
    return None


def _with_script(symbol: Written, content: str) -> Written:
    for piece in _pieces(content):
        kind, match = _kind(piece)
        if kind == "tilde":
            symbol = symbol.having(tilde=True)
        elif kind == "new" and symbol.letter in "ch":
            symbol = symbol.having(new=True)
        elif kind == "time" and match and symbol.time and match[1] != symbol.time.counter != "":
            symbol = symbol.having(entry=piece)  # C_{t,k}, where C_k would be of step k
        elif kind == "time" and match is not None:
            time = Time(match[1], int(f"{match[2]}{match[3]}") if match[2] else 0)
            symbol = symbol.having(time=_both(symbol, time))
        elif kind == "entry" and symbol.entry in ("", piece):
            symbol = symbol.having(entry=piece)
        elif kind in ("previous", "now") or (kind == "minus" and symbol.time is not None):
            time = Time("", 0 if kind == "now" else -1)
            symbol = symbol.having(time=_both(symbol, time))
        elif symbol.letter not in {"gate": "fio", "state": "ch"}.get(kind, ""):
            raise UnknownSymbolError(f"has {symbol.letter} with the index {piece[:20]!r} in it")
    return symbol


def _both(symbol: Written, time: Time) -> Time:
    """Return one time of two scripts: "t" and "previous" are t-1."""
    was = symbol.time or time
    if was == time:
        return time
    if {was.offset, time.offset} <= {0, -1} and "" in (was.counter, time.counter):
        return Time(was.counter or time.counter, min(was.offset, time.offset))
    raise FormulaError(f"has {symbol.letter} with two times in it")


def _pieces(content: str) -> list[str]:
    joined = content.replace("_", "")
    return [joined] if _kind(joined)[0] else [piece for piece in _SPLIT.split(content) if piece]


def _kind(piece: str) -> tuple[str, re.Match[str] | None]:
    for kind, pattern in _CONTENTS:
        if match := pattern.fullmatch(piece):
            return kind, match
    return "", None
