"""Who runs the programme together. Source: agreement section 1 (R273), R57-R65; identifier formats."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from models.base import Country, Flag, Localised, Model, PartnerId
from models.partner import AdapterKind


class PartnerRole(StrEnum):
    """Lead (exactly one), core, or associate (R63)."""

    LEAD = "lead"
    CORE = "core"
    ASSOCIATE = "associate"


class PartnerKind(StrEnum):
    """What kind of organisation a partner is (R23)."""

    UNIVERSITY = "university"
    COMPANY = "company"
    SOCIAL_PARTNER = "social_partner"
    CIVIL_SOCIETY = "civil_society"
    AUTHORITY = "authority"
    PRIVATE_PROVIDER = "private_provider"


SchacHome = Annotated[
    str,
    StringConstraints(
        pattern=r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$",
        min_length=4,
        max_length=253,
    ),
]
"""schacHomeOrganization, the organisation's domain in lower case; also the EWP HEI id."""


class Identifiers(Model):
    """How the networks of European higher education know an organisation."""

    schac_home: SchacHome | None = None
    """The organisation's domain in lower case, as in `jyu.fi`; the EWP HEI id, too."""
    pic: Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$")] | None = None
    """Participant Identification Code of the European Commission: nine digits."""
    oid: Annotated[str, StringConstraints(pattern=r"^E[0-9]{8}$")] | None = None
    """Erasmus+ Organisation ID."""
    erasmus_code: (
        Annotated[str, StringConstraints(pattern=r"^(?:[A-Z]  |[A-Z]{2} |[A-Z]{3})[A-Z][A-Z-]*[0-9]{2,3}$")]
        | None
    ) = None
    """The country field is three characters with significant blanks, as in `SF JYVASKY01`."""


class Partner(Model):
    """One organisation of the partnership."""

    id: PartnerId
    name: Localised
    role: PartnerRole
    kind: PartnerKind = PartnerKind.UNIVERSITY
    country: Country
    calendar_region: str | None = None
    """Subdivision whose public holidays count, as ISO 3166-2 writes it after the country, e.g. `NW`."""
    zone: str
    """IANA time zone, e.g. `Europe/Helsinki`."""
    degree_awarding: Flag
    """May award ECTS credits and sign the award; a company never does (R58)."""
    identifiers: Identifiers = Identifiers()
    scale: str | None = None
    """The grading scale of its results: a name of the catalogue or one of `examination.scales`."""
    adapter: AdapterKind = AdapterKind.MANUAL
    """How its student system is reached."""
    higher_education_system: Localised | None = None
    """The national system, for section 8 of the supplement (R165)."""


class Partnership(Model):
    """The partners of the agreement."""

    partners: Annotated[tuple[Partner, ...], Field(min_length=2)]

    def partner(self, partner: PartnerId) -> Partner:
        """Find one partner; `KeyError` when there is none of that id."""
        for candidate in self.partners:
            if candidate.id == partner:
                return candidate
        raise KeyError(partner)

    @property
    def lead(self) -> Partner:
        """The lead partner; the checker makes sure that there is one."""
        return next(partner for partner in self.partners if partner.role is PartnerRole.LEAD)

    @property
    def awarding(self) -> tuple[Partner, ...]:
        """The degree-awarding partners, in the order of the agreement."""
        return tuple(partner for partner in self.partners if partner.degree_awarding)

    @property
    def associates(self) -> tuple[PartnerId, ...]:
        """The ids of associate partners, who vote only where the agreement says so (R63)."""
        return tuple(partner.id for partner in self.partners if partner.role is PartnerRole.ASSOCIATE)
