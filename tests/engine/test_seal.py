"""A seal holds for one decision, one workflow, one person, and for a while."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SealError
from engine.seal import Sealer, SealVerifier, create_seal_key, load_seal_key, load_seal_public_keys
from models.actor import Office, Role
from models.clock import Clock
from models.decision import Decision, DecisionKind, GradeEntry
from tests.harness import REAL_CLOCK, SEAL_KEY_ID, a_sealer, a_verifier, an_actor

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
WORKFLOW, DECISION_ID = "learner/abc/admission", "d1"
MEMBER = Office(role=Role.ADMISSION_COMMITTEE, partner="jyu")


def a_decision(**fields: object) -> Decision:
    return Decision(
        option="admit", reason="Fits", actor=an_actor("anna", "Anna Virtanen", MEMBER)
    ).model_copy(update=fields)


def sealed() -> Decision:
    return a_sealer(now=NOW).seal(WORKFLOW, DECISION_ID, a_decision())


def with_actor(**fields: object) -> Callable[[Decision], Decision]:
    return lambda decision: decision.model_copy(update={"actor": decision.actor.model_copy(update=fields)})


def with_field(**fields: object) -> Callable[[Decision], Decision]:
    return lambda decision: decision.model_copy(update=fields)


def test_a_sealed_decision_is_genuine_after_its_journey() -> None:
    arrived = Decision.model_validate_json(sealed().model_dump_json())

    a_verifier().check(WORKFLOW, DECISION_ID, arrived, NOW)


@pytest.mark.parametrize(
    "change",
    [
        with_field(option="reject"),
        with_field(reason=""),
        with_field(task="learner/abc#1"),
        with_field(kind=DecisionKind.WITHDRAW),
        with_field(content=GradeEntry(grade="5")),
        with_actor(person="eve"),
        with_actor(name="Eve"),
        with_actor(offices=()),
        with_actor(offices=(MEMBER.model_copy(update={"chair": True}),)),
        with_actor(signed_at=NOW - timedelta(days=1)),
        with_actor(expires_at=NOW + timedelta(days=99)),
        with_actor(key_id="other"),
        with_actor(key_id=""),
        with_actor(seal=""),
        with_actor(seal="not base64"),
        with_actor(seal="AAAA"),
    ],
)
def test_a_changed_decision_is_not_genuine(change: Callable[[Decision], Decision]) -> None:
    with pytest.raises(SealError) as refusal:
        a_verifier().check(WORKFLOW, DECISION_ID, change(sealed()), NOW)

    assert refusal.value.code == "UnknownActor"


@pytest.mark.parametrize(
    ("workflow_id", "decision_id"), [("learner/xyz/admission", DECISION_ID), (WORKFLOW, "d2")]
)
def test_a_seal_cannot_be_carried_elsewhere(workflow_id: str, decision_id: str) -> None:
    with pytest.raises(SealError, match="known sign-in"):
        a_verifier().check(workflow_id, decision_id, sealed(), NOW)


def test_a_seal_of_another_key_under_a_trusted_name_is_refused() -> None:
    forger = Sealer(Ed25519PrivateKey.generate(), SEAL_KEY_ID, REAL_CLOCK, timedelta(hours=1), lambda: NOW)

    with pytest.raises(SealError, match="known sign-in"):
        a_verifier().check(WORKFLOW, DECISION_ID, forger.seal(WORKFLOW, DECISION_ID, a_decision()), NOW)


def test_an_old_seal_is_refused() -> None:
    with pytest.raises(SealError) as refusal:
        a_verifier().check(WORKFLOW, DECISION_ID, sealed(), NOW + timedelta(minutes=16))

    assert refusal.value.code == "SealExpired"


def test_business_time_is_signed_and_kept_when_sealed_again() -> None:
    clock = Clock(epoch=NOW - timedelta(hours=1), rate=24)
    first = a_sealer(clock, NOW).seal(WORKFLOW, DECISION_ID, a_decision())
    later = a_sealer(clock, NOW + timedelta(hours=2))

    again = later.seal(WORKFLOW, DECISION_ID, first, signed_at=first.actor.signed_at)

    assert again.actor.signed_at == NOW + timedelta(hours=23)
    assert later.needs_new_seal(first)
    assert not later.needs_new_seal(again)
    a_verifier().check(WORKFLOW, DECISION_ID, again, NOW + timedelta(hours=2))


@given(reason=st.text(max_size=200).filter(lambda text: text.isprintable()), option=st.text(max_size=20))
def test_any_text_survives_the_journey(reason: str, option: str) -> None:
    decision = a_sealer(now=NOW).seal(WORKFLOW, DECISION_ID, a_decision(reason=reason, option=option))

    arrived = Decision.model_validate_json(decision.model_dump_json())

    a_verifier().check(WORKFLOW, DECISION_ID, arrived, NOW)


def test_keys_in_files_seal_and_verify(tmp_path: Path) -> None:
    private, folder = tmp_path / "keys" / "seal.pem", tmp_path / "keys" / "public"
    create_seal_key(private, folder / "console.pem")

    sealer = Sealer(load_seal_key(private), "console", REAL_CLOCK, timedelta(hours=1), lambda: NOW)
    decision = sealer.seal(WORKFLOW, DECISION_ID, a_decision())

    assert private.stat().st_mode & 0o777 == 0o600
    SealVerifier(load_seal_public_keys(folder)).check(WORKFLOW, DECISION_ID, decision, NOW)


@pytest.mark.parametrize(("content", "mode"), [(None, 0o600), (b"nonsense", 0o600), (b"nonsense", 0o644)])
def test_a_bad_sealing_key_is_refused_with_its_name(tmp_path: Path, content: bytes | None, mode: int) -> None:
    path = tmp_path / "seal.pem"
    if content:
        path.write_bytes(content)
        path.chmod(mode)

    with pytest.raises(SealError, match=r"seal\.pem"):
        load_seal_key(path)
