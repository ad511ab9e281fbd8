"""
Completeness, eligibility, readiness, and appeals of an application.

Source: R185-R198, V12, V20-V25; credential evaluation exists only where formal entry is asked (R197).
"""

from models.admission import (
    AdmissionMode,
    AdmissionRegulations,
    Application,
    Attainment,
    EvidenceKind,
    FormalRequirement,
    LanguageRequirement,
)
from models.base import Localised
from models.eligibility import (
    AdmissionOption,
    Appeal,
    AppealCode,
    AppealDecision,
    Completeness,
    CompletenessCode,
    Condition,
    ConditionCode,
    Eligibility,
    EligibilityCode,
    Objection,
    Readiness,
    ReadinessCode,
    ReadinessFinding,
)
from models.task import TaskOption
from rules.wording import in_english, listed

PRIOR_AWARDS = frozenset({EvidenceKind.DEGREE})
"""Evidence of the prior award that formal entry asks for (R192)."""

_CEFR = ("A1", "A2", "B1", "B2", "C1", "C2")


def check_completeness(regulations: AdmissionRegulations, application: Application) -> Completeness:
    """List the required evidence that an application lacks."""
    given = {attainment.kind for attainment in application.attainments}
    lacking = [wanted for wanted in regulations.evidence if wanted.required and wanted.kind not in given]
    if not lacking:
        return Completeness(code=CompletenessCode.COMPLETE, sentence="The application is complete.")
    labels = listed(in_english(wanted.label) for wanted in lacking)
    return Completeness(
        missing=tuple(wanted.kind for wanted in lacking),
        code=CompletenessCode.EVIDENCE_MISSING,
        sentence=f"The application is not complete yet. Please add: {labels}.",
    )


def needs_verification(regulations: AdmissionRegulations) -> bool:
    """Tell whether a student administrator checks originals: as the evidence asks, or for formal entry."""
    return needs_credential_evaluation(regulations) or any(wanted.verified for wanted in regulations.evidence)


def unverified(regulations: AdmissionRegulations, application: Application) -> tuple[Attainment, ...]:
    """List the evidence whose originals are still to be checked."""
    kinds = {wanted.kind for wanted in regulations.evidence if wanted.verified}
    if needs_credential_evaluation(regulations):
        kinds |= PRIOR_AWARDS
    return tuple(one for one in application.attainments if one.kind in kinds and not one.verified)


def needs_credential_evaluation(regulations: AdmissionRegulations) -> bool:
    """Tell whether prior awards are evaluated; only where formal entry qualifications are required (R197)."""
    return regulations.mode is AdmissionMode.FORMAL and regulations.formal is not None


def check_eligibility(regulations: AdmissionRegulations, application: Application) -> Eligibility:
    """
    Check the formal requirement, the language levels and the acknowledged notice.

    All objections are told at once. A degree in progress and a language proof to come lead to
    conditions where the agreement allows them (V22-V24).
    """
    findings = [_check_language(wanted, application) for wanted in regulations.languages]
    if regulations.formal is not None and needs_credential_evaluation(regulations):
        findings.insert(0, _check_prior_award(regulations.formal, application))
    if notice_to_acknowledge(regulations, application) is not None:
        findings.append(_UNACKNOWLEDGED)
    objections = tuple(found for found in findings if isinstance(found, Objection))
    conditions = tuple(found for found in findings if isinstance(found, Condition))
    if objections:
        code, sentences = objections[0].code, [found.sentence for found in objections]
    elif conditions:
        code, sentences = EligibilityCode.ELIGIBLE_ON_CONDITION, [found.sentence for found in conditions]
    else:
        code, sentences = EligibilityCode.ELIGIBLE, ["All requirements for admission are met."]
    return Eligibility(objections=objections, conditions=conditions, code=code, sentence=" ".join(sentences))


def notice_to_acknowledge(regulations: AdmissionRegulations, application: Application) -> Localised | None:
    """
    Give the notice that the applicant must acknowledge and has not (R191).

    It concerns applicants without the degree's prerequisites: without an issued degree, of the
    formal requirement's level and field where the agreement names one.
    """
    notice = regulations.notice_degree_prerequisite
    if notice is None or application.acknowledged_notice:
        return None
    wanted = regulations.formal or FormalRequirement(minimum_eqf_level=1)
    found = _check_prior_award(wanted.model_copy(update={"in_progress_allowed": False}), application)
    return None if found is None else notice


