"""
Seals: how a workflow knows that a decision comes from a person whom the console has signed in.

A seal is an Ed25519 signature over workflow id, decision id, content, person, offices and times.
It travels inside the update's argument; it cannot be carried to another decision or workflow.
"""

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from engine.errors import SealError
from models.clock import Clock
from models.decision import Decision

DOMAIN = "collegium-decision-1"


def real_now() -> datetime:
    """Tell the real time."""
    return datetime.now(UTC)


def sealed_bytes(workflow_id: str, decision_id: str, decision: Decision) -> bytes:
    """Return what a seal signs: the content's hash and everything about the actor but the seal itself."""
    content = _canonical(decision.model_dump(mode="json", exclude={"actor"}))
    actor = decision.actor.model_dump(mode="json", exclude={"seal"})
    digest = hashlib.sha256(content).hexdigest()
    return _canonical([DOMAIN, workflow_id, decision_id, digest, actor])


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Sealer:
    """Seals decisions of signed-in people; `ttl` is the real time for which a seal is accepted."""

    def __init__(
        self,
        key: Ed25519PrivateKey,
        key_id: str,
        clock: Clock,
        ttl: timedelta,
        now: Callable[[], datetime] = real_now,
    ) -> None:
        self._key = key
        self._key_id = key_id
        self._clock = clock
        self._ttl = ttl
        self._now = now

    def seal(
        self, workflow_id: str, decision_id: str, decision: Decision, *, signed_at: datetime | None = None
    ) -> Decision:
        """
        Return the decision with its actor sealed for this workflow and decision id.

        `signed_at` is the business time of an earlier seal of the same decision, kept when a
        seal that has expired on the way is made anew.
        """
        now = self._now()
        times = {
            "signed_at": signed_at or self._clock.business(now),
            "expires_at": now + self._ttl,
            "key_id": self._key_id,
        }
        open_decision = decision.model_copy(update={"actor": decision.actor.model_copy(update=times)})
        signature = self._key.sign(sealed_bytes(workflow_id, decision_id, open_decision))
        sealed = open_decision.actor.model_copy(update={"seal": base64.b64encode(signature).decode()})
        return open_decision.model_copy(update={"actor": sealed})

    def needs_new_seal(self, decision: Decision) -> bool:
        """Tell whether a kept decision's seal has run out, or is about to."""
        return decision.actor.expires_at - self._now() < self._ttl / 10


class SealVerifier:
    """Checks seals against the public keys of the sign-ins that are trusted, by their ids."""

    def __init__(self, keys: Mapping[str, Ed25519PublicKey]) -> None:
        self._keys = dict(keys)

    def check(self, workflow_id: str, decision_id: str, decision: Decision, now: datetime) -> None:
        """Raise `SealError` unless a trusted sign-in has sealed exactly this; `now` is real time."""
        key = self._keys.get(decision.actor.key_id)
        if key is None or not self._is_genuine(key, workflow_id, decision_id, decision):
            raise SealError("UnknownActor", "This decision is not signed by a known sign-in. Sign in again.")
        if now > decision.actor.expires_at:
            raise SealError("SealExpired", "This decision was signed too long ago. Please decide again.")

    @staticmethod
    def _is_genuine(key: Ed25519PublicKey, workflow_id: str, decision_id: str, decision: Decision) -> bool:
        try:
            signature = base64.b64decode(decision.actor.seal, validate=True)
            key.verify(signature, sealed_bytes(workflow_id, decision_id, decision))
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True


def create_seal_key(private: Path, public: Path) -> None:
    """Write a new pair of keys as PEM; the private one only its owner can read."""
    key = Ed25519PrivateKey.generate()
    private.parent.mkdir(parents=True, exist_ok=True)
    public.parent.mkdir(parents=True, exist_ok=True)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    handle = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
    public.write_bytes(
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )


def load_seal_key(path: Path) -> Ed25519PrivateKey:
    """Read a sealing key; refuse a file that is missing, open to others, or not Ed25519."""
    pem = _read(path)
    if path.stat().st_mode & 0o077:
        raise SealError("SealKeyOpen", f"The sealing key {path} can be read by other users: chmod 600 {path}")
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as problem:
        raise SealError("SealKeyUnusable", f"The sealing key {path} is not a PEM private key.") from problem
    if not isinstance(key, Ed25519PrivateKey):
        raise SealError("SealKeyUnusable", f"The sealing key {path} is not an Ed25519 key.")
    return key


def load_seal_public_keys(folder: Path) -> dict[str, Ed25519PublicKey]:
    """
    Read the trusted public keys of a folder; a key's id is its file name without `.pem`.

    A folder without any is refused: every decision would be turned away as of an unknown sign-in.
    """
    keys: dict[str, Ed25519PublicKey] = {}
    for path in sorted(folder.glob("*.pem")):
        try:
            key = serialization.load_pem_public_key(_read(path))
        except ValueError as problem:
            raise SealError("SealKeyUnusable", f"The file {path} is not a PEM public key.") from problem
        if not isinstance(key, Ed25519PublicKey):
            raise SealError("SealKeyUnusable", f"The file {path} is not an Ed25519 public key.")
        keys[path.stem] = key
    if not keys:
        raise SealError(
            "SealKeyMissing",
            f"There is no public sealing key (*.pem) in {folder}. Copy the public half of the sign-in's "
            "key there, or name its folder in COLLEGIUM_SEAL_PUBLIC_KEYS.",
        )
    return keys


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise SealError("SealKeyUnusable", f"The key {path} cannot be read: {problem.strerror}.") from problem
