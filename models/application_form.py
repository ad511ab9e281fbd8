"""An application as a person hands it in: what `learner apply FILE` reads. Source: R186, R35, R199, R204."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from models.admission import EvidenceKind, PriorLearningClaim
from models.base import CohortId, Country, EqfLevel, LanguageTag, Model, PartnerId, ProgrammeId
from models.partnership import SchacHome
from models.person import ESI, Gender, Mail, PersonName

CEFRLevel = Annotated[str, Field(pattern=r"^[ABC][12]$")]
ISCEDField = Annotated[str, Field(pattern=r"^[0-9]{2,4}$")]


class EvidenceFile(Model):
    """A piece of evidence, and what it shows as far as the rules need it."""

    file: str = ""
    """Path, from the folder of the application file."""
    title: Annotated[str, Field(max_length=200)] = ""
    """Instead of a file, for what is shown on paper: the student administration checks the original."""
    kind: EvidenceKind
    eqf_level: EqfLevel | None = None
    isced_f: ISCEDField | None = None
    language: LanguageTag | None = None
    cefr: CEFRLevel | None = None
    in_progress: bool = False

    @model_validator(mode="after")
    def _is_something(self) -> Self:
        if not self.file.strip() and not self.title.strip():
            raise ValueError("give the file, or the title of what is shown on paper")
        return self


class Applicant(Model):
    """Who applies."""

    given_name: PersonName
    family_name: PersonName
    display_name: Annotated[str, Field(max_length=400)] = ""
    mail: Mail
    birth_date: date | None = None
    nationality: Country | None = None
    esi: ESI | None = None
    schac_home: SchacHome | None = None
    gender: Gender | None = None


class ApplicationFile(Model):
    """Everything with which a person applies."""

    programme: ProgrammeId | None = None
    cohort: CohortId | None = None
    key: Annotated[str, Field(max_length=200)] = ""
    """Names this application: handed in twice it is one. By default programme, cohort and mail address."""
    person: Applicant
    evidence: tuple[EvidenceFile, ...] = ()
    claims: tuple[PriorLearningClaim, ...] = ()
    main_partner: PartnerId | None = None
    fee_category: str | None = None
    """By default the agreement's first."""
    acknowledged_notice: bool = False
