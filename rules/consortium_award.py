"""Whether the programme can lead to its award, in its form. Source: A2-A10, A13, R134-R170, G4, G6-G8."""

from collections.abc import Iterator

from models.award import AwardForm, AwardScope, AwardType, CreditAwarding
from models.award_table import AwardProfile, AwardRow, Volume, VolumeAdvice, VolumeStanding
from models.consortium import ConsortiumAgreement
from models.problem import Finding, ProblemCode
from models.programme import Programme
from models.registration import RegistrationModel
from rules.award_table import (
    CERTIFICATE_TYPES,
    EQF_ALLOWED,
    FULL_DEGREE_ECTS,
    GRADEO_COUNTRIES,
    ROW_TYPES,
    TYPE_LEVELS,
    place_volume,
)
from rules.consortium_paths import admissible_ways, visited_partners
from rules.consortium_stacking import STACKING_CHECKS
from rules.findings import Check, error, warning

ADVICE = {
    VolumeAdvice.GAP: (
        ProblemCode.VOLUME_OUTSIDE_BANDS,
        "ects",
        "The guidelines' table has no row for {ects} ECTS credits; that is allowed, so say why in the "
        "justification.",
    ),
    VolumeAdvice.ADVISORY_ECTS: (
        ProblemCode.VOLUME_ADVICE,
        "ects",
        "A single course of {ects} ECTS credits is larger than the 1 to 3 that the guidelines advise.",
    ),
    VolumeAdvice.HOURS: (
        ProblemCode.VOLUME_ADVICE,
        "hours",
        "A programme of 4 to 6 ECTS credits has 100 to 150 hours; this one has {hours}.",
    ),
    VolumeAdvice.HOURS_PER_ECTS: (
        ProblemCode.HOURS_PER_ECTS,
        "hours",
        "{hours} hours for {ects} ECTS credits are not 25 to 26.7 hours for each; check the workload.",
    ),
    VolumeAdvice.WEEKS: (
        ProblemCode.VOLUME_ADVICE,
        "courses",
        "A programme of 4 to 6 ECTS credits takes 10 to 15 weeks; this one takes {weeks}.",
    ),
}

WITHOUT_SUPPLEMENT = frozenset(
    {AwardType.BADGE, AwardType.PROOF_OF_ATTENDANCE, AwardType.ECTS_COURSE_CREDITS}
)
"""Awards below a programme's, which need no qualification supplement (A8)."""


