"""Who votes in a ballot: the electorate, frozen when it opens. Source: V1, V6, V10, R63, R193."""

from collections import Counter
from datetime import date

from models.actor import Role
from models.ballot import RECUSE, BallotPolicy, BallotRefusal, Elector, Vote, VoteRefusal
from models.base import PartnerId, PersonRef
from models.directory import OfficeHolder


def freeze_electorate(
    policy: BallotPolicy,
    people: tuple[OfficeHolder, ...],
    role: Role,
    on: date,
    associates: frozenset[PartnerId] = frozenset(),
) -> tuple[Elector, ...]:
    """
    List who votes in a ballot that opens on this day.

    Each partner's seats are filled in the directory's order, the chair first, by those in
    office who are there or whose deputy, of the same partner, is there; a deputy of the chair
    takes the chair. Associates have no seat unless the policy gives them one (R63).
    """
    by_person = {holder.person: holder for holder in people}
    candidates = [
        seat
        for holder in people
        if policy.associates_vote or holder.partner not in associates
        for seat in _seats(holder, role, on, by_person)
    ]
    seated: dict[PersonRef, Elector] = {}
    seats: Counter[PartnerId] = Counter()
    for seat in sorted(candidates, key=lambda candidate: not candidate.chair):
        if seat.person not in seated and seats[seat.partner] < policy.members_per_partner:
            seated[seat.person] = seat
            seats[seat.partner] += 1
    return tuple(seated.values())


def entitled_partners(
    policy: BallotPolicy, awarding: tuple[PartnerId, ...], associates: tuple[PartnerId, ...]
) -> tuple[PartnerId, ...]:
    """List the partners that have a vote: those that award, and associates where the policy says so (R63)."""
    awarding_only = [partner for partner in awarding if partner not in associates]
    return (*awarding_only, *associates) if policy.associates_vote else tuple(awarding_only)


def vacant_seats(electorate: tuple[Elector, ...], entitled: tuple[PartnerId, ...]) -> tuple[PartnerId, ...]:
    """List the partners that have a vote and nobody to give it: then nothing can be decided (V2)."""
    seated = {elector.partner for elector in electorate}
    return tuple(partner for partner in entitled if partner not in seated)


def office_holders_on(people: tuple[OfficeHolder, ...], role: Role, on: date) -> tuple[Elector, ...]:
    """List everybody who acts in an office on a day: the holder, or the deputy of an absent one."""
    by_person = {holder.person: holder for holder in people}
    return tuple(seat for holder in people for seat in _seats(holder, role, on, by_person))


def replace_elector(
    electorate: tuple[Elector, ...], votes: tuple[Vote, ...], leaves: PersonRef, joins: OfficeHolder
) -> tuple[Elector, ...] | BallotRefusal:
    """
    Give a seat, and the chair with it, to another person of the same partner.

    A member who is recused may be replaced (V10); one who has voted may not, since the vote stands.
    """
    seat = next((elector for elector in electorate if elector.person == leaves), None)
    given = {vote.person: vote.option for vote in reversed(votes)}
    if seat is None:
        return _refuse(
            VoteRefusal.NOT_AN_ELECTOR, f"{leaves} is not a member of the body that decides this case."
        )
    if given.get(leaves, RECUSE) != RECUSE:
        return _refuse(VoteRefusal.ALREADY_VOTED, f"{leaves} has voted; the vote stands.")
    if any(elector.person == joins.person for elector in electorate):
        return _refuse(
            VoteRefusal.ALREADY_AN_ELECTOR, f"{joins.person} is a member already; name somebody else."
        )
    if joins.person in given:
        return _refuse(
            VoteRefusal.RECUSED, f"{joins.person} has acted in this case before; name somebody else."
        )
    if joins.partner != seat.partner:
        return _refuse(
            VoteRefusal.OTHER_PARTNER, f"The seat belongs to {seat.partner}; name one of its people."
        )
    successor = Elector(
        person=joins.person, name=joins.name, partner=seat.partner, chair=seat.chair, deputy_for=leaves
    )
    return tuple(successor if elector is seat else elector for elector in electorate)


def _refuse(code: VoteRefusal, sentence: str) -> BallotRefusal:
    return BallotRefusal(code=code, sentence=sentence)


def _seats(
    holder: OfficeHolder, role: Role, on: date, people: dict[PersonRef, OfficeHolder]
) -> list[Elector]:
    """List the person, or the deputy, for each office of this role held on this day."""
    seats = []
    for office in holder.offices:
        if office.role is not role or office.since > on or (office.until is not None and office.until < on):
            continue
        if not _is_absent(holder, on):
            seats.append(
                Elector(person=holder.person, name=holder.name, partner=holder.partner, chair=office.chair)
            )
            continue
        deputy = people.get(office.deputy) if office.deputy else None
        if deputy and deputy.partner == holder.partner and not _is_absent(deputy, on):
            seats.append(
                Elector(
                    person=deputy.person,
                    name=deputy.name,
                    partner=deputy.partner,
                    chair=office.chair,
                    deputy_for=holder.person,
                )
            )
    return seats


def _is_absent(holder: OfficeHolder, on: date) -> bool:
    return any(absence.since <= on <= absence.until for absence in holder.absences)
