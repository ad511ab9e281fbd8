"""Admission, one application at a time, on a server that skips waiting."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from models.admission import AdmissionOutcome, EvidenceKind, LearningKind, PriorLearningClaim
from models.decision import PathChoice, RecognitionRuling
from models.intent import Intent
from models.lifecycle import AdmissionResult
from models.task import TaskKind
from records.intent import IntentRecords
from tests.harness import a_sealer
from tests.workflows.builders import (
    COASTAL,
    DCE,
    an_admission,
    an_application,
    an_attainment,
    changed,
    shipped,
)
from tests.workflows.people import decision_for
from tests.workflows.world import World, eventually


class Application:
    """An application under way."""

    def __init__(self, world: World, case: str, handle: Any) -> None:
        self.world = world
        self.case = case
        self.handle = handle

    @classmethod
    async def start(cls, world: World, programme: str = DCE, **fields: Any) -> "Application":
        agreement = fields.pop("agreement", shipped(programme))
        context = await world.enter(agreement)
        application = an_application(agreement, context.clock.epoch, **fields)
        given = an_admission(agreement, context, application=application)
        handle = await world.start("AdmissionWorkflow", given, f"learner/{context.case}/admission")
        return cls(world, context.case, handle)

    async def until_committee(self) -> None:
        await self.world.answer_next(self.case, TaskKind.VERIFY_DOCUMENTS)
        await self.world.answer_next(self.case, TaskKind.EVALUATE_READINESS)

    async def vote(self, *options: str) -> None:
        await self.world.vote(self.case, *options, reason="The motivation is not convincing.")

    async def result(self) -> AdmissionResult:
        return AdmissionResult.model_validate(await self.handle.result())


async def test_an_application_that_stays_incomplete_expires_after_a_reminder(skipping: World) -> None:
    application = await Application.start(skipping, without=[EvidenceKind.CV])
    task = await skipping.task(application.case, TaskKind.SUPPLY_EVIDENCE)

    await skipping.skip(timedelta(days=13))
    await eventually(lambda: skipping.view(task).reminded_at, "a reminder")
    result = await application.result()

    assert result.outcome is AdmissionOutcome.INCOMPLETE
    assert skipping.view(task).outcome == "expired"


async def test_an_application_that_is_completed_in_time_goes_on(skipping: World) -> None:
    application = await Application.start(skipping, without=[EvidenceKind.CV])

    await skipping.answer_next(application.case, TaskKind.SUPPLY_EVIDENCE)

    assert await skipping.task(application.case, TaskKind.VERIFY_DOCUMENTS, partner="jyu")


async def test_an_accepted_offer_admits_and_names_the_main_partner(skipping: World) -> None:
    application = await Application.start(skipping)
    await application.until_committee()
    await application.vote("admit")

    offer = await skipping.task(application.case, TaskKind.ANSWER_OFFER)
    refused = await skipping.refusal(
        offer.workflow_id, decision_for(DCE, offer, "accept", content=PathChoice(main_partner="nowhere"))
    )
    await skipping.answer(offer, "accept", content=PathChoice(main_partner="uab"))

    result = await application.result()
    assert refused.code == "UnknownPartner"
    assert (result.outcome, result.main_partner) == (AdmissionOutcome.ADMITTED, "uab")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("decline", AdmissionOutcome.DECLINED), (None, AdmissionOutcome.EXPIRED)],
    ids=["declined", "not answered"],
)
async def test_an_offer_that_is_not_accepted_ends_the_way(
    skipping: World, answer: str | None, outcome: AdmissionOutcome
) -> None:
    application = await Application.start(skipping)
    await application.until_committee()
    await application.vote("admit")

    offer = await skipping.task(application.case, TaskKind.ANSWER_OFFER)
    if answer:
        await skipping.answer(offer, answer)

    assert (await application.result()).outcome is outcome


async def test_a_decision_signed_in_time_is_taken_although_it_arrives_late(skipping: World) -> None:
    application = await Application.start(skipping)
    await application.until_committee()
    await application.vote("admit")
    offer = await skipping.task(application.case, TaskKind.ANSWER_OFFER)
    # The person decides an hour before the deadline; the connection fails.
    await skipping.skip(offer.due_at - await skipping.now() - timedelta(hours=1))
    sealer = a_sealer(skipping.clock, await skipping.real_now())
    decision_id = uuid4().hex
    sealed = sealer.seal(offer.workflow_id, decision_id, decision_for(DCE, offer, "accept"))
    intents = IntentRecords(skipping.parts.database)
    intents.keep(Intent(decision_id=decision_id, workflow_id=offer.workflow_id, decision=sealed))

    await skipping.skip(timedelta(hours=1, seconds=3))
    resent = await (await skipping.sender()).resend_open()

    assert list(resent.answered) == [decision_id]
    assert (await application.result()).outcome is AdmissionOutcome.ADMITTED


async def test_a_decision_signed_after_the_deadline_is_told_that_it_is_late(skipping: World) -> None:
    application = await Application.start(skipping)
    await application.until_committee()
    await application.vote("admit")
    offer = await skipping.task(application.case, TaskKind.ANSWER_OFFER)

    await skipping.skip(offer.due_at - await skipping.now() + timedelta(seconds=3))
    refused = await skipping.refusal(offer.workflow_id, decision_for(DCE, offer, "accept"))

    assert refused.code == "TooLate"
    assert (await application.result()).outcome is AdmissionOutcome.EXPIRED


@pytest.mark.parametrize(
    ("appeal", "second", "outcome"),
    [
        ("accept", "", AdmissionOutcome.REFUSED),
        (None, "", AdmissionOutcome.REFUSED),
        ("appeal", "refuse", AdmissionOutcome.REFUSED),
        ("appeal", "admit", AdmissionOutcome.ADMITTED),
    ],
    ids=["let stand", "no appeal in time", "appeal rejected", "appeal upheld"],
)
async def test_a_refusal_can_be_appealed_against_once(
    skipping: World, appeal: str | None, second: str, outcome: AdmissionOutcome
) -> None:
    application = await Application.start(skipping)
    await application.until_committee()
    await application.vote("refuse")

    if appeal:
        await skipping.answer_next(
            application.case, TaskKind.ANSWER_REFUSAL, appeal, reason="The portfolio was not read."
        )
    if second:
        await application.vote(second)
    if outcome is AdmissionOutcome.ADMITTED:
        await skipping.answer_next(application.case, TaskKind.ANSWER_OFFER)

    assert (await application.result()).outcome is outcome
    told = [entry.sentence for entry in skipping.file(application.case).timeline]
    assert any("The motivation is not convincing." in sentence for sentence in told)


async def test_documents_that_are_not_genuine_end_the_way_unless_an_appeal_succeeds(
    skipping: World,
) -> None:
    application = await Application.start(skipping)
    await skipping.answer_next(
        application.case, TaskKind.VERIFY_DOCUMENTS, "not_genuine", reason="The seal is drawn by hand."
    )
    await skipping.answer_next(application.case, TaskKind.ANSWER_REFUSAL, "appeal", reason="It is not.")
    await application.vote("admit")
    await skipping.answer_next(application.case, TaskKind.EVALUATE_READINESS)
    await application.vote("refuse")

    result = await application.result()

    assert result.outcome is AdmissionOutcome.REFUSED


async def test_prior_learning_is_recognised_within_the_limits_of_the_agreement(skipping: World) -> None:
    claims = tuple(
        PriorLearningClaim(
            claim=f"claim-{course}",
            course=course,
            kind=LearningKind.FORMAL,
            eqf_level=6,
            ects_claimed=Decimal(5),
            evidence=("cv-1",),
        )
        for course in ("introduction", "teaching")
    )
    application = await Application.start(skipping, claims=claims)
    await skipping.answer_next(application.case, TaskKind.VERIFY_DOCUMENTS)
    await skipping.answer_next(application.case, TaskKind.EVALUATE_READINESS)

    for course in ("introduction", "teaching"):
        task = await skipping.task(application.case, TaskKind.ASSESS_PRIOR_LEARNING, course=course)
        too_much = decision_for(
            DCE, task, "recognise", content=RecognitionRuling(course=course, ects=Decimal(99))
        )
        assert (await skipping.refusal(task.workflow_id, too_much)).code == "TooManyCredits"
        ruling = RecognitionRuling(course=course, ects=Decimal(5))
        await skipping.answer(task, "recognise", content=ruling)
    await application.vote("admit")
    await skipping.answer_next(application.case, TaskKind.ANSWER_OFFER)

    result = await application.result()
    assert [(one.course, one.ects) for one in result.recognised] == [("introduction", Decimal(5))]


async def test_a_conditional_admission_lapses_when_the_condition_is_not_met(skipping: World) -> None:
    agreement = changed(shipped(COASTAL), "admission", places=None, embargo=False)
    agreement = changed(agreement, "admission.ballot", written_procedure=True)
    degree = an_attainment(EvidenceKind.DEGREE, in_progress=True)
    others = [
        an_attainment(one.kind)
        for one in agreement.admission.evidence
        if one.required and one.kind is not EvidenceKind.DEGREE
    ]
    application = await Application.start(skipping, agreement=agreement, attainments=(degree, *others))
    await skipping.answer_next(application.case, TaskKind.VERIFY_DOCUMENTS)
    vote = await skipping.task(application.case, TaskKind.VOTE)
    assert [one.code for one in vote.options] == ["admit_conditionally", "refuse", "abstain", "recuse"]
    await application.vote("admit_conditionally")

    condition = await skipping.task(application.case, TaskKind.MEET_CONDITION)
    await skipping.skip(condition.due_at - await skipping.now() - timedelta(days=2))
    await eventually(lambda: skipping.view(condition).reminded_at, "a reminder")

    assert (await application.result()).outcome is AdmissionOutcome.LAPSED
