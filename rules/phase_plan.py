"""The order of the learner's way, as the regulations of the programme settle it. Source: R209, V29, V35."""

from models.case import Phase
from models.consortium import ConsortiumAgreement
from models.registration import RegistrationModel, RegistrationTiming


def phase_plan(agreement: ConsortiumAgreement) -> tuple[Phase, ...]:
    """
    Put the phases in order.

    - Registration comes before study, or after it to claim the credits (V35).
    - Where learners register course by course, registration belongs to each course and is no phase (R209).
    - Payment is a phase only where registration waits for it and a fee is due (V29): it comes right
      before whatever waits for it, which is study where registration is no phase.
    """
    per_course = agreement.registration.model is RegistrationModel.PER_COURSE
    registration = () if per_course else (Phase.REGISTRATION,)
    payment = (Phase.PAYMENT,) if _waits_for_payment(agreement) else ()
    entering = (*payment, *registration)
    study = (Phase.STUDY,)
    after = agreement.registration.timing is RegistrationTiming.AFTER_STUDY and not per_course
    middle = (*study, *entering) if after else (*entering, *study)
    return (Phase.ADMISSION, Phase.AGREEMENT, *middle, Phase.DELIBERATION, Phase.AWARD)


def _waits_for_payment(agreement: ConsortiumAgreement) -> bool:
    return agreement.registration.waits_for_payment and any(
        category.amount > 0 for category in agreement.fees.categories
    )
