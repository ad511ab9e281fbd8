"""
The modified Bavarian formula: from any scale with numbers to the German 1.0 to 4.0.

`x = 1 + 3 * (best - grade) / (best - lowest pass)`, for passing grades only. Sources differ on
rounding, so the agreement states it (KMK: truncate; calculators: half up).
"""

from decimal import Decimal
from fractions import Fraction

from models.base import EqfLevel
from models.grading import ConversionCode, Rounding, Scale
from rules.grading import number_of, pass_mark
from rules.numbers import plain, round_to


def is_german(scale: Scale) -> bool:
    """Tell whether a scale goes from 1 (best) to 4 (lowest pass) and is not another country's."""
    if scale.country not in (None, "DE"):
        return False
    return best_number(scale) == 1 and number_of(scale.pass_mark, scale) == 4


def best_number(scale: Scale) -> Decimal | None:
    """Tell the number of the best ordinary grade; honours above it do not count."""
    return scale.best if scale.best is not None else number_of(scale.values[0], scale)


def apply_formula(
    grade: str, scale: Scale, rounding: Rounding, eqf_level: EqfLevel | None = None
) -> str | ConversionCode:
    """Compute the German grade of a passing grade, or say why there is none."""
    best, lowest = best_number(scale), number_of(pass_mark(scale, eqf_level), scale)
    number = number_of(grade, scale)
    if best is None or lowest is None or number is None:
        return ConversionCode.SCALE_HAS_NO_NUMBERS
    if best == lowest:
        return ConversionCode.SCALE_WITHOUT_WIDTH
    share = Fraction(best - number) / Fraction(best - lowest)
    result = round_to(1 + 3 * max(share, Fraction(0)), 1, rounding)
    return plain(result) if rounding is Rounding.EXACT else f"{result:.1f}"
