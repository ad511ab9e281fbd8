"""Votes: quorum, recusal, consensus, majority, unanimity, deadlock, split partners."""

from decimal import Decimal

import pytest

from models.ballot import (
    ABSTAIN,
    RECUSE,
    BallotPolicy,
    BallotRefusal,
    BallotRule,
    BallotState,
    DeadlockRule,
    Elector,
    QuorumRule,
    SplitRule,
    Tally,
    TallyCode,
    Vote,
    VoteRefusal,
)
from rules.ballot import may_vote, tally

OPTIONS = ("admit", "refuse")
MAJORITY = BallotPolicy(rule=BallotRule.MAJORITY)
CONSENSUS = BallotPolicy()
UNANIMITY = BallotPolicy(rule=BallotRule.UNANIMITY)
REFER = {"deadlock": DeadlockRule.REFER}
BY_SHARE = {"quorum": QuorumRule.SHARE_OF_MEMBERS}


def a_body(*seats: str, chair: str = "") -> tuple[Elector, ...]:
    """Seats are `partner-number`, as in `fi-1`."""
    return tuple(
        Elector(person=seat, name=seat, partner=seat.split("-")[0], chair=seat == chair) for seat in seats
    )


def votes(**said: str) -> tuple[Vote, ...]:
    """Persons are written `fi_1`."""
    return tuple(
        Vote(person=person.replace("_", "-"), partner=person.split("_")[0], option=option)
        for person, option in said.items()
    )


def counted(
    policy: BallotPolicy, body: tuple[Elector, ...], said: tuple[Vote, ...], *, closed: bool = False
) -> Tally:
    """Count the votes of a body in which every partner that is entitled to vote has a member."""
    entitled = tuple(dict.fromkeys(elector.partner for elector in body))
    return tally(policy, body, said, OPTIONS, entitled, closed=closed)


THREE = a_body("fi-1", "de-1", "pt-1", chair="fi-1")


@pytest.mark.parametrize(
    ("policy", "said", "code", "option"),
    [
        pytest.param(CONSENSUS, ("admit", "admit", "admit"), TallyCode.CONSENSUS, "admit", id="all agree"),
        pytest.param(CONSENSUS, ("admit", ABSTAIN, "admit"), TallyCode.CONSENSUS, "admit", id="abstention"),
        pytest.param(
            CONSENSUS, ("admit", "refuse", "admit"), TallyCode.CASTING_VOTE, "admit", id="objection"
        ),
        pytest.param(
            CONSENSUS, (ABSTAIN, "refuse", "admit"), TallyCode.NO_AGREEMENT, None, id="chair abstains"
        ),
        pytest.param(
            CONSENSUS, (ABSTAIN, ABSTAIN, ABSTAIN), TallyCode.NO_AGREEMENT, None, id="nobody chooses"
        ),
        pytest.param(
            CONSENSUS, (RECUSE, "refuse", "admit"), TallyCode.NO_AGREEMENT, None, id="chair recused"
        ),
        pytest.param(CONSENSUS, (RECUSE, "admit", "admit"), TallyCode.CONSENSUS, "admit", id="recusal"),
        pytest.param(CONSENSUS, (RECUSE, RECUSE, RECUSE), TallyCode.ALL_RECUSED, None, id="nobody left"),
        pytest.param(MAJORITY, ("admit", "refuse", "admit"), TallyCode.MAJORITY, "admit", id="two of three"),
        pytest.param(MAJORITY, ("refuse", "admit", ABSTAIN), TallyCode.CASTING_VOTE, "refuse", id="tie"),
        pytest.param(UNANIMITY, ("admit", "admit", "admit"), TallyCode.UNANIMITY, "admit", id="unanimous"),
        pytest.param(
            UNANIMITY, ("admit", ABSTAIN, "admit"), TallyCode.CASTING_VOTE, "admit", id="not unanimous"
        ),
        pytest.param(UNANIMITY, (RECUSE, "admit", "admit"), TallyCode.UNANIMITY, "admit", id="excused"),
    ],
)
def test_complete_votes_decide_under_the_rule(
    policy: BallotPolicy, said: tuple[str, str, str], code: TallyCode, option: str | None
) -> None:
    result = counted(policy, THREE, votes(fi_1=said[0], de_1=said[1], pt_1=said[2]))

    assert (result.code, result.option) == (code, option)
    assert result.sentence


