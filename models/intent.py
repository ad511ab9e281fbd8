"""An intent: a decision that a person has made and the engine has not yet answered."""

from models.base import Model
from models.decision import Decision


class Intent(Model):
    """
    What is kept of a decision until it has an answer, so that it can be sent again.

    An update that the engine has not accepted does not survive a restart of the engine;
    the intent does.
    """

    decision_id: str
    workflow_id: str
    decision: Decision
