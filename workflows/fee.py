"""The fee of one place: what is due when, and that its first part is settled. Source: R248-R254, V29, V42."""

from activities.fee import FeeActivities
from models.actor import Role
from models.fee import FeeEvent
from models.record import FeeCharge, FeePayment
from models.task import TaskKind
from rules.fees import fee_plan
from workflows.steps import write
from workflows.tasks import Question, option
from workflows.way import Way


async def charge_fee(way: Way) -> None:
    """Work out what this place costs, counted from the acceptance of the offer, and keep it."""
    policy = way.rules.fees
    events = {FeeEvent.ACCEPTANCE: way.case.now(), FeeEvent.START: way.intake.study_starts_at}
    plan = fee_plan(
        policy,
        way.application.fee_category,
        way.context.cohort,
        events,
        way.context.calendars,
        way.context.zone,
    )
    way.brings(fee=plan)
    if plan.parts:
        await write(
            FeeActivities.charge_fee,
            FeeCharge(
                case=way.context.case,
                category=way.application.fee_category,
                currency=policy.currency,
                parts=plan.parts,
            ),
        )


async def settle_fee(way: Way) -> None:
    """Wait until the finance officer has the first part of the fee, where something waits for it (V29)."""
    plan = way.progress.fee
    if plan is None or not plan.parts:
        return
    first, currency = plan.parts[0], way.rules.fees.currency
    await way.case.ask(
        Question(
            kind=TaskKind.CONFIRM_PAYMENT,
            role=Role.FINANCE_OFFICER,
            partner=way.lead,
            subject=f"Confirm the payment of {first.amount} {currency}, due on {first.due_at:%-d %B %Y}. "
            f"{plan.due.sentence}",
            options=(option("paid", "It is paid"),),
            working_days=way.rules.registration.days_to_pay,
            due_at=first.due_at if first.due_at > way.case.now() else None,
            regulation="Agreement, section fees",
        )
    )
    payment = FeePayment(case=way.context.case, number=first.number, amount=first.amount, at=way.case.now())
    await write(FeeActivities.record_payment, payment)