def test_consensus_waits_for_everybody() -> None:
    result = counted(CONSENSUS, THREE, votes(fi_1="admit", de_1="admit"))

    assert result.state is BallotState.OPEN
    assert result.missing == ("pt-1",)
    assert result.sentence == "1 of 3 votes are missing, from pt."


def test_majority_waits_for_the_quorum_even_if_it_is_certain() -> None:
    assert counted(MAJORITY, THREE, votes(fi_1="admit", de_1="admit")).state is BallotState.OPEN


def test_certain_majority_decides_before_the_last_vote() -> None:
    policy = BallotPolicy(rule=BallotRule.MAJORITY, **BY_SHARE)

    result = counted(policy, THREE, votes(fi_1="admit", de_1="admit"))

    assert (result.state, result.option, result.missing) == (BallotState.DECIDED, "admit", ("pt-1",))


def test_majority_that_can_still_change_waits() -> None:
    policy = BallotPolicy(rule=BallotRule.MAJORITY, **BY_SHARE)

    assert counted(policy, THREE, votes(fi_1="admit", de_1="refuse")).state is BallotState.OPEN


def test_agreement_can_ask_to_hear_everybody_before_a_majority() -> None:
    policy = BallotPolicy(rule=BallotRule.MAJORITY, early_majority=False, **BY_SHARE)

    assert counted(policy, THREE, votes(fi_1="admit", de_1="admit")).state is BallotState.OPEN


def test_silence_at_closing_breaks_the_quorum_of_partners() -> None:
    result = counted(CONSENSUS, THREE, votes(fi_1="admit", de_1="admit"), closed=True)

    assert result.state is BallotState.NO_QUORUM
    assert result.sentence == "Nobody took part for pt; each partner is needed."


def test_abstention_counts_as_presence() -> None:
    result = counted(CONSENSUS, THREE, votes(fi_1="admit", de_1="admit", pt_1=ABSTAIN), closed=True)

    assert result.state is BallotState.DECIDED


def test_partner_whose_every_member_is_recused_is_excused_from_the_quorum() -> None:
    result = counted(CONSENSUS, THREE, votes(fi_1="admit", de_1="admit", pt_1=RECUSE), closed=True)

    assert result.option == "admit"
    assert result.by_partner["pt"] == "excused"
    assert result.recused == ("pt-1",)


@pytest.mark.parametrize("policy", [CONSENSUS, MAJORITY, UNANIMITY, BallotPolicy(**BY_SHARE)])
@pytest.mark.parametrize("closed", [False, True])
def test_nothing_is_decided_while_a_partner_has_nobody_in_office(policy: BallotPolicy, closed: bool) -> None:
    everybody = votes(fi_1="admit", de_1="admit", pt_1="admit")

    result = tally(policy, THREE, everybody, OPTIONS, ("fi", "de", "pt", "tr"), closed=closed)

    assert (result.state, result.code, result.option) == (
        BallotState.NO_QUORUM,
        TallyCode.SEAT_VACANT,
        None,
    )
    assert result.sentence == "Nobody is in office for tr; without each partner nothing is decided."


def test_an_empty_body_has_vacant_seats_and_not_recused_members() -> None:
    assert tally(CONSENSUS, (), (), OPTIONS, ("fi",)).code is TallyCode.SEAT_VACANT


def test_recusal_shrinks_the_number_of_which_the_quorum_is_a_share() -> None:
    policy = BallotPolicy(quorum_share=Decimal("0.75"), **BY_SHARE)
    body = a_body("fi-1", "de-1", "pt-1", "tr-1", "fr-1")
    three = votes(fi_1="admit", de_1="admit", pt_1="admit")

    assert counted(policy, body, three, closed=True).sentence == "3 of 5 members took part; 75 % are needed."
    assert counted(policy, body, (*three, *votes(tr_1=RECUSE)), closed=True).option == "admit"


def test_silence_at_closing_is_no_vote_for_unanimity() -> None:
    policy = BallotPolicy(rule=BallotRule.UNANIMITY, **BY_SHARE, **REFER)

    result = counted(policy, THREE, votes(fi_1="admit", de_1="admit"), closed=True)

    assert (result.state, result.code) == (BallotState.DEADLOCK, TallyCode.NO_AGREEMENT)


