"""
Everything that the engine stores is compressed and encrypted, under a key that belongs to somebody.

Who owns a payload follows from where it goes: an activity on `partner/{id}` is that partner's, a
workflow `learner/{case}...` the person's, `award/...` the award register's, all else the service's.
The key's id stands in clear in the metadata and is bound to the content; reading needs nothing
else, so that the codec endpoint and replay work without a context. There is no way around: when a
key cannot be had, nothing is written, and a payload that is not encrypted is not read (an engine
without our keys has no say in a case), except `binary/null`, which says nothing.

Compression comes first, since what is encrypted no longer shrinks: a child's input with its agreement
takes a third. A payload's length tells as little as before, as nobody outside chooses what stands in one.
"""

import asyncio
import secrets
import zlib
from collections.abc import Callable, Sequence
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    ActivitySerializationContext,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from engine.errors import PayloadError
from engine.keys import NONCE_BYTES, KeyRing

ENCODING = b"binary/encrypted"
COMPRESSED = b"binary/zlib"
NULL = b"binary/null"
SERVICE_KEY = "service"
AWARD_REGISTER_KEY = "award-register"

_WORTH_COMPRESSING = 512
_FAST = 1
"""Level of zlib: higher ones take several times as long for a tenth less."""

KeyResolver = Callable[[str], str]
"""From a workflow id to the id of the data key of its payloads."""


def key_for_workflow(workflow_id: str) -> str:
    """Tell whose key a workflow's payloads are under, where every case is a person of its own."""
    kind, _, rest = workflow_id.partition("/")
    if kind == "learner" and rest:
        return f"person/{rest.partition('/')[0]}"
    return AWARD_REGISTER_KEY if kind == "award" else SERVICE_KEY


def keys_by_person(person_of: Callable[[str], str | None]) -> KeyResolver:
    """
    Tell whose key a workflow's payloads are under, where a person may have several cases.

    `person_of` finds the person of a case, or None while the records do not know the case.
    """

    def key_for(workflow_id: str) -> str:
        kind, _, rest = workflow_id.partition("/")
        person = person_of(rest.partition("/")[0]) if kind == "learner" else None
        return f"person/{person}" if person else key_for_workflow(workflow_id)

    return key_for


class KeyedCodec(PayloadCodec, WithSerializationContext):
    """Encrypts with AES-256-GCM under the key that the payload's place asks for."""

    def __init__(
        self, ring: KeyRing, key_for: KeyResolver = key_for_workflow, key_id: str = SERVICE_KEY
    ) -> None:
        self._ring = ring
        self._key_for = key_for
        self._key_id = key_id

    def with_context(self, context: SerializationContext) -> Self:
        return type(self)(self._ring, self._key_for, self._owner(context))

    def _owner(self, context: SerializationContext) -> str:
        if isinstance(context, ActivitySerializationContext):
            queue = context.activity_task_queue or ""
            if queue.startswith("partner/"):
                return queue
            return self._key_for(context.workflow_id) if context.workflow_id else SERVICE_KEY
        if isinstance(context, WorkflowSerializationContext):
            return self._key_for(context.workflow_id)
        return SERVICE_KEY

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        cipher = self._ring.cached(self._key_id)
        if cipher is None:
            # Only the first use of a key asks the store, which may wait for a disk.
            cipher = await asyncio.to_thread(self._ring.for_encryption, self._key_id)
        return [_encrypt(payload, self._key_id.encode(), cipher) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [await self._decode(payload) for payload in payloads]

    async def _decode(self, payload: Payload) -> Payload:
        encoding = payload.metadata.get("encoding")
        if encoding == NULL and not payload.data:
            return payload
        if encoding != ENCODING or "key" not in payload.metadata:
            raise PayloadError(
                "The engine holds a payload that is not encrypted with our keys; it is refused."
            )
        key_id = payload.metadata["key"]
        cipher = self._ring.cached(key_id.decode())
        if cipher is None:
            cipher = await asyncio.to_thread(self._ring.for_decryption, key_id.decode())
        return _decrypt(payload, key_id, cipher)


def _encrypt(payload: Payload, key_id: bytes, cipher: AESGCM) -> Payload:
    nonce = secrets.token_bytes(NONCE_BYTES)
    data = nonce + cipher.encrypt(nonce, _compress(payload).SerializeToString(), key_id)
    return Payload(metadata={"encoding": ENCODING, "key": key_id}, data=data)


def _decrypt(payload: Payload, key_id: bytes, cipher: AESGCM) -> Payload:
    try:
        clear = cipher.decrypt(payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:], key_id)
    except (InvalidTag, ValueError):
        raise PayloadError(f"A payload under the key {key_id.decode()} was changed; it is refused.") from None
    return _decompress(Payload.FromString(clear))


def _compress(payload: Payload) -> Payload:
    if len(payload.data) < _WORTH_COMPRESSING:
        return payload
    return Payload(
        metadata={"encoding": COMPRESSED}, data=zlib.compress(payload.SerializeToString(), level=_FAST)
    )


def _decompress(payload: Payload) -> Payload:
    if payload.metadata.get("encoding") != COMPRESSED:
        return payload
    return Payload.FromString(zlib.decompress(payload.data))
