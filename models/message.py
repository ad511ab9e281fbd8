"""What a workflow has heard so far, carried when it continues as new."""

from pydantic import Field

from models.base import Model
from models.decision import Receipt


class Heard(Model):
    """Messages and decisions that are counted once, however often they arrive."""

    message_ids: tuple[str, ...] = ()
    receipts: dict[str, Receipt] = Field(default_factory=dict)
    """By decision id."""
