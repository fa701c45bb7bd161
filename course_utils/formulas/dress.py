"""What a student typed as an equation, cleaned of its dress: LaTeX's, Unicode's, HTML's, words.

Nothing is computed here. A text becomes equations, and an equation the texts of its sides, in the
plain notation that a reader of formulas takes.
"""

import html
import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from course_utils.formulas.nodes import FormulaError
from course_utils.formulas.remarks import WHERE, changes, without_denials, without_remarks

_MOST_CLAUSES = 60

LONGEST = 1000
"""Characters; no equation of the course takes a third of them, in any notation."""

# Commands that are read, or left out.
ACCENTS = (
    "tilde|Tilde|widetilde|hat|Hat|widehat|bar|Bar|overline|check|widecheck|breve|dot|ddot|acute|"
    "grave|mathring"
)
_FONTS = (
    "math(?!ring)[a-z]+|text[a-z]*|bold[a-z]*|emph|underline|bm|pmb|[a-z]box|operatorname|vec|"
    "ensuremath|boxed|bf(?:series)?|rm|it|sf|cal|[a-z]+style|tiny|small|normalsize|large|Large|"
    "LARGE|huge|Huge|left|right|middle|bigg?[lrm]?|Bigg?[lrm]?|no[a-z]+|limits|q?quad|"
    "overrightarrow|thinspace|negthinspace|enspace|space|hfill|hfil|hphantom"
)
_PRODUCTS = (
    "(?:box|big|circled)?(?:odot|cdot|circ|o?times|ast|star)|(?:box|center)dot|bullet|diamond"
)
_OTHERS = (
    "tanh|sigma|exp|frac|dfrac|tfrac|underbrace|overbrace|tag|label|begin|end|langle|rangle|"
    "lbrace|rbrace|Gamma|sim|prime|oplus|div|equiv|coloneqq|triangleq|doteq|gets|leftarrow|"
    "rightarrow|to|tau|hspace|color|textcolor|newline|therefore|implies|Rightarrow|stackrel|overset"
)
_KNOWN = "|".join((ACCENTS, _FONTS, _PRODUCTS, _OTHERS))

