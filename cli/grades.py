"""Grades that the lecturers of the demo give."""

import random
from decimal import Decimal

from models.scale import GradeOutcome, Scale
from rules.grading import judge, pass_mark
from rules.numbers import plain


def passing_grade(scale: Scale, level: int, chance: random.Random) -> str:
    """Pick a grade that passes, with room for better and worse."""
    if scale.values:
        passing = [one for one in scale.values if judge(one, scale, level).outcome is GradeOutcome.PASSED]
        return chance.choice(passing[: max(len(passing) - 1, 1)])
    mark, best = Decimal(pass_mark(scale, level)), scale.best or Decimal(0)
    share = Decimal(chance.randrange(20, 90)) / 100
    return _on_the_scale(mark + (best - mark) * share, scale)


def failing_grade(scale: Scale) -> str:
    """Give the worst grade of a scale."""
    if scale.values:
        return scale.values[-1]
    return _on_the_scale(scale.worst or Decimal(0), scale)


def _on_the_scale(number: Decimal, scale: Scale) -> str:
    best, step = scale.best or Decimal(0), scale.step or Decimal(1)
    steps = int(abs(best - number) / step)
    return plain(best - steps * step if best >= number else best + steps * step)
