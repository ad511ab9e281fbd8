"""What passes between the lead and a partner's student system. Source: DESIGN, partner systems; R203-R210."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from models.base import CaseId, Country, CourseId, Ects, Model, PartnerId, PersonRef, ProgrammeId

OfferingId = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]
"""The partner's identifier of an offering: a UUID in lower case (RFC 4122)."""


class AdapterKind(StrEnum):
    """How a partner's student system is reached."""

    OEAPI = "oeapi"
    """Open Education API v6: exactly one effect."""
    OOAPI = "ooapi"
    """Open Education API v5: at most one active registration."""
    MANUAL = "manual"
    """The partner's student administration confirms by hand."""


class PartnerEndpoint(Model):
    """Where a partner's student system is and how to speak to it. Holds no secret, only its name."""

    partner: PartnerId
    adapter: AdapterKind
    base_url: str = Field(default="", pattern=r"^(?:https?://\S+)?$")
    """Address of the API, without a slash at the end, e.g. `https://sis.example.edu/v6`."""
    token_url: str | None = None
    """OAuth 2.0 token endpoint; `{base_url}/oauth/token` where it is not given."""
    client_id: str = ""
    secret_ref: str = ""
    """Name under which the client secret is kept; never the secret itself."""
    programme_offering: OfferingId | None = None
    """The offering that stands for the joint programme at this partner."""
    course_offerings: dict[CourseId, OfferingId] = Field(default_factory=dict)
    """The offering of each course in which learners are enrolled at this partner."""
    processing_seconds: Decimal = Field(default=Decimal(2), ge=0, le=10)
    """How long the partner may take until what it has stored can be read."""
    calls_per_second: Decimal = Field(default=Decimal(20), gt=0, le=1000)
    timeout_seconds: Decimal = Field(default=Decimal(10), gt=0, le=10)
    """How long an answer is waited for. One attempt makes several calls and must end within a minute."""

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        """An API needs an address, credentials and the programme's offering."""
        if self.adapter is AdapterKind.MANUAL:
            return self
        needed = {
            "base_url": self.base_url,
            "client_id": self.client_id,
            "secret_ref": self.secret_ref,
            "programme_offering": self.programme_offering,
        }
        missing = [name for name, value in needed.items() if not value]
        if missing:
            raise ValueError(f"The adapter {self.adapter} also needs {', '.join(missing)}.")
        return self

    @property
    def settling_seconds(self) -> float:
        """How long after we gave up on a call it may still take effect: what the partner promises."""
        return float(self.timeout_seconds + self.processing_seconds)

    @property
    def token_address(self) -> str:
        """Where the access token is asked for."""
        return self.token_url or f"{self.base_url.rstrip('/')}/oauth/token"


class RegistrationKind(StrEnum):
    """Main registration at the partner that the learner chose, secondary at the others (R204)."""

    MAIN = "main"
    SECONDARY = "secondary"


class PartnerOrder(Model):
    """A registration or enrolment to be made or undone at a partner; references only, no personal data."""

    effect_key: str = Field(min_length=1, max_length=200)
    """Unique key of the effect, the same on every repetition."""
    case: CaseId
    person: PersonRef
    partner: PartnerId
    programme: ProgrammeId
    number: int = Field(ge=1)
    """Number of the case's registration: 1 for the first, 2 after it was undone."""
    kind: RegistrationKind
    course: CourseId | None = None
    """None registers for the programme; otherwise the learner is enrolled in this course."""
    is_confirmed: bool = False
    """For an order to undo: the partner confirmed the registration, so no asking for it is under way."""


class AssociationState(StrEnum):
    """What the partner says of a registration; spelt as Open Education API v6 does."""

    ASSOCIATED = "associated"
    DENIED = "denied"
    CANCELLED = "cancelled"
    PENDING = "pending"
    QUEUED = "queued"


class PartnerReceipt(Model):
    """What a partner answered; saved by the lead."""

    effect_key: str
    partner: PartnerId
    state: AssociationState
    reference: str
    """The partner's identifier of the registration or enrolment; empty when it knows none."""
    student_number: str | None = None
    """Issued by the partner, one per learner (V33)."""
    message: str = ""
    duplicates_cancelled: int = Field(default=0, ge=0)
    """Second registrations that were found and cancelled (v5 only)."""
    answered_at: AwareDatetime


class ResultReport(Model):
    """An examination result to be entered in a partner's student system (R217, R222)."""

    effect_key: str = Field(min_length=1, max_length=200)
    case: CaseId
    person: PersonRef
    partner: PartnerId
    programme: ProgrammeId
    number: int = Field(ge=1)
    course: CourseId
    attempt: int = Field(ge=1)
    grade: str = Field(min_length=1, max_length=16)
    scale: str
    passed: bool
    ects: Ects = Decimal(0)
    """ECTS credits of the course."""
    result_on: date


class PersonField(StrEnum):
    """What an agreement may permit a partner to see of a person; named as in `DisclosedPerson`."""

    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    DISPLAY_NAME = "display_name"
    MAIL = "mail"
    BIRTH_DATE = "birth_date"
    NATIONALITY = "nationality"
    GENDER = "gender"
    ESI = "esi"
    SCHAC_HOME = "schac_home"


class DisclosedPerson(Model):
    """The part of a person's data that one partner may see; all else is None."""

    person: PersonRef
    given_name: str | None = None
    family_name: str | None = None
    display_name: str | None = None
    mail: str | None = None
    birth_date: date | None = None
    nationality: Country | None = None
    gender: Annotated[str, StringConstraints(pattern=r"^[mfxoun]$")] | None = None
    """Open Education API v6: m, f, x, o (other), u (unknown), n (not specified)."""
    esi: str | None = None
    """European Student Identifier, `urn:schac:personalUniqueCode:int:esi:...`."""
    schac_home: str | None = None


class DisclosureRequest(Model):
    """Why a partner asks for a person's data; kept in the log of disclosures."""

    partner: PartnerId
    case: CaseId
    person: PersonRef
    purpose: str
    effect_key: str
