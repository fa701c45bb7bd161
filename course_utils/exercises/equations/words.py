"""Words beside an equation: what they say of its symbols, and which of them are only words."""

import re

from course_utils.exercises.equations.dialect import (
    FUNCTION,
    LETTER,
    Dialect,
    begins_formula,
    first_symbol,
    is_formula,
    quoted,
    same,
    symbol_of,
)
from course_utils.exercises.equations.names import is_defined
from course_utils.exercises.equations.symbols import Written, named_in
from course_utils.formulas import FormulaError
from course_utils.formulas.dress import ACCENTS
from course_utils.formulas.nodes import Number
from course_utils.formulas.remarks import changes

_MOST_WORDS = 30
"""In front of an equation's left side."""

_ORDINARY = re.compile(
    rf"[({{]*(?:(?:[A-Za-z]')?{LETTER}{{2,}}|[A-Za-z\d]{{1,2}}(?=[.)]))[)}}.,:]*|[aI]|[-•*>]"
)
_OPERATOR_WORD = re.compile(
    r"log|ln|exp|sinh?|cosh?|tanh?|abs|max|min|sqrt|sum|mean|norm|det|arg|E|Var|[Dd]elta|grad|diag"
    r"|relu|softmax|sigm\w*",
    re.IGNORECASE,
)
_ONLY_WORDS = ("of", "cell", "hidden")
_BULLET = re.compile(r"^\s*[-•*]\s+")
_AT_TIME = re.compile(r"\s+at\s+(?:time\s*)?(?:step\s*)?t\s*$")
_TYPE = re.compile(r"(?<=\w)\s*:\s*(?:[a-z]+\.)?(?:Tensor|ndarray|NDArray|Array|float|str)\s*$")
_NUMBERING = re.compile(r"^\s*(?:\(?(?:[a-eivx]+|\d+)[.)]|\[\d+\])\s+")  # a), (ii), 3.
_NAME = re.compile(r"(?<!\\)[A-Za-z]+(?:_\{?[A-Za-z]+\}?)?")
_LONE = re.compile(
    rf"[\s{{}}()]*(?:\\(?:{ACCENTS}))?[\s{{]*[A-Za-z]+[\s}}]*(?:_\s*\{{?\w+\}}?)?[\s{{}}()]*"
)
_IN_NAMES = re.compile(r"[\s{}()]*[A-Za-z]{3,}(?:[\s{}()*+-]+[A-Za-z]{3,})*[\s{}()]*")
_SENTENCE = re.compile(
    rf"\(?(?:{LETTER}{{2,}}|\ba|\d+)(?:(?:[\s'.]+|-)(?:{LETTER}{{2,}}|\ba|\d+))*[\s.,!)]*"
)
_SHORT = re.compile(r"[cfhioCFHIO]t?(?![a-zA-Z])")
_EXPLAINED = re.compile(
    r"\s*(?:=|:|-|\.{2,}|(?:is|are|be|being|denotes?|means|stands\s+for)(?!\w))?"
    r"\s*([^\W\d_](?:[\w\s'{}()]|-(?=\w)){2,})[\s.]*"
)
_TANH_IS = re.compile(
    r"\\?tanh\s*(?:=|:|is|denotes|means|es|est|ist)\s*(?:[a-z]+\s+){0,2}\w*\s*\w*h[yi]perbo\S*\s*\w*\W*"
)
_CALLS = re.compile(r"\w\(")
_WITH_INDEX = re.compile(r"(?<!\w)[cfhioCFHIO]_\S*")
_FOREIGN = re.compile(r"^[\s{]*\\?(?:tanh(?=\s*[=:])|[A-Za-zσ])(?:_\{?\w+\}?)?(?![A-Za-z])")


def symbol_behind_words(text: str) -> Written | None:
    """Return the symbol that is a side of its own, words before it left out."""
    text = _TYPE.sub("", _AT_TIME.sub("", text))
    *before, text = re.split(r":(?!\s*,)|\b(?:is|ist|est|es)\b", text)
    words = _NUMBERING.sub("", text.strip("}.,) ") if before else text).split(" ")
    while words and len(words) <= _MOST_WORDS:
        if symbol := symbol_of(" ".join(words)):
            return symbol if symbol.letter == "c" or not symbol.tilde else None
        word = words.pop(0)
        if (
            word
            and not _is_ordinary(word)
            and not (word in ("I", "it", "It") and words and _is_ordinary(words[0]))
        ):
            return None
    return None


def is_another_name(side: str) -> bool:
    """Tell whether a side only gives names: "y_t", or "kept + written"."""
    if not (_IN_NAMES.fullmatch(side) or _LONE.fullmatch(side)):
        return False
    words = _NAME.findall(side)
    return not any(FUNCTION.match(word) or begins_formula(word) for word in words)


def explains(defines: str, text: str) -> bool:
    """Tell whether a text says of a symbol what it is: "f_t is the forget gate".

    Words alone are said of `defines`: "the new cell state". Raises FormulaError where a symbol is
    called another one's name.
    """
    text = _BULLET.sub("", text).strip(" \t=")
    if _TANH_IS.fullmatch(text):
        return True
    if changes(text):
        return False
    if _SENTENCE.fullmatch(text) and not _SHORT.match(text):
        if not is_formula(text):
            return True
        named = named_in(text)
        if named and all(is_defined(other, defines) for other in named):
            return True
    symbol, said = first_symbol(text) or (None, _FOREIGN.sub("", text, count=1))
    if symbol and is_defined(symbol, defines) and re.fullmatch(r"\s*=\s*[A-Za-z]\w*\s*", said):
        return bool(named_in(said))  # C_t = tmp
    explained = _EXPLAINED.fullmatch(said)
    if explained is None or said == text or ("=" in said and _CALLS.search(said)):
        return False
    meant = [*named_in(explained[1]), *map(symbol_of, _WITH_INDEX.findall(explained[1]))]
    if is_formula(explained[1]):
        meant.append(symbol_of(explained[1]))
    if symbol is None and "=" in said and is_formula(explained[1]):
        return False  # a name of one's own
    if symbol is None or all(same(symbol, other) for other in meant):
        return True
    if "=" in said:
        return False
    raise FormulaError(f"says {quoted(text[:40])}, which is another quantity's name")


def _is_ordinary(word: str) -> bool:
    """Tell whether a word is one of the language's and no symbol of ours."""
    if not _ORDINARY.fullmatch(word) or _OPERATOR_WORD.fullmatch(word):
        return False
    try:
        node = Dialect(word.strip("(){}.,:")).all()
    except FormulaError:
        return True
    if not isinstance(node, Written | Number):
        return True
    return word.lower() in _ONLY_WORDS or word.strip("().").isdecimal()
