"""
Whether admission, registration, fees and data protection can be carried out.

Source: R185-R208, V17, V29, V37.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from models.admission import AdmissionMode, EvidenceKind
from models.consortium import ConsortiumAgreement
from models.fee import CostShare
from models.partner import PersonField
from models.problem import Finding, Path, ProblemCode
from models.ranking import LOT
from models.registration import RegistrationModel, RegistrationTiming
from rules.admission import PRIOR_AWARDS
from rules.findings import Check, error, warning

READINESS_EVIDENCE = frozenset(set(EvidenceKind) - {EvidenceKind.IDENTITY})
NAMES = frozenset({PersonField.DISPLAY_NAME, PersonField.FAMILY_NAME})


def _check_formal_entry(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """A formal requirement is stated and proved exactly where entry is formal (R185, R192, R197)."""
    admission = agreement.admission
    formal = admission.mode is AdmissionMode.FORMAL
    if formal and admission.formal is None:
        yield error(
            ("admission", "mode"),
            ProblemCode.FORMAL_REQUIREMENT_MISSING,
            "Formal entry needs a requirement; add admission.formal with minimum_eqf_level.",
        )
    if not formal and admission.formal is not None:
        yield error(
            ("admission", "formal"),
            ProblemCode.FORMAL_REQUIREMENT_UNUSED,
            f"Entry is {admission.mode}, so nobody checks this requirement; remove it or make "
            "the mode formal.",
        )
    if formal and not any(entry.required and entry.kind in PRIOR_AWARDS for entry in admission.evidence):
        yield error(
            ("admission",),
            ProblemCode.FORMAL_EVIDENCE_MISSING,
            "Formal entry is proved by a prior award; require evidence of the kind degree.",
        )


def _check_evidence(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    admission = agreement.admission
    kinds = {entry.kind for entry in admission.evidence}
    if admission.mode is AdmissionMode.READINESS and not kinds & READINESS_EVIDENCE:
        yield error(
            ("admission",),
            ProblemCode.READINESS_EVIDENCE_MISSING,
            "Readiness cannot be evaluated without evidence; ask for a CV, a portfolio or a motivation.",
        )
    if admission.places and LOT not in admission.places.tie_break:
        yield warning(
            ("admission", "places", "tie_break"),
            ProblemCode.TIE_BREAK_OPEN,
            "Applicants may still be equal after these criteria; end the list with lot.",
        )


def _check_notice(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """Open entry to what stacks into a degree tells learners what the degree asks for (R191)."""
    admission = agreement.admission
    stacks = bool(agreement.award.stackability)
    if admission.mode is not AdmissionMode.FORMAL and stacks and not admission.notice_degree_prerequisite:
        yield warning(
            ("admission",),
            ProblemCode.NOTICE_MISSING,
            "Entry is open but the award stacks into a degree; add notice_degree_prerequisite "
            "for learners who "
            "lack the degree's prerequisites.",
        )


def _check_recognition(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    policy = agreement.admission.recognition
    if policy.ects_cap > agreement.programme.ects:
        yield error(
            ("admission", "recognition", "ects_cap"),
            ProblemCode.RECOGNITION_CAP,
            f"{policy.ects_cap} ECTS credits cannot be recognised in a programme of "
            f"{agreement.programme.ects}.",
        )
    smallest = min(course.ects for course in agreement.programme.courses)
    if policy.allowed and policy.whole_courses_only and policy.ects_cap < smallest:
        yield warning(
            ("admission", "recognition"),
            ProblemCode.RECOGNITION_CAP,
            f"Whole courses are recognised up to {policy.ects_cap} ECTS credits, but the smallest course has "
            f"{smallest}: nothing can be recognised.",
        )


def _check_payment(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    if agreement.registration.waits_for_payment and not agreement.fees.categories:
        yield error(
            ("registration", "waits_for_payment"),
            ProblemCode.PAYMENT_WITHOUT_FEE,
            "Registration waits for a payment, but there is no fee; add fees.categories or do not wait.",
        )


def _check_timing(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """A registration for each course comes before that course (R209, V35)."""
    registration = agreement.registration
    after = registration.timing is RegistrationTiming.AFTER_STUDY
    if after and registration.model is RegistrationModel.PER_COURSE:
        yield error(
            ("registration", "timing"),
            ProblemCode.TIMING_WITHOUT_EFFECT,
            "Learners who register for each course register before it; remove timing, or register per "
            "programme.",
        )


def _check_cost_shares(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    return _check_shares(agreement.registration.cost_shares, ("registration", "cost_shares"))


def _check_fee_shares(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    return _check_shares(agreement.fees.fixed_shares, ("fees", "fixed_shares"))


def _check_shares(shares: Sequence[CostShare], path: Path) -> Iterator[Finding]:
    """Costs and fees are divided among the partners without a rest (R208)."""
    total = sum((share.share for share in shares), Decimal(0))
    if shares and total != 100:
        yield error(
            path, ProblemCode.COST_SHARES_NOT_100, f"The shares make {total} percent; they must make 100."
        )
    counted = Counter(share.partner for share in shares)
    for index, share in enumerate(shares):
        if counted[share.partner] > 1:
            yield error(
                (*path, index, "partner"),
                ProblemCode.PARTNER_SHARE_TWICE,
                f"{share.partner} has more than one share; add them up.",
            )


def _check_protection(agreement: ConsortiumAgreement) -> Iterator[Finding]:
    """Each partner knows which fields it gets, why, and for how long (V37)."""
    entries = agreement.data_protection.partners
    counted = Counter(entry.partner for entry in entries)
    for partner in agreement.partnership.partners:
        if partner.id not in counted:
            yield error(
                ("data_protection",),
                ProblemCode.PROTECTION_MISSING,
                f"Nothing says which personal data {partner.id} may see; add it under "
                "data_protection.partners.",
            )
    for index, entry in enumerate(entries):
        path: Path = ("data_protection", "partners", index)
        if counted[entry.partner] > 1:
            yield error(
                (*path, "partner"), ProblemCode.PROTECTION_TWICE, f"{entry.partner} has more than one entry."
            )
        if not NAMES & set(entry.fields):
            yield error(
                (*path, "fields"),
                ProblemCode.PROTECTION_FIELDS,
                f"{entry.partner} cannot register a learner without a name; permit family_name "
                "or display_name.",
            )


POLICY_CHECKS = (
    Check(_check_formal_entry, {"admission"}),
    Check(_check_evidence, {"admission"}),
    Check(_check_notice, {"admission", "award"}),
    Check(_check_recognition, {"admission", "programme"}),
    Check(_check_payment, {"registration", "fees"}),
    Check(_check_timing, {"registration"}),
    Check(_check_cost_shares, {"registration"}),
    Check(_check_fee_shares, {"fees"}),
    Check(_check_protection, {"data_protection", "partnership"}),
)
