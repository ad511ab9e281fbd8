"""Numbers of grades and averages: kept as fractions, rounded as the regulations say; never a float."""

import re
from decimal import Decimal
from fractions import Fraction

from models.grading import Rounding

_NUMBER = re.compile(r"-?[0-9]{1,4}(?:[.,][0-9]{1,4})?")
_EXACT_DECIMALS = 4


def read_number(text: str) -> Decimal | None:
    """Read a number of a grade, with a point or a comma; none when it is not one."""
    text = text.strip()
    return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def plain(number: Decimal) -> str:
    """Write a number without superfluous zeros and without an exponent."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def round_to(value: Fraction, decimals: int, rounding: Rounding) -> Decimal:
    """
    Round a fraction in whole numbers only, so that 2.3 never becomes 2.2 by accident.

    `exact` keeps what ends within four decimals and rounds the rest half up to four.
    """
    if rounding is Rounding.EXACT:
        exact = round_to(value, _EXACT_DECIMALS, Rounding.HALF_UP)
        return Decimal(plain(exact))
    scaled = abs(value) * 10**decimals
    if rounding is Rounding.HALF_UP:
        scaled += Fraction(1, 2)
    whole = scaled.numerator // scaled.denominator
    return Decimal(whole if value >= 0 else -whole).scaleb(-decimals)
