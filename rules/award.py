"""The award's form, who signs it, when it takes effect. Source: R151-R159, R203, R207, A9-A10, G6-G7, V70."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime

from models.actor import Actor, Role
from models.award import AwardForm, AwardRecord, SignatureRequest
from models.awarding import FormCode, FormDecision, FormDeviation, SigningCode, SigningDecision
from models.base import CourseId, PartnerId, PersonRef
from models.consortium import ConsortiumAgreement
from models.directory import Directory
from models.registration import PartnerRegistration, RegistrationState
from rules.electorate import office_holders_on
from rules.registration import awarding_in_scope
from rules.wording import listed

_SEPARATE = (AwardForm.DOUBLE, AwardForm.MULTIPLE)


def award_form(
    agreement: ConsortiumAgreement, awarding: tuple[PartnerId, ...], deviation: FormDeviation | None = None
) -> FormDecision:
    """
    Settle the form: the agreement's, or one certificate of each university for an important reason.

    A deviation needs a reason and a decision, and leads from joint to double or multiple only
    (R155-R156). Double means exactly two awarding universities (A10).
    """
    least = agreement.award.minimum_awarding_partners
    if not awarding or len(awarding) < least:
        return _no_form(
            FormCode.TOO_FEW_PARTNERS,
            f"{len(awarding)} universities award to this learner; at least {max(least, 1)} are needed.",
        )
    if deviation is None or deviation.form is agreement.award.form:
        return _form(agreement.award.form, awarding, FormCode.AS_AGREED)
    if agreement.award.form is not AwardForm.JOINT:
        return _no_form(
            FormCode.NOT_FORESEEN,
            f"The agreement awards in {agreement.award.form} form; only a joint award can deviate.",
        )
    if not deviation.reason.strip():
        return _no_form(
            FormCode.REASON_MISSING, "Say for which important reason the award cannot be given jointly."
        )
    if not deviation.decided_by:
        return _no_form(
            FormCode.DECISION_MISSING, "Another form than the agreement's needs a decision of the committee."
        )
    return _form(deviation.form, awarding, FormCode.DEVIATION, deviation.reason)


def certificates(form: AwardForm, awarding: tuple[PartnerId, ...]) -> int:
    """Count the certificates: one for a joint award, else one of each awarding university (A10)."""
    return 1 if form is AwardForm.JOINT else len(awarding)


def certificate_numbers(record: AwardRecord, form: AwardForm) -> tuple[str, ...]:
    """Number the certificates: the award's number, with each university's id where each issues its own."""
    if form is AwardForm.JOINT:
        return (record.number,)
    return tuple(f"{record.number}-{partner}" for partner in record.awarding)


def signing_partners(
    agreement: ConsortiumAgreement,
    studied: Iterable[CourseId],
    registrations: Iterable[PartnerRegistration],
) -> tuple[PartnerId, ...]:
    """
    List the universities that sign: degree-awarding, in the award's scope, and the learner registered there.

    Source: R203, R207, A9, G6, G7. In the order of the agreement.
    """
    registered = {one.partner for one in registrations if one.state is RegistrationState.ACTIVE}
    return tuple(partner for partner in awarding_in_scope(agreement, studied) if partner in registered)


def signature_requests(awarding: tuple[PartnerId, ...]) -> tuple[SignatureRequest, ...]:
    """Ask every awarding university, all at the same time."""
    return tuple(SignatureRequest(partner=partner) for partner in awarding)


def signatories(
    agreement: ConsortiumAgreement, directory: Directory, partner: PartnerId, on: date
) -> tuple[PersonRef, ...]:
    """List who may sign for a university on a day: the signatory, or the deputy where that is allowed."""
    seats = office_holders_on(directory.people, Role.SIGNATORY, on)
    return tuple(
        dict.fromkeys(
            seat.person
            for seat in seats
            if seat.partner == partner and (agreement.award.delegate_may_sign or seat.deputy_for is None)
        )
    )


def may_sign(
    record: AwardRecord, partner: PartnerId, actor: Actor, digest: str, *, delegate_may_sign: bool
) -> SigningDecision:
    """Decide whether this person may sign this record for this university; what is signed is the digest."""
    if partner not in record.awarding:
        return _cannot_sign(
            SigningCode.NOT_A_SIGNING_PARTNER,
            f"{partner} does not sign this award; {listed(record.awarding)} do.",
        )
    held = [one for one in actor.offices if one.role is Role.SIGNATORY and one.partner == partner]
    if not held:
        return _cannot_sign(SigningCode.NOT_A_SIGNATORY, f"Only a signatory of {partner} may sign for it.")
    if not delegate_may_sign and all(one.deputy_for is not None for one in held):
        return _cannot_sign(
            SigningCode.DEPUTY_MAY_NOT_SIGN,
            f"The agreement lets no deputy sign: the signatory of {partner} must sign in person.",
        )
    if any(one.partner == partner for one in record.signatures):
        return _cannot_sign(SigningCode.ALREADY_SIGNED, f"{partner} has signed this award already.")
    if digest != award_digest(record):
        return _cannot_sign(
            SigningCode.RECORD_CHANGED, "The award's record is not the one that you read; open it again."
        )
    return SigningDecision(allowed=True, code=SigningCode.MAY_SIGN, sentence=f"{partner} signs.")


def award_digest(record: AwardRecord) -> str:
    """Give the SHA-256 of what is signed: the whole record without signatures and date of effect."""
    content = record.model_dump(mode="json", exclude={"signatures", "conferred_at"})
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def unsigned(record: AwardRecord) -> tuple[PartnerId, ...]:
    """List the universities whose signature over this very record is missing."""
    digest = award_digest(record)
    given = {one.partner for one in record.signatures if one.digest == digest}
    return tuple(partner for partner in record.awarding if partner not in given)


def is_effective(record: AwardRecord) -> bool:
    """Tell whether the award is in force: with the last signature (R151)."""
    return bool(record.awarding) and not unsigned(record)


def effective_from(record: AwardRecord) -> datetime | None:
    """Tell since when the award is in force: the moment of the last signature; none while one is missing."""
    return max(one.signed_at for one in record.signatures) if is_effective(record) else None


def _form(form: AwardForm, awarding: tuple[PartnerId, ...], code: FormCode, reason: str = "") -> FormDecision:
    if form is AwardForm.DOUBLE and len(awarding) != 2:
        return _no_form(
            FormCode.DOUBLE_NEEDS_TWO,
            f"A double award is of exactly two universities, and {len(awarding)} award to this learner.",
        )
    number = certificates(form, awarding)
    papers = f"{number} certificates, one" if form in _SEPARATE else "one certificate"
    sentence = f"The award is {form}: {papers} of {listed(awarding)}."
    return FormDecision(form=form, certificates=number, reason=reason, code=code, sentence=sentence)


def _no_form(code: FormCode, sentence: str) -> FormDecision:
    return FormDecision(form=None, code=code, sentence=sentence)


def _cannot_sign(code: SigningCode, sentence: str) -> SigningDecision:
    return SigningDecision(allowed=False, code=code, sentence=sentence)
