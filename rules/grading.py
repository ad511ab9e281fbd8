"""
What a grade is on its scale: read, refused, passed or failed.

Source: R217-R218, V54-V56; grades outside a scale are refused with a sentence, never guessed.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from models.base import EqfLevel
from models.grading import (
    GradeOutcome,
    GradeRefusal,
    Judgement,
    LocalGrade,
    Scale,
    ScaleReading,
    SpecialGrade,
)
from rules.numbers import plain, read_number
from rules.scales import CATALOGUE

EVERYWHERE = (
    SpecialGrade(code="absent", outcome=GradeOutcome.ABSENT, title="did not attend"),
    SpecialGrade(code="withheld", outcome=GradeOutcome.WITHHELD, title="kept back while a case is open"),
    SpecialGrade(code="exempt", outcome=GradeOutcome.EXEMPT, title="prior learning was recognised"),
)
"""Codes that every scale has."""

_DEFINITION = re.compile(r"\s*(best|pass|worst|step)\s*=\s*(-?[0-9]{1,4}(?:\.[0-9]{1,4})?)\s*")


@dataclass(frozen=True)
class GradeReading:
    """A grade found on its scale."""

    text: str
    """As the scale writes it."""
    place: Decimal | None
    """How far from the best grade: 0 is the best, one more per value or step; none beside the order."""
    number: Decimal | None
    special: SpecialGrade | None = None


def scales_with(own: tuple[Scale, ...] = ()) -> dict[str, Scale]:
    """Give the catalogue by name; an agreement's own scales come before those of the same name."""
    return {**CATALOGUE, **{scale.id: scale for scale in own}}


def pass_mark(scale: Scale, eqf_level: EqfLevel | None = None) -> str:
    """Tell the lowest passing grade, which at some universities depends on the level."""
    return scale.pass_mark if eqf_level is None else scale.pass_marks.get(eqf_level, scale.pass_mark)


def read_grade(text: str, scale: Scale) -> GradeReading | None:
    """Find a grade on a scale; none when it does not exist there."""
    text = text.strip()
    return _read_special(text, scale) or (
        _read_value(text, scale) if scale.values else _read_number_of_range(text, scale)
    )


def _read_special(text: str, scale: Scale) -> GradeReading | None:
    above = [special for special in scale.special if special.above]
    for special in (*scale.special, *EVERYWHERE):
        if special.code.casefold() == text.casefold():
            place = Decimal(above.index(special) - len(above)) if special.above else None
            return GradeReading(special.code, place, special.counts_as, special)
    return None


def _read_value(text: str, scale: Scale) -> GradeReading | None:
    for place, value in enumerate(scale.values):
        if _is_the_same(text, value, scale):
            return GradeReading(value, Decimal(place), scale.numbers.get(value, read_number(value)))
    return None


def _is_the_same(text: str, value: str, scale: Scale) -> bool:
    if scale.literal or text == value:
        return text == value
    number = read_number(text)
    return text.casefold() == value.casefold() or (number is not None and number == read_number(value))


def _read_number_of_range(text: str, scale: Scale) -> GradeReading | None:
    number = read_number(text)
    if number is None or scale.best is None:
        return None
    distance = scale.best - number if higher_is_better(scale) else number - scale.best
    if distance < 0 or (scale.worst is not None and distance > abs(scale.best - scale.worst)):
        return None
    place = distance / scale.step if scale.step else distance
    if scale.step and distance % scale.step:
        return None
    return GradeReading(plain(number), place, number)


def higher_is_better(scale: Scale) -> bool | None:
    """Tell the direction of a scale; none for letters without numbers."""
    if scale.best is not None:
        other = scale.worst if scale.worst is not None else read_number(scale.pass_mark)
        return None if other is None else scale.best >= other
    first, last = _ends(scale)
    return None if first is None or last is None else first >= last


def _ends(scale: Scale) -> tuple[Decimal | None, Decimal | None]:
    first, last = scale.values[0], scale.values[-1]
    return scale.numbers.get(first, read_number(first)), scale.numbers.get(last, read_number(last))


def number_of(text: str, scale: Scale) -> Decimal | None:
    """
    Tell the number of a grade, also of one that a formula computed between two values of the scale.

    The German scale knows 2.0 and 2.3 in an examination, and 2.2 after a conversion.
    """
    reading = read_grade(text, scale)
    if reading is not None:
        return reading.number
    number = read_number(text)
    if number is None or not scale.values or scale.literal:
        return None
    first, last = _ends(scale)
    if first is None or last is None:
        return None
    return number if min(first, last) <= number <= max(first, last) else None


