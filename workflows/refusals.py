"""How a workflow refuses a decision: a stable code and a sentence, before anything is recorded."""

from temporalio.exceptions import ApplicationError


def refuse(code: str, sentence: str) -> ApplicationError:
    """Make the refusal that the sender sees; raise it from a validator, so that no event is left."""
    return ApplicationError(sentence, type=code, non_retryable=True)


def require(holds: object, code: str, sentence: str) -> None:
    """Refuse unless something holds."""
    if not holds:
        raise refuse(code, sentence)
