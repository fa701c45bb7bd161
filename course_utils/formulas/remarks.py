r"""What people write beside an equation, and what of it denies or changes what the equation says.

A remark holds no operator: on the product's sign, on the steps and the spaces for which the
equation is meant, where the states start, and sentences that say why. It is left out.
"""

import re

from course_utils.formulas.nodes import FormulaError

WHERE = "where|with|wobei|mit|avec|ou\u0300|donde|con|dove|onde|gdzie|где|dabei(?:\\s+ist)?"
"""Words behind which a symbol is explained, in the languages of our students; a pattern."""

_MOST_REMARKS = 20
"""One behind another; the rest is read as part of the equation."""

_OF_PRODUCTS = (
    r"(?:(?:element|point|component|entry)\s*-?\s*we?ise?|hadamard|produ[ck]t[eos]?|produit"
    r"|multiplication|(?:each|every)\s+(?:entry|element|component|unit)|element\s+by\s+element)"
)
_SAID = r"(?:[^\W\d]|[\s'\".,(){}\u0300-\u036f]|\*(?!\s*\d)|\d(?!\w)|-(?=[^\W\d]|1\s+and))"
_AT_END = r"[)\s]*(?=$|;)"

_SEVERAL = r"(?:\d|[TNLHD](?!\w)|\.{2,}|\\[lc]?dots|to\b|[\s,{}\[\]()])+"  # 1, ..., T
_RANGE = rf"[tnkj]\s*(?:=|[<>]=?|[≥≤∈]|\\(?:in|geq?)(?![a-z])|from\b)\s*{_SEVERAL}"
_STEPS = r"(?:(?:all|each|every|any)\s+)?(?:(?:discrete\s+)?time(?:\s*-?\s*steps?)?|steps?)?"
_POWER = r"\^\s*(?:\{[^{}]*\}|\(.*?\)|\w+)"
_SPACE = (
    rf"[\s{{]*(?:(?:R|[(\[]\s*0\s*,\s*1\s*[)\]])[\s}}]*{_POWER}"
    rf"|(?:[(\[]\s*-\s*1\s*,\s*1\s*[)\]]|\[\s*0\s*,\s*1\s*\])[\s}}]*(?:{_POWER})?)"
)
_LISTED = r"(?<![a-zA-Z])[a-zA-Z~](?:_\{?t\}?|t)?"
# What stands before a remark is read from its first sign on: from each of many it would take long.
_FACTS = re.compile(
    r"\{\s*\([a-z\s-]{4,}\)\s*\}\s*$"  # \text{(the cell state)}
    rf"|(?<![\s,;(])[\s,;(]+(?:(?:for|at|in)\s|∀|\\forall)\s*(?:all\s)?\s*(?:{_RANGE}|{_STEPS}\s*[tnk]?){_AT_END}"
    rf"|(?<![\s,;(])[\s,;(]+(?:(?:{WHERE}|so|hence|thus)\s)?\s*{_LISTED}(?:(?:\s*,\s*|\s+(?:and|und|y|et)\s+){_LISTED}){{0,4}}\s+"
    rf"(?:(?:is|are|lies?|being)\s+)?(?:between\s+(?:0|-\s*1)\s+and\s+1|in\s+[\[(]\s*0\s*,\s*1\s*[\])]){_AT_END}"
    rf"|(?<![\s,;(])[\s,;(]+(?:{WHERE}|so|hence|thus)?\s*(?:(?:0|-\s*1)\s*<=?\s*{_LISTED}|\|\s*{_LISTED}\s*\|)\s*<=?\s*1{_AT_END}"
    rf"|(?<![\s,;])[\s,;]+[(\[]?\s*(?:see|cf|eq|slide|as\s+in)\b\.?[\w\s.]*(?:\(\d+\))?\s*[)\]]?{_AT_END}"
    rf"|^\s*\(?\s*(?:∀|\\forall)\s*(?:{_RANGE}|[a-z]\s*:)[):\s]*"
    rf"|^\s*(?:for\s|∀|\\forall)\s*(?:all\s|every\s)?\s*{_RANGE}:"
    rf"|[,(]\s*{_RANGE}{_AT_END}"
    rf"|(?<![\s,;(])[\s,;(]+(?:{WHERE})?\s*{_LISTED}(?:(?:\s*,\s*|\s+(?:and|und|y|et)\s+){_LISTED}){{1,4}}\s+(?:are|sind|son|sont)"
    rf"\s+(?:(?:the|all|die|las|les|sigmoid|three)\s+)*(?:gates?|vectors?){_AT_END}"
    r"|[,;]\s*(?:all\s)?(?:shape|size|dim)\w*(?:\sall)?\W+"
    rf"(?:\(?\s*\w+\s*,[\w\s]*\)|[A-Z\d]\w{{0,2}}){_AT_END}"
    rf"|\s-*>\s*(?:shape\s*)?\(\s*\w+\s*,[\w\s]*\){_AT_END}"
    rf"|(?:[,;(\n]|\swith\s)\s*(?:with\s|where\s)?\s*[ch]_\{{?0\}}?\s*=[\s{{]*0[\s}}]*{_AT_END}"
    r"|(?:(?:^|[,;(\n])\s*(?:with\s|where\s)?\s*[\w{}~]+(?:\s*,\s*[\w{}~]+)*)?\s*(?:∈|\\in(?![a-z])|\sin\s)"
    rf"{_SPACE}[)\s]*(?=$|[;,])",
    re.IGNORECASE | re.MULTILINE,
)
_PROSE = re.compile(
    rf"[(\[{{][a-z\s*,.'\"(-]*\b{_OF_PRODUCTS}\b[a-z\s*,'\")-]*[)\]}}]"
    rf"|(?<!,)(?<!,\s)(?:[,:.\n]|\s|\{{)[\s,]*(?:{WHERE}|here|using|since|because|so|as|which|for|"
    rf"per|i\.\s?e\.?)(?=\s|\W*$){_SAID}*$"
    rf"|(?:[,:;(]|\b(?:{WHERE})\s)\s*['\"]?\*['\"]?\s*(?:=|:|\b[a-z]+\b)?"
    rf"[a-z\s-]*{_OF_PRODUCTS}[a-z\s-]*{_AT_END}"
    rf"|(?<!,)(?<!,\s)(?:[,:.|\n]|(?<![a-z]{{2}})\s|\{{)[\s,]*{_OF_PRODUCTS}\b{_SAID}*$",
    re.IGNORECASE | re.MULTILINE,
)
_CHANGES = re.compile(
    r"\b(?:but|without|instead|rather|except|if|unless|only|or|vice|then|after\w*|finally|follow\w*|"
    r"twice|half|halved|doubled|squared|cubed|root|power|scaled|inside|within|through|into|"
    r"transpos\w+|replac\w+|swap\w*|exchang\w+|revers\w+|invers\w+|invert\w+|opposite|negat\w+|sign\w*|"
    r"divid\w+|minus|subtract\w*|plus|added|bias\w*|noise|constant|averag\w+|mean|sums?|summed|addition|division|maxim\w+|"
    r"minim\w+|max|min|absolute|norm\w*|clip\w*|round\w*|dropout|linear|relu|log\w*|"
    r"ohne|aber|anschlie\w+|sondern|statt|dann|danach|sin|luego|pero|sans|mais|puis|ensuite|senza|poi|ma)\b",
    re.IGNORECASE,
)
_OPERATIONS = re.compile(r"tanh|sigm|softmax|times|multipl", re.IGNORECASE)
_OF_TANH = re.compile(  # where tanh squashes the values to (-1, 1)
    rf"(?<![\s.,;(])[\s.,;(]+(?:(?:{WHERE}|since|because|so|as|and|here)\s+)*(?:the\s+|\\)?tanh\s+(?!is|gets|was|applies|acts)"
    r"[a-z]+s\s+(?!too\b|also\b|again\b|both\b|\*)[a-z\s]*(?:[(\[{]?\s*-\s*1\s*(?:,|\.\.|and|to)\s*\+?1\s*[)\]}]?)?[\s.)]*$",
    re.IGNORECASE,
)
_SPACES = re.compile(r"[ \t]{2,}")
_NO_LABEL = re.compile(r"[_^]\s*\{\s*\}")
_OF_THE_PRODUCT = re.compile(r"(?:of|to|on)\s+(?:the\s+)?(?:whole\s+)?produ", re.IGNORECASE)
_REASON = re.compile(r"\W*(?:since|because|so|as|which|i\.\s?e)\b", re.IGNORECASE)
_SYMBOL = r"(?<![\w.])(?:[a-zA-Zσ][_^~{]|[cCfFhiIoOgG]t?(?![\w.']))"
_OF_SYMBOLS = re.compile(_SYMBOL)
_SYMBOL_IS = re.compile(rf"{_SYMBOL}\S*\s+(?:is|are|denotes?|means|being)\s+(?:\w+\s+)*gate\b")