def test_deadlock_goes_to_the_programme_leader_where_the_agreement_says_so() -> None:
    policy = BallotPolicy(**REFER)

    result = counted(policy, THREE, votes(fi_1="admit", de_1="refuse", pt_1="admit"))

    assert result.state is BallotState.DEADLOCK
    assert "programme leader" in result.sentence


TWO_EACH = a_body("fi-1", "fi-2", "fi-3", "de-1", "de-2", "pt-1")


@pytest.mark.parametrize(
    ("said", "position"),
    [
        pytest.param({"fi_1": "admit", "fi_2": "admit", "fi_3": "refuse"}, "admit", id="most members"),
        pytest.param({"fi_1": "admit", "fi_2": "refuse", "fi_3": ABSTAIN}, "split", id="equally many"),
        pytest.param({"fi_1": ABSTAIN, "fi_2": ABSTAIN, "fi_3": ABSTAIN}, "abstain", id="abstention"),
        pytest.param({"fi_1": "admit"}, "admit", id="first voice"),
        pytest.param({"fi_1": RECUSE, "fi_2": "refuse"}, "refuse", id="recusal"),
    ],
)
@pytest.mark.parametrize("number", [1, 2])
def test_partner_votes_together_as_most_of_its_members(
    said: dict[str, str], position: str, number: int
) -> None:
    policy = BallotPolicy(members_per_partner=3, votes_per_partner=number)

    assert counted(policy, TWO_EACH, votes(**said)).by_partner["fi"] == position


def test_split_partner_blocks_consensus_but_only_loses_its_vote_in_a_majority() -> None:
    said = votes(fi_1="admit", fi_2="admit", fi_3="admit", de_1="admit", de_2="refuse", pt_1="admit")

    assert counted(CONSENSUS, TWO_EACH, said).state is BallotState.DEADLOCK
    assert counted(MAJORITY, TWO_EACH, said).option == "admit"


def test_shared_votes_are_divided_among_the_members() -> None:
    policy = BallotPolicy(rule=BallotRule.MAJORITY, split=SplitRule.SHARED, **REFER)
    body = a_body("fi-1", "fi-2", "de-1", "pt-1")
    divided = votes(fi_1="admit", fi_2="refuse", de_1="admit", pt_1="refuse")

    assert counted(policy, body, divided).state is BallotState.DEADLOCK
    result = counted(policy, body, votes(fi_1="admit", fi_2=ABSTAIN, de_1="admit", pt_1="refuse"))
    assert (result.option, result.by_partner["fi"]) == ("admit", "admit")


def test_partner_majority_that_its_own_missing_member_cannot_turn_counts_early() -> None:
    body = a_body("fi-1", "fi-2", "fi-3", "de-1", "pt-1")
    said = votes(fi_1="admit", fi_2="admit", de_1="admit", pt_1="refuse")

    assert counted(MAJORITY, body, said).option == "admit"


def test_votes_of_strangers_second_votes_and_unknown_options_are_as_if_not_given() -> None:
    said = (*votes(fi_1="admit", xx_9="refuse", de_1="perhaps"), *votes(fi_1="refuse"))

    result = counted(CONSENSUS, THREE, said)

    assert result.by_partner == {"fi": "admit"}
    assert result.missing == ("de-1", "pt-1")


@pytest.mark.parametrize(
    ("person", "option", "code"),
    [
        ("xx-1", "admit", VoteRefusal.NOT_AN_ELECTOR),
        ("fi-1", "admit", VoteRefusal.ALREADY_VOTED),
        ("de-1", "admit", VoteRefusal.RECUSED),
        ("pt-1", "perhaps", VoteRefusal.UNKNOWN_OPTION),
        ("pt-1", "admit", None),
        ("pt-1", ABSTAIN, None),
        ("pt-1", RECUSE, None),
    ],
)
def test_vote_that_cannot_count_is_refused(person: str, option: str, code: VoteRefusal | None) -> None:
    refusal = may_vote(THREE, votes(fi_1="refuse", de_1=RECUSE), person, option, OPTIONS)

    assert (refusal.code if isinstance(refusal, BallotRefusal) else None) == code