# Python makes one character of a command's beginning when a text stands in quotes without an r:
# "\tilde" is a tab and "ilde". Of these, tab and the ends of lines are typed as well.
_EATEN = {"\a": "a", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t", "\v": "v"}
_BEGUN = re.compile(
    r"[\a\x08\f\v](?=[a-zA-Z])"
    r"|\t(?=(?:ilde|ext[a-z]*|imes|anh|ag|frac|o|op|au|iny|riangleq|herefore|hinspace)(?![a-zA-Z]))"
    r"|\n(?=(?:onumber|otag|olimits|ewline|egthinspace|eq?)(?![a-zA-Z]))"
    r"|\r(?=(?:m|ight|angle|brace|ightarrow)(?![a-zA-Z]))"
)
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
_QUOTED = re.compile(
    r"^\s*(?:\w+\s*=\s*(?=r?[\"']))?r?(`+|\"+|'+|\*\*|\$+)(?:python|latex|math)?(.*)\1\s*$",
    re.DOTALL,
)
_WHOLE = re.compile(r"\[\s*:\s*\]")
_COLUMN = re.compile(r"\\begin\s*\{[bp]?matrix\}(.{0,80}?)\\end\s*\{[bp]?matrix\}", re.DOTALL)
_BETWEEN_EQUATIONS = re.compile(
    r"(?:[ \t]{2,}|\$\$?\s+\$\$?|\\q?quad(?![a-z])\s*)(?=(?:\(?\w\)\s*)?[A-Za-z]_?\{?t\}?\s*=)"
)
_SPACES = re.compile(r"[^\S\n\r\v\f]+")
_BREAKS = re.compile(r" ?[\n\r\v\f]\s*")
_SEMICOLONS = re.compile(r";[\s;]*;")
_DOUBLED = re.compile(rf"\\\\(?=(?:{_KNOWN})(?![a-zA-Z]))")

_ACCENTED = re.compile(
    r"\\[~^](?=\s*\{?\s*[cC])"
    r"|\\(?:stackrel|overset)\s*\{\s*(?:\\(?:sim|wedge|circ)(?![a-zA-Z])|[~^-])\s*\}"
)
_ESCAPED = re.compile(r"\\(?=[_*])")
_GREEK = (
    (re.compile(r"\\tau(?![a-zA-Z])"), "τ"),
    (re.compile(r"\\ell(?![a-zA-Z])"), "l"),
    (re.compile(r"\\(?:var)?phi(?![a-zA-Z])"), "φ"),
    (re.compile(r"\\psi(?![a-zA-Z])"), "ψ"),
)
_BARE_INDICES = re.compile(r"_(?:\{([^{},]+)\}|([tnkτ](?:-1)?)),([i-m])(?![\w(])")  # C_t-1,j
_FOLLOWS = re.compile(
    r"(?:^|(?<=[\n;,]))\s*(?:\\(?:therefore|implies|Rightarrow|Longrightarrow)(?![a-zA-Z])"
    r"|[∴⇒⟹→⟶]|\\(?:right|longright)arrow(?![a-zA-Z])|[-=]+>)"
)

_HTML_PAIR = re.compile(
    r"<([a-z]\w{0,9})(?:\s[^<>]{0,60})?>(.{0,300}?)</\1>", re.IGNORECASE | re.DOTALL
)
_HTML_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_HTML_SCRIPT = re.compile(r"<su([bp])>(.{0,40}?)</su[bp]>", re.IGNORECASE)
_SIGNS = str.maketrans(
    dict.fromkeys("°ºʘ", "*")
    | dict.fromkeys("⟨〈‹〈", "⟨")
    | dict.fromkeys("⟩〉›〉", "⟩")
    | dict.fromkeys("′’‘´`", "'")
    | dict.fromkeys([*"✓✔✅", *map(chr, range(0x2460, 0x2474))], " ")
    | dict.fromkeys("∼˜", "~")
    | dict(zip("СсОоІіНТ。、", "CcOoIiHT.,", strict=True))  # Cyrillic's, which look the same
    | {"ƒ": "f", "⁄": "/", "÷": "/", "⊕": "+"}
    | {"≡": "=", "≔": "=", "≜": "=", "≝": "="}
)

# A sign is what Unicode calls it: CIRCLED DOT OPERATOR, HEAVY MULTIPLICATION X, BLACK CIRCLE.
_CALLED = (
    ("", re.compile(r"DIVISION|EQUAL|DOT (?:PLUS|MINUS)|(?:PLUS|MINUS) SIGN WITH|PLUS-|-PLUS")),
    ("*", re.compile(r"\b(?:MULTIPLICATION|TIMES|DOT|BULLET|ASTERISK|STAR|RING|CIRCLE|SUN)\b")),
    ("*", re.compile(r"\b(?:PRODUCT|INTERPUNCT)\b")),
    ("=", re.compile(r"\b(?:LEFT|RIGHT)WARDS\b.* ARROW\b")),
    ("-", re.compile(r"MINUS SIGN")),
    ("+", re.compile(r"PLUS SIGN")),
)

_OF_KIND = {"Pd": "-", "Ps": "(", "Pe": ")"}

_MAY_BE_RAISED = (*range(0xB2, 0xBA), *range(0x1D2C, 0x1D6B), *range(0x2070, 0x209D), 0x2C7C)


def _of_kind(kind: str) -> re.Pattern[str]:
    found = (c for c in map(chr, _MAY_BE_RAISED) if unicodedata.decomposition(c).startswith(kind))
    return re.compile(f"[{''.join(found)}]+")


_RAISED_OR_LOWERED = ((_of_kind("<sub>"), "_"), (_of_kind("<super>"), "^"))

_LINE_BREAK = re.compile(r"\\newline(?![a-zA-Z])|\\\\(?:\s*\[[^\]]{0,9}\])?")
_LEFT_OUT = re.compile(
    r"\\begin\s*\{(?:array|alignat\*?)\}\s*\{[^{}]*\}|\\(?:begin|end|tag|label|hspace|[hv]?phantom|color|textcolor|colorbox)\*?\s*\{[^{}]*\}|\\[()\[\],;:!>\s]|\$|&(?=\s*=)|(?<==)\s*&"
    r"|\\(?:under|over)set\s*\{[^{}]*\}(?=\s*\{)|[_^]?\s*\{\s*\}|(?<![\w\\])(?:self\.|the(?!\w))"
    r"|^\s*(?:def\s+\w+\s*\([^()]*\)\s*:(?:\s*return\b)?)|^\s*(?:return\b|print\b(?=\(.*\)\s*$))|\blambda[\w\s,]*:"
    rf"|\\(?:left|right)\s*\.|\\(?:{_FONTS})(?![a-zA-Z])\*?"
)
_BRACKETS = (
    (re.compile(r"\\left\s*\\\{\s*(?=\\begin)"), ""),
    (re.compile(r"\\(?:\{|lbrac[ek](?![a-zA-Z]))"), "("),
    (re.compile(r"\\(?:\}|rbrac[ek](?![a-zA-Z]))"), ")"),
    (re.compile(r"\\langle(?![a-zA-Z])"), "⟨"),
    (re.compile(r"\\rangle(?![a-zA-Z])"), "⟩"),
)
_LONELY = re.compile(
    r"\{\s*(\\?(?:[tT]anh|tg?h|sigmoid|sigma|softmax|Gamma|exp|diag))\s*\}|\{\s*([Γσe+=-])\s*\}"
)
_ENDS = r"[\w)\]}'~\u0300-\u036f]"  # the last sign of a factor, and the first of the next
_BEGINS = r"[\w(\[{\\~]"
_PRODUCT = re.compile(
    rf"\\(?:{_PRODUCTS})(?![a-zA-Z])"
    rf"|(?<={_ENDS})(?<!where)(?<!with)(?<!and)\s+(?:[xXo]|xx|ox|o\.)\s+(?={_BEGINS})|(?<={_ENDS})(?<!tanh)\s*\([xXo.]\)\s*(?={_BEGINS})"
    rf"|(?<![a-zA-Z\\])(?:(?:{_PRODUCTS}|(?<!\.)dot)(?:\.[a-z]+)?|hadamard(?!\s*\(|_)|multiplied\s+(?:element\s*-?wise\s+)?(?:by|with))"
    r"(?![a-zA-Z])"
)
_BRACKETED_PRODUCT = re.compile(r"\(\s*\*\s*\)|\{\s*\*\s*\}|\[\s*\*\s*\]|<\*>")
_LAST_PRODUCT = re.compile(r"\(\s*\*\s*\)\s*$", re.MULTILINE)
_OF_ALL = re.compile(r"\.(?=[*+/^-])|(?<=tanh)\.(?=\()")  # Julia's: .+ and tanh.(x)
_EQUALS = re.compile(
    r":?={1,2}>?(?!\u0338)|<-|->|\\(?:(?:long)?(?:left|right)arrow|gets|to|equiv|coloneqq|triangleq|doteq|Rightarrow|implies)"
    r"(?![a-zA-Z])"
)
_SPOKEN_EQUALS = re.compile(
    r"\s(?:(?:(?:is|ist|est|es)(?:\s+(?:then|now|simply|just|exactly))?|(?:can|should|would|must|will)\s+be)(?:\s+equal\s+to|\s+same\s+as|\s+[a-z]+(?:ed|en)\s+(?:by|as|to|from|with))?"
    r"|equals(?:\s+to)?|becomes):?\s"
)
_COLON = re.compile(r":(?![^\[\]]*\])")  # none of a[:, 1:2]
_STACKED = re.compile(
    r"(?:\\(?:stackrel|overset|underset)\s*\{(?:[^{}]|\{[^{}]*\})*\}|\\mathrel)\s*\{\s*:?=\s*\}"
)
_RETURNS = re.compile(r"(?<=\n)\s*return\b(?=[^\n=]+$)")  # behind other lines
_IN_SQUARES = re.compile(r"\[[^\[\]\n]*\]")
_SEVERAL_AT_ONCE = re.compile(
    r"^[ \t]*(?:return =)?[ \t]*(\w+(?:\s*,\s*\w+)+)\s*=(?!=)([^=\n]+)$", re.MULTILINE
)
_ADDED_UP = re.compile(r"\b(?:np|numpy)\.sum(\(.*[)\]])\s*,\s*axis\s*=\s*0\s*\)")
_IMPORTS = re.compile(r"^\s*(?:from\s+\w+\s+)?import\s+\w.*\n", re.MULTILINE)
_COMMENT = re.compile(r"(?:(?<!\\)[#%].*|/\*.*?\*/|(?://|--\s)(?=.*[a-zA-Z]{4})[a-zA-Z\s:,.!'-]+$)")
_LINES = re.compile(r"([\n\r\v\f;])")
_CLAUSES = re.compile(
    r"(,|(?<=[A-Za-z)}~])\.(?=\s+(?:\(|[^\W\d]))|:(?=\s(?:[^\n=]*=|[A-Za-z\s,.'-]{9,}$))"
    rf"|(?<![\w\\])(?:here|let|using|{WHERE})(?![a-zA-Z])"
    r"|(?<!\w)(?:and|und|y|et)(?=\s+(?:(?:so|then|hence|thus|therefore)\s+)?(?:\S*[_~^{(]|[a-zA-Z]t?\s|\w+\s*=))|\\(?:implies|Rightarrow)(?=[^=]{1,60}=)|[()\[\]{}])",
    re.IGNORECASE,
)
_REMARK = re.compile(r"\s-+\s(?=(?:new|the|this|that|it|which|so|because|i\.e)\b)")
_BAR = re.compile(
    r"^([^|\n]*\S)\s\|\s([^|\n]*)$", re.MULTILINE
)  # "C_t = ... | the old and the new"
_BOXED = re.compile(r"\\f?boxed\s*\{((?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*)\}")
_BESIDE = re.compile(
    r"&+\s*\\(?:text|mbox|textrm)\s*\{\s*\(?([^{}()]*)\)?\s*\}(?=\s*(?:\\\\|\\end|$))"
)
_IN_CODE = re.compile(r"(?<!\S)`([^`\n]+)`(?!\w)")
_BRACKETED = re.compile(r"[(\[]([^()\[\]]*(?:[:=]|\bis\b)[^()\[\]]*)[)\]]")
_LABEL = re.compile(r"(?:[^\W_]|[\s().'*#\u0300-\u036f]|-(?=\w))+")  # "2. Hidden state": ...
_SMILE = re.compile(r"\s[:;]-?[)(DPp]+$")
_MARK_BEFORE = re.compile(r"((?:^|[*+=(])\s*)([\u0302-\u0304])\s*([A-Za-z])")  # as some PDF have it
_BETWEEN = re.compile(r"[,;]|\band\b")
_BOLD = re.compile(r"(?:(?<=\s)|^)\*\*(?=\S)(.+?)(?<=\S)\*\*(?=\s|$)", re.MULTILINE)
_TEXT = re.compile(
    r"(?<![_^])(?<![_^]\s)\\(?:text|textrm|textnormal|textit|textbf|mbox|hbox)"
    r"\s*\{([^{}\\]*[a-zA-Z][a-zA-Z][^{}\\]*|[^{}\\a-zA-Z]*)\}"
)
_HAS_TILDE = re.compile(rf"\\(?:{ACCENTS})|[\u0302-\u0305]|\\sim")
_SPACE = re.compile(r"(?<!\^)(?<!\^\{)~(?!_)")  # C~_t is never a space

_NUMBERED = re.compile(
    r"(?:\s|~)[(\[]\s*(?:eq(?:n|uation)?\.?\s*)?[1-9]\d?(?:\.\d{1,2})?\s*[)\]]\s*$", re.IGNORECASE
)


class Equation(NamedTuple):
    """One equation of a text."""

    sides: list[str]
    """What is equated; one side alone where nothing is."""
    joint: str = ""
    """What stands before it: "where", a comma; a space where it begins a line."""


def equations(text: str, explains: Callable[[str], bool] = lambda clause: False) -> list[Equation]:
    """Return the equations in `text`.

    A clause for which `explains` is true says what a symbol means, and is left out. Another that
    equates nothing goes on from the one before it. Raises FormulaError where something is denied.
    """
    plain = without_remarks(_outer_brackets_off(_plain(text)).strip())
    plain = _BRACKETED.sub(
        lambda match: " " if all(map(explains, _BETWEEN.split(match[1]))) else match[0], plain
    )
    clauses = [(joint, clause) for joint, clause in _clauses(plain) if clause.strip(" .,:{}")]
    if len(clauses) > _MOST_CLAUSES:
        raise FormulaError(f"holds more than {_MOST_CLAUSES} clauses")
    clauses = [
        said
        for said, (joint, _) in zip(clauses, [*clauses[1:], ("", "")], strict=False)
        if joint != ":" or not _LABEL.fullmatch(said[1]) or changes(said[1])
    ]
    whole: list[tuple[str, str]] = []
    for joint, clause in [said for said in clauses if not explains(said[1])] or clauses[:1]:
        begins = _EQUALS.search(clause) and not _EQUALS.match(clause.strip())
        if not whole or (begins and _EQUALS.search(whole[-1][1])):
            whole.append((joint, clause))
        else:
            whole[-1] = (whole[-1][0], whole[-1][1] + joint + clause)
    return [Equation(_sides(clause), joint.strip()) for joint, clause in whole or [("", "")]]


def _clauses(text: str) -> list[tuple[str, str]]:
    """Split a text at its lines, and at the commas and the likes of "where" in no bracket.

    Returns what stood between a clause and the one before it, and the clause.
    """
    clauses = []
    lines = ["\n", *_LINES.split(text)]
    for end, line in zip(lines[::2], lines[1::2], strict=True):
        clauses.append((";" if end == ";" else " ", ""))
        depth, first = 0, len(clauses)
        pieces = _CLAUSES.split(line)
        for n, piece in enumerate(pieces):
            splits = n % 2 and depth <= 0 and (piece in ",.:" or piece.lstrip("\\")[:1].isalpha())
            if piece == ":" and "=" not in "".join(pieces[n:]):
                splits = splits and "=" in clauses[-1][1]
            if piece in ("and", "und", "y", "et") and len(clauses) == first:
                splits = splits and "=" in "".join(pieces[n:])
            if splits:
                clauses.append((piece, ""))
            else:
                depth += (piece in ("(", "[", "{")) - (piece in (")", "]", "}"))
                clauses[-1] = (clauses[-1][0], clauses[-1][1] + piece)
    return clauses


def plain_signs(text: str) -> str:
    """Return `text` with Unicode's minus signs, products, letters and heights as they are typed."""
    text = text.translate(_SIGNS)
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKD", _scripts_level(text)).translate(_SIGNS)
    return "".join(_operator_of(c) for c in text if unicodedata.category(c) != "Cf")


def _operator_of(sign: str) -> str:
    """Return the operator that a sign of Unicode's is, or the sign."""
    kind = "" if sign.isascii() or sign in "⟨⟩" else unicodedata.category(sign)
    if kind in _OF_KIND:
        return _OF_KIND[kind]
    if kind not in ("Sm", "So", "Po"):
        return sign
    name = unicodedata.name(sign, "")
    other = " " if " FACE" in name else sign
    return next((operator for operator, called in _CALLED if called.search(name)), "") or other


def _plain(text: str) -> str:
    text = text.translate(_QUOTES)
    while (bare := _QUOTED.sub(r"\2", text)) != text:
        text = bare
    text = _DOUBLED.sub(r"\\", _BEGUN.sub(lambda match: "\\" + _EATEN[match.group()], text))
    text = _narrow(_BETWEEN_EQUATIONS.sub("\n", _COLUMN.sub(_as_list, _WHOLE.sub("", text))))
    text = _IN_CODE.sub(r"\1", _BESIDE.sub(r" (\1)", _BOXED.sub(r"\1", text)))
    text = _narrow(_LINE_BREAK.sub("\n", text.replace(" — ", ", ")))
    text = _HTML_BREAK.sub("\n", _IMPORTS.sub("", text))
    text = _HTML_SCRIPT.sub(lambda m: f"{'_^'[m[1] in 'pP']}{{{m[2]}}}", text)
    while (bare := _HTML_PAIR.sub(r"\2", text)) != text:
        text = bare
    text = re.sub(r"&#?\w+;", lambda match: html.unescape(match.group()), text)
    text = plain_signs(_FOLLOWS.sub(" ", _ACCENTED.sub(r"\\tilde ", text)))
    if _HAS_TILDE.search(text):
        text = _SPACE.sub(" ", text)  # LaTeX's space, since the tilde is written as one
    for pattern, sign in (*_BRACKETS, *_GREEK):
        text = pattern.sub(sign, text)
    text = _MARK_BEFORE.sub(r"\1\3\2", text)
    text = _BARE_INDICES.sub(r"_{\1\2,\3}", _BAR.sub(r"\1, \2", _REMARK.sub(", ", text)))
    text = _BOLD.sub(r"\1", _TEXT.sub(r" \1 ", text))
    text = without_denials(_COMMENT.sub("", _STACKED.sub("=", _ESCAPED.sub("", text))))
    text = _LEFT_OUT.sub(" ", text.replace("&", " ") if "\\" in text else text)
    text = _IN_SQUARES.sub(lambda match: match.group().replace(";", ","), text)
    text = _SEVERAL_AT_ONCE.sub(_one_by_one, text)
    text = _ADDED_UP.sub(r"sum\1)", _RETURNS.sub("return =", text))
    while (bare := _LONELY.sub(lambda match: match[1] or match[2], text)) != text:
        text = bare
    text = _narrow(text)
    return _OF_ALL.sub(
        "", _BRACKETED_PRODUCT.sub(" * ", _LAST_PRODUCT.sub("", _PRODUCT.sub(" * ", text)))
    )


def _one_by_one(line: re.Match[str]) -> str:
    """Write ``a, b = c, d`` as two lines."""
    names, values, depth = line[1].split(","), [""], 0
    for sign in line[2]:
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and depth == 0:
            values.append("")
        else:
            values[-1] += sign
    if len(names) != len(values):
        return line[0]
    return "\n".join(f"{name} = {value}" for name, value in zip(names, values, strict=True))


def _as_list(column: re.Match[str]) -> str:
    return f"[{','.join(re.split(r'&|' + _LINE_BREAK.pattern, column[1]))}]"


def _narrow(text: str) -> str:
    """Return `text` with one space, or one end of a line, where several stand together."""
    return _SEMICOLONS.sub(";", _BREAKS.sub("\n", _SPACES.sub(" ", text)))


def _scripts_level(text: str) -> str:
    """Write raised and lowered letters as LaTeX does, before their height is lost."""
    for pattern, sign in _RAISED_OR_LOWERED:
        text = pattern.sub(rf"{sign}{{\g<0>}}", text)
    return text


def _outer_brackets_off(text: str) -> str:
    r"""Take the braces of ``\boxed{C_t = ...}`` off."""
    while (inner := re.fullmatch(r"\s*\{(.*)\}[\s.,]*", text, re.DOTALL)) and "=" in inner[1]:
        depth = 0
        for character in inner[1]:
            depth += (character == "{") - (character == "}")
            if depth < 0:
                return text
        text = inner[1]
    return text


def _sides(line: str) -> list[str]:
    line = _NUMBERED.sub("", _SMILE.sub("", line.rstrip("! ").strip()))
    sides = _EQUALS.split(line)
    if len(sides) == 1:
        sides = _SPOKEN_EQUALS.split(line, maxsplit=1)
    if len(sides) == 1:
        sides = _COLON.split(line, maxsplit=1)
    return [side.strip().rstrip(".,: ") for side in sides]
