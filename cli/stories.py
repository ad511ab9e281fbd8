"""The learners of the demo: who they are, what happens to them, and how it must end."""

import random
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from models.admission import (
    AdmissionMode,
    Application,
    Attainment,
    EvidenceKind,
    EvidenceRequirement,
    LearningKind,
    PriorLearningClaim,
)
from models.case import CaseState, Phase
from models.consortium import ConsortiumAgreement
from models.partner import AdapterKind
from models.person import Person
from models.programme import Structure
from models.registration import RegistrationTrigger
from models.task import TaskKind
from rules.admission import needs_verification
from rules.phase_plan import phase_plan

GIVEN = ("Mira", "Jonas", "Inês", "Deniz", "Aurora", "Tomás", "Leonie", "Emre", "Sofia", "Kaisa", "Ayşe")
FAMILY = ("Lindqvist", "Moreira", "Demir", "Brandt", "Koskinen", "Sá Pinto", "Aksoy", "Reuter", "Nieminen")
COUNTRIES = ("FI", "DE", "PT", "TR", "FR", "IT", "MT", "ES")


class Story(StrEnum):
    """What happens to a learner of the demo."""

    STRAIGHT = "straight way"
    RECOGNISED = "prior learning recognised"
    RESIT = "fails an exam, passes the resit"
    SUPPLIES = "incomplete, then completed"
    REFUSED = "refused by the committee"
    WITHDRAWS = "withdraws while studying"
    RECUSED_VOTE = "a committee member is recused"
    PARTNER_REFUSES = "a partner refuses once"
    INCOMPLETE = "never completes the application"


ORDER = (
    *(Story.STRAIGHT, Story.RECOGNISED, Story.RESIT, Story.SUPPLIES, Story.REFUSED, Story.WITHDRAWS),
    *(
        Story.RECUSED_VOTE,
        Story.PARTNER_REFUSES,
        Story.INCOMPLETE,
        Story.STRAIGHT,
        Story.STRAIGHT,
        Story.STRAIGHT,
    ),
)

_ENDS = {
    Story.REFUSED: CaseState.REFUSED,
    Story.INCOMPLETE: CaseState.REFUSED,
    Story.WITHDRAWS: CaseState.WITHDRAWN,
}


@dataclass(frozen=True)
class Learner:
    """One learner of the demo."""

    number: int
    case: str
    person: Person
    story: Story
    application: Application
    holds_at: TaskKind | None = None
    """The step at which this learner is left waiting, so that people can try it themselves."""

    @property
    def ends(self) -> CaseState:
        """The state that the story implies."""
        return CaseState.ACTIVE if self.holds_at else _ENDS.get(self.story, CaseState.AWARDED)


def story_of(number: int, agreement: ConsortiumAgreement) -> Story:
    """Give each number its story; one that the programme does not allow becomes the straight way."""
    story = ORDER[number % len(ORDER)]
    if story is Story.RECOGNISED and _recognisable(agreement) is None:
        return Story.STRAIGHT
    if story is Story.PARTNER_REFUSES and agreement.registration.on_refusal != "hold":
        return Story.STRAIGHT
    return story


def human_steps(agreement: ConsortiumAgreement) -> tuple[TaskKind, ...]:
    """List the steps of the straight way at which the programme waits for a person."""
    partners = agreement.partnership.awarding
    steps = {
        TaskKind.VERIFY_DOCUMENTS: needs_verification(agreement.admission),
        TaskKind.EVALUATE_READINESS: agreement.admission.mode is AdmissionMode.READINESS,
        TaskKind.VOTE: True,
        TaskKind.ANSWER_OFFER: True,
        TaskKind.CHOOSE_PATH: agreement.programme.structure is Structure.BRANCHED,
        TaskKind.SIGN_AGREEMENT: True,
        TaskKind.CONFIRM_PAYMENT: Phase.PAYMENT in phase_plan(agreement),
        TaskKind.TRIGGER_REGISTRATION: agreement.registration.trigger
        is RegistrationTrigger.STUDENT_ADMINISTRATION,
        TaskKind.CONFIRM_REGISTRATION: any(one.adapter is AdapterKind.MANUAL for one in partners),
        TaskKind.ENTER_RESULT: True,
        TaskKind.SIGN_AWARD: True,
    }
    return tuple(kind for kind, happens in steps.items() if happens)


