"""
Data keys: random, wrapped by a master key, so that destroying one erases what it encrypted.

A data key belongs to a person, a partner, the award register or the service. Keys are never
derived from the master key: a derived key could not be destroyed by itself.
"""

import base64
import binascii
import os
import secrets
import threading
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.errors import DestroyedKeyError, MasterKeyError, MissingKeyError

KEY_BYTES = 32
NONCE_BYTES = 12


class KeyStore(Protocol):
    """Where wrapped data keys are kept; the records implement it."""

    def load(self, key_id: str) -> bytes | None:
        """Return the wrapped key, or None when there is none or it was destroyed."""

    def add(self, key_id: str, wrapped: bytes) -> bytes:
        """Store a wrapped key unless there is one already; return the one that is stored."""

    def is_destroyed(self, key_id: str) -> bool:
        """Tell whether this key existed and was destroyed by an erasure."""


def create_master_key(path: Path) -> None:
    """Write a new master key that only its owner can read; an existing file is never touched."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")


def load_master_key(path: Path) -> bytes:
    """Read the master key; refuse a file that is missing, open to others, or not 32 bytes of base64."""
    try:
        mode = path.stat().st_mode
        text = path.read_bytes()
    except OSError as problem:
        raise MasterKeyError(
            f"The master key file {path} cannot be read: {problem.strerror}. Without it no case can be read."
        ) from problem
    if mode & 0o077:
        raise MasterKeyError(
            f"The master key file {path} can be read by other users. Allow only its owner: chmod 600 {path}"
        )
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error as problem:
        raise MasterKeyError(f"The master key file {path} is not base64.") from problem
    if len(key) != KEY_BYTES:
        raise MasterKeyError(f"The master key file {path} holds {len(key)} bytes instead of {KEY_BYTES}.")
    return key


class KeyRing:
    """
    Makes and finds data keys by their id; threads may share it.

    The first key stored for an id wins, so that two processes that start together use the same.
    """

    def __init__(self, master_key: bytes, store: KeyStore) -> None:
        if len(master_key) != KEY_BYTES:
            raise MasterKeyError(f"The master key has {len(master_key)} bytes instead of {KEY_BYTES}.")
        self._master = AESGCM(master_key)
        self._store = store
        self._ciphers: dict[str, AESGCM] = {}
        self._lock = threading.Lock()

    def cached(self, key_id: str) -> AESGCM | None:
        """Return the cipher if it is in memory, without asking the store."""
        return self._ciphers.get(key_id)

    def for_encryption(self, key_id: str) -> AESGCM:
        """Return the cipher of a key, made now if there is none yet."""
        return self._ciphers.get(key_id) or self._open(key_id, create=True)

    def for_decryption(self, key_id: str) -> AESGCM:
        """Return the cipher of an existing key."""
        return self._ciphers.get(key_id) or self._open(key_id, create=False)

    def forget(self, key_id: str) -> None:
        """Drop a key from memory, after it was destroyed in the store."""
        with self._lock:
            self._ciphers.pop(key_id, None)

    def _open(self, key_id: str, *, create: bool) -> AESGCM:
        with self._lock:
            if cipher := self._ciphers.get(key_id):
                return cipher
            wrapped = self._store.load(key_id)
            if wrapped is None:
                wrapped = self._make(key_id, create=create)
            cipher = AESGCM(self._unwrap(key_id, wrapped))
            self._ciphers[key_id] = cipher
            return cipher

    def _make(self, key_id: str, *, create: bool) -> bytes:
        if self._store.is_destroyed(key_id):
            raise DestroyedKeyError(f"The data key {key_id} was destroyed: what it encrypted is erased.")
        if not create:
            raise MissingKeyError(
                f"The data key {key_id} is not in the records. Are these the records of this engine?"
            )
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._master.encrypt(nonce, secrets.token_bytes(KEY_BYTES), key_id.encode())
        return self._store.add(key_id, nonce + sealed)

    def _unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        try:
            return self._master.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], key_id.encode())
        except InvalidTag:
            raise MasterKeyError(
                f"The data key {key_id} cannot be opened with this master key. Use the master key file "
                "that belongs to these records."
            ) from None
