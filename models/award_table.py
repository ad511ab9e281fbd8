"""Where a volume of learning stands in the guidelines' table of micro-credential awards. Source: A1-A13."""

from decimal import Decimal
from enum import StrEnum

from models.base import Model


class Volume(Model):
    """What the table looks at."""

    ects: Decimal
    courses: int
    eqf_level: int | None = None
    hours: Decimal | None = None
    weeks: int | None = None
    """From the start of the first course to the end of the last."""


class AwardRow(StrEnum):
    """The rows of the figure "Outline of possible micro-credential awards"; degrees are out of scope."""

    MICRO_LEARNING_UNIT = "micro_learning_unit"
    MICRO_CREDENTIAL_COURSE = "micro_credential_course"
    CMF_PROGRAMME = "cmf_programme"
    MICRODEGREE_PROGRAMME = "microdegree_programme"


class AwardProfile(StrEnum):
    """Volumes that the guidelines' text names outside the figure."""

    SLP = "slp"
    BAND_14_16 = "band_14_16"
    CERTIFICATE_60 = "certificate_60"


class VolumeAdvice(StrEnum):
    """What a volume is warned of; never an error (G3-G5)."""

    ADVISORY_ECTS = "advisory_ects"
    GAP = "gap"
    HOURS = "hours"
    HOURS_PER_ECTS = "hours_per_ects"
    WEEKS = "weeks"


class VolumeError(StrEnum):
    """What a volume cannot be."""

    EQF_ALLOWED = "eqf_allowed"


class VolumeStanding(Model):
    """Rows and profiles that a volume meets, and what to say about it."""

    rows: tuple[AwardRow, ...] = ()
    profiles: tuple[AwardProfile, ...] = ()
    advice: tuple[VolumeAdvice, ...] = ()
    errors: tuple[VolumeError, ...] = ()
