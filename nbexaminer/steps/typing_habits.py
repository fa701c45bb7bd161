"""Numbers that Python does not read because of how they were typed, in words."""

import re

_LINE = re.compile(r"line (\d{1,6})\)?\s*$")
_CHARACTER = re.compile(r"invalid (?:non-printable )?character .*\(?U\+([0-9A-F]{4,6})")
_COMMA = re.compile(r"\d,0\d")
_COMMAS_APART = re.compile(r"\d,\d+\s*;")
_AFTER_DIGIT = re.compile(r"\d([^\x00-\x7f])")
_PERCENT = re.compile(r"\d\s*%\s*(?:[,;)\]}#]|$)")

_SIGNS = {
    **dict.fromkeys("−–—‐‑﹣－", "a minus sign from another text: type Python's own, -"),
    **dict.fromkeys("“”„«»‘’‚′", "a quotation mark from another text: type Python's own, \""),
    **dict.fromkeys("×·∙⋅•∗∘⊙", "a product sign: in Python it is *"),
    **dict.fromkeys("÷⁄∕", "a division sign: in Python it is /"),
    **dict.fromkeys("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "a raised number: in Python a power is **"),
    **dict.fromkeys("½⅓¼¾⅔⅛", "a fraction in one sign: write 1/2"),
    **dict.fromkeys("，、；", "a comma from another keyboard: type Python's own, ,"),
}


def in_words(name: str, message: str, source: str) -> str:
    """Return why a cell of `source` was not read, as `name` and `message` of its error say."""
    if name == "SyntaxError":
        message = _reason(message, source) or message
    return f"{name}: {message}" if message else name


def _reason(message: str, source: str) -> str:
    if found := _CHARACTER.search(message):
        return _of_character(chr(min(int(found[1], 16), 0x10FFFF)))
    if "unicodeescape" in message:
        return 'a backslash in a text, as LaTeX has them: put an r before the quotes, r"..."'
    place, lines = _LINE.search(message), source.splitlines()
    line = lines[int(place[1]) - 1] if place and 0 < int(place[1]) <= len(lines) else ""
    if "invalid decimal literal" in message:  # so some versions of Python call a sign after a digit
        for character in _AFTER_DIGIT.findall(line):
            if character in _SIGNS:
                return _of_character(character)
    leading_zero = "leading zeros in decimal integer" in message and _COMMA.search(line)
    if leading_zero or _COMMAS_APART.search(line):
        return "a decimal comma: in Python it is a point, 0.05 and not 0,05"
    if _PERCENT.search(line):
        return "a percent sign: write 0.73 for 73 %"
    return ""


def _of_character(character: str) -> str:
    if character in _SIGNS:
        return f"{character} is {_SIGNS[character]}"
    if not character.isprintable() or character.isspace():
        return "a space from another text, which looks like one: delete it and type it again"
    return f"{character} is no sign of Python's: type the line again"
