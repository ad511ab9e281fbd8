"""What a qualification supplement lacks, section by section."""

from typing import Any

import pytest

from models.admission import Recognised
from models.award import AwardForm
from models.awarding import FormCode, FormDecision, SupplementFacts, SupplementResult, SupplementSection
from models.grading import GradeOutcome
from models.partnership import Partnership
from rules.supplement import supplement_facts, supplement_gaps
from tests.rules.regulations import (
    PARTNERS,
    TEN,
    a_fact,
    a_learning_agreement,
    a_partner,
    a_registration,
    an_agreement,
    an_award,
    facts_of,
)

AGREEMENT = an_agreement()
TWO = ("fr", "mt")
RESULT = SupplementResult(course="c1", local_grade=True, joint_grade=True, awarded_by="fr")
JOINT = FormDecision(form=AwardForm.JOINT, certificates=1, code=FormCode.AS_AGREED, sentence="Joint.")


def complete(**fields: Any) -> SupplementFacts:
    given = {
        "holder_name": True,
        "birth_date": True,
        "student_numbers": TWO,
        "awarding": TWO,
        "path": ("c1",),
        "results": (RESULT,),
        "form": AwardForm.JOINT,
        "numbers": ("MD-2026-1",),
        "signatories": TWO,
    }
    return SupplementFacts(**{**given, **fields})


def without(**fields: Any) -> tuple[SupplementResult, ...]:
    return (RESULT.model_copy(update=fields),)


@pytest.mark.parametrize(
    ("facts", "gaps"),
    [
        pytest.param(complete(), "", id="complete"),
        pytest.param(complete(holder_name=False), "1_holder:holder_name", id="name"),
        pytest.param(complete(birth_date=False), "1_holder:birth_date", id="date of birth"),
        pytest.param(complete(student_numbers=("fr",)), "1_holder:student_number:mt", id="student number"),
        pytest.param(complete(awarding=()), "2_qualification:awarding", id="nobody awards"),
        pytest.param(complete(form=None), "2_qualification:form", id="form"),
        pytest.param(complete(numbers=()), "2_qualification:certificate_numbers", id="number"),
        pytest.param(
            complete(form=AwardForm.DOUBLE), "2_qualification:certificate_numbers", id="sibling's number"
        ),
        pytest.param(complete(results=()), "4_programme_and_results:result:c1", id="result"),
        pytest.param(
            complete(results=without(local_grade=False)),
            "4_programme_and_results:local_grade:c1",
            id="local grade",
        ),
        pytest.param(
            complete(results=without(joint_grade=False)),
            "4_programme_and_results:joint_grade:c1",
            id="joint grade",
        ),
        pytest.param(
            complete(results=without(recognised=True, local_grade=False, joint_grade=False)),
            "",
            id="recognised learning has no grade",
        ),
        pytest.param(
            complete(results=without(awarded_by=None)),
            "4_programme_and_results:awarded_by:c1",
            id="who awards credits",
        ),
        pytest.param(complete(signatories=("mt",)), "7_certification:signatory:fr", id="signatory"),
    ],
)
def test_gaps_are_named(facts: SupplementFacts, gaps: str) -> None:
    found = supplement_gaps(AGREEMENT, facts)

    parts = ((gap.section, gap.item, gap.partner or gap.course) for gap in found)
    assert " ".join(":".join(part for part in gap if part) for gap in parts) == gaps


def test_descriptors_that_the_agreement_lacks_are_named_with_their_sections() -> None:
    found = supplement_gaps(an_agreement(award=an_award(supplement=None)), complete())

    assert [gap.section for gap in found] == [
        SupplementSection.LEVEL,
        SupplementSection.PROGRAMME,
        SupplementSection.FUNCTION,
        SupplementSection.ADDITIONAL,
        SupplementSection.MOBILITY,
        SupplementSection.DELIVERY,
    ]
    assert found[0].sentence.endswith("add award.supplement.access_requirements.")


def test_every_awarding_university_needs_its_higher_education_system() -> None:
    bare = a_partner("mt", higher_education_system=None)
    agreement = an_agreement(partnership=Partnership(partners=(PARTNERS[0], bare, PARTNERS[2])))

    found = supplement_gaps(agreement, complete())

    assert [(gap.section, gap.partner) for gap in found] == [(SupplementSection.SYSTEM, "mt")]


def test_a_deliberated_learner_lacks_only_what_the_records_know() -> None:
    learning = a_learning_agreement(AGREEMENT, recognised=(Recognised(course="c1", ects=TEN),))
    courses = (
        a_fact("c2", joint=None),
        a_fact("opt-it", outcome=GradeOutcome.EXEMPT, local=None, joint=None),
        a_fact("opt-fr"),
    )
    registrations = (
        a_registration("mt"),
        a_registration("fr"),
        a_registration("it", receipt=None),
    )
    facts = facts_of(AGREEMENT, courses, learning, registrations=registrations)
    known = complete(student_numbers=(), signatories=("fr", "mt", "it"))

    found = supplement_facts(facts, JOINT, ("fr", "mt", "it"), known)

    assert found.path == ("c1", "c2", "opt-it")
    assert [result.course for result in found.results] == ["c1", "c2", "opt-it"]
    assert [gap.partner for gap in supplement_gaps(AGREEMENT, found)] == ["it"]


def test_a_registration_without_a_number_and_an_open_result_are_gaps() -> None:
    receipt = a_registration("fr").receipt
    assert receipt is not None
    unnumbered = a_registration("fr", receipt=receipt.model_copy(update={"student_number": None}))
    facts = facts_of(AGREEMENT, (a_fact("c1", outcome=None),), registrations=(unnumbered,))

    found = supplement_facts(facts, JOINT, ("fr",), complete(student_numbers=()))

    items = [(gap.item, gap.course) for gap in supplement_gaps(AGREEMENT, found)]
    assert items == [("student_number", None), ("result", "c1"), ("result", "c2"), ("result", "opt-it")]
