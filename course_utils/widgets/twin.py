"""The explorer for readers without a kernel, or without eyes on it: heading, text and picture."""

from course_utils.widgets.picture import as_png
from course_utils.widgets.reading import Reading, as_sentence, as_text, steps_as_text
from course_utils.widgets.setting import Setting


def heading(setting: Setting) -> str:
    """The cell, which step where there are several, and each convention not this course's."""
    family = setting.family
    step = f", step {setting.step + 1} of {setting.steps}" if setting.several else ""
    others = [
        f", {convention.title}: {option.title}"
        for convention in family.conventions
        for option in convention.options[1:]
        if option.value == family.choice[convention.name]
    ]
    return "".join([family.title, step, *others])


def text(setting: Setting, reading: Reading, preset: str | None) -> str:
    """Every number as lines of text, under a line that says what they are of."""
    inputs = setting.values["xs"].shape[1]
    sizes = f": {_count(reading.units, 'unit')}, {_count(inputs, 'input')}"
    first = heading(setting).replace(setting.family.title, setting.family.title + sizes, 1)
    if preset:
        first += f", preset {preset}"
    lines = [first, as_text(setting.family.diagram, reading)]
    if setting.several:
        lines.append(steps_as_text(setting.family.carried, reading))
    return "\n".join(lines)


def picture(setting: Setting, reading: Reading, unit: int) -> tuple[str, str]:
    """The diagram as PNG in base64, and its alternative text."""
    family, title = setting.family, heading(setting)
    alternative = f"{title}. {as_sentence(family.diagram, reading)}"
    png = as_png(title, family.diagram, reading, unit, carried=family.carried, step=setting.step)
    return png, alternative


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
