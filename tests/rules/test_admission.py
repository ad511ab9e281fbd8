"""Applications: what is missing, what is verified, who is eligible."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.admission import (
    AdmissionMode,
    AdmissionRegulations,
    Application,
    Attainment,
    EvidenceKind,
    EvidenceRequirement,
    FormalRequirement,
    LanguageRequirement,
)
from rules.admission import (
    check_completeness,
    check_eligibility,
    needs_credential_evaluation,
    needs_verification,
    notice_to_acknowledge,
    unverified,
)
from tests.rules.regulations import NOON, TEXT

BACHELOR = FormalRequirement(minimum_eqf_level=6, isced_f=("061", "0714"), in_progress_allowed=True)
ENGLISH = LanguageRequirement(language="en", level="B2")
LATER = ENGLISH.model_copy(update={"late_proof_allowed": True})


def regulations(**fields: Any) -> AdmissionRegulations:
    return AdmissionRegulations(**{"mode": AdmissionMode.OPEN, **fields})


def formal(requirement: FormalRequirement = BACHELOR, **fields: Any) -> AdmissionRegulations:
    return regulations(mode=AdmissionMode.FORMAL, formal=requirement, **fields)


def evidence(kind: EvidenceKind, **fields: Any) -> Attainment:
    return Attainment(reference="ev-1", kind=kind, **fields)


def a_degree(**fields: Any) -> Attainment:
    return evidence(EvidenceKind.DEGREE, **{"eqf_level": 6, "isced_f": "0613", **fields})


def english(cefr: str | None, **fields: Any) -> Attainment:
    return evidence(EvidenceKind.LANGUAGE, **{"language": "en", "cefr": cefr, **fields})


def an_application(*attainments: Attainment, **fields: Any) -> Application:
    return Application(submitted_at=NOON, attainments=attainments, **fields)


def test_missing_evidence_is_named_in_the_words_of_the_agreement() -> None:
    rules = regulations(
        evidence=(
            EvidenceRequirement(kind=EvidenceKind.CV, label={"en": "a curriculum vitae"}),
            EvidenceRequirement(kind=EvidenceKind.MOTIVATION, label={"fr": "une lettre"}),
            EvidenceRequirement(kind=EvidenceKind.OTHER, label=TEXT, required=False),
        )
    )

    nothing = check_completeness(rules, an_application())
    everything = check_completeness(
        rules, an_application(evidence(EvidenceKind.CV), evidence(EvidenceKind.MOTIVATION))
    )

    assert nothing.missing == (EvidenceKind.CV, EvidenceKind.MOTIVATION)
    assert nothing.sentence.endswith("Please add: a curriculum vitae and une lettre.")
    assert everything.code == "COMPLETE"


@pytest.mark.parametrize(
    ("rules", "verified", "evaluated"),
    [
        pytest.param(regulations(), False, False, id="open"),
        pytest.param(
            regulations(
                evidence=(EvidenceRequirement(kind=EvidenceKind.IDENTITY, label=TEXT, verified=True),)
            ),
            True,
            False,
            id="open with an original to check",
        ),
        pytest.param(formal(), True, True, id="formal entry"),
        pytest.param(regulations(mode=AdmissionMode.FORMAL), False, False, id="formal without a requirement"),
    ],
)
def test_originals_are_checked_where_the_agreement_asks(
    rules: AdmissionRegulations, verified: bool, evaluated: bool
) -> None:
    assert needs_verification(rules) is verified
    assert needs_credential_evaluation(rules) is evaluated


def test_only_what_is_to_be_verified_and_is_not_yet_waits() -> None:
    identity = evidence(EvidenceKind.IDENTITY)
    asked = (EvidenceRequirement(kind=EvidenceKind.IDENTITY, label=TEXT, verified=True),)
    application = an_application(identity, a_degree(), a_degree(verified=True), evidence(EvidenceKind.CV))

    assert unverified(regulations(evidence=asked), application) == (identity,)
    assert unverified(formal(evidence=asked), application) == (identity, a_degree())


@pytest.mark.parametrize(
    ("rules", "attainments", "code"),
    [
        pytest.param(regulations(), [], "ELIGIBLE", id="open to all"),
        pytest.param(formal(), [a_degree()], "ELIGIBLE", id="degree of level and field"),
        pytest.param(formal(), [], "NO_PRIOR_AWARD", id="no degree"),
        pytest.param(formal(), [evidence(EvidenceKind.CV)], "NO_PRIOR_AWARD", id="a CV is no degree"),
        pytest.param(formal(), [a_degree(eqf_level=None)], "EQF_LEVEL_NOT_KNOWN", id="level not known"),
        pytest.param(formal(), [a_degree(eqf_level=5)], "EQF_LEVEL_TOO_LOW", id="level too low"),
        pytest.param(formal(), [a_degree(isced_f="0231")], "FIELD_NOT_ACCEPTED", id="other field"),
        pytest.param(formal(), [a_degree(isced_f="06")], "FIELD_NOT_ACCEPTED", id="field too broad"),
        pytest.param(formal(), [a_degree(isced_f=None)], "FIELD_NOT_ACCEPTED", id="field not known"),
        pytest.param(
            formal(FormalRequirement(minimum_eqf_level=6)),
            [a_degree(isced_f=None)],
            "ELIGIBLE",
            id="any field",
        ),
        pytest.param(
            formal(), [a_degree(in_progress=True)], "ELIGIBLE_ON_CONDITION", id="degree in progress"
        ),
        pytest.param(
            formal(FormalRequirement(minimum_eqf_level=6)),
            [a_degree(in_progress=True)],
            "DEGREE_NOT_ISSUED",
            id="degree in progress where it must be issued",
        ),
        pytest.param(
            formal(),
            [a_degree(in_progress=True), a_degree()],
            "ELIGIBLE",
            id="the better of two degrees counts",
        ),
        pytest.param(
            formal(),
            [a_degree(eqf_level=5), a_degree(in_progress=True)],
            "ELIGIBLE_ON_CONDITION",
            id="a condition is better than an objection",
        ),
        pytest.param(regulations(languages=(ENGLISH,)), [english("C1")], "ELIGIBLE", id="language above"),
        pytest.param(
            regulations(languages=(ENGLISH,)),
            [english("B2", language="en-GB")],
            "ELIGIBLE",
            id="a variety counts",
        ),
        pytest.param(regulations(languages=(ENGLISH,)), [], "LANGUAGE_NOT_SHOWN", id="language not shown"),
        pytest.param(
            regulations(languages=(ENGLISH,)),
            [english(None)],
            "LANGUAGE_NOT_SHOWN",
            id="language without level",
        ),
        pytest.param(
            regulations(languages=(ENGLISH,)),
            [english("C1", language="de")],
            "LANGUAGE_NOT_SHOWN",
            id="another language",
        ),
        pytest.param(
            regulations(languages=(ENGLISH,)), [english("B1")], "LANGUAGE_LEVEL_TOO_LOW", id="language below"
        ),
        pytest.param(
            regulations(languages=(ENGLISH,)),
            [english("B2", in_progress=True)],
            "LANGUAGE_NOT_SHOWN",
            id="certificate to come where it must be there",
        ),
        pytest.param(regulations(languages=(LATER,)), [], "ELIGIBLE_ON_CONDITION", id="proof may come later"),
        pytest.param(
            regulations(languages=(LATER,)),
            [english("B2", in_progress=True)],
            "ELIGIBLE_ON_CONDITION",
            id="certificate to come",
        ),
        pytest.param(
            regulations(languages=(LATER,)),
            [english("A2")],
            "LANGUAGE_LEVEL_TOO_LOW",
            id="too low is not late",
        ),
        pytest.param(
            regulations(notice_degree_prerequisite=TEXT),
            [],
            "NOTICE_NOT_ACKNOWLEDGED",
            id="notice to acknowledge",
        ),
        pytest.param(
            regulations(notice_degree_prerequisite=TEXT), [a_degree()], "ELIGIBLE", id="holds a degree"
        ),
    ],
)
def test_eligibility(rules: AdmissionRegulations, attainments: list[Attainment], code: str) -> None:
    decision = check_eligibility(rules, an_application(*attainments))

    assert decision.code == code
    assert decision.eligible is code.startswith("ELIGIBLE")
    assert decision.conditional is (code == "ELIGIBLE_ON_CONDITION")
    assert decision.sentence


def test_the_ineligible_are_told_every_reason_at_once() -> None:
    rules = formal(languages=(ENGLISH,), notice_degree_prerequisite=TEXT)

    decision = check_eligibility(rules, an_application())

    codes = [objection.code for objection in decision.objections]
    assert codes == ["NO_PRIOR_AWARD", "LANGUAGE_NOT_SHOWN", "NOTICE_NOT_ACKNOWLEDGED"]
    assert all(objection.sentence in decision.sentence for objection in decision.objections)


@pytest.mark.parametrize(
    ("application", "asked"),
    [
        pytest.param(an_application(), True, id="without a degree"),
        pytest.param(an_application(acknowledged_notice=True), False, id="acknowledged"),
        pytest.param(an_application(a_degree()), False, id="with the degree"),
        pytest.param(an_application(a_degree(in_progress=True)), True, id="degree not issued"),
        pytest.param(an_application(a_degree(eqf_level=5)), True, id="degree of a lower level"),
    ],
)
def test_the_notice_is_for_those_without_the_prerequisites(application: Application, asked: bool) -> None:
    rules = regulations(formal=BACHELOR, notice_degree_prerequisite=TEXT)

    assert (notice_to_acknowledge(rules, application) is not None) is asked


levels = st.sampled_from(("A1", "A2", "B1", "B2", "C1", "C2"))


@given(levels, levels, st.integers(1, 8), st.integers(1, 8))
def test_more_attainment_never_makes_ineligible(wanted: str, shown: str, needed: int, held: int) -> None:
    rules = formal(
        FormalRequirement(minimum_eqf_level=needed),
        languages=(LanguageRequirement(language="en", level=wanted),),
    )
    least = an_application(a_degree(eqf_level=held), english(shown))
    more = least.model_copy(
        update={"attainments": (*least.attainments, a_degree(eqf_level=8), english("C2"))}
    )

    assert check_eligibility(rules, least).eligible is (held >= needed and shown >= wanted)
    assert check_eligibility(rules, more).eligible
