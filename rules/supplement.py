"""What the qualification supplement lacks: eight sections and two more. Source: R160-R167, R232, V33."""

from collections.abc import Iterator

from models.agreement import RowKind
from models.award import AwardForm, SupplementDescriptors
from models.awarding import FormDecision, SupplementFacts, SupplementGap, SupplementResult, SupplementSection
from models.base import PartnerId
from models.consortium import ConsortiumAgreement
from models.deliberation import DeliberationFacts
from models.grading import GradeOutcome
from rules.award import certificates

_DESCRIBED = {
    "access_requirements": SupplementSection.LEVEL,
    "programme_requirements": SupplementSection.PROGRAMME,
    "further_study": SupplementSection.FUNCTION,
    "further_information": SupplementSection.ADDITIONAL,
    "mobility_scheme": SupplementSection.MOBILITY,
    "delivery_method": SupplementSection.DELIVERY,
}
"""Descriptors of the agreement and the section in which they stand."""


def supplement_gaps(agreement: ConsortiumAgreement, facts: SupplementFacts) -> tuple[SupplementGap, ...]:
    """List everything that is missing, section by section; with nothing missing it can be issued (A8)."""
    return (
        *_holder(facts),
        *_qualification(facts),
        *_descriptors(agreement.award.supplement),
        *_results(facts),
        *_certification(facts),
        *_systems(agreement, facts),
    )


def supplement_facts(
    facts: DeliberationFacts, form: FormDecision, awarding: tuple[PartnerId, ...], known: SupplementFacts
) -> SupplementFacts:
    """
    Add what the deliberation knows: path, results, student numbers, form and awarding universities.

    `known` brings what only the records know: whether name and date of birth are there, the numbers
    of the certificates, the signatories.
    """
    learning = facts.learning_agreement
    numbered = {
        one.partner
        for one in facts.registrations
        if one.receipt is not None and one.receipt.student_number is not None
    }
    recognised = tuple(
        SupplementResult(course=row.course, recognised=True, awarded_by=row.credit_partner)
        for row in learning.rows
        if row.kind is RowKind.RECOGNISED
    )
    studied = tuple(
        SupplementResult(
            course=fact.course,
            recognised=fact.outcome is GradeOutcome.EXEMPT,
            local_grade=fact.local is not None,
            joint_grade=fact.joint is not None or fact.outcome is GradeOutcome.PASSED,
            awarded_by=fact.awarded_by,
        )
        for fact in facts.courses
        if fact.course in learning.studied and fact.outcome is not None
    )
    return known.model_copy(
        update={
            "student_numbers": (*known.student_numbers, *sorted(numbered)),
            "awarding": awarding,
            "path": learning.path,
            "results": (*recognised, *studied),
            "form": form.form,
        }
    )


def _holder(facts: SupplementFacts) -> Iterator[SupplementGap]:
    section = SupplementSection.HOLDER
    if not facts.holder_name:
        yield SupplementGap(section=section, item="holder_name", sentence="The holder's name is missing.")
    if not facts.birth_date:
        yield SupplementGap(section=section, item="birth_date", sentence="The date of birth is missing.")
    for partner in facts.awarding:
        if partner not in facts.student_numbers:
            sentence = f"The student number at {partner} is missing; its student administration confirms it."
            yield SupplementGap(section=section, item="student_number", partner=partner, sentence=sentence)


def _qualification(facts: SupplementFacts) -> Iterator[SupplementGap]:
    section = SupplementSection.QUALIFICATION
    if not facts.awarding:
        sentence = "No awarding university is named; register the learner where the award needs it."
        yield SupplementGap(section=section, item="awarding", sentence=sentence)
    form = facts.form
    if form is None:
        yield SupplementGap(section=section, item="form", sentence="The form of the award is not settled.")
    elif len(facts.numbers) != certificates(form, facts.awarding):
        siblings = "" if form is AwardForm.JOINT else "; each supplement names all of them"
        sentence = f"Every certificate needs its number{siblings}."
        yield SupplementGap(section=section, item="certificate_numbers", sentence=sentence)


def _descriptors(given: SupplementDescriptors | None) -> Iterator[SupplementGap]:
    if given is not None:
        return
    for name, section in _DESCRIBED.items():
        sentence = f"The agreement does not describe {name.replace('_', ' ')}: add award.supplement.{name}."
        yield SupplementGap(section=section, item=name, sentence=sentence)


def _results(facts: SupplementFacts) -> Iterator[SupplementGap]:
    known = {result.course: result for result in facts.results}
    for course in facts.path:
        result = known.get(course)
        if result is None:
            yield SupplementGap(
                section=SupplementSection.PROGRAMME,
                item="result",
                course=course,
                sentence=f"There is no result of {course}; its examiner enters it.",
            )
        else:
            yield from _incomplete(result)


def _incomplete(result: SupplementResult) -> Iterator[SupplementGap]:
    needed = {
        "local_grade": (result.local_grade or result.recognised, "the grade on the local scale"),
        "joint_grade": (result.joint_grade or result.recognised, "the grade on the joint scale"),
        "awarded_by": (result.awarded_by is not None, "the university that awards the credits"),
    }
    for item, (known, name) in needed.items():
        if not known:
            yield SupplementGap(
                section=SupplementSection.PROGRAMME,
                item=item,
                course=result.course,
                sentence=f"For {result.course}, {name} is missing.",
            )


def _certification(facts: SupplementFacts) -> Iterator[SupplementGap]:
    for partner in facts.awarding:
        if partner not in facts.signatories:
            yield SupplementGap(
                section=SupplementSection.CERTIFICATION,
                item="signatory",
                partner=partner,
                sentence=f"The directory names no signatory of {partner}; add one.",
            )


def _systems(agreement: ConsortiumAgreement, facts: SupplementFacts) -> Iterator[SupplementGap]:
    for partner in agreement.partnership.partners:
        if partner.id in facts.awarding and partner.higher_education_system is None:
            yield SupplementGap(
                section=SupplementSection.SYSTEM,
                item="higher_education_system",
                partner=partner.id,
                sentence=f"The agreement does not describe the higher education system of {partner.id}.",
            )
