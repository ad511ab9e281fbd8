"""Names and lists inside sentences for people."""

from collections.abc import Iterable

from models.base import Localised


def in_english(text: Localised) -> str:
    """Give the English text, or the first where there is none."""
    return text.get("en") or next(iter(text.values()))


def listed(names: Iterable[str]) -> str:
    """Write a list as people do: `a, b and c`."""
    *before, last = list(names) or [""]
    return f"{', '.join(before)} and {last}" if before else last
