"""What a person can set in a view, and how one setting is changed.

Pure: changing a setting gives new settings; the old ones stay as they were.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from course_utils.cells import CellInputError

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)

Setting = float | str | bool
Settings = Mapping[str, Any]
"""Every setting by its key: float or int, str, or bool, as its control has it."""


class Slider(NamedTuple):
    """A number, by slider or typed. Whole numbers where `step` is an int."""

    key: str
    label: str
    low: float
    high: float
    step: float
    typed_up_to: float | None = None
    """the largest number that may be typed, where the slider ends before it"""
    kind: str = "slider"

    def read(self, raw: Any) -> float:
        """Return the number that `raw`, a number or what was typed, stands for."""
        text = str(raw).strip().replace(",", ".").replace("−", "-")
        if not text:
            raise CellInputError("the box is empty, expected a number")
        number = float(text) + 0.0 if _NUMBER.fullmatch(text) else math.nan  # -0 is 0
        if not math.isfinite(number):
            raise CellInputError(f"“{shortened(raw)}” is not a number")
        high = self.high if self.typed_up_to is None else self.typed_up_to
        if not self.low <= number <= high:
            raise CellInputError(
                f"{written(number)} is outside {written(self.low)} to {written(high)}"
            )
        if not isinstance(self.step, int):
            return number
        if number != int(number):
            raise CellInputError(f"{written(number)} is not a whole number")
        return int(number)


class Choice(NamedTuple):
    """One of a few."""

    key: str
    label: str
    options: tuple[tuple[str, str], ...]
    """(value, what is read)"""
    kind: str = "choice"

    def read(self, raw: Any) -> str:
        """Return the option that `raw` names."""
        values = [value for value, _ in self.options]
        if raw not in values:
            raise CellInputError(f"“{shortened(raw)}” is none of {', '.join(values)}")
        return str(raw)


class Check(NamedTuple):
    """Yes or no."""

    key: str
    label: str
    kind: str = "check"

    def read(self, raw: Any) -> bool:
        """Return the bool that `raw`, one itself or "yes" or "no", stands for."""
        if isinstance(raw, bool):
            return raw
        if raw not in ("yes", "no"):
            raise CellInputError(f"“{shortened(raw)}” is neither yes nor no")
        return bool(raw == "yes")


class TextBox(NamedTuple):
    """A line of text."""

    key: str
    label: str
    check: Callable[[str, bool], str]
    """(text, still typing) -> what is kept of it; raises CellInputError when it cannot be taken"""
    kind: str = "text"

    def read(self, raw: Any, *, typing: bool = False) -> str:
        """Return what is kept of the text."""
        return self.check(str(raw), typing)


Control = Slider | Choice | Check | TextBox


class Preset(NamedTuple):
    """Settings worth looking at, and what to look for."""

    title: str
    note: str
    settings: Mapping[str, Setting]


def changed(
    controls: Sequence[Control], settings: Settings, key: str, raw: Any, *, typing: bool = False
) -> Settings:
    """Return `settings` with one of them replaced by `raw`, a value or what was typed in a box.

    `typing` says that the text may be unfinished. Raises CellInputError, in one sentence or two,
    when it cannot be taken.
    """
    control = next((c for c in controls if c.key == key), None)
    if control is None:
        raise CellInputError(
            f"“{shortened(key)}” is no setting, expected {', '.join(c.key for c in controls)}"
        )
    try:
        if isinstance(control, TextBox):
            return {**settings, key: control.read(raw, typing=typing)}
        return {**settings, key: control.read(raw)}
    except CellInputError as error:
        stays = f"It stays at {written(settings[key])}."
        raise CellInputError(f"{control.label}: {error}. {stays}") from error


def written(value: Setting) -> str:
    """A setting as a person writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"“{value}”" if isinstance(value, str) else f"{value:.10g}".replace("-", "−")


def shortened(raw: Any) -> str:
    """What was typed, cut where it is long."""
    text = str(raw)
    return text if len(text) <= 20 else text[:19] + "…"
