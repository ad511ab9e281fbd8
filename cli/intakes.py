"""How an intake enters: agreement version and dates into the records, its cohort into the engine."""

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from cli.applying import case_context
from cli.installation import Installation
from models.admission import Places
from models.case import Intake
from models.consortium import ConsortiumAgreement
from models.lifecycle import NO_CASE, CohortInput
from records.consortium import ConsortiumRepository, IntakeRepository


async def open_intake(
    installation: Installation, client: Client, intake: Intake, agreement: ConsortiumAgreement
) -> Intake:
    """Keep the version of the agreement and the intake; start the cohort where there is something to rank."""
    source = installation.library.agreement_file(agreement.id).read_text(encoding="utf-8")
    with installation.database.transaction() as session:
        ConsortiumRepository(session).add_version(agreement, source, installation.now())
        kept = IntakeRepository(session).add(intake)
    if agreement.admission.places is not None or agreement.admission.embargo:
        await client.start_workflow(
            "CohortWorkflow",
            cohort_input(installation, kept, agreement),
            id=f"cohort/{kept.programme}/{kept.cohort}",
            task_queue=installation.settings.task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=f"Cohort {kept.cohort}: places and release of decisions",
        )
    return kept


def cohort_input(installation: Installation, intake: Intake, agreement: ConsortiumAgreement) -> CohortInput:
    """Put together what the workflow of a cohort starts with."""
    return CohortInput(
        context=case_context(installation, agreement, intake, NO_CASE, NO_CASE),
        intake=intake,
        places=_places(intake, agreement),
        embargo=agreement.admission.embargo,
        lead=agreement.partnership.lead.id,
    )


def _places(intake: Intake, agreement: ConsortiumAgreement) -> Places | None:
    places = agreement.admission.places
    if places is None or intake.places is None:
        return places
    return places.model_copy(update={"number": intake.places})
