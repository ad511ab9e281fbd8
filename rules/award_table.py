"""
The guidelines' table of micro-credential awards.

Source: figure "Outline of possible micro-credential awards" and the text rules beside it (guidelines 2022,
chapters Concept and Qualification); R2, R5, R14-R15, R24-R27, R143-R150, G2-G5.
"""

from decimal import Decimal

from models.award import AwardType
from models.award_table import AwardProfile, AwardRow, Volume, VolumeAdvice, VolumeError, VolumeStanding

EQF_ALLOWED = range(5, 9)
"""A micro-credential refers to EQF level 5, 6, 7 or 8 (R31)."""

HOURS_PER_ECTS = (Decimal("25"), Decimal("26.7"))
"""100-150 hours for 4-6 ECTS, 750-800 hours for 30 ECTS (A6)."""

CMF_HOURS = (Decimal(100), Decimal(150))

CMF_WEEKS = range(10, 16)
"""10 to 15 weeks for 4 to 6 ECTS (chapters on structure and study load)."""

GRADEO_COUNTRIES = frozenset({"FR", "ES", "IT"})
"""Where a CMF micro-credential is called gradeo (R149, A5)."""

FULL_DEGREE_ECTS = {5: Decimal(120), 6: Decimal(180), 7: Decimal(90), 8: Decimal(180)}
"""
The volume that a programme stays below at its level (A2).

At level 7 this is the second smallest master's degree: a certificate of 60 ECTS is allowed (R27).
"""

TYPE_LEVELS = {
    AwardType.UNDERGRADUATE_CERTIFICATE: frozenset({5, 6}),
    AwardType.POSTGRADUATE_CERTIFICATE: frozenset({7, 8}),
}
"""Level groups of the certificates (A3)."""

ROW_TYPES = {
    AwardRow.MICRO_LEARNING_UNIT: frozenset({AwardType.BADGE, AwardType.PROOF_OF_ATTENDANCE}),
    AwardRow.MICRO_CREDENTIAL_COURSE: frozenset({AwardType.ECTS_COURSE_CREDITS}),
    AwardRow.CMF_PROGRAMME: frozenset({AwardType.CMF_MICRO_CREDENTIAL, AwardType.GRADEO}),
    AwardRow.MICRODEGREE_PROGRAMME: frozenset(
        {
            AwardType.UNDERGRADUATE_CERTIFICATE,
            AwardType.POSTGRADUATE_CERTIFICATE,
            AwardType.MICRODEGREE,
            AwardType.SPECIALISATION_CERTIFICATE,
            AwardType.EXPERT_CERTIFICATE,
            AwardType.CERTIFIED_PROFESSIONAL_PROGRAMME,
            AwardType.FOCUS_DIPLOMA,
            AwardType.MICROMASTER,
            AwardType.NANODEGREE,
            AwardType.DIPLOMA,
        }
    ),
}
"""Which awards a row names; `micro_credential` and `other` belong to none (G4)."""

CERTIFICATE_TYPES = frozenset(TYPE_LEVELS)
"""The awards of the 60 ECTS certificate profile."""


def place_volume(volume: Volume) -> VolumeStanding:
    """
    Find the rows and profiles of the table that a volume of learning meets.

    A level outside EQF 5-8 meets none. Volumes between the bands are warned of, never refused (G4).
    """
    if volume.eqf_level is not None and volume.eqf_level not in EQF_ALLOWED:
        return VolumeStanding(errors=(VolumeError.EQF_ALLOWED,))
    rows = tuple(row for row in AwardRow if _meets_row(volume, row))
    profiles = tuple(profile for profile in AwardProfile if _meets_profile(volume, profile))
    return VolumeStanding(rows=rows, profiles=profiles, advice=_advice(volume, rows))


def _meets_row(volume: Volume, row: AwardRow) -> bool:
    met = {
        AwardRow.MICRO_LEARNING_UNIT: 0 < volume.ects < 1,
        AwardRow.MICRO_CREDENTIAL_COURSE: volume.courses == 1 and volume.ects >= 1,
        AwardRow.CMF_PROGRAMME: volume.courses > 1 and (4 <= volume.ects <= 6 or _has_cmf_hours(volume)),
        AwardRow.MICRODEGREE_PROGRAMME: volume.courses > 1 and 20 <= volume.ects <= 40,
    }
    return met[row]


def _meets_profile(volume: Volume, profile: AwardProfile) -> bool:
    """Profiles are programmes: they have more than one course (R1)."""
    met = {
        AwardProfile.SLP: 5 <= volume.ects <= 30,
        AwardProfile.BAND_14_16: 14 <= volume.ects <= 16,
        AwardProfile.CERTIFICATE_60: volume.ects == 60,
    }
    return volume.courses > 1 and met[profile]


def _has_cmf_hours(volume: Volume) -> bool:
    return volume.hours is not None and CMF_HOURS[0] <= volume.hours <= CMF_HOURS[1]


def _advice(volume: Volume, rows: tuple[AwardRow, ...]) -> tuple[VolumeAdvice, ...]:
    advice = []
    if AwardRow.MICRO_CREDENTIAL_COURSE in rows and volume.ects > 3:
        advice.append(VolumeAdvice.ADVISORY_ECTS)
    if volume.courses >= 2 and not rows and (6 < volume.ects < 20 or 40 < volume.ects < 60):
        advice.append(VolumeAdvice.GAP)
    if AwardRow.CMF_PROGRAMME in rows and volume.hours is not None and not _has_cmf_hours(volume):
        advice.append(VolumeAdvice.HOURS)
    if volume.hours is not None and volume.ects > 0 and not _usual_hours_per_ects(volume.hours / volume.ects):
        advice.append(VolumeAdvice.HOURS_PER_ECTS)
    if AwardRow.CMF_PROGRAMME in rows and volume.weeks is not None and volume.weeks not in CMF_WEEKS:
        advice.append(VolumeAdvice.WEEKS)
    return tuple(advice)


def _usual_hours_per_ects(hours: Decimal) -> bool:
    return HOURS_PER_ECTS[0] <= hours <= HOURS_PER_ECTS[1]
