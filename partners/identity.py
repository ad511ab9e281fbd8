"""Identifiers that we choose: the same on every repetition, telling nothing to those who see them."""

from uuid import UUID, uuid5

from models.base import CaseId, PartnerId, PersonRef

_NAMESPACE = UUID("6f1c35f0-6a4c-5b1e-9a53-3b7b6f0f4d11")


def person_id(partner: PartnerId, person: PersonRef) -> str:
    """Identify a person at one partner; different at every partner, so that they cannot be joined."""
    return str(uuid5(_NAMESPACE, f"person/{partner}/{person}"))


def association_id(case: CaseId, number: int, partner: PartnerId, offering: str) -> str:
    """Identify one registration or enrolment (UUIDv5 of case, registration number, partner, offering)."""
    return str(uuid5(_NAMESPACE, f"association/{case}/{number}/{partner}/{offering}"))


def effect_id(partner: PartnerId, effect_key: str) -> str:
    """Name an effect to one partner: our own key tells the case, which the partners could compare."""
    return str(uuid5(_NAMESPACE, f"effect/{partner}/{effect_key}"))
