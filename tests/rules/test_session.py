"""When a meeting may be closed: agenda, quorum of partners, quorum by share."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from models.ballot import BallotPolicy, QuorumRule
from models.session import WITHDRAWN, AgendaItem, ClosingRefusal
from rules.session import may_close

OF_EACH = BallotPolicy()
BY_SHARE = BallotPolicy(quorum=QuorumRule.SHARE_OF_MEMBERS, quorum_share=Decimal("0.75"))
MEMBERS = ("fi-1", "de-1", "pt-1", "tr-1")
PARTNERS = ("fi", "de", "pt", "tr")


def an_item(outcome: str | None = "admit", ballot: str = "b1") -> AgendaItem:
    return AgendaItem(
        message_id=f"{ballot}/{outcome}",
        case="case0001",
        ballot_id=ballot,
        opened_at=datetime(2026, 3, 27, tzinfo=UTC),
        outcome=outcome,
        members=MEMBERS,
    )


def there(*persons: str) -> dict[str, str | None]:
    return {person: person.split("-")[0] for person in persons}


def test_a_meeting_with_an_undecided_case_stays_open() -> None:
    refusal = may_close((an_item(), an_item(None, "b2")), OF_EACH, PARTNERS, there(*MEMBERS))

    assert refusal is not None
    assert refusal.code is ClosingRefusal.AGENDA_OPEN
    assert refusal.sentence == "1 of the cases on the agenda are not decided yet."


@pytest.mark.parametrize(
    ("policy", "present", "lacks"),
    [
        pytest.param(OF_EACH, MEMBERS, "", id="one of each partner is there"),
        pytest.param(OF_EACH, MEMBERS[:2], "Nobody of pt and tr", id="two partners are missing"),
        pytest.param(BY_SHARE, MEMBERS[:3], "", id="three quarters of the members are there"),
        pytest.param(BY_SHARE, MEMBERS[:2], "2 of 4 members", id="only half of the members are there"),
        pytest.param(BY_SHARE, (*MEMBERS[:2], "fi-9"), "2 of 4 members", id="guests do not count"),
    ],
)
def test_the_quorum_is_that_of_the_agreement(
    policy: BallotPolicy, present: tuple[str, ...], lacks: str
) -> None:
    refusal = may_close((an_item(),), policy, PARTNERS, there(*present))

    assert (refusal.code if refusal else None) == (ClosingRefusal.NO_QUORUM if lacks else None)
    assert refusal is None or refusal.sentence.startswith(lacks)


def test_a_meeting_of_which_every_case_was_withdrawn_needs_no_quorum() -> None:
    assert may_close((an_item(WITHDRAWN),), OF_EACH, PARTNERS, {}) is None
