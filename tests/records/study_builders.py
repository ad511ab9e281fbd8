"""Small builders of what the records keep from the learning agreement to the award."""

from decimal import Decimal

from models.actor import Role
from models.agreement import AgreementRow, AgreementSignature, LearningAgreement, SignedAgreement
from models.award import AwardForm, AwardRecord, AwardType, Signature
from models.partner import AssociationState, DisclosureRequest, PartnerReceipt, RegistrationKind
from models.record import (
    AwardOpening,
    RegistrationRecord,
    ResultRecord,
    SignatureRecord,
)
from models.registration import PartnerRegistration, RegistrationState
from records.course import Credit
from records.fee import Fee
from tests.records.moments import CASE, DIGEST, NOON, later


def a_learning_agreement(digest: str = DIGEST) -> LearningAgreement:
    row = AgreementRow(course="c1", offering_partner="jyu", credit_partner="jyu", ects=Decimal(5))
    return LearningAgreement(
        case=CASE, programme="dce", agreement_version="2026.1", rows=(row,), digest=digest
    )


def a_signed_agreement(digest: str = DIGEST) -> SignedAgreement:
    signature = AgreementSignature(
        role=Role.LEARNER, person="p-1", name="Ada", signed_at=later(), digest=digest
    )
    return SignedAgreement(case=CASE, version=1, signature=signature)


def a_registration(
    state: RegistrationState = RegistrationState.ACTIVE,
    partner: str = "jyu",
    number: str | None = "S-1",
    case: str = CASE,
    hours: int = 1,
) -> RegistrationRecord:
    receipt = PartnerReceipt(
        effect_key="k",
        partner=partner,
        state=AssociationState.ASSOCIATED,
        reference="r",
        student_number=number,
        answered_at=later(hours),
    )
    return RegistrationRecord(
        case=case,
        registration=PartnerRegistration(
            partner=partner,
            kind=RegistrationKind.MAIN,
            state=state,
            number=1,
            receipt=receipt if state is RegistrationState.ACTIVE else None,
            since=later(hours),
            sentence=f"Registration at {partner}: {state}.",
        ),
    )


def a_result(decision_id: str = "g1", grade: str = "4", attempt: int = 1, ects: str = "5") -> ResultRecord:
    return ResultRecord(
        case=CASE,
        course="c1",
        partner="jyu",
        attempt=attempt,
        scale="fi-5",
        grade=grade,
        outcome="pass",
        conversion=None,
        joint_grade="B",
        ects_awarded=Decimal(ects),
        awarded_by="jyu" if Decimal(ects) else None,
        examiner="eva",
        decision_id=decision_id,
        at=later(),
    )


def a_credit() -> Credit:
    return Credit(case=CASE, course="c2", partner="jyu", ects=Decimal("2.5"), decision_id="d9", at=later())


def an_award(case: str = CASE, ects: str = "15") -> AwardOpening:
    record = AwardRecord(
        number="",
        case=case,
        person="p-1",
        programme="dce",
        agreement_version="2026.1",
        form=AwardForm.JOINT,
        award_type=AwardType.MICRO_CREDENTIAL,
        ects=Decimal(ects),
        classification=None,
        average=None,
        awarding=("jyu", "uma"),
    )
    return AwardOpening(prefix="DCE", year=2026, record=record, at=NOON)


def a_signature(number: str, partner: str = "jyu") -> SignatureRecord:
    signature = Signature(partner=partner, person="rector", name="Rector", signed_at=later(), digest=DIGEST)
    return SignatureRecord(number=number, case=CASE, signature=signature)


def a_fee() -> Fee:
    return Fee(
        case=CASE, number=1, category="individual", amount=Decimal("450.00"), currency="EUR", due_at=later()
    )


def a_disclosure_request() -> DisclosureRequest:
    return DisclosureRequest(partner="jyu", case=CASE, person="p-1", purpose="Registration", effect_key="k1")