def judge(grade: str, scale: Scale, eqf_level: EqfLevel | None = None) -> Judgement:
    """Tell what a grade means on its scale, or refuse it."""
    reading = read_grade(grade, scale)
    if reading is None:
        return Judgement(code=GradeRefusal.GRADE_OUTSIDE_SCALE, sentence=_outside(grade, scale))
    local = LocalGrade(scale=scale.id, grade=reading.text)
    if reading.special is not None:
        outcome = reading.special.outcome
        meaning = f" ({reading.special.title})" if reading.special.title else ""
        return Judgement(grade=local, outcome=outcome, sentence=f"{reading.text}{meaning}: {outcome.value}.")
    passes_from = pass_mark(scale, eqf_level)
    mark = read_grade(passes_from, scale)
    if mark is None or mark.place is None or reading.place is None:
        sentence = f"The pass mark {passes_from} is not on the scale {scale.title}: correct the scale."
        return Judgement(code=GradeRefusal.PASS_MARK_OUTSIDE_SCALE, sentence=sentence)
    outcome = GradeOutcome.PASSED if reading.place <= mark.place else GradeOutcome.FAILED
    sentence = f"{reading.text} on the scale {scale.title} is {outcome.value}: it passes from {mark.text}."
    return Judgement(grade=local, outcome=outcome, sentence=sentence)


def describe(scale: Scale) -> str:
    """Say in words which grades a scale has."""
    if scale.best is None:
        return f"it has {', '.join(scale.values)} (best first)"
    end = f" to {plain(scale.worst)}" if scale.worst is not None else ""
    steps = f" in steps of {plain(scale.step)}" if scale.step is not None else ""
    return f"it goes from {plain(scale.best)} (best){end}{steps}"


def _outside(grade: str, scale: Scale) -> str:
    codes = ", ".join(special.code for special in (*scale.special, *EVERYWHERE))
    return f"{grade[:24]!r} is not on the scale {scale.title}: {describe(scale)}; also {codes}."


def check_scale(scale: Scale) -> tuple[str, ...]:
    """List what is wrong with a scale that a partner defined, one sentence each."""
    problems = []
    for mark in dict.fromkeys((scale.pass_mark, *scale.pass_marks.values())):
        reading = read_grade(mark, scale)
        if reading is None or reading.special is not None:
            problems.append(f"The pass mark {mark} is not on the scale {scale.title}.")
    problems.extend(
        f"{value} has a number but is not a value of the scale {scale.title}."
        for value in scale.numbers
        if value not in scale.values
    )
    codes = [special.code.casefold() for special in (*scale.special, *EVERYWHERE)]
    problems.extend(
        f"The code {code} stands twice on the scale {scale.title}."
        for code in sorted({code for code in codes if codes.count(code) > 1})
    )
    return tuple(problems)


def parse_scale(definition: str) -> ScaleReading:
    """Read a scale given as `best=6,pass=4`, with `worst=` and `step=` where they matter."""
    parts = [_DEFINITION.fullmatch(part) for part in definition.split(",")]
    given = {part[1]: Decimal(part[2]) for part in parts if part}
    if len(given) != len(parts) or not {"best", "pass"} <= given.keys():
        return _unreadable(
            f"{definition!r} is not a scale: write best=6,pass=4 or best=6,pass=4,worst=1,step=0.5."
        )
    if given.get("step", Decimal(1)) <= 0 or given["best"] == given.get("worst"):
        return _unreadable(f"{definition!r} is not a scale: its step is above 0, best and worst differ.")
    short = (f"{key[0]}{plain(number)}".replace("-", "m").replace(".", "p") for key, number in given.items())
    scale = Scale(
        id="-".join(short),
        title=definition.strip(),
        best=given["best"],
        worst=given.get("worst"),
        step=given.get("step"),
        pass_mark=plain(given["pass"]),
    )
    problems = check_scale(scale)
    return _unreadable(problems[0]) if problems else ScaleReading(scale=scale)


def _unreadable(sentence: str) -> ScaleReading:
    return ScaleReading(code=GradeRefusal.SCALE_NOT_READABLE, sentence=sentence)


def find_scale(name: str, own: tuple[Scale, ...] = ()) -> ScaleReading:
    """Find a scale by its name in the catalogue or the agreement, or read its definition."""
    if "=" in name:
        return parse_scale(name)
    scale = scales_with(own).get(name.strip().casefold())
    if scale is not None:
        return ScaleReading(scale=scale)
    sentence = f"There is no scale {name!r}: `grade scales` lists the names, or write it as best=6,pass=4."
    return ScaleReading(code=GradeRefusal.SCALE_UNKNOWN, sentence=sentence)
