"""What the API adapters share: the offering of an order, receipts, and what a state means for a caller."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from models.base import CourseId
from models.partner import (
    AssociationState,
    OfferingId,
    PartnerEndpoint,
    PartnerOrder,
    PartnerReceipt,
    ResultReport,
)
from partners.errors import (
    PartnerPendingError,
    PartnerRefusalCode,
    PartnerRefusedError,
    PartnerUnavailableError,
)

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """Tell the real time, for receipts."""
    return datetime.now(UTC)


class Answers:
    """Turns what one partner says into receipts and errors."""

    def __init__(self, endpoint: PartnerEndpoint, now: Now) -> None:
        self._endpoint = endpoint
        self._now = now

    def offering(self, course: CourseId | None) -> OfferingId:
        """Find the offering of the programme, or of a course."""
        offerings = self._endpoint.course_offerings
        offering = self._endpoint.programme_offering if course is None else offerings.get(course)
        if offering:
            return offering
        partner = self._endpoint.partner
        raise PartnerRefusedError(
            partner,
            PartnerRefusalCode.NO_OFFERING,
            f"The directory names no offering of {course or 'the programme'} at {partner}. Add it there.",
        )

    def registered(self, receipt: PartnerReceipt) -> PartnerReceipt:
        """Answer with the receipt if the registration is effective."""
        partner = receipt.partner
        match receipt.state:
            case AssociationState.ASSOCIATED:
                return receipt
            case AssociationState.PENDING | AssociationState.QUEUED:
                raise self.pending(
                    f"{partner} has the registration and has not decided yet", receipt.reference
                )
            case AssociationState.DENIED:
                raise PartnerRefusedError(
                    partner,
                    PartnerRefusalCode.DENIED,
                    f"{partner} denied it: {receipt.message or 'no reason is given'}.",
                )
            case AssociationState.CANCELLED:
                raise PartnerRefusedError(
                    partner,
                    PartnerRefusalCode.CANCELLED,
                    f"{partner} says that this registration was cancelled. "
                    f"{receipt.message or 'Start a new registration if the learner is to study there'}.",
                )

    def cancelled(self, receipt: PartnerReceipt) -> PartnerReceipt:
        """Answer with the receipt if nothing is active any more."""
        if receipt.state in {AssociationState.CANCELLED, AssociationState.DENIED}:
            return receipt
        raise self.pending(f"{receipt.partner} has not cancelled it yet", receipt.reference)

    def receipt(
        self, about: PartnerOrder | ResultReport, state: AssociationState, reference: str, message: str = ""
    ) -> PartnerReceipt:
        """Write a receipt of now."""
        return PartnerReceipt(
            effect_key=about.effect_key,
            partner=about.partner,
            state=state,
            reference=reference,
            message=message,
            answered_at=self._now(),
        )

    def pending(self, what: str, reference: str = "") -> PartnerPendingError:
        """Say that the partner has to do something first; whoever asks again waits longer each time."""
        return PartnerPendingError(self._endpoint.partner, f"{what}.", reference=reference)

    def must_have_settled(self, order: PartnerOrder, asked_ago: timedelta) -> None:
        """Believe "there is none" only when no asking can take effect any more; else look again then."""
        left = self._endpoint.settling_seconds - asked_ago.total_seconds()
        if left > 0 and not order.is_confirmed:
            partner = self._endpoint.partner
            sentence = f"{partner} may still receive what was asked of it before; it is looked at again."
            raise PartnerPendingError(partner, sentence, retry_after=left)

    def nonsense(self, what: str) -> PartnerUnavailableError:
        return PartnerUnavailableError(self._endpoint.partner, f"{self._endpoint.partner} {what}.")

    def not_enrolled(self, report: ResultReport) -> PartnerRefusedError:
        partner = self._endpoint.partner
        return PartnerRefusedError(
            partner,
            PartnerRefusalCode.UNKNOWN,
            f"{partner} knows no enrolment of this learner in {report.course}. Enrol the learner first.",
        )
