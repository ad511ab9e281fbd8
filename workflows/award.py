"""
The joint award: its record, every university's signature, and the moment it takes effect.

Source: R151-R159, R207, R231-R232, A9-A10, V69-V70.
"""

import asyncio
from functools import partial

from temporalio import workflow

from activities.award import AwardActivities
from models.actor import Role
from models.award import AwardRecord, Signature
from models.awarding import SupplementFacts
from models.base import PartnerId
from models.decision import Decision
from models.lifecycle import AwardInput, AwardResult
from models.record import AwardOpening, Conferral, SignatureRecord, SupplementQuery
from models.task import TaskKind
from rules.award import award_digest, certificate_numbers, is_effective, may_sign
from rules.supplement import supplement_facts, supplement_gaps
from workflows.casework import Casework
from workflows.refusals import refuse
from workflows.steps import write
from workflows.tasks import Question, option

SIGN, REFUSE = "sign", "refuse"


@workflow.defn
class AwardWorkflow(Casework):
    """Enter the award in the register, have every awarding university sign it, put it in force."""

    @workflow.init
    def __init__(self, award: AwardInput) -> None:
        super().__init__(award.context)
        self._input = award
        self._rules = award.agreement
        self._record: AwardRecord | None = None

    @workflow.run
    async def run(self, award: AwardInput) -> AwardResult:
        """Return the award when the last signature has put it in force."""
        try:
            record = await self._enter_in_register()
            await self._complete_supplement(record)
            signatures = await asyncio.gather(
                *(self._signed_by(partner, record) for partner in award.signing)
            )
            return await self._confer(record.model_copy(update={"signatures": tuple(signatures)}))
        finally:
            await self.finish()

    async def _complete_supplement(self, record: AwardRecord) -> None:
        """No award without its supplement: what it lacks becomes a task (R32, R160-R167)."""
        while gaps := supplement_gaps(self._rules, await self._supplement_facts(record)):
            await self.ask(
                Question(
                    kind=TaskKind.COMPLETE_SUPPLEMENT,
                    role=Role.STUDENT_ADMINISTRATION,
                    partner=self._rules.partnership.lead.id,
                    subject=f"The supplement lacks: {' '.join(gap.sentence for gap in gaps[:5])}",
                    options=(option("completed", "It is complete now"),),
                    working_days=self._rules.award.days_to_sign,
                    regulation="Agreement, section award: no award without its supplement",
                )
            )

    async def _supplement_facts(self, record: AwardRecord) -> SupplementFacts:
        """Put together what the deliberation knows with what the records and the directory know."""
        award, context = self._input, self._context
        query = SupplementQuery(
            person=context.person,
            programme=context.programme,
            agreement_version=context.agreement_version,
            awarding=award.signing,
            at=self.now(),
        )
        known = await write(AwardActivities.look_up_supplement, query)
        numbers = certificate_numbers(record, award.form.form or record.form)
        known = known.model_copy(update={"numbers": numbers})
        return supplement_facts(award.facts, award.form, award.signing, known)

    async def _enter_in_register(self) -> AwardRecord:
        award, context = self._input, self._context
        decided = award.deliberation
        opening = AwardOpening(
            prefix=self._rules.award.number_prefix,
            year=self.now().year,
            at=self.now(),
            record=AwardRecord(
                number="",
                case=context.case,
                person=context.person,
                programme=context.programme,
                agreement_version=context.agreement_version,
                form=award.form.form or self._rules.award.form,
                award_type=self._rules.award.type,
                ects=self._rules.programme.ects,
                classification=decided.classification,
                average=None if decided.average is None else str(decided.average),
                awarding=award.signing,
            ),
        )
        return await write(AwardActivities.open_award, opening)

    async def _signed_by(self, partner: PartnerId, record: AwardRecord) -> Signature:
        """Ask a university's signatory until it has signed; a refusal goes to the programme leader."""
        digest = award_digest(record)
        while True:
            answer = await self.ask(
                Question(
                    kind=TaskKind.SIGN_AWARD,
                    role=Role.SIGNATORY,
                    partner=partner,
                    subject=f"Sign award {record.number}, record {digest[:12]}",
                    options=(option(SIGN, "Sign"), option(REFUSE, "Do not sign", needs_reason=True)),
                    working_days=self._rules.award.days_to_sign,
                    regulation="Agreement, section award: signed by every awarding university",
                    check=partial(self._check_signatory, record, partner, digest),
                )
            )
            if answer is not None and answer.option == SIGN:
                actor = answer.decision.actor
                signature = Signature(
                    partner=partner,
                    person=actor.person,
                    name=actor.name,
                    signed_at=answer.receipt.decided_at,
                    digest=digest,
                )
                await write(
                    AwardActivities.sign_award,
                    SignatureRecord(number=record.number, case=record.case, signature=signature),
                )
                return signature
            await self._settle_refusal(partner, answer.decision.reason if answer else "")

    def _check_signatory(
        self, record: AwardRecord, partner: PartnerId, digest: str, decision: Decision
    ) -> None:
        delegate = self._rules.award.delegate_may_sign
        found = may_sign(record, partner, decision.actor, digest, delegate_may_sign=delegate)
        if not found.allowed:
            raise refuse(found.code, found.sentence)

    async def _settle_refusal(self, partner: PartnerId, reason: str) -> None:
        await self.ask(
            Question(
                kind=TaskKind.RESOLVE_BALLOT,
                role=Role.PROGRAMME_LEADER,
                partner=self._rules.partnership.lead.id,
                subject=f"{partner} does not sign: {reason}. Settle it, then its signatory is asked again",
                options=(option("ask_again", "Settled, ask again", needs_reason=True),),
                working_days=self._rules.award.days_to_sign,
            )
        )

    async def _confer(self, record: AwardRecord) -> AwardResult:
        conferred = record.model_copy(update={"conferred_at": self.now()})
        if not is_effective(conferred):
            missing = set(conferred.awarding) - {signature.partner for signature in conferred.signatures}
            raise RuntimeError(f"Award {record.number} lacks signatures of {sorted(missing)}.")
        await write(AwardActivities.confer_award, Conferral(number=record.number, at=self.now()))
        sentence = f"Award {record.number} is in force, signed by {len(record.signatures)} universities."
        await self.tell("award", sentence)
        return AwardResult(record=conferred, sentence=sentence)
