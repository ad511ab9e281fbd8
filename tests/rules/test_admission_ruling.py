"""What the admission committee may decide, after an evaluation of readiness; and appeals against it."""

from datetime import timedelta
from typing import Any

import pytest

from models.admission import AdmissionMode, AdmissionRegulations
from models.eligibility import (
    Appeal,
    AppealGround,
    Condition,
    ConditionCode,
    Eligibility,
    EligibilityCode,
    Readiness,
    ReadinessFinding,
)
from rules.admission import admission_options, appeal_allowed, judge_readiness
from tests.rules.regulations import NOON

UNIT = {"en": "Mathematics refresher"}


def regulations(**fields: Any) -> AdmissionRegulations:
    return AdmissionRegulations(**{"mode": AdmissionMode.OPEN, **fields})


@pytest.mark.parametrize(
    ("mode", "unit", "finding", "proposes", "code"),
    [
        pytest.param("readiness", UNIT, "ready", "admit", "READY", id="ready"),
        pytest.param(
            "readiness",
            UNIT,
            "preparatory_unit",
            "admit_conditionally",
            "PREPARATORY_UNIT_ASKED_FOR",
            id="unit",
        ),
        pytest.param(
            "open", UNIT, "preparatory_unit", "admit", "PREPARATORY_UNIT_ADVISED", id="unit in open mode"
        ),
        pytest.param(
            "readiness", None, "preparatory_unit", "admit", "NO_PREPARATORY_UNIT", id="no such unit"
        ),
        pytest.param("readiness", UNIT, "not_ready", "admit", "NOT_READY_ADVISED", id="advice never bars"),
        pytest.param("open", None, "not_ready", "admit", "NOT_READY_ADVISED", id="advice in open mode"),
        pytest.param("formal", None, "not_ready", "refuse", "NOT_READY", id="formal entry"),
    ],
)
def test_readiness_proposes(
    mode: str, unit: dict[str, str] | None, finding: str, proposes: str, code: str
) -> None:
    rules = regulations(mode=AdmissionMode(mode), preparatory_unit=unit)

    readiness = judge_readiness(rules, ReadinessFinding(finding))

    assert (readiness.proposes, readiness.code) == (proposes, code)
    assert (readiness.condition is not None) is (proposes == "admit_conditionally")


ELIGIBLE = Eligibility(code=EligibilityCode.ELIGIBLE, sentence="Yes.")
ON_CONDITION = Eligibility(
    conditions=(Condition(code=ConditionCode.DEGREE_TO_BE_ISSUED, sentence="To be issued."),),
    code=EligibilityCode.ELIGIBLE_ON_CONDITION,
    sentence="To be issued.",
)
PREPARED = judge_readiness(
    regulations(mode=AdmissionMode.READINESS, preparatory_unit=UNIT), ReadinessFinding.PREPARATORY_UNIT
)


@pytest.mark.parametrize(
    ("rules", "eligibility", "readiness", "options"),
    [
        pytest.param(regulations(), ELIGIBLE, None, "admit refuse", id="nothing to ask for"),
        pytest.param(
            regulations(preparatory_unit=UNIT),
            ELIGIBLE,
            None,
            "admit admit_conditionally refuse",
            id="a unit exists",
        ),
        pytest.param(
            regulations(), ELIGIBLE, PREPARED, "admit admit_conditionally refuse", id="a unit is proposed"
        ),
        pytest.param(
            regulations(),
            ELIGIBLE,
            judge_readiness(regulations(), ReadinessFinding.READY),
            "admit refuse",
            id="ready without condition",
        ),
        pytest.param(
            regulations(), ON_CONDITION, None, "admit_conditionally refuse", id="a condition is open"
        ),
    ],
)
def test_the_committee_has_these_options(
    rules: AdmissionRegulations, eligibility: Eligibility, readiness: Readiness | None, options: str
) -> None:
    offered = admission_options(rules, eligibility, readiness)

    assert " ".join(option.code for option in offered) == options
    assert offered[-1].needs_reason


def an_appeal(**fields: Any) -> Appeal:
    made = {"made_at": NOON + timedelta(days=3), "grounds": (AppealGround.FORMAL_HANDLING,)}
    return Appeal(decided_at=NOON, due_at=NOON + timedelta(days=10), **{**made, **fields})


@pytest.mark.parametrize(
    ("appeal", "code"),
    [
        pytest.param(an_appeal(), "APPEAL_ALLOWED", id="in time with a ground"),
        pytest.param(an_appeal(made_at=NOON + timedelta(days=10)), "APPEAL_ALLOWED", id="at the last moment"),
        pytest.param(
            an_appeal(grounds=(), reason="My degree was misread."), "APPEAL_ALLOWED", id="own words"
        ),
        pytest.param(
            an_appeal(made_at=NOON - timedelta(days=1)), "NOT_DECIDED_YET", id="before the decision"
        ),
        pytest.param(an_appeal(made_at=NOON + timedelta(days=11)), "TOO_LATE", id="too late"),
        pytest.param(an_appeal(appealed_before=True), "APPEALED_BEFORE", id="second appeal"),
        pytest.param(an_appeal(grounds=(), reason="  "), "NO_GROUND", id="no ground"),
        pytest.param(an_appeal(new_documents=True), "NEW_DOCUMENTS", id="new documents"),
    ],
)
def test_an_appeal_is_heard_or_told_why_not(appeal: Appeal, code: str) -> None:
    decision = appeal_allowed(appeal)

    assert decision.code == code
    assert decision.allowed is (code == "APPEAL_ALLOWED")
