"""Data keys are random, wrapped, and never replaced by something weaker."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.errors import DestroyedKeyError, MasterKeyError
from engine.keys import KeyRing, create_master_key, load_master_key
from tests.harness import MASTER_KEY, DictKeyStore

NONCE = bytes(12)


def test_two_processes_use_the_key_that_was_stored_first() -> None:
    store = DictKeyStore()
    sealed = KeyRing(MASTER_KEY, store).for_encryption("service").encrypt(NONCE, b"text", None)

    assert KeyRing(MASTER_KEY, store).for_decryption("service").decrypt(NONCE, sealed, None) == b"text"


def test_the_loser_of_a_race_uses_the_winners_key() -> None:
    winner = DictKeyStore()
    KeyRing(MASTER_KEY, winner).for_encryption("service")

    class LateStore(DictKeyStore):
        def load(self, key_id: str) -> bytes | None:
            return None

        def add(self, key_id: str, wrapped: bytes) -> bytes:
            return winner.add(key_id, wrapped)

    late = KeyRing(MASTER_KEY, LateStore()).for_encryption("service").encrypt(NONCE, b"text", None)
    assert KeyRing(MASTER_KEY, winner).for_decryption("service").decrypt(NONCE, late, None) == b"text"


def test_many_threads_make_one_key() -> None:
    ring = KeyRing(MASTER_KEY, DictKeyStore())

    with ThreadPoolExecutor(8) as pool:
        ciphers = list(pool.map(lambda _: ring.for_encryption("service"), range(50)))

    assert len({id(cipher) for cipher in ciphers}) == 1


def test_keys_are_not_derived_from_the_master_key() -> None:
    stores = DictKeyStore(), DictKeyStore()
    texts = [KeyRing(MASTER_KEY, store).for_encryption("a").encrypt(NONCE, b"text", None) for store in stores]

    assert texts[0] != texts[1]


def test_a_wrong_master_key_names_the_key_that_it_cannot_open() -> None:
    store = DictKeyStore()
    KeyRing(MASTER_KEY, store).for_encryption("person/abc")

    with pytest.raises(MasterKeyError, match="person/abc"):
        KeyRing(bytes(32), store).for_encryption("person/abc")


def test_a_wrapped_key_cannot_be_given_to_another_owner() -> None:
    store = DictKeyStore()
    KeyRing(MASTER_KEY, store).for_encryption("person/abc")
    store.wrapped["person/xyz"] = store.wrapped["person/abc"]

    with pytest.raises(MasterKeyError, match="person/xyz"):
        KeyRing(MASTER_KEY, store).for_encryption("person/xyz")


def test_a_forgotten_and_destroyed_key_is_gone() -> None:
    store = DictKeyStore()
    ring = KeyRing(MASTER_KEY, store)
    ring.for_encryption("person/abc")
    del store.wrapped["person/abc"]
    store.destroyed.add("person/abc")
    ring.forget("person/abc")

    with pytest.raises(DestroyedKeyError):
        ring.for_encryption("person/abc")


def test_a_new_master_key_is_its_owners_alone_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"
    create_master_key(path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert len(load_master_key(path)) == 32
    with pytest.raises(FileExistsError):
        create_master_key(path)


@pytest.mark.parametrize(
    ("content", "mode", "words"),
    [
        (None, 0o600, "cannot be read"),
        (b"A" * 44, 0o644, "read by other users"),
        (b"not base64!", 0o600, "not base64"),
        (b"AAAA", 0o600, "3 bytes"),
        (b"", 0o600, "0 bytes"),
    ],
    ids=["missing", "open", "not base64", "short", "empty"],
)
def test_a_bad_master_key_file_is_refused(
    tmp_path: Path, content: bytes | None, mode: int, words: str
) -> None:
    path = tmp_path / "master.key"
    if content is not None:
        path.write_bytes(content)
        path.chmod(mode)

    with pytest.raises(MasterKeyError, match=words):
        load_master_key(path)
