"""Nothing that a person could be known by is readable in the engine."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.converter import ActivitySerializationContext, WorkflowSerializationContext

from engine.codec import ENCODING, KeyedCodec, key_for_workflow, keys_by_person
from engine.connection import connect
from engine.converter import build_converter
from engine.embedded import NAMESPACE, EmbeddedServer
from engine.errors import DestroyedKeyError, MissingKeyError, PayloadError
from engine.keys import NONCE_BYTES, KeyRing
from engine.workers import build_worker
from tests.engine.samples import (
    SECRET,
    ChildSample,
    EverythingSample,
    Note,
    copy_note,
    fail_with_note,
)
from tests.harness import MASTER_KEY, DictKeyStore, a_verifier

TAG_BYTES = 16
NOTE = Payload(metadata={"encoding": b"json/plain"}, data=f'"{SECRET}"'.encode())


def a_codec(store: DictKeyStore | None = None) -> KeyedCodec:
    return KeyedCodec(KeyRing(MASTER_KEY, store or DictKeyStore()))


def for_workflow(codec: KeyedCodec, workflow_id: str) -> KeyedCodec:
    return codec.with_context(WorkflowSerializationContext(namespace="n", workflow_id=workflow_id))


@asynccontextmanager
async def workers(client: Client, queue: str, partner_queue: str) -> AsyncIterator[None]:
    activities = [copy_note, fail_with_note]
    async with AsyncExitStack() as stack:
        kinds = [EverythingSample, ChildSample]
        await stack.enter_async_context(
            build_worker(client, queue, a_verifier(), workflows=kinds, activities=activities)
        )
        await stack.enter_async_context(
            build_worker(client, partner_queue, a_verifier(), activities=activities)
        )
        yield


async def leave_in_clear(address: str, text: str) -> None:
    """Store a text without encryption, to show that the search below would find it."""
    client = await Client.connect(address, namespace=NAMESPACE)
    await client.start_workflow("Nobody", text, id=f"control-{text}", task_queue="nobody")


async def live_through_everything(
    client: Client, case: str, text: str
) -> WorkflowHandle[EverythingSample, Note]:
    note, queue, partner_queue = Note(text=text), f"main-{case}", f"partner/p-{case}"
    async with workers(client, queue, partner_queue):
        handle = await client.start_workflow(
            EverythingSample.run,
            args=[note, partner_queue],
            id=f"learner/{case}",
            task_queue=queue,
            memo={"who": text},
            static_summary=text,
            static_details=text,
            start_signal="tell",
            start_signal_args=[note],
        )
        await handle.signal(EverythingSample.tell, note)
        assert len(await handle.query(EverythingSample.told, note)) == 3
        assert (await handle.execute_update(EverythingSample.finish, note)).text == text
        if text.endswith("!"):
            with pytest.raises(WorkflowFailureError) as failure:
                await handle.result()
            assert text in str(failure.value.cause)
        else:
            assert (await handle.result()).text == text
    return handle


def payloads_of(history: object) -> list[dict[str, Any]]:
    """Return all payloads in a history's JSON."""
    if isinstance(history, list):
        return [found for item in history for found in payloads_of(item)]
    if not isinstance(history, dict):
        return []
    here = [history] if "metadata" in history and "data" in history else []
    return here + [found for item in history.values() for found in payloads_of(item)]


@pytest.mark.parametrize("text", [SECRET, f"{SECRET}!"], ids=["finished", "failed"])
async def test_nothing_of_a_case_is_readable_in_the_engine(
    engine_server: EmbeddedServer, unique: str, text: str
) -> None:
    store = DictKeyStore()
    converter = build_converter(KeyRing(MASTER_KEY, store))
    client = await connect(converter, address=engine_server.address.target, namespace=NAMESPACE)

    handle = await live_through_everything(client, unique, text)

    control = f"clear-{unique}"
    await leave_in_clear(engine_server.address.target, control)
    histories = [
        (await client.get_workflow_handle(workflow_id).fetch_history()).to_json()
        for workflow_id in (handle.id, f"{handle.id}/child")
    ]
    files = [engine_server.database, engine_server.database.with_name("engine.db-wal")]
    stored = b"".join(file.read_bytes() for file in files if file.exists()) + "".join(histories).encode()
    assert stored.count(SECRET.encode()) == 0
    assert stored.count(f'"{control}"'.encode()) > 0
    assert stored.count(handle.id.encode()) > 0
    assert set(store.wrapped) == {f"person/{unique}", f"partner/p-{unique}"}
    for history in histories:
        for payload in payloads_of(json.loads(history)):
            # The SDK's own marker of a local activity names its type and times, nothing else.
            marker = b'"activity_type":"copy_note"' in base64.b64decode(payload["data"])
            assert "key" in payload["metadata"] or marker
    described = await handle.describe()
    assert await described.static_summary() == text


