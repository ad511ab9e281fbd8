"""The switches: in which ways the sandbox partner misbehaves, how often, and for whom."""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from models.base import Model


class Operation(StrEnum):
    """What a call is about, whichever version it speaks."""

    TOKEN = "token"  # noqa: S105  # the name of an operation
    """Asking for an access token; only switches that name it apply."""
    READ_PERSON = "read_person"
    WRITE_PERSON = "write_person"
    READ_OFFERING = "read_offering"
    READ_ASSOCIATION = "read_association"
    REGISTER = "register"
    CANCEL = "cancel"
    REPORT_RESULT = "report_result"


class SwitchKind(StrEnum):
    """One way to misbehave."""

    DELAY = "delay"
    """Answer after `seconds`."""
    FAIL_500 = "fail_500"
    UNAVAILABLE_503 = "unavailable_503"
    """With Retry-After of `seconds`."""
    TIMEOUT = "timeout"
    """Do it and never answer; the connection stays open for `seconds`."""
    CUT = "cut"
    """Do it, then cut the connection without an answer."""
    ACCEPT_LATER = "accept_later"
    """
    Answer 202 and `pending`; reach the state `then` after `seconds`.

    For `write_person`, where that is named (v6): show the person after `seconds` only.
    """
    REFUSE = "refuse"
    """Deny it with `reason`."""
    DUPLICATE_DELIVERY = "duplicate_delivery"
    """Receive the same call twice, as behind a gateway that repeats it."""
    WRONG_JSON = "wrong_json"
    """Do it and answer with something that is not JSON."""
    CODE_IN_BODY = "code_in_body"
    """Answer 200 with the error `code` in the body."""
    NEW_ID = "new_id"
    """v5: make a new person or association on every POST, although there is one."""
    SHOW_LATER = "show_later"
    """v5: store it, and show it in lists after `seconds` only."""


_ONLY_FOR = {
    SwitchKind.ACCEPT_LATER: {Operation.REGISTER, Operation.WRITE_PERSON},
    SwitchKind.REFUSE: {Operation.REGISTER},
    SwitchKind.DUPLICATE_DELIVERY: {
        Operation.REGISTER,
        Operation.WRITE_PERSON,
        Operation.CANCEL,
        Operation.REPORT_RESULT,
    },
    SwitchKind.NEW_ID: {Operation.REGISTER, Operation.WRITE_PERSON},
    SwitchKind.SHOW_LATER: {Operation.REGISTER, Operation.WRITE_PERSON},
}

_UNLESS_NAMED = {SwitchKind.ACCEPT_LATER: {Operation.REGISTER}}
"""To which calls a switch applies that names none, where these are not all that it is for."""

_DEFAULT_SECONDS = {SwitchKind.TIMEOUT: 600.0}

_WITH_EFFECT = {SwitchKind.TIMEOUT, SwitchKind.CUT, SwitchKind.WRONG_JSON}


class Switch(Model):
    """One switch, as it is set by `PUT /sandbox/switches`."""

    kind: SwitchKind
    times: int = Field(default=1, ge=1, le=1_000_000)
    """How many calls it applies to."""
    seconds: float = Field(default=1.0, ge=0, le=86_400)
    operation: Operation | None = None
    """None applies to every call but those for tokens."""
    person: str | None = None
    """The learner's identifier at this partner, as in `primaryCode`."""
    reason: str = Field(default="The learner does not meet the requirements.", max_length=300)
    code: int = Field(default=422, ge=100, le=999)
    then: str = Field(default="associated", pattern="^(?:associated|denied|queued)$")
    after_effect: bool | None = None
    """Whether the call takes effect before it fails; None is what the kind says."""

    @model_validator(mode="before")
    @classmethod
    def _default_seconds(cls, values: object) -> object:
        if isinstance(values, dict) and "seconds" not in values:
            kind = values.get("kind")
            if isinstance(kind, str) and kind in _DEFAULT_SECONDS:
                return {**values, "seconds": _DEFAULT_SECONDS[SwitchKind(kind)]}
        return values

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        allowed = _ONLY_FOR.get(self.kind)
        if self.operation and allowed and self.operation not in allowed:
            raise ValueError(f"{self.kind} applies to {', '.join(sorted(allowed))} only.")
        return self

    @property
    def happens(self) -> bool:
        """Whether a call that this switch fails takes effect all the same."""
        return self.kind in _WITH_EFFECT if self.after_effect is None else self.after_effect

    def applies_to(self, operation: Operation, persons: set[str]) -> bool:
        if operation is Operation.TOKEN and self.operation is not Operation.TOKEN:
            return False
        if self.person is not None and self.person not in persons:
            return False
        if self.operation is not None:
            return operation is self.operation
        return operation in _UNLESS_NAMED.get(self.kind, _ONLY_FOR.get(self.kind, {operation}))


class SetSwitches(Model):
    """The body of `PUT /sandbox/switches`: all switches from now on."""

    switches: tuple[Switch, ...]
