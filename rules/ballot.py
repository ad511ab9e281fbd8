"""
What the votes of a ballot mean, and who may give one. Source: V1-V6, V10, R68.

A partner has `votes_per_partner` votes, however many members it sends. A recused member
leaves the electorate and the quorum is taken of those who remain; a partner whose every
member is recused is excused: its silence does not break the quorum and its votes are not
asked. Abstentions count as presence, never as votes. A partner that is entitled to vote and
has no member at all is not excused: until the seat is filled, nothing is decided.
"""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from models.ballot import (
    ABSTAIN,
    EXCUSED,
    RECUSE,
    SPLIT,
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
from models.base import PartnerId, PersonRef
from rules.electorate import vacant_seats

_CODES = {
    BallotRule.CONSENSUS: TallyCode.CONSENSUS,
    BallotRule.MAJORITY: TallyCode.MAJORITY,
    BallotRule.UNANIMITY: TallyCode.UNANIMITY,
}


@dataclass(frozen=True)
class _Position:
    """What one partner's members have said so far, in votes."""

    label: str
    votes: dict[str, Fraction] = field(default_factory=dict)
    """As they count if nobody of this partner votes any more."""
    certain: dict[str, Fraction] = field(default_factory=dict)
    """Those that the partner's missing members cannot move."""
    open: Fraction = Fraction(0)
    """Those that could still go anywhere."""


@dataclass(frozen=True)
class _Count:
    """A ballot's state of voting, recused members set aside."""

    policy: BallotPolicy
    given: dict[PersonRef, str]
    """Options and abstentions by person."""
    remaining: tuple[Elector, ...]
    recused: tuple[PersonRef, ...]
    positions: dict[PartnerId, _Position]

    @property
    def missing(self) -> tuple[PersonRef, ...]:
        return tuple(elector.person for elector in self.remaining if elector.person not in self.given)

    def tally(self, state: BallotState, code: TallyCode, sentence: str, option: str | None = None) -> Tally:
        labels = {partner: position.label for partner, position in self.positions.items() if position.label}
        return Tally(
            state=state,
            option=option,
            by_partner=labels,
            missing=self.missing,
            recused=self.recused,
            code=code,
            sentence=sentence,
        )


def tally(
    policy: BallotPolicy,
    electorate: tuple[Elector, ...],
    votes: tuple[Vote, ...],
    options: tuple[str, ...],
    entitled: tuple[PartnerId, ...],
    *,
    closed: bool = False,
) -> Tally:
    """
    Tell whether the votes decide, and what.

    While votes are missing and the ballot is not closed it waits, except for a majority that
    the outstanding votes cannot change. `closed` means that the time to vote is over: silence
    then counts as absence, never as consent. `entitled` are the partners that have a vote by the
    agreement, whether anybody of theirs is in office or not.
    """
    count = _count(policy, electorate, votes, options)
    vacant = vacant_seats(electorate, entitled)
    if vacant:
        sentence = f"Nobody is in office for {', '.join(vacant)}; without each partner nothing is decided."
        return count.tally(BallotState.NO_QUORUM, TallyCode.SEAT_VACANT, sentence)
    if not count.remaining:
        sentence = "Nobody is left to decide: every member is recused. Name other members."
        return count.tally(BallotState.NO_QUORUM, TallyCode.ALL_RECUSED, sentence)
    lacking = _lacks_quorum(count)
    if count.missing and not closed:
        early = None if lacking else _certain_majority(count)
        return _decided(count, early) if early else _waiting(count)
    if lacking:
        return count.tally(BallotState.NO_QUORUM, TallyCode.QUORUM_NOT_REACHED, lacking)
    option = _agreed(count)
    return _decided(count, option) if option else _deadlock(count)


def may_vote(
    electorate: tuple[Elector, ...],
    votes: tuple[Vote, ...],
    person: PersonRef,
    option: str,
    options: tuple[str, ...],
) -> BallotRefusal | None:
    """Refuse a vote that cannot count; None means that it may be given."""
    if all(elector.person != person for elector in electorate):
        return _refuse(VoteRefusal.NOT_AN_ELECTOR, "You are not a member of the body that decides this case.")
    earlier = next((vote.option for vote in votes if vote.person == person), None)
    if earlier == RECUSE:
        return _refuse(VoteRefusal.RECUSED, "You have recused yourself from this case.")
    if earlier is not None:
        return _refuse(
            VoteRefusal.ALREADY_VOTED, f"You have already voted: {earlier}. A vote is not changed."
        )
    if option not in (*options, ABSTAIN, RECUSE):
        known = ", ".join(dict.fromkeys((*options, ABSTAIN, RECUSE)))
        return _refuse(
            VoteRefusal.UNKNOWN_OPTION, f"{option!r} cannot be voted for here; choose one of: {known}."
        )
    return None


def _refuse(code: VoteRefusal, sentence: str) -> BallotRefusal:
    return BallotRefusal(code=code, sentence=sentence)


def _count(
    policy: BallotPolicy, electorate: tuple[Elector, ...], votes: tuple[Vote, ...], options: tuple[str, ...]
) -> _Count:
    """Take each elector's first valid vote; anything else is as if it had not been given."""
    persons = {elector.person for elector in electorate}
    valid = (*options, ABSTAIN, RECUSE)
    given = {
        vote.person: vote.option
        for vote in reversed(votes)
        if vote.person in persons and vote.option in valid
    }
    remaining = tuple(elector for elector in electorate if given.get(elector.person) != RECUSE)
    positions = {}
    for partner in dict.fromkeys(elector.partner for elector in electorate):
        members = [elector.person for elector in remaining if elector.partner == partner]
        said = [given[person] for person in members if person in given]
        positions[partner] = _position(policy, said, len(members))
    return _Count(
        policy=policy,
        given={person: option for person, option in given.items() if option != RECUSE},
        remaining=remaining,
        recused=tuple(elector.person for elector in electorate if given.get(elector.person) == RECUSE),
        positions=positions,
    )


def _position(policy: BallotPolicy, said: list[str], members: int) -> _Position:
    if not members:
        return _Position(label=EXCUSED)
    chosen = Counter(option for option in said if option != ABSTAIN)
    if policy.split is SplitRule.SHARED:
        return _shared_position(policy.votes_per_partner, said, chosen, members)
    return _block_position(policy.votes_per_partner, said, chosen, members)


def _shared_position(votes: int, said: list[str], chosen: Counter[str], members: int) -> _Position:
    each = Fraction(votes, members)
    counted = {option: each * number for option, number in chosen.items()}
    label = SPLIT if len(chosen) > 1 else next(iter(chosen or said), "")
    return _Position(label=label, votes=counted, certain=counted, open=each * (members - len(said)))


def _block_position(votes: int, said: list[str], chosen: Counter[str], members: int) -> _Position:
    missing = members - len(said)
    whole = Fraction(votes)
    ordered = [*chosen.most_common(), (SPLIT, 0)]
    (option, most), (_, second) = ordered[0], ordered[min(1, len(ordered) - 1)]
    if most == second:
        label = SPLIT if chosen else next(iter(said), "")
        return _Position(label=label, open=whole if missing else Fraction(0))
    if most > second + missing:
        return _Position(label=option, votes={option: whole}, certain={option: whole})
    return _Position(label=option, votes={option: whole}, open=whole)


def _lacks_quorum(count: _Count) -> str:
    """Say what the quorum lacks; empty when it is reached (V2)."""
    present = sum(elector.person in count.given for elector in count.remaining)
    if count.policy.quorum is QuorumRule.SHARE_OF_MEMBERS:
        if present >= count.policy.quorum_share * len(count.remaining):
            return ""
        share = f"{count.policy.quorum_share * 100:f}".rstrip("0").rstrip(".")
        return f"{present} of {len(count.remaining)} members took part; {share} % are needed."
    silent = [partner for partner, position in count.positions.items() if not position.label]
    return f"Nobody took part for {', '.join(silent)}; each partner is needed." if silent else ""


def _totals(positions: list[dict[str, Fraction]]) -> dict[str, Fraction]:
    totals: dict[str, Fraction] = {}
    for votes in positions:
        for option, number in votes.items():
            totals[option] = totals.get(option, Fraction(0)) + number
    return totals


def _certain_majority(count: _Count) -> str | None:
    """Find the option that leads even if all outstanding votes go to another one."""
    if count.policy.rule is not BallotRule.MAJORITY or not count.policy.early_majority:
        return None
    positions = count.positions.values()
    certain = _totals([position.certain for position in positions])
    at_stake = sum(certain.values()) + sum(position.open for position in positions)
    return next((option for option, number in certain.items() if number > at_stake - number), None)


def _agreed(count: _Count) -> str | None:
    """Find the option on which the votes given agree under the body's rule."""
    totals = _totals([position.votes for position in count.positions.values()])
    if not totals:
        return None
    leader = max(totals, key=lambda option: totals[option])
    if count.policy.rule is BallotRule.MAJORITY:
        return leader if totals[leader] * 2 > sum(totals.values()) else None
    labels = {position.label for position in count.positions.values()} - {EXCUSED}
    if count.policy.rule is BallotRule.CONSENSUS:
        labels -= {ABSTAIN, ""}
    return leader if labels == {leader} else None


def _decided(count: _Count, option: str) -> Tally:
    rule = count.policy.rule
    behind = sum(position.label == option for position in count.positions.values())
    sentence = f"Decided by {rule}: {option} ({behind} of {len(count.positions)} partners)."
    return count.tally(BallotState.DECIDED, _CODES[rule], sentence, option)


def _waiting(count: _Count) -> Tally:
    partners = dict.fromkeys(
        elector.partner for elector in count.remaining if elector.person in count.missing
    )
    sentence = (
        f"{len(count.missing)} of {len(count.remaining)} votes are missing, from {', '.join(partners)}."
    )
    return count.tally(BallotState.OPEN, TallyCode.WAITING, sentence)


def _deadlock(count: _Count) -> Tally:
    """Let the chair decide where the policy says so and the chair has chosen (casting vote)."""
    if count.policy.deadlock is DeadlockRule.CASTING_VOTE:
        chair = next((elector.person for elector in count.remaining if elector.chair), "")
        option = count.given.get(chair, ABSTAIN)
        if option != ABSTAIN:
            sentence = f"The votes decide nothing; the chair's vote decides: {option}."
            return count.tally(BallotState.DECIDED, TallyCode.CASTING_VOTE, sentence, option)
    sentence = (
        f"The votes decide nothing under the rule of {count.policy.rule}. The programme leader is asked."
    )
    return count.tally(BallotState.DEADLOCK, TallyCode.NO_AGREEMENT, sentence)
