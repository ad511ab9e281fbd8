"""A decision is taken once, answered the same every time, and never lost on the way."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from engine.codec import key_for_workflow
from engine.connection import connect
from engine.converter import build_converter
from engine.decisions import DecisionSender
from engine.embedded import NAMESPACE, EmbeddedServer
from engine.errors import (
    DecisionRefusedError,
    EngineUnavailableError,
    MasterKeyError,
    NotYetAnsweredError,
)
from engine.keys import KeyRing
from engine.workers import WorkerTuning, build_worker
from models.decision import Decision
from models.intent import Intent
from tests.engine.samples import DecisionSample, Note, UncheckedSample
from tests.harness import (
    MASTER_KEY,
    REAL_CLOCK,
    DerivedKeyStore,
    DictIntentStore,
    a_sealer,
    a_sender,
    a_verifier,
    an_actor,
    decide_in_skipped_time,
    fixed_converter,
)


def a_decision(person: str = "anna", name: str = "Anna Virtanen") -> Decision:
    return Decision(option="admit", actor=an_actor(person, name))


def a_worker(client: Client, queue: str, *, sandboxed: bool = True) -> Worker:
    tuning = WorkerTuning(sandboxed=sandboxed)
    return build_worker(client, queue, a_verifier(), workflows=[DecisionSample], tuning=tuning)


async def start(client: Client, unique: str) -> str:
    handle = await client.start_workflow(DecisionSample.run, id=f"learner/{unique}", task_queue=unique)
    return handle.id


async def event_count(client: Client, workflow_id: str) -> int:
    return len((await client.get_workflow_handle(workflow_id).fetch_history()).events)


def impatient(client: Client, store: DictIntentStore) -> DecisionSender:
    return DecisionSender(client, a_sealer(), store, timedelta(seconds=0.3))


@pytest.mark.parametrize("sandboxed", [True, False])
async def test_a_sealed_decision_is_taken_and_answered(client: Client, unique: str, sandboxed: bool) -> None:
    async with a_worker(client, unique, sandboxed=sandboxed):
        workflow_id = await start(client, unique)
        store = DictIntentStore()

        receipt = await a_sender(client, store=store).send(workflow_id, a_decision(), "d1")

    assert (receipt.decision_id, receipt.name) == ("d1", "Anna Virtanen")
    assert store.receipts == {"d1": receipt}
    assert not store.open()


@pytest.mark.parametrize("what", ["unsealed", "other workflow", "expired", "not a decision"])
async def test_a_forged_decision_leaves_no_event(client: Client, unique: str, what: str) -> None:
    long_ago = a_sealer(now=datetime(2025, 1, 1, tzinfo=UTC))
    async with a_worker(client, unique):
        workflow_id = await start(client, unique)
        forged = {
            "unsealed": a_decision(),
            "other workflow": a_sealer().seal("learner/other", "d1", a_decision()),
            "expired": long_ago.seal(workflow_id, "d1", a_decision()),
            "not a decision": Note(text="let me in"),
        }[what]
        handle = client.get_workflow_handle(workflow_id)
        await handle.query("__temporal_workflow_metadata", result_type=object)  # its first task is done
        before = await event_count(client, workflow_id)

        with pytest.raises(WorkflowUpdateFailedError) as failure:
            await handle.execute_update("decide", forged, id="d1")

        cause = failure.value.cause
        assert isinstance(cause, ApplicationError)
        if what != "not a decision":
            assert cause.type == ("SealExpired" if what == "expired" else "UnknownActor")
        assert await event_count(client, workflow_id) == before


async def test_the_second_person_is_told_who_decided(client: Client, unique: str) -> None:
    async with a_worker(client, unique):
        workflow_id = await start(client, unique)
        sender = a_sender(client)
        await sender.send(workflow_id, a_decision())

        with pytest.raises(DecisionRefusedError) as refusal:
            await sender.send(workflow_id, a_decision("bob", "Bob"))

    assert refusal.value.code == "AlreadyDecided"
    assert refusal.value.sentence == "Anna Virtanen has decided already."


async def test_a_repeated_decision_gets_the_first_answer(client: Client, unique: str) -> None:
    async with a_worker(client, unique):
        workflow_id = await start(client, unique)
        first = await a_sender(client).send(workflow_id, a_decision(), "d1")

        assert await a_sender(client).send(workflow_id, a_decision(), "d1") == first


async def test_a_decision_waits_for_a_worker_that_comes_late(client: Client, unique: str) -> None:
    workflow_id = await start(client, unique)
    sending = asyncio.create_task(a_sender(client).send(workflow_id, a_decision(), "d1"))
    await asyncio.sleep(0.5)
    assert not sending.done()

    async with a_worker(client, unique):
        assert (await sending).decision_id == "d1"


async def test_an_unanswered_decision_is_kept_and_sent_again(client: Client, unique: str) -> None:
    store = DictIntentStore()
    workflow_id = await start(client, unique)
    with pytest.raises(NotYetAnsweredError, match="saved") as waiting:
        await impatient(client, store).send(workflow_id, a_decision(), "d1")
    signed_at = store.intents["d1"].decision.actor.signed_at

    later = a_sealer(now=datetime.now(UTC) + timedelta(minutes=14))
    async with a_worker(client, unique):
        resent = await DecisionSender(client, later, store).resend_open()

    assert waiting.value.decision_id == "d1"
    assert set(resent.answered) == {"d1"}
    assert resent.answered["d1"].decided_at == signed_at
    assert store.intents["d1"].decision.actor.expires_at > datetime.now(UTC) + timedelta(minutes=20)


async def test_what_is_still_unanswered_stays_open(client: Client, unique: str) -> None:
    store = DictIntentStore()
    workflow_id = await start(client, unique)
    sender = impatient(client, store)
    with pytest.raises(NotYetAnsweredError):
        await sender.send(workflow_id, a_decision(), "d1")

    assert (await sender.resend_open()).waiting == ("d1",)
    assert [intent.decision_id for intent in store.open()] == ["d1"]


async def test_a_closed_case_answers_from_the_records_or_refuses(client: Client, unique: str) -> None:
    store = DictIntentStore()
    async with a_worker(client, unique):
        workflow_id = await start(client, unique)
        sender = a_sender(client, store=store)
        receipt = await sender.send(workflow_id, a_decision(), "d1")
        handle = client.get_workflow_handle(workflow_id)
        await handle.signal("close")
        await handle.result()
        store.receipts["d2"] = receipt.model_copy(update={"decision_id": "d2"})

        assert await sender.send(workflow_id, a_decision(), "d1") == receipt
        assert (await sender.send(workflow_id, a_decision(), "d2")).decision_id == "d2"
        with pytest.raises(DecisionRefusedError) as refusal:
            await sender.send(workflow_id, a_decision(), "d3")

    assert refusal.value.code == "CaseClosed"
    assert store.refusals["d3"] == (
        "CaseClosed",
        "This part of the case is over; it takes no more decisions.",
    )


async def test_whoever_comes_after_the_end_is_told_who_decided(client: Client, unique: str) -> None:
    store = DictIntentStore()
    async with a_worker(client, unique):
        workflow_id = await start(client, unique)
        sender = a_sender(client, store=store)
        receipt = await sender.send(workflow_id, a_decision(), "d1")
        handle = client.get_workflow_handle(workflow_id)
        await handle.signal("close")
        await handle.result()
        store.receipts["d1"] = receipt.model_copy(update={"task": "t#1"})
        late = a_decision("bob", "Bob").model_copy(update={"task": "t#1"})

        with pytest.raises(DecisionRefusedError) as refusal:
            await sender.send(workflow_id, late, "d2")

    assert refusal.value.code == "AlreadyDecided"
    assert receipt.sentence in refusal.value.sentence
    assert store.refusals["d2"][0] == "AlreadyDecided"


async def test_a_case_that_does_not_exist_is_refused(client: Client, unique: str) -> None:
    with pytest.raises(DecisionRefusedError, match="does not exist"):
        await a_sender(client).send(f"learner/{unique}", a_decision())


class DamagedKeys(DerivedKeyStore):
    """Keys of which some cannot be opened and some were destroyed."""

    def __init__(self, unreadable: str, destroyed: str) -> None:
        super().__init__()
        self._unreadable = unreadable
        self.destroyed.add(destroyed)

    def load(self, key_id: str) -> bytes | None:
        if key_id in self.destroyed:
            return None
        return bytes(60) if key_id == self._unreadable else super().load(key_id)


async def test_a_decision_that_cannot_be_sent_holds_up_no_other(
    engine_server: EmbeddedServer, client: Client, unique: str
) -> None:
    unreadable, erased, well = (f"{unique}{letter}" for letter in "uew")
    keys = DamagedKeys(*(key_for_workflow(f"learner/{case}") for case in (unreadable, erased)))
    damaged = await connect(
        build_converter(KeyRing(MASTER_KEY, keys)),
        address=engine_server.address.target,
        namespace=NAMESPACE,
    )
    store = DictIntentStore()
    too_long = "d" * 2000
    for case, decision_id in ((unreadable, "d1"), (erased, "d2"), (well, too_long), (well, "d4")):
        sealed = a_sealer().seal(f"learner/{case}", decision_id, a_decision())
        store.keep(Intent(decision_id=decision_id, workflow_id=f"learner/{case}", decision=sealed))

    async with a_worker(client, unique):
        await client.start_workflow(DecisionSample.run, id=f"learner/{well}", task_queue=unique)
        resent = await a_sender(damaged, store=store).resend_open()

    assert set(resent.answered) == {"d4"}
    assert {key: refusal.code for key, refusal in resent.refused.items()} == {
        "d2": "CaseErased",
        too_long: "DecisionNotTaken",
    }
    assert isinstance(resent.failed["d1"], MasterKeyError)
    assert [intent.decision_id for intent in store.open()] == ["d1"]


async def test_a_namespace_that_is_not_there_closes_no_case(
    engine_server: EmbeddedServer, unique: str
) -> None:
    store = DictIntentStore()
    astray = await connect(
        fixed_converter(), address=engine_server.address.target, namespace=f"none-{unique}"
    )

    with pytest.raises(EngineUnavailableError, match="TEMPORAL_NAMESPACE"):
        await a_sender(astray, store=store).send(f"learner/{unique}", a_decision(), "d1")

    assert [intent.decision_id for intent in store.open()] == ["d1"]


async def test_giving_up_on_sending_is_obeyed(client: Client, unique: str) -> None:
    workflow_id = await start(client, unique)
    sending = asyncio.create_task(a_sender(client).send(workflow_id, a_decision()))
    await asyncio.sleep(0.3)
    sending.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(sending, 2)


async def test_decisions_work_in_skipped_time(time_skipping: WorkflowEnvironment, unique: str) -> None:
    client = time_skipping.client
    async with a_worker(client, unique):
        workflow_id = await start(client, unique)
        await time_skipping.sleep(timedelta(days=90))

        receipt = await decide_in_skipped_time(
            time_skipping, workflow_id, a_decision(), clock=REAL_CLOCK, decision_id="d1"
        )

    assert receipt.decided_at > datetime.now(UTC) + timedelta(days=89)


def test_a_workflow_without_a_validator_is_not_accepted(engine_server: EmbeddedServer) -> None:
    async def build() -> None:
        client = await connect(fixed_converter(), address=engine_server.address.target, namespace=NAMESPACE)
        build_worker(client, "q", a_verifier(), workflows=[UncheckedSample])

    with pytest.raises(TypeError, match=r"UncheckedSample\.decide needs a validator"):
        asyncio.run(build())


async def test_an_engine_that_is_not_there_is_named() -> None:
    with pytest.raises(EngineUnavailableError, match=r"127\.0\.0\.1:1"):
        await connect(fixed_converter(), address="127.0.0.1:1", patience=timedelta(seconds=2))
