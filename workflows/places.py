"""What a case tells its cohort: that it is a candidate, or that its place is free. Source: V13, V14."""

from activities.cohort import CohortActivities
from models.admission import AdmissionRegulations
from models.base import PartnerId
from models.case import CaseContext, Intake
from models.lifecycle import NO_CASE, CohortInput, CohortMessage
from models.record import CandidateNotice, SeatFreed
from workflows.steps import tell


class CohortDesk:
    """Speaks to the cohort of one case; without limited places or embargo there is nothing to say."""

    def __init__(
        self, context: CaseContext, intake: Intake, admission: AdmissionRegulations, lead: PartnerId
    ) -> None:
        self._context = context
        self._intake = intake
        self._admission = admission
        self._lead = lead

    @property
    def is_needed(self) -> bool:
        """Tell whether decisions wait for the cohort."""
        return self._admission.places is not None or self._admission.embargo

    async def join(self, notice: CandidateNotice) -> None:
        """Tell that the committee has decided."""
        await tell(CohortActivities.tell_cohort, CohortMessage(cohort=self._cohort, candidate=notice))

    async def give_up_place(self) -> None:
        """Tell that the place is free for the next on the reserve list."""
        if self._admission.places is None:
            return
        context = self._context
        freed = SeatFreed(
            message_id=f"{context.case}/freed",
            case=context.case,
            programme=context.programme,
            cohort=context.cohort,
        )
        await tell(CohortActivities.tell_cohort, CohortMessage(cohort=self._cohort, freed=freed))

    @property
    def _cohort(self) -> CohortInput:
        return CohortInput(
            context=self._context.model_copy(update={"case": NO_CASE, "person": NO_CASE}),
            intake=self._intake,
            places=self._admission.places,
            embargo=self._admission.embargo,
            lead=self._lead,
        )