def _check_level(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    level, award_type = agreement.programme.eqf_level, agreement.award.type
    if level not in EQF_ALLOWED:
        yield error(
            ("programme", "eqf_level"),
            ProblemCode.EQF_NOT_ALLOWED,
            f"A micro-credential is at EQF level 5, 6, 7 or 8, not at {level}.",
        )
        return
    if level not in TYPE_LEVELS.get(award_type, EQF_ALLOWED):
        yield error(
            ("award", "type"),
            ProblemCode.AWARD_TYPE_LEVEL,
            f"An award of the type {award_type} is not given at EQF level {level}; undergraduate is 5 and 6, "
            "postgraduate 7 and 8.",
        )
    if agreement.programme.ects >= FULL_DEGREE_ECTS[level]:
        yield error(
            ("programme", "ects"),
            ProblemCode.VOLUME_LIKE_A_DEGREE,
            f"{agreement.programme.ects} ECTS credits are a full degree at EQF level {level}; a "
            f"micro-credential has fewer than {FULL_DEGREE_ECTS[level]}.",
        )


def _standing(programme: Programme) -> VolumeStanding:
    return place_volume(
        Volume(
            ects=programme.ects,
            courses=len(programme.courses),
            eqf_level=programme.eqf_level,
            hours=programme.hours,
            weeks=_weeks(programme),
        )
    )


def _weeks(programme: Programme) -> int:
    """Tell how many weeks lie between the start of the first course and the end of the last."""
    first = min(course.starts_in_week for course in programme.courses)
    return max(course.starts_in_week + course.weeks for course in programme.courses) - first


def _check_volume(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    programme = agreement.programme
    for advice in _standing(programme).advice:
        code, field, sentence = ADVICE[advice]
        yield warning(
            ("programme", field),
            code,
            sentence.format(ects=programme.ects, hours=programme.hours, weeks=_weeks(programme)),
        )


def _check_type(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    programme, standing = agreement.programme, _standing(agreement.programme)
    if not standing.errors and not _type_suits(agreement.award.type, standing):
        yield warning(
            ("award", "type"),
            ProblemCode.AWARD_TYPE_OUTSIDE_BAND,
            f"The guidelines' table gives {agreement.award.type} for another volume than "
            f"{programme.ects} ECTS "
            "credits; that is allowed, so say why in the justification.",
        )


def _type_suits(award_type: AwardType, standing: VolumeStanding) -> bool:
    rows = {row for row, types in ROW_TYPES.items() if award_type in types}
    if award_type in CERTIFICATE_TYPES and AwardProfile.CERTIFICATE_60 in standing.profiles:
        return True
    return not rows or bool(rows & set(standing.rows))


def _check_profiles(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """Name the profiles that the volume does not meet; a level that is not allowed is told elsewhere."""
    standing = _standing(agreement.programme)
    if standing.errors:
        return
    for index, profile in enumerate(agreement.profiles):
        if profile not in standing.profiles:
            yield error(
                ("profiles", index),
                ProblemCode.PROFILE_NOT_MET,
                f"{agreement.programme.ects} ECTS credits do not meet the profile {profile}; remove it.",
            )


def _check_gradeo(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """The name gradeo is used in France, Spain and Italy (A5, R149)."""
    named = {entry.partner: entry for entry in agreement.award.names}
    for index, partner in enumerate(agreement.partnership.partners):
        if not partner.degree_awarding or partner.country in GRADEO_COUNTRIES:
            continue
        own = named.get(partner.id)
        texts = own.name.values() if own else agreement.award.name.values()
        if any("gradeo" in text.casefold() for text in texts):
            yield warning(
                ("award", "names", agreement.award.names.index(own)) if own else ("award", "name"),
                ProblemCode.GRADEO_ELSEWHERE,
                f"The name gradeo is used in FR, ES and IT, but {partner.id} "
                f"(partner {index + 1}) is in {partner.country}; give it another name under award.names.",
            )


def _check_documents(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """No programme award without supplement and justification (A8, A13, R134); a CMF award stacks (R148)."""
    award = agreement.award
    if award.supplement is None and award.type not in WITHOUT_SUPPLEMENT:
        yield error(
            ("award",),
            ProblemCode.SUPPLEMENT_MISSING,
            "A programme's award comes with a qualification supplement; add its descriptors under "
            "award.supplement.",
        )
    if award.justification is None:
        yield error(
            ("award",),
            ProblemCode.JUSTIFICATION_MISSING,
            "Say under award.justification why the programme leads to this award.",
        )
    if award.type in ROW_TYPES[AwardRow.CMF_PROGRAMME] and not award.stackability:
        yield error(
            ("award",),
            ProblemCode.STACKABILITY_MISSING,
            "An award of the Common Micro-credential Framework stacks into another programme; name one under "
            "award.stackability.",
        )


def _check_form(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """How many universities award in each form, and whether learners reach them (A9, A10, G6, R203)."""
    award, awarding = agreement.award, agreement.partnership.awarding
    if award.form is AwardForm.DOUBLE and len(awarding) != 2:
        yield error(
            ("award", "form"),
            ProblemCode.DOUBLE_NEEDS_TWO,
            f"A double award is given by exactly two universities; here {len(awarding)} award.",
        )
    if award.minimum_awarding_partners > len(awarding):
        yield error(
            ("award", "minimum_awarding_partners"),
            ProblemCode.MINIMUM_OUT_OF_REACH,
            f"The award needs {award.minimum_awarding_partners} universities, but only {len(awarding)} "
            "partners award; lower minimum_awarding_partners.",
        )
    elif award.scope is AwardScope.VISITED_PARTNERS:
        yield from _check_visits(agreement)


def _check_reach(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """Where all universities award, learners are registered at all of them (A9)."""
    award, awarding = agreement.award, agreement.partnership.awarding
    if award.scope is AwardScope.VISITED_PARTNERS:
        return
    if agreement.registration.model is RegistrationModel.PER_COURSE:
        teaching = {course.offering_partner for course in agreement.programme.courses}
        for partner in awarding:
            if partner.id not in teaching:
                yield error(
                    ("registration", "model"),
                    ProblemCode.REGISTRATION_IMPOSSIBLE,
                    f"{partner.id} awards but has no course, so nobody is ever registered "
                    "there; register per "
                    "programme, or let only the visited partners award.",
                )


def _check_visits(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    award, programme = agreement.award, agreement.programme
    if award.minimum_awarding_partners < 2:
        yield error(
            ("award", "minimum_awarding_partners"),
            ProblemCode.JOINT_NEEDS_TWO,
            "At least two universities award together; set minimum_awarding_partners to 2 or more.",
        )
    known = {course.id for course in programme.courses}
    named = {*programme.core, *(name for group in programme.options for name in group.courses)}
    if not named <= known:
        return
    awarding = {partner.id for partner in agreement.partnership.awarding}
    for way in admissible_ways(programme):
        visited = visited_partners(programme, way) & awarding
        if len(visited) < award.minimum_awarding_partners:
            yield error(
                ("award", "minimum_awarding_partners"),
                ProblemCode.PATH_VISITS_TOO_FEW,
                f"With {', '.join(way)} a learner visits {len(visited)} awarding universities, but the award "
                f"needs {award.minimum_awarding_partners}; change the option groups or the number.",
            )
            return


def _check_credits(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """The teaching university awards a course's credits, or one to which a clause delegates it (G8, R227)."""
    award = agreement.award
    awarding = {partner.id for partner in agreement.partnership.awarding}
    if award.credit_awarding is CreditAwarding.DELEGATED:
        if award.delegated_to is None or not award.delegation_clause:
            yield error(
                ("award", "credit_awarding"),
                ProblemCode.DELEGATION_INCOMPLETE,
                "Delegated credits need delegated_to, the partner, and delegation_clause, the clause of the "
                "agreement.",
            )
        if award.delegated_to is not None and award.delegated_to not in awarding:
            yield error(
                ("award", "delegated_to"),
                ProblemCode.PARTNER_DOES_NOT_AWARD,
                f"{award.delegated_to} does not award, so credits cannot be delegated to it.",
            )
    elif award.delegated_to is not None or award.delegation_clause is not None:
        yield error(
            ("award", "delegated_to" if award.delegated_to is not None else "delegation_clause"),
            ProblemCode.DELEGATION_WITHOUT_NEED,
            "The teaching university awards the credits, so nothing is delegated; remove it or set "
            "credit_awarding to delegated.",
        )


AWARD_CHECKS = (
    Check(_check_level, {"programme", "award"}),
    Check(_check_volume, {"programme"}),
    Check(_check_type, {"programme", "award"}),
    Check(_check_profiles, {"programme", "profiles"}),
    Check(_check_gradeo, {"award", "partnership"}),
    Check(_check_documents, {"award"}),
    Check(_check_form, {"award", "partnership", "programme"}),
    Check(_check_reach, {"award", "partnership", "programme", "registration"}),
    Check(_check_credits, {"award", "partnership"}),
    *STACKING_CHECKS,
)