def judge_readiness(regulations: AdmissionRegulations, finding: ReadinessFinding) -> Readiness:
    """
    Say what a finding on readiness proposes to the committee.

    In open modes it is advice and never bars (R188); a preparatory unit can be made a condition
    where readiness is evaluated and the agreement has such a unit (R189).
    """
    if finding is ReadinessFinding.READY:
        return _readiness(finding, AdmissionOption.ADMIT, ReadinessCode.READY, "The applicant is ready.")
    if finding is ReadinessFinding.PREPARATORY_UNIT:
        return _judge_preparation(regulations)
    if regulations.mode is AdmissionMode.FORMAL:
        return _readiness(
            finding,
            AdmissionOption.REFUSE,
            ReadinessCode.NOT_READY,
            "The applicant is not ready for the programme.",
        )
    sentence = "The applicant is advised to prepare first and to apply later, but may enter."
    return _readiness(finding, AdmissionOption.ADMIT, ReadinessCode.NOT_READY_ADVISED, sentence)


def admission_options(
    regulations: AdmissionRegulations, eligibility: Eligibility, readiness: Readiness | None = None
) -> tuple[TaskOption, ...]:
    """
    List what the committee may decide.

    With an open condition an unconditional admission is not on offer (V22); a conditional one is
    on offer where there is a condition or a preparatory unit that can be asked for.
    """
    open_condition = bool(eligibility.conditions)
    can_prepare = regulations.preparatory_unit is not None or (
        readiness is not None and readiness.condition is not None
    )
    options = [TaskOption(code=AdmissionOption.ADMIT, label="Admit")] if not open_condition else []
    if open_condition or can_prepare:
        options.append(
            TaskOption(
                code=AdmissionOption.ADMIT_CONDITIONALLY,
                label="Admit on a condition",
                needs_reason=not open_condition,
            )
        )
    return (*options, TaskOption(code=AdmissionOption.REFUSE, label="Refuse", needs_reason=True))


def appeal_allowed(appeal: Appeal) -> AppealDecision:
    """
    Decide whether an appeal against a decision on admission is heard (V20).

    It needs a ground or a reason, comes in time and once, and brings no new documents.
    """
    refusals = {
        AppealCode.NOT_DECIDED_YET: (
            appeal.made_at < appeal.decided_at,
            "There is no decision yet; an appeal is possible once you have been told.",
        ),
        AppealCode.TOO_LATE: (
            appeal.made_at > appeal.due_at,
            f"Appeals were possible until {appeal.due_at:%d %B %Y}; you can apply to the next intake.",
        ),
        AppealCode.APPEALED_BEFORE: (
            appeal.appealed_before,
            "The appeal has been heard once; the decision is final within the programme.",
        ),
        AppealCode.NO_GROUND: (
            not appeal.grounds and not appeal.reason.strip(),
            "Say what went wrong: a mistake on eligibility, your education misread, or an unfair procedure.",
        ),
        AppealCode.NEW_DOCUMENTS: (
            appeal.new_documents,
            "An appeal brings no new documents; leave them out, or apply to the next intake with them.",
        ),
    }
    for code, (holds, sentence) in refusals.items():
        if holds:
            return AppealDecision(allowed=False, code=code, sentence=sentence)
    return AppealDecision(allowed=True, code=AppealCode.APPEAL_ALLOWED, sentence="The appeal is heard.")


_UNACKNOWLEDGED = Objection(
    code=EligibilityCode.NOTICE_NOT_ACKNOWLEDGED,
    sentence="Without the degree's prerequisites the award cannot be counted towards that degree; "
    "please acknowledge the notice and apply again.",
)