@pytest.mark.parametrize(
    ("workflow_id", "key"),
    [
        ("learner/abc123", "person/abc123"),
        ("learner/abc123/registration/2", "person/abc123"),
        ("award/2025-1/revocation/1", "award-register"),
        ("session/board/3", "service"),
        ("cohort/dce/2025", "service"),
        ("learner/", "service"),
        ("", "service"),
    ],
)
def test_a_workflow_is_under_its_owners_key(workflow_id: str, key: str) -> None:
    assert key_for_workflow(workflow_id) == key


@pytest.mark.parametrize(
    ("queue", "key"), [("partner/jyu", "partner/jyu"), ("collegium", "person/abc"), (None, "person/abc")]
)
async def test_an_activity_is_under_its_partners_key_by_queue(queue: str | None, key: str) -> None:
    store = DictKeyStore()
    context = ActivitySerializationContext(
        namespace="n",
        activity_id="1",
        activity_type="register",
        activity_task_queue=queue,
        workflow_id="learner/abc",
        workflow_type="W",
        is_local=False,
    )

    await a_codec(store).with_context(context).encode([NOTE])

    assert list(store.wrapped) == [key]


async def test_reading_needs_no_context() -> None:
    codec = a_codec()
    sealed = await for_workflow(codec, "learner/abc").encode([NOTE])

    assert sealed[0].metadata["key"] == b"person/abc"
    assert await codec.decode(sealed) == [NOTE]


async def test_the_same_text_never_looks_the_same_twice() -> None:
    codec = a_codec()

    first, second = await codec.encode([NOTE, NOTE])

    assert first.data != second.data


async def test_a_long_payload_is_stored_in_a_third_of_its_length_and_read_as_it_was() -> None:
    courses = json.dumps([{"course": f"course-{number}", "ects": 5} for number in range(200)])
    long = Payload(metadata={"encoding": b"json/plain", "messageType": b"t"}, data=courses.encode())

    codec = a_codec()
    encoded = await codec.encode([long])

    assert len(encoded[0].data) < len(long.data) / 3
    assert await codec.decode(encoded) == [long]


async def test_a_short_payload_is_not_compressed() -> None:
    encoded = await a_codec().encode([NOTE])

    assert len(encoded[0].data) == len(NOTE.SerializeToString()) + NONCE_BYTES + TAG_BYTES


async def test_a_payload_in_clear_is_refused() -> None:
    with pytest.raises(PayloadError, match="not encrypted"):
        await a_codec().decode([NOTE])


async def test_a_payload_moved_under_another_key_is_refused() -> None:
    codec = a_codec()
    sealed = (await for_workflow(codec, "learner/abc").encode([NOTE]))[0]
    await for_workflow(codec, "learner/xyz").encode([NOTE])
    moved = Payload(metadata={"encoding": ENCODING, "key": b"person/xyz"}, data=sealed.data)

    with pytest.raises(PayloadError, match="person/xyz was changed"):
        await codec.decode([moved])


@pytest.mark.parametrize("data", [b"", b"short", bytes(40)])
async def test_a_damaged_payload_is_refused(data: bytes) -> None:
    codec = a_codec()
    await codec.encode([NOTE])

    with pytest.raises(PayloadError):
        await codec.decode([Payload(metadata={"encoding": ENCODING, "key": b"service"}, data=data)])


async def test_an_unknown_key_is_named_and_not_made_by_reading() -> None:
    sealed = await for_workflow(a_codec(), "learner/abc").encode([NOTE])
    store = DictKeyStore()

    with pytest.raises(MissingKeyError, match="person/abc"):
        await a_codec(store).decode(sealed)
    assert not store.wrapped


async def test_nothing_is_written_under_a_destroyed_key() -> None:
    store = DictKeyStore()
    store.destroyed.add("person/abc")

    with pytest.raises(DestroyedKeyError, match="person/abc"):
        await for_workflow(a_codec(store), "learner/abc").encode([NOTE])


def test_two_cases_of_one_person_share_the_persons_key() -> None:
    key_for = keys_by_person({"case1": "anna", "case2": "anna"}.get)

    assert key_for("learner/case1") == key_for("learner/case2/course/one") == "person/anna"
    assert key_for("learner/unknown/award") == "person/unknown"
    assert (key_for("cohort/dce/2027"), key_for("award/X-1/replacement/1")) == ("service", "award-register")
