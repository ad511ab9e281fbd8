"""One way to write a value as bytes, so that equal values have equal digests."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_jsonable_python


def canonical_json(value: Any) -> bytes:
    """Write a value as JSON with sorted keys and no blanks; moments in UTC."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256_hex(data: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def salted_digest(salt: bytes, value: Any) -> str:
    """HMAC-SHA-256 under a secret salt: without the salt nobody can try out what was digested."""
    return hmac.new(salt, canonical_json(value), hashlib.sha256).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return to_jsonable_python(value)
