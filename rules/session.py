"""When a committee's meeting may be closed. Source: V2, V4, V6, R193."""

from collections.abc import Mapping

from models.ballot import BallotPolicy, QuorumRule
from models.base import PartnerId, PersonRef
from models.session import WITHDRAWN, AgendaItem, ClosingRefusal, SessionRefusal
from rules.numbers import plain
from rules.wording import listed


def may_close(
    agenda: tuple[AgendaItem, ...],
    policy: BallotPolicy,
    partners: tuple[PartnerId, ...],
    present: Mapping[PersonRef, PartnerId | None],
) -> SessionRefusal | None:
    """
    Refuse to close a meeting while a case is undecided or the quorum is missing; None when it may be.

    A meeting of which every case was withdrawn has decided nothing and needs no quorum.
    """
    undecided = sum(item.outcome is None for item in agenda)
    if undecided:
        return _refuse(
            ClosingRefusal.AGENDA_OPEN, f"{undecided} of the cases on the agenda are not decided yet."
        )
    decided = tuple(item for item in agenda if item.outcome != WITHDRAWN)
    if not decided:
        return None
    if policy.quorum is QuorumRule.SHARE_OF_MEMBERS:
        return _share_missing(decided, policy, present)
    return _partners_missing(partners, present)


def _share_missing(
    decided: tuple[AgendaItem, ...], policy: BallotPolicy, present: Mapping[PersonRef, PartnerId | None]
) -> SessionRefusal | None:
    members = {person for item in decided for person in item.members}
    there = len(members.intersection(present))
    if there >= policy.quorum_share * len(members):
        return None
    share = plain(policy.quorum_share * 100)
    return _refuse(
        ClosingRefusal.NO_QUORUM,
        f"{there} of {len(members)} members are on the attendance list, and {share} % are needed: there is "
        "no quorum. Members who are there must say so.",
    )


def _partners_missing(
    partners: tuple[PartnerId, ...], present: Mapping[PersonRef, PartnerId | None]
) -> SessionRefusal | None:
    missing = [partner for partner in partners if partner not in present.values()]
    if not missing:
        return None
    return _refuse(
        ClosingRefusal.NO_QUORUM,
        f"Nobody of {listed(missing)} is on the attendance list: there is no quorum. Members who are there "
        "must say so.",
    )


def _refuse(code: ClosingRefusal, sentence: str) -> SessionRefusal:
    return SessionRefusal(code=code, sentence=sentence)
