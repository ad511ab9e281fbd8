"""What holds for every ballot, whatever the policy and the votes."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from models.ballot import (
    ABSTAIN,
    RECUSE,
    BallotPolicy,
    BallotRule,
    BallotState,
    DeadlockRule,
    Elector,
    QuorumRule,
    SplitRule,
    Tally,
    Vote,
)
from tests.rules.test_ballot import OPTIONS, a_body, counted


@st.composite
def ballots(draw: st.DrawFn) -> tuple[BallotPolicy, tuple[Elector, ...], tuple[Vote, ...]]:
    members = draw(st.integers(1, 3))
    seats = [
        f"p{partner}-{member}" for partner in range(draw(st.integers(1, 3))) for member in range(members)
    ]
    policy = BallotPolicy(
        rule=draw(st.sampled_from(BallotRule)),
        split=draw(st.sampled_from(SplitRule)),
        quorum=draw(st.sampled_from(QuorumRule)),
        votes_per_partner=draw(st.integers(1, 3)),
        deadlock=draw(st.sampled_from(DeadlockRule)),
    )
    voters = draw(st.lists(st.sampled_from(seats), unique=True))
    said = tuple(
        Vote(
            person=voter,
            partner=voter.split("-")[0],
            option=draw(st.sampled_from([*OPTIONS, ABSTAIN, RECUSE])),
        )
        for voter in voters
    )
    return policy, a_body(*seats, chair=seats[0]), said


@given(ballots(), st.booleans())
def test_order_of_votes_is_without_effect(
    ballot: tuple[BallotPolicy, tuple[Elector, ...], tuple[Vote, ...]], closed: bool
) -> None:
    policy, body, said = ballot

    assert counted(policy, body, said, closed=closed) == counted(policy, body, said[::-1], closed=closed)


@given(ballots())
def test_closed_or_complete_ballots_do_not_wait(
    ballot: tuple[BallotPolicy, tuple[Elector, ...], tuple[Vote, ...]],
) -> None:
    policy, body, said = ballot

    closed = counted(policy, body, said, closed=True)
    assert closed.state is not BallotState.OPEN
    assert (closed.option is not None) == (closed.state is BallotState.DECIDED)
    if not closed.missing:
        assert counted(policy, body, said) == closed


@given(ballots())
def test_early_decision_stands_whatever_the_others_vote(
    ballot: tuple[BallotPolicy, tuple[Elector, ...], tuple[Vote, ...]],
) -> None:
    policy, body, said = ballot
    early: Tally = counted(policy, body, said)
    if early.state is not BallotState.DECIDED or len(early.missing) > 4:
        return
    for rest in itertools.product([*OPTIONS, ABSTAIN, RECUSE], repeat=len(early.missing)):
        late = [
            Vote(person=person, partner=person.split("-")[0], option=option)
            for person, option in zip(early.missing, rest, strict=True)
        ]
        assert counted(policy, body, (*said, *late)).option == early.option
