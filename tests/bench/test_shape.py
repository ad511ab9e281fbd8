"""How the shape of a bare workflow is read from a real history."""

from collections.abc import Iterable

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from bench.bare import Part, Shape
from bench.shape import stretches_of

STEP, UPDATE, ACTIVITY, CHILD, CHILD_ENDS = "step", "update", "activity", "child", "child ends"

KINDS = {
    UPDATE: EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
    ACTIVITY: EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
    CHILD_ENDS: EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED,
}


def history(*names: str) -> Iterable[HistoryEvent]:
    for number, name in enumerate(names):
        event = HistoryEvent(event_id=number)
        if name == STEP:
            event.event_type = EventType.EVENT_TYPE_MARKER_RECORDED
            event.marker_recorded_event_attributes.marker_name = "core_local_activity"
        elif name == CHILD:
            event.event_type = EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED
            event.start_child_workflow_execution_initiated_event_attributes.workflow_id = f"child-{number}"
        else:
            event.event_type = KINDS[name]
        yield event


def test_a_step_after_an_answer_begins_a_new_part() -> None:
    parts = stretches_of(history(STEP, STEP, UPDATE, ACTIVITY, UPDATE, ACTIVITY, STEP, UPDATE, ACTIVITY))

    assert [(part.steps, part.updates, part.activities) for part in parts] == [(2, 2, 2), (1, 1, 1)]


def test_children_that_run_side_by_side_are_in_one_part() -> None:
    together = (CHILD, CHILD, CHILD_ENDS, STEP, CHILD, CHILD_ENDS, CHILD_ENDS)

    parts = stretches_of(history(STEP, *together, CHILD, CHILD_ENDS))

    assert [len(part.children) for part in parts] == [3, 1]
    assert parts[0].steps == 2


def test_totals_count_the_children() -> None:
    child = Shape(parts=(Part(steps=2, updates=1, activities=3),))

    totals = Shape(parts=(Part(steps=1, children=(child, child)),)).totals

    assert totals == {"steps": 5, "updates": 2, "activities": 6, "workflows": 3}