def _check_prior_award(wanted: FormalRequirement, application: Application) -> Objection | Condition | None:
    """Take the best of the degrees: one that satisfies, one that will, else the objection to the nearest."""
    degrees = [one for one in application.attainments if one.kind in PRIOR_AWARDS]
    if not degrees:
        return _object(
            EligibilityCode.NO_PRIOR_AWARD,
            f"A degree of EQF level {wanted.minimum_eqf_level} or above is required; add it if you have one.",
        )
    found = [_check_degree(wanted, degree) for degree in degrees]
    if None in found:
        return None
    return next((one for one in found if isinstance(one, Condition)), found[0])


def _check_degree(wanted: FormalRequirement, degree: Attainment) -> Objection | Condition | None:
    if degree.eqf_level is None:
        return _object(
            EligibilityCode.EQF_LEVEL_NOT_KNOWN,
            "The EQF level of the degree is not known; add the diploma supplement or an evaluation.",
        )
    if degree.eqf_level < wanted.minimum_eqf_level:
        return _object(
            EligibilityCode.EQF_LEVEL_TOO_LOW,
            f"The degree is at EQF level {degree.eqf_level}; level {wanted.minimum_eqf_level} is required.",
        )
    if wanted.isced_f and not (degree.isced_f or "").startswith(wanted.isced_f):
        return _object(
            EligibilityCode.FIELD_NOT_ACCEPTED,
            f"The degree is not in an accepted field (ISCED-F {listed(wanted.isced_f)}).",
        )
    if not degree.in_progress:
        return None
    if wanted.in_progress_allowed:
        return Condition(
            code=ConditionCode.DEGREE_TO_BE_ISSUED,
            sentence="The degree has to be issued and shown before the start.",
        )
    return _object(
        EligibilityCode.DEGREE_NOT_ISSUED, "The degree is not issued yet; apply again when you hold it."
    )


def _check_language(wanted: LanguageRequirement, application: Application) -> Objection | Condition | None:
    shown = [
        one
        for one in application.attainments
        if one.language is not None
        and one.cefr in _CEFR
        and (one.language == wanted.language or one.language.startswith(f"{wanted.language}-"))
    ]
    enough = [one for one in shown if _CEFR.index(one.cefr or "") >= _CEFR.index(wanted.level)]
    if any(not one.in_progress for one in enough):
        return None
    if wanted.late_proof_allowed and (enough or not shown):
        return Condition(
            code=ConditionCode.LANGUAGE_TO_BE_SHOWN,
            sentence=f"Level {wanted.level} of the language {wanted.language} is needed before the start.",
        )
    if enough or not shown:
        return _object(
            EligibilityCode.LANGUAGE_NOT_SHOWN,
            f"Level {wanted.level} of the language {wanted.language} is not shown; add a certificate.",
        )
    return _object(
        EligibilityCode.LANGUAGE_LEVEL_TOO_LOW,
        f"Level {wanted.level} of the language {wanted.language} is required; what is shown is below it.",
    )


def _judge_preparation(regulations: AdmissionRegulations) -> Readiness:
    finding = ReadinessFinding.PREPARATORY_UNIT
    unit = regulations.preparatory_unit
    if unit is None:
        sentence = (
            "Preparation is advised, but the agreement has no preparatory unit; the applicant may enter."
        )
        return _readiness(finding, AdmissionOption.ADMIT, ReadinessCode.NO_PREPARATORY_UNIT, sentence)
    name = in_english(unit)
    if regulations.mode is AdmissionMode.OPEN:
        sentence = f"The applicant is advised to take the preparatory unit first: {name}."
        return _readiness(finding, AdmissionOption.ADMIT, ReadinessCode.PREPARATORY_UNIT_ADVISED, sentence)
    sentence = f"The preparatory unit has to be completed before the start: {name}."
    return Readiness(
        finding=finding,
        proposes=AdmissionOption.ADMIT_CONDITIONALLY,
        condition=Condition(code=ConditionCode.PREPARATORY_UNIT, sentence=sentence),
        code=ReadinessCode.PREPARATORY_UNIT_ASKED_FOR,
        sentence=sentence,
    )


def _readiness(
    finding: ReadinessFinding, proposes: AdmissionOption, code: ReadinessCode, sentence: str
) -> Readiness:
    return Readiness(finding=finding, proposes=proposes, code=code, sentence=sentence)


def _object(code: EligibilityCode, sentence: str) -> Objection:
    return Objection(code=code, sentence=sentence)
