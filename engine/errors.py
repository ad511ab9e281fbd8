"""
EngineError
├─ EngineUnavailableError   nothing answers, or the server could not be started: a person must look
├─ KeyRingError             a data key cannot be had; nothing is ever written or read without it
│  ├─ MasterKeyError        the master key file is missing, unreadable or another one
│  ├─ MissingKeyError       a payload names a data key that the records do not hold
│  └─ DestroyedKeyError     the data key was destroyed by an erasure
├─ PayloadError             a payload is not encrypted as ours are, or was changed
├─ SealError                a decision is not sealed by a known sign-in, or too late
├─ DecisionRefusedError     the decision is refused for good: a person must read why
└─ NotYetAnsweredError      no answer yet; the decision is kept and is sent again
"""


class EngineError(Exception):
    """Base of everything that this package raises."""


class EngineUnavailableError(EngineError):
    """Nothing answers at the engine's address, or its server could not be started."""


class KeyRingError(EngineError):
    """A data key cannot be had; the codec then neither writes nor reads."""


class MasterKeyError(KeyRingError):
    """The master key file is missing, unreadable, or not the one that wrapped the data keys."""


class MissingKeyError(KeyRingError):
    """A payload names a data key that does not exist."""


class DestroyedKeyError(KeyRingError):
    """The data key was destroyed: what it encrypted is erased."""


class PayloadError(EngineError):
    """A payload is not encrypted as ours are, or was changed."""


class _CodedError(EngineError):
    """An error with a stable code and a sentence for the person who reads it."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class SealError(_CodedError):
    """A decision's actor is not genuine (`UnknownActor`) or was sealed too long ago (`SealExpired`)."""


class DecisionRefusedError(_CodedError):
    """The workflow, or the engine before it, does not take this decision; the answer will not change."""


class NotYetAnsweredError(EngineError):
    """The engine has not answered in time; the intent is kept and is sent again."""

    def __init__(self, decision_id: str) -> None:
        super().__init__(
            "Your decision is saved, but the engine has not answered yet. It is sent again by itself; "
            f"look for it under the number {decision_id}."
        )
        self.decision_id = decision_id
