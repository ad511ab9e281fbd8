"""
What a partner's student system may answer instead of doing what it was asked.

PartnerError
├─ PartnerUnavailableError  no answer, 5xx, timeout, an answer that cannot be read: time may help
├─ PartnerPendingError      the partner has it and has not decided or finished: ask again later
└─ PartnerRefusedError      an answer that will not change: a person must help
"""

from enum import StrEnum

from models.base import PartnerId


class PartnerRefusalCode(StrEnum):
    """Why a person must help."""

    DENIED = "PartnerDenied"
    CANCELLED = "PartnerCancelled"
    """The registration existed and was cancelled: only a new registration can follow."""
    INVALID = "PartnerFoundInvalid"
    CREDENTIALS = "PartnerCredentialsRefused"
    NOT_PERMITTED = "PartnerNotPermitted"
    UNKNOWN = "PartnerKnowsNone"
    """It does not know the person, the offering or the registration that the call is about."""
    VERSION = "PartnerVersionNotSupported"
    NO_OFFERING = "NoOfferingInDirectory"
    DATA_NOT_PERMITTED = "DataNotPermitted"
    """The partner requires data that the agreement does not let it see."""
    NEEDS_PERSON = "PartnerNeedsPerson"
    """The partner has no API: its student administration confirms by hand."""


class PartnerError(Exception):
    """Something other than the wished effect; the sentence is meant for people."""

    def __init__(self, partner: PartnerId, sentence: str) -> None:
        super().__init__(sentence)
        self.partner = partner
        self.sentence = sentence


class PartnerUnavailableError(PartnerError):
    """
    Time may help. `retry_after` says how many seconds to wait, where that is known.

    `is_down` is false where only this call has to wait, and others need not.
    """

    def __init__(
        self, partner: PartnerId, sentence: str, retry_after: float | None = None, *, is_down: bool = True
    ) -> None:
        super().__init__(partner, sentence)
        self.retry_after = retry_after
        self.is_down = is_down


class PartnerPendingError(PartnerError):
    """The partner has the order and has not decided or finished yet."""

    def __init__(
        self, partner: PartnerId, sentence: str, retry_after: float | None = None, reference: str = ""
    ) -> None:
        super().__init__(partner, sentence)
        self.retry_after = retry_after
        self.reference = reference


class PartnerRefusedError(PartnerError):
    """A person must help; the code is stable, the sentence says what the partner said."""

    def __init__(self, partner: PartnerId, code: PartnerRefusalCode, sentence: str) -> None:
        super().__init__(partner, sentence)
        self.code = code