_NO_MATRICES = re.compile(
    r"\bnot?\s+(?:an?\s+|the\s+)?(?:matrix|dot|inner)\b[\s-]*(?:product|mult\w+)s?", re.IGNORECASE
)
_DENIAL = re.compile(
    r"(?<!\w)(?:not|except|unlike|unless|almost|hardly|rarely|no(?!\.)|non|never|\w+n't|cannot|wrong|false|incorrect|nicht|keine?|falsch|"
    r"n'\w+|pas|faux|jamais|nunca|falso|не|неверно|"
    r"(?:matri[xz]\w*|dot|inner|s[ck]alar)[\s-]*(?:produ[ck]t|mult)\w*|"
    r"pro\w+\s+(?:scala\w+|escalar\w*|intern\w+|de\s+matri\w+|matri\w+))(?!\w)",
    re.IGNORECASE,
)


def without_denials(text: str) -> str:
    """Return `text` without "not the matrix product". Raises FormulaError for other denials."""
    text = _NO_MATRICES.sub(" ", text)
    if denied := _DENIAL.search(text):
        raise FormulaError(f"has {denied.group()!r} in it")
    return text


def without_remarks(text: str) -> str:
    """Return `text` without what is only said beside its equations."""
    for _ in range(_MOST_REMARKS):
        bare = _PROSE.sub(_unless_it_changes, _FACTS.sub(" ", text))
        if bare == text:
            break
        text = _SPACES.sub(" ", bare)
    text = _NO_LABEL.sub(" ", text)
    reason = _OF_TANH.search(text)
    if reason and "tanh" in text[: reason.start()] and not _CHANGES.search(reason.group()):
        text = text[: reason.start()]
    return text


def _unless_it_changes(match: re.Match[str]) -> str:
    said = match.group()
    if said.count(")") > said.count("(") and match.string[: match.start()].rstrip()[-1:] != "(":
        return said
    of_symbols = _SYMBOL_IS if _REASON.match(said) else _OF_SYMBOLS
    return said if changes(said) or of_symbols.search(said) else " "


def changes(words: str) -> bool:
    """Tell whether words change what was said before them: "but without the tanh"."""
    operation = _OPERATIONS.search(words) and (
        _OF_THE_PRODUCT.search(words) or not re.search(_OF_PRODUCTS, words, re.IGNORECASE)
    )
    return bool(operation or _CHANGES.search(words))
