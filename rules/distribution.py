"""
Conversion by the shares of grades in two comparable groups (ECTS grading table, EGRACONS).

The passing grades of each scale take up the range from 0 to 100 percent, best first. A grade
of one scale covers a stretch of it, and the tie rule of the agreement says which grade of the
other scale answers to that stretch. It never derives a learner's own grade (R222, G9).
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from models.grading import (
    ConversionCode,
    ConversionPolicy,
    Distribution,
    Scale,
    TieBreak,
    TieRule,
)
from rules.grading import read_grade

_SIDES = {TieRule.BEST_FOR_LEARNER: TieBreak.BEST_FOR_LEARNER, TieRule.WORST: TieBreak.WORST}


@dataclass(frozen=True)
class Stretch:
    """The part of a group, in percent from the top, that a grade covers."""

    grade: str
    start: Fraction
    end: Fraction

    @property
    def middle(self) -> Fraction:
        """Give the middle of the stretch."""
        return (self.start + self.end) / 2

    def shares_with(self, other: "Stretch") -> Fraction:
        """Tell how much of the group both cover."""
        return max(min(self.end, other.end) - max(self.start, other.start), Fraction(0))

    def holds(self, point: Fraction) -> bool:
        """Tell whether a point lies in the stretch or on its edge; an empty stretch holds nothing."""
        return self.start < self.end and self.start <= point <= self.end


def stretches(distribution: Distribution, scale: Scale) -> tuple[Stretch, ...]:
    """Lay the shares side by side, best grade first, stretched to exactly 100 percent."""
    whole = Fraction(sum(distribution.shares.values(), Decimal(0)))
    start = Fraction(0)
    laid = []
    for grade, share in sorted(distribution.shares.items(), key=lambda item: _place(item[0], scale)):
        end = start + Fraction(share) * 100 / whole
        laid.append(Stretch(grade, start, end))
        start = end
    return tuple(laid)


def _place(grade: str, scale: Scale) -> Decimal:
    reading = read_grade(grade, scale)
    return reading.place if reading is not None and reading.place is not None else Decimal("Infinity")


def choose_pair(
    policy: ConversionPolicy, source: str, target: str
) -> tuple[Distribution, Distribution] | ConversionCode:
    """Find the two distributions of one reference group; several groups need one to be stated."""
    ours = [one for one in policy.distributions if one.scale == source]
    theirs = [one for one in policy.distributions if one.scale == target]
    if not ours or not theirs:
        return ConversionCode.NO_DISTRIBUTION
    pairs = [
        (mine, yours)
        for mine in ours
        for yours in theirs
        if mine.group == yours.group and policy.group in (None, mine.group)
    ]
    return pairs[0] if len(pairs) == 1 else ConversionCode.DISTRIBUTIONS_NOT_COMPARABLE


def answering(
    grade: str, source: tuple[Stretch, ...], target: tuple[Stretch, ...], policy: ConversionPolicy
) -> tuple[str, ...]:
    """Give the grades of the target that answer to a grade, best first: one, or those that tie."""
    stretch = next((one for one in source if one.grade == grade), None)
    if stretch is None:
        return ()
    touching = _touching(stretch, target)
    if policy.tie_rule is TieRule.MIDPOINT:
        touching = [one for one in touching if one.holds(stretch.middle)]
    elif policy.tie_rule is TieRule.MAX_OVERLAP:
        most = max(one.shares_with(stretch) for one in touching)
        touching = [one for one in touching if one.shares_with(stretch) == most]
    grades = tuple(one.grade for one in touching)
    side = _SIDES.get(policy.tie_rule, policy.tie_break)
    if side is None:
        return grades
    return grades[:1] if side is TieBreak.BEST_FOR_LEARNER else grades[-1:]


def _touching(stretch: Stretch, target: tuple[Stretch, ...]) -> list[Stretch]:
    """List what a stretch covers; a grade that nobody got is a point and may lie on an edge."""
    overlapping = [one for one in target if one.shares_with(stretch) > 0]
    return overlapping or [one for one in target if one.holds(stretch.start)]
