"""What a cohort has brought so far. Source: V12-V19."""

from pydantic import Field

from models.base import CaseId, Model
from models.message import Heard
from models.ranking import Ranking
from models.record import CandidateNotice


class CohortProgress(Model):
    """What a cohort carries when it continues as new."""

    candidates: tuple[CandidateNotice, ...] = ()
    gone: tuple[CaseId, ...] = ()
    """Cases that have given up their place, or the wish for one."""
    ranked: tuple[str, ...] = ()
    """Message ids of the candidates that stand on a list or were refused."""
    ranking: Ranking | None = None
    """None before places are given."""
    told: dict[CaseId, str] = Field(default_factory=dict)
    """What each case was told last."""
    heard: Heard = Heard()
