"""The order of the learner's way under different regulations."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.case import Phase
from models.fee import FeeCategory, FeeKind, FeePolicy
from models.registration import RegistrationModel, RegistrationRegulations, RegistrationTiming
from rules.phase_plan import phase_plan
from tests.rules.regulations import an_agreement

PAID = FeePolicy(categories=(FeeCategory(code="all", kind=FeeKind.INDIVIDUAL, amount=Decimal(300)),))
WAIVED = FeePolicy(categories=(FeeCategory(code="all", kind=FeeKind.INDIVIDUAL, amount=Decimal(0)),))
AFTER = {"timing": RegistrationTiming.AFTER_STUDY}
PER_COURSE = {"model": RegistrationModel.PER_COURSE}
WAITS = {"waits_for_payment": True}


@pytest.mark.parametrize(
    ("rules", "fees", "middle"),
    [
        pytest.param({}, PAID, "registration study", id="usual order"),
        pytest.param(WAITS, PAID, "payment registration study", id="payment first"),
        pytest.param(WAITS, WAIVED, "registration study", id="nothing to pay"),
        pytest.param(WAITS, FeePolicy(), "registration study", id="free of charge"),
        pytest.param(AFTER, PAID, "study registration", id="registration after study"),
        pytest.param(
            {**AFTER, **WAITS}, PAID, "study payment registration", id="payment before late registration"
        ),
        pytest.param(PER_COURSE, PAID, "study", id="course by course"),
        pytest.param({**PER_COURSE, **WAITS}, PAID, "payment study", id="course by course after payment"),
        pytest.param({**PER_COURSE, **AFTER}, PAID, "study", id="course by course whatever the time"),
    ],
)
def test_the_regulations_order_the_phases(rules: dict[str, object], fees: FeePolicy, middle: str) -> None:
    plan = phase_plan(an_agreement(registration=RegistrationRegulations.model_validate(rules), fees=fees))

    assert " ".join(plan) == f"admission agreement {middle} deliberation award"


@given(
    st.sampled_from(RegistrationModel),
    st.sampled_from(RegistrationTiming),
    st.booleans(),
    st.sampled_from([PAID, WAIVED]),
)
def test_every_plan_has_each_phase_once_and_the_agreement_before_study(
    model: RegistrationModel, timing: RegistrationTiming, waits: bool, fees: FeePolicy
) -> None:
    rules = RegistrationRegulations(model=model, timing=timing, waits_for_payment=waits)

    plan = phase_plan(an_agreement(registration=rules, fees=fees))

    assert len(set(plan)) == len(plan)
    assert plan.index(Phase.AGREEMENT) < plan.index(Phase.STUDY) < plan.index(Phase.DELIBERATION)
    assert plan[0] is Phase.ADMISSION
    assert plan[-1] is Phase.AWARD
