"""What a test said, without what stands beside it on the page anyway."""

import re

from course_utils.grading.feedback.outputs import Shown

_HEADLINE = re.compile(r"(\S+): [\d.]+ of [\d.]+ points")
"""How `check` begins its verdict."""


def said(outputs: list[Shown]) -> list[Shown]:
    """Return a test's outputs without the points at their end, and verdicts without headlines.

    Where an exercise was checked more than once, the last verdict is the one that counts.
    """
    if outputs and outputs[-1].kind == "text" and _is_number(str(outputs[-1].content)):
        outputs = outputs[:-1]
    texts = [
        o._replace(content=_last_verdicts(o.content)) if o.kind == "text" else o for o in outputs
    ]
    return [output for output in texts if str(output.content).strip()]


def _last_verdicts(text: str) -> str:
    verdicts: dict[str, list[str]] = {"": []}
    name = ""
    for line in text.splitlines():
        headline = _HEADLINE.fullmatch(line)
        if headline:
            name = headline[1]
            verdicts[name] = []
        else:
            verdicts[name].append(line)
    return "\n".join(line.strip() for lines in verdicts.values() for line in lines)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
