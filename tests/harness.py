"""
What tests of workflows and of the engine share: a real server, fixed keys, and people's seals.

Data keys are derived from their id here, so that a history written by one run is read by the
next; nothing but tests does that.
"""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.testing import WorkflowEnvironment

from engine.converter import build_converter
from engine.decisions import DecisionSender
from engine.embedded import find_binary
from engine.keys import KeyRing
from engine.seal import Sealer, SealVerifier, real_now
from engine.search import TYPES
from models.actor import Actor, Office
from models.clock import Clock
from models.decision import Decision, Receipt
from models.intent import Intent

MASTER_KEY = hashlib.sha256(b"master key of the tests").digest()
SEAL_KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"seal key of the tests").digest())
SEAL_KEY_ID = "seal-test"
REAL_CLOCK = Clock(epoch=datetime(2025, 1, 1, tzinfo=UTC))


class DictKeyStore:
    """A key store in memory."""

    def __init__(self) -> None:
        self.wrapped: dict[str, bytes] = {}
        self.destroyed: set[str] = set()

    def load(self, key_id: str) -> bytes | None:
        return self.wrapped.get(key_id)

    def add(self, key_id: str, wrapped: bytes) -> bytes:
        return self.wrapped.setdefault(key_id, wrapped)

    def is_destroyed(self, key_id: str) -> bool:
        return key_id in self.destroyed


class DerivedKeyStore(DictKeyStore):
    """Holds every key there could be, derived from its id, so that stored histories stay readable."""

    def load(self, key_id: str) -> bytes | None:
        key = hashlib.sha256(b"data key of the tests " + key_id.encode()).digest()
        return bytes(12) + AESGCM(MASTER_KEY).encrypt(bytes(12), key, key_id.encode())


class DictIntentStore:
    """An intent store in memory."""

    def __init__(self) -> None:
        self.intents: dict[str, Intent] = {}
        self.receipts: dict[str, Receipt] = {}
        self.refusals: dict[str, tuple[str, str]] = {}

    def keep(self, intent: Intent) -> None:
        self.intents[intent.decision_id] = intent

    def answered(self, decision_id: str, receipt: Receipt) -> None:
        self.receipts[decision_id] = receipt

    def refused(self, decision_id: str, code: str, sentence: str) -> None:
        self.refusals[decision_id] = (code, sentence)

    def open(self) -> Sequence[Intent]:
        return [
            intent
            for intent in self.intents.values()
            if intent.decision_id not in self.receipts and intent.decision_id not in self.refusals
        ]

    def receipt_of(self, decision_id: str) -> Receipt | None:
        return self.receipts.get(decision_id)

    def answer_to(self, task: str) -> Receipt | None:
        return next((receipt for receipt in self.receipts.values() if receipt.task == task), None)


def fixed_converter() -> DataConverter:
    """Return the converter of all tests; use it for replay, too."""
    return build_converter(KeyRing(MASTER_KEY, DerivedKeyStore()))


def a_verifier() -> SealVerifier:
    return SealVerifier({SEAL_KEY_ID: SEAL_KEY.public_key()})


def a_sealer(clock: Clock = REAL_CLOCK, now: datetime | None = None) -> Sealer:
    """Return a sealer of people's decisions; `now` is the engine's real time where that is not ours."""
    return Sealer(SEAL_KEY, SEAL_KEY_ID, clock, timedelta(minutes=15), (lambda: now) if now else real_now)


def an_actor(person: str = "anna", name: str = "Anna Virtanen", *offices: Office) -> Actor:
    """Return a person who is not sealed yet."""
    nobody = datetime(2025, 1, 1, tzinfo=UTC)
    return Actor(person=person, name=name, offices=offices, signed_at=nobody, expires_at=nobody)


def a_sender(
    client: Client, clock: Clock = REAL_CLOCK, store: DictIntentStore | None = None
) -> DecisionSender:
    """Return a sender against a server whose time is real."""
    return DecisionSender(client, a_sealer(clock), store or DictIntentStore(), timedelta(seconds=15))


async def decide_in_skipped_time(
    env: WorkflowEnvironment, workflow_id: str, decision: Decision, *, clock: Clock, decision_id: str
) -> Receipt:
    """Send a decision, sealed at the time-skipping server's own time."""
    sealer = a_sealer(clock, await env.get_current_time())
    sender = DecisionSender(env.client, sealer, DictIntentStore(), timedelta(seconds=15))
    return await sender.send(workflow_id, decision, decision_id)


@asynccontextmanager
async def time_skipping_engine() -> AsyncIterator[WorkflowEnvironment]:
    """
    Start a server that skips waiting: for deadlines of one workflow, one test at a time.

    Time moves only while a result is awaited or in `env.sleep`; an update's answer does not move it.
    """
    env = await WorkflowEnvironment.start_time_skipping(
        data_converter=fixed_converter(),
        test_server_existing_path=str(find_binary("temporal-test-server")),
    )
    async with env:
        kinds = {"Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD}
        kinds["KeywordList"] = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST
        await env.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=env.client.namespace,
                search_attributes={name: kinds[kind] for name, kind in TYPES.items()},
            )
        )
        yield env
