"""The award's form, its signatures, and when it takes effect."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.actor import Actor, Office, Role
from models.award import AwardForm, AwardRecord, AwardScope, AwardType, Signature
from models.awarding import FormDeviation
from models.directory import Absence, Directory, HeldOffice, OfficeHolder
from models.registration import RegistrationState
from rules.award import (
    award_digest,
    award_form,
    certificate_numbers,
    effective_from,
    is_effective,
    may_sign,
    signatories,
    signature_requests,
    signing_partners,
    unsigned,
)
from tests.rules.regulations import CASE, NOON, PATH, a_registration, an_agreement, an_award

TWO, THREE = ("fr", "mt"), ("fr", "mt", "it")
WHY = FormDeviation(form=AwardForm.MULTIPLE, reason="French law asks for its own diploma.", decided_by="d-1")


def deviating(**fields: Any) -> FormDeviation:
    return WHY.model_copy(update=fields)


@pytest.mark.parametrize(
    ("agreed", "awarding", "deviation", "form", "certificates", "code"),
    [
        pytest.param("joint", THREE, None, "joint", 1, "AS_AGREED", id="joint"),
        pytest.param("double", TWO, None, "double", 2, "AS_AGREED", id="double"),
        pytest.param("multiple", THREE, None, "multiple", 3, "AS_AGREED", id="multiple"),
        pytest.param("double", THREE, None, None, 0, "DOUBLE_NEEDS_TWO", id="double of three"),
        pytest.param("joint", ("fr",), None, None, 0, "TOO_FEW_PARTNERS", id="one university"),
        pytest.param("joint", (), None, None, 0, "TOO_FEW_PARTNERS", id="no university"),
        pytest.param("joint", THREE, WHY, "multiple", 3, "DEVIATION", id="multiple instead of joint"),
        pytest.param(
            "joint",
            TWO,
            deviating(form=AwardForm.DOUBLE),
            "double",
            2,
            "DEVIATION",
            id="double instead of joint",
        ),
        pytest.param(
            "joint",
            THREE,
            deviating(form=AwardForm.DOUBLE),
            None,
            0,
            "DOUBLE_NEEDS_TWO",
            id="double of three instead",
        ),
        pytest.param(
            "joint", THREE, deviating(reason="  "), None, 0, "REASON_MISSING", id="without a reason"
        ),
        pytest.param("joint", THREE, deviating(decided_by=""), None, 0, "DECISION_MISSING", id="undecided"),
        pytest.param("double", TWO, WHY, None, 0, "NOT_FORESEEN", id="only joint awards deviate"),
        pytest.param("multiple", THREE, WHY, "multiple", 3, "AS_AGREED", id="no deviation at all"),
    ],
)
def test_the_form_of_an_award(
    agreed: str,
    awarding: tuple[str, ...],
    deviation: FormDeviation | None,
    form: str | None,
    certificates: int,
    code: str,
) -> None:
    agreement = an_agreement(award=an_award(form=AwardForm(agreed)))

    decision = award_form(agreement, awarding, deviation)

    assert (decision.form, decision.certificates, decision.code) == (form, certificates, code)
    assert decision.reason == (WHY.reason if code == "DEVIATION" else "")


@pytest.mark.parametrize(
    ("scope", "registered", "signing"),
    [
        pytest.param("all_partners", THREE, THREE, id="all, registered everywhere"),
        pytest.param("all_partners", TWO, TWO, id="never without registration"),
        pytest.param("visited_partners", THREE, TWO, id="only those visited"),
        pytest.param("visited_partners", ("fr", "firm"), ("fr",), id="never a company"),
    ],
)
def test_who_signs(scope: str, registered: tuple[str, ...], signing: tuple[str, ...]) -> None:
    agreement = an_agreement(award=an_award(scope=AwardScope(scope)))
    registrations = tuple(a_registration(partner) for partner in registered)

    assert signing_partners(agreement, ("c1", "practice"), registrations) == signing


def test_a_cancelled_registration_gives_no_right_to_sign() -> None:
    registrations = (a_registration("fr", state=RegistrationState.CANCELLED), a_registration("it"))

    assert signing_partners(an_agreement(), PATH, registrations) == ("it",)


def test_all_are_asked_at_the_same_time() -> None:
    assert [(request.partner, request.order) for request in signature_requests(TWO)] == [("fr", 1), ("mt", 1)]


RECTOR = HeldOffice(role=Role.SIGNATORY, since=date(2026, 1, 1), until=date(2026, 6, 30), deputy="dean")


def a_holder(person: str, *offices: HeldOffice, **fields: Any) -> OfficeHolder:
    return OfficeHolder(person=person, name=person, partner="fr", offices=offices, **fields)


@pytest.mark.parametrize(
    ("on", "absent", "deputies", "people"),
    [
        pytest.param(date(2026, 3, 1), False, True, ("rector",), id="in office"),
        pytest.param(date(2026, 7, 1), False, True, ("new-rector",), id="the successor signs what is open"),
        pytest.param(date(2026, 3, 1), True, True, ("dean",), id="the deputy of an absent signatory"),
        pytest.param(date(2026, 3, 1), True, False, (), id="no deputy where the agreement allows none"),
    ],
)
def test_who_may_sign_on_a_day(on: date, absent: bool, deputies: bool, people: tuple[str, ...]) -> None:
    away = (Absence(since=on, until=on),) if absent else ()
    successor = HeldOffice(role=Role.SIGNATORY, since=date(2026, 7, 1))
    directory = Directory(
        programme="md",
        people=(
            a_holder("rector", RECTOR, absences=away),
            a_holder("dean"),
            a_holder("new-rector", successor),
            OfficeHolder(person="elsewhere", name="E", partner="mt", offices=(RECTOR,)),
        ),
    )
    agreement = an_agreement(award=an_award(delegate_may_sign=deputies))

    assert signatories(agreement, directory, "fr", on) == people


def a_record(**fields: Any) -> AwardRecord:
    given = {
        "number": "MD-2026-1",
        "case": CASE,
        "person": "per-1",
        "programme": "md",
        "agreement_version": "2026.1",
        "form": AwardForm.JOINT,
        "award_type": AwardType.MICRODEGREE,
        "ects": Decimal(30),
        "classification": "good",
        "average": "14.00",
        "awarding": TWO,
    }
    return AwardRecord(**{**given, **fields})


@pytest.mark.parametrize(
    ("form", "numbers"),
    [
        pytest.param("joint", ("MD-2026-1",), id="one for all"),
        pytest.param("double", ("MD-2026-1-fr", "MD-2026-1-mt"), id="one of each university"),
    ],
)
def test_certificates_are_numbered(form: str, numbers: tuple[str, ...]) -> None:
    assert certificate_numbers(a_record(), AwardForm(form)) == numbers


def signed(record: AwardRecord, *partners: str, digest: str | None = None) -> AwardRecord:
    signatures = tuple(
        Signature(
            partner=partner,
            person=f"rector-{partner}",
            name="R",
            signed_at=NOON + timedelta(days=day),
            digest=digest or award_digest(record),
        )
        for day, partner in enumerate(partners)
    )
    return record.model_copy(update={"signatures": signatures})


def a_person(role: Role = Role.SIGNATORY, partner: str = "fr") -> Actor:
    office = Office(role=role, partner=partner)
    return Actor(person="rector-fr", name="R", offices=(office,), signed_at=NOON, expires_at=NOON)


def a_deputy(*own: Office) -> Actor:
    office = Office(role=Role.SIGNATORY, partner="fr", deputy_for="rector-fr")
    return Actor(person="dean-fr", name="D", offices=(*own, office), signed_at=NOON, expires_at=NOON)


@pytest.mark.parametrize(
    ("record", "partner", "actor", "digest", "code"),
    [
        pytest.param(
            a_record(), "fr", a_person(), None, "MAY_SIGN", id="signatory of an awarding university"
        ),
        pytest.param(
            a_record(), "it", a_person(partner="it"), None, "NOT_A_SIGNING_PARTNER", id="not awarding"
        ),
        pytest.param(a_record(), "fr", a_person(Role.OPERATOR), None, "NOT_A_SIGNATORY", id="another office"),
        pytest.param(
            a_record(), "fr", a_person(partner="mt"), None, "NOT_A_SIGNATORY", id="another university's"
        ),
        pytest.param(
            signed(a_record(), "fr"), "fr", a_person(), None, "ALREADY_SIGNED", id="second signature"
        ),
        pytest.param(a_record(), "fr", a_person(), "0" * 64, "RECORD_CHANGED", id="another record"),
        pytest.param(a_record(), "fr", a_deputy(), None, "MAY_SIGN", id="deputy"),
    ],
)
def test_whether_a_person_may_sign(
    record: AwardRecord, partner: str, actor: Actor, digest: str | None, code: str
) -> None:
    digest = digest or award_digest(record)
    decision = may_sign(record, partner, actor, digest, delegate_may_sign=True)

    assert decision.code == code
    assert decision.allowed is (code == "MAY_SIGN")


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        pytest.param(a_person(), "MAY_SIGN", id="the signatory"),
        pytest.param(a_deputy(), "DEPUTY_MAY_NOT_SIGN", id="the deputy"),
        pytest.param(a_deputy(a_person().offices[0]), "MAY_SIGN", id="a second signatory, deputy too"),
    ],
)
def test_where_the_agreement_lets_no_deputy_sign_the_signatory_must(actor: Actor, code: str) -> None:
    record = a_record()

    decision = may_sign(record, "fr", actor, award_digest(record), delegate_may_sign=False)

    assert decision.code == code


@pytest.mark.parametrize(
    ("record", "missing"),
    [
        pytest.param(a_record(), TWO, id="nobody has signed"),
        pytest.param(signed(a_record(), "mt"), ("fr",), id="one has signed"),
        pytest.param(signed(a_record(), "fr", "mt"), (), id="all have signed"),
        pytest.param(signed(a_record(), "fr", "mt", digest="0" * 64), TWO, id="another record was signed"),
    ],
)
def test_an_award_takes_effect_with_the_last_signature(record: AwardRecord, missing: tuple[str, ...]) -> None:
    assert unsigned(record) == missing
    assert is_effective(record) is (not missing)
    assert effective_from(record) == (None if missing else NOON + timedelta(days=1))


def test_an_award_of_nobody_never_takes_effect() -> None:
    assert not is_effective(a_record(awarding=()))


def test_signing_and_conferring_leave_the_digest_as_it_is() -> None:
    record = a_record()

    assert award_digest(signed(record, "fr").model_copy(update={"conferred_at": NOON})) == award_digest(
        record
    )
    assert award_digest(a_record(average="14.01")) != award_digest(record)


partners = st.sets(st.sampled_from(["fr", "mt", "it", "pt"])).map(lambda chosen: tuple(sorted(chosen)))


@given(st.sampled_from(AwardForm), partners, st.sampled_from([None, WHY, deviating(form=AwardForm.DOUBLE)]))
def test_certificates_fit_the_form(
    agreed: AwardForm, awarding: tuple[str, ...], deviation: FormDeviation | None
) -> None:
    decision = award_form(an_agreement(award=an_award(form=agreed)), awarding, deviation)

    expected = {None: 0, AwardForm.JOINT: 1, AwardForm.DOUBLE: 2, AwardForm.MULTIPLE: len(awarding)}
    assert decision.certificates == expected[decision.form]


@given(partners, partners)
def test_an_award_is_in_force_exactly_when_all_have_signed(
    awarding: tuple[str, ...], given_by: tuple[str, ...]
) -> None:
    record = signed(a_record(awarding=awarding), *given_by)

    assert is_effective(record) is (bool(awarding) and set(awarding) <= set(given_by))
