"""Ballots: who votes, under which rule, and what came out. Source: V1-V6, V10, R68."""

from decimal import Decimal
from enum import StrEnum

from pydantic import AwareDatetime, Field

from models.actor import Role
from models.base import CaseId, Flag, Model, PartnerId, PersonRef, ProgrammeId


class BallotRule(StrEnum):
    """How a body decides. Source: JOIMAN agreement template (V3)."""

    CONSENSUS = "consensus"
    """Nobody votes against; abstentions do not block."""
    MAJORITY = "majority"
    """More votes for the leading option than for all others together, abstentions not counted."""
    UNANIMITY = "unanimity"
    """Every partner votes for the same option; an abstention or silence blocks."""


class SplitRule(StrEnum):
    """How a partner's votes count when several members of it vote differently (V1)."""

    BLOCK = "block"
    """Together, for what most of its members chose; if equally many, for nothing: the partner is split."""
    SHARED = "shared"
    """Divided equally among its members."""


class QuorumRule(StrEnum):
    """When a body may decide (V2)."""

    ONE_OF_EACH_PARTNER = "one_of_each_partner"
    SHARE_OF_MEMBERS = "share_of_members"


class DeadlockRule(StrEnum):
    """What happens when no decision comes out."""

    CASTING_VOTE = "casting_vote"
    """The chair decides."""
    REFER = "refer"
    """The programme leader is asked to resolve it."""


class BallotPolicy(Model):
    """The voting rules of one body, from the agreement."""

    rule: BallotRule = BallotRule.CONSENSUS
    members_per_partner: int = Field(default=1, ge=1, le=9)
    votes_per_partner: int = Field(default=1, ge=1, le=9)
    split: SplitRule = SplitRule.BLOCK
    """How a partner's votes count when its members disagree."""
    quorum: QuorumRule = QuorumRule.ONE_OF_EACH_PARTNER
    quorum_share: Decimal = Field(default=Decimal("0.5"), gt=0, le=1)
    """Of members not recused, abstentions counted as present; used with `share_of_members`."""
    deadlock: DeadlockRule = DeadlockRule.CASTING_VOTE
    early_majority: Flag = True
    """A majority that outstanding votes cannot change decides at once; other rules hear everybody."""
    written_procedure: Flag = True
    """Votes may be given without a meeting (V4)."""
    associates_vote: Flag = False
    """Associate partners count for votes and quorum (R63)."""
    days_to_vote: int = Field(default=10, ge=1, le=120)
    """Working days until a ballot is escalated."""


class Elector(Model):
    """A member of the electorate, frozen when the ballot opens."""

    person: PersonRef
    name: str
    partner: PartnerId
    chair: bool = False
    deputy_for: PersonRef | None = None


class Vote(Model):
    """One member's vote; `option` is an option's code, `abstain` or `recuse`."""

    person: PersonRef
    partner: PartnerId
    option: str
    reason: str = ""


ABSTAIN = "abstain"
RECUSE = "recuse"
SPLIT = "split"
EXCUSED = "excused"


class BallotState(StrEnum):
    """Where a ballot stands after a tally."""

    OPEN = "open"
    """Votes are still awaited that could matter."""
    DECIDED = "decided"
    NO_QUORUM = "no_quorum"
    DEADLOCK = "deadlock"


class TallyCode(StrEnum):
    """Why a tally is what it is."""

    WAITING = "WAITING"
    CONSENSUS = "CONSENSUS"
    MAJORITY = "MAJORITY"
    UNANIMITY = "UNANIMITY"
    CASTING_VOTE = "CASTING_VOTE"
    QUORUM_NOT_REACHED = "QUORUM_NOT_REACHED"
    ALL_RECUSED = "ALL_RECUSED"
    SEAT_VACANT = "SEAT_VACANT"
    """A partner that is entitled to vote has no member; nothing can be decided."""
    NO_AGREEMENT = "NO_AGREEMENT"


class Tally(Model):
    """What the votes given so far mean under the policy."""

    state: BallotState
    option: str | None = None
    by_partner: dict[PartnerId, str] = Field(default_factory=dict)
    """The option that each partner's votes stand for, `abstain`, `split`, or `excused` if all are recused."""
    missing: tuple[PersonRef, ...] = ()
    recused: tuple[PersonRef, ...] = ()
    code: TallyCode
    sentence: str


class VoteRefusal(StrEnum):
    """Why a person cannot vote, or cannot take another's place."""

    NOT_AN_ELECTOR = "NotAnElector"
    ALREADY_VOTED = "AlreadyVoted"
    RECUSED = "Recused"
    UNKNOWN_OPTION = "UnknownOption"
    ALREADY_AN_ELECTOR = "AlreadyAnElector"
    OTHER_PARTNER = "OtherPartner"


class BallotRefusal(Model):
    """A refusal with a sentence that the person can act on."""

    code: VoteRefusal
    sentence: str


class ElectorateQuery(Model):
    """Whose members form the electorate of a body, and when it is frozen."""

    programme: ProgrammeId
    body: Role
    policy: BallotPolicy
    associates: tuple[PartnerId, ...] = ()
    """Partners that count only where the policy lets associates vote (R63)."""
    at: AwareDatetime


class Electorate(Model):
    """The frozen electorate of one ballot."""

    electors: tuple[Elector, ...]


class BallotRecord(Model):
    """A ballot as the records keep it: opened once, closed once."""

    ballot_id: str
    """`{workflow id}/ballot/{number}`."""
    case: CaseId
    body: Role
    subject: str
    options: tuple[str, ...]
    policy: BallotPolicy
    electorate: tuple[Elector, ...]
    opened_at: AwareDatetime
    tally: Tally | None = None
    outcome: str | None = None
    closed_at: AwareDatetime | None = None


class BallotOutcome(Model):
    """What a body has decided, and why."""

    option: str
    tally: Tally
    reasons: tuple[str, ...] = ()
    """What the members who voted for it wrote."""
    scores: tuple[Decimal, ...] = ()
    """Scores that members gave with their votes (V8)."""
