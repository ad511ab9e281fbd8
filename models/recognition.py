"""What comes of a claim of prior learning. Source: R199-R202, V74."""

from decimal import Decimal
from enum import StrEnum

from models.admission import Recognised
from models.base import Ects, Model


class RecognitionCode(StrEnum):
    """Why prior learning counts, or does not."""

    RECOGNISED = "RECOGNISED"
    CAPPED = "CAPPED"
    RECOGNITION_NOT_ALLOWED = "RECOGNITION_NOT_ALLOWED"
    CLAIMED_TOO_LATE = "CLAIMED_TOO_LATE"
    OTHER_COURSE = "OTHER_COURSE"
    ALREADY_USED = "ALREADY_USED"
    ALREADY_RECOGNISED = "ALREADY_RECOGNISED"
    NON_FORMAL_NOT_ALLOWED = "NON_FORMAL_NOT_ALLOWED"
    EQF_LEVEL_TOO_LOW = "EQF_LEVEL_TOO_LOW"
    TOO_OLD = "TOO_OLD"
    NOT_CONFIRMED = "NOT_CONFIRMED"
    NOT_THE_WHOLE_COURSE = "NOT_THE_WHOLE_COURSE"
    CREDIT_CAP_REACHED = "CREDIT_CAP_REACHED"


class RecognitionDecision(Model):
    """How many ECTS credits are recognised for a course; none when it is refused."""

    recognised: Recognised | None = None
    code: RecognitionCode
    sentence: str

    @property
    def ects_granted(self) -> Ects:
        """The recognised credits, 0 for a refusal."""
        return Decimal(0) if self.recognised is None else self.recognised.ects
