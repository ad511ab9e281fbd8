"""Reads from a learner's real histories how many activities, updates and children there were, in order."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from bench.bare import Part, Shape

_STEP = "core_local_activity"
_CHILD_ENDS = frozenset(
    {
        EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED,
        EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED,
        EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_CANCELED,
    }
)


@dataclass
class Stretch:
    """A part that is being read."""

    steps: int = 0
    updates: int = 0
    activities: int = 0
    children: list[str] = field(default_factory=list)

    @property
    def has_gone_on(self) -> bool:
        """A step that comes now belongs to the next part."""
        return bool(self.updates or self.activities or self.children)


def stretches_of(events: Iterable[HistoryEvent]) -> list[Stretch]:
    """Divide a history into parts; what happens while children run belongs to their part."""
    found, running = [Stretch()], 0
    for event in events:
        kind = event.event_type
        is_step = (
            kind == EventType.EVENT_TYPE_MARKER_RECORDED
            and event.marker_recorded_event_attributes.marker_name == _STEP
        )
        is_child = kind == EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED
        if not running and ((is_step and found[-1].has_gone_on) or (is_child and found[-1].children)):
            found.append(Stretch())
        part = found[-1]
        part.steps += is_step
        part.updates += kind == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED
        part.activities += kind == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
        if is_child:
            part.children.append(event.start_child_workflow_execution_initiated_event_attributes.workflow_id)
        running += is_child - (kind in _CHILD_ENDS)
    return found


async def shape_of(client: Client, workflow_id: str) -> Shape:
    """Read the shape of a workflow and all its children."""
    history = await client.get_workflow_handle(workflow_id).fetch_history()
    return Shape(
        parts=tuple(
            [
                Part(
                    steps=part.steps,
                    updates=part.updates,
                    activities=part.activities,
                    children=tuple([await shape_of(client, child) for child in part.children]),
                )
                for part in stretches_of(history.events)
            ]
        )
    )