def make_person(case: str, number: int, chance: random.Random, now: datetime) -> Person:
    """Invent a person."""
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    return Person(
        ref=f"p-{case}",
        given_name=given,
        family_name=family,
        mail=f"learner{number + 1}@example.org",
        birth_date=date(1970 + chance.randrange(35), 1 + chance.randrange(12), 1 + chance.randrange(28)),
        nationality=chance.choice(COUNTRIES),
        created_at=now,
    )


def make_application(
    story: Story, agreement: ConsortiumAgreement, person: Person, chance: random.Random, now: datetime
) -> Application:
    """Fill in an application as the story wants it."""
    evidence = [_attainment(wanted, agreement) for wanted in agreement.admission.evidence if wanted.required]
    if story in {Story.SUPPLIES, Story.INCOMPLETE}:
        evidence = evidence[1:]
    languages = [one for one in agreement.admission.languages if not _shows(evidence, one.language)]
    evidence += [_language(one.language) for one in languages]
    recognised = _recognisable(agreement)
    claims: tuple[PriorLearningClaim, ...] = ()
    if story is Story.RECOGNISED and recognised is not None:
        claims = (_claim(recognised, agreement),)
    awarding = [partner.id for partner in agreement.partnership.awarding]
    return Application(
        submitted_at=now,
        country=person.nationality,
        attainments=tuple(evidence),
        claims=claims,
        main_partner=chance.choice(awarding),
        acknowledged_notice=True,
        lot=chance.randrange(1, 10**9),
    )


def missing_evidence(agreement: ConsortiumAgreement) -> Attainment:
    """Give the piece that an incomplete application lacks."""
    first = next(wanted for wanted in agreement.admission.evidence if wanted.required)
    return _attainment(first, agreement)


def _attainment(wanted: EvidenceRequirement, agreement: ConsortiumAgreement) -> Attainment:
    formal = agreement.admission.formal if agreement.admission.mode is AdmissionMode.FORMAL else None
    degree = wanted.kind is EvidenceKind.DEGREE
    if wanted.kind is EvidenceKind.LANGUAGE and agreement.admission.languages:
        return _language(agreement.admission.languages[0].language)
    return Attainment(
        reference=f"{wanted.kind.value}-1",
        kind=wanted.kind,
        eqf_level=(formal.minimum_eqf_level if formal else 6) if degree else None,
        isced_f=formal.isced_f[0] if degree and formal and formal.isced_f else None,
    )


def _language(language: str) -> Attainment:
    kind = EvidenceKind.LANGUAGE
    return Attainment(reference=f"language-{language}", kind=kind, language=language, cefr="C1")


def _shows(evidence: list[Attainment], language: str) -> bool:
    return any(one.language == language for one in evidence)


def _recognisable(agreement: ConsortiumAgreement) -> str | None:
    """Find a core course that prior learning may cover under the agreement's cap."""
    policy = agreement.admission.recognition
    courses = [agreement.programme.course(one) for one in agreement.programme.core]
    fits = [one.id for one in courses if policy.allowed and one.ects <= policy.ects_cap]
    return fits[0] if fits else None


def _claim(course: str, agreement: ConsortiumAgreement) -> PriorLearningClaim:
    return PriorLearningClaim(
        claim=f"claim-{course}"[:40],
        course=course,
        kind=LearningKind.FORMAL,
        eqf_level=agreement.programme.eqf_level,
        ects_claimed=Decimal(agreement.programme.course(course).ects),
        years_ago=2,
    )
