"""Whether a chosen path can lead to the award."""

import pytest

from models.admission import Recognised
from models.award import AwardScope
from rules.choice import check_choice
from tests.rules.regulations import PATH, TEN, an_agreement, an_award

VISITED = an_agreement(award=an_award(scope=AwardScope.VISITED_PARTNERS, minimum_awarding_partners=3))


@pytest.mark.parametrize(
    ("path", "recognised", "code"),
    [
        pytest.param(PATH, (), None, id="three universities"),
        pytest.param(("c1", "c2", "opt-fr"), (), "TOO_FEW_PARTNERS", id="two universities"),
        pytest.param(PATH, ("c1",), "TOO_FEW_PARTNERS", id="one of three is recognised away"),
        pytest.param(("c1", "c2"), (), "TOO_FEW_OPTIONS", id="the structure comes first"),
    ],
)
def test_a_path_that_cannot_lead_to_the_award_is_refused(
    path: tuple[str, ...], recognised: tuple[str, ...], code: str | None
) -> None:
    found = check_choice(VISITED, path, tuple(Recognised(course=course, ects=TEN) for course in recognised))

    assert found.code == code
    assert found.admissible is (code is None)


def test_a_change_cannot_drop_a_course_that_has_begun() -> None:
    found = check_choice(an_agreement(), ("c1", "c2", "opt-fr"), begun=("opt-it",))

    assert found.code == "COURSE_HAS_BEGUN"
