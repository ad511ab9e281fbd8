from pathlib import Path

import pytest

from models.consortium import ConsortiumAgreement
from programmes.loader import SHIPPED, load_agreement
from records.admission import AdmissionRepository, EvidenceStore
from records.consortium import ConsortiumRepository, IntakeRepository
from records.database import Database
from records.errors import ConflictingRecordError, UnknownRecordError
from tests.records import builders as b


@pytest.fixture(scope="module")
def agreement() -> ConsortiumAgreement:
    return load_agreement(SHIPPED / "dce" / "agreement.yaml")


def test_the_same_version_again_changes_nothing(database: Database, agreement: ConsortiumAgreement) -> None:
    with database.transaction() as session:
        versions = ConsortiumRepository(session)
        first = versions.add_version(agreement, "text", b.NOON)

        assert versions.add_version(agreement, "text", b.later()) == first
        assert versions.agreement("dce", agreement.version) == agreement


def test_another_text_under_a_published_version_is_refused(
    database: Database, agreement: ConsortiumAgreement
) -> None:
    with database.transaction() as session:
        ConsortiumRepository(session).add_version(agreement, "text", b.NOON)
        with pytest.raises(ConflictingRecordError, match="new version number"):
            ConsortiumRepository(session).add_version(agreement, "text, changed", b.NOON)


def test_the_newest_version_is_newest_by_number(database: Database, agreement: ConsortiumAgreement) -> None:
    with database.transaction() as session:
        versions = ConsortiumRepository(session)
        for version in ("2026.2", "2026.10", "2025.11"):
            versions.add_version(agreement.model_copy(update={"version": version}), version, b.NOON)
        newest = versions.latest("dce")

        assert newest is not None
        assert newest.agreement.version == "2026.10"
        assert versions.versions("dce") == ("2025.11", "2026.2", "2026.10")
        assert versions.programmes() == ("dce",)
        assert versions.latest("other") is None


def test_an_unknown_version_is_named(database: Database) -> None:
    with database.reading() as session, pytest.raises(UnknownRecordError, match=r"2026\.7"):
        ConsortiumRepository(session).version("dce", "2026.7")


def test_a_deadline_moved_for_the_cohort_moves_the_intake(database: Database) -> None:
    with database.transaction() as session:
        intakes = IntakeRepository(session)
        intakes.add(b.an_intake())
        intakes.extend(b.an_extension())

        assert intakes.get("dce", "spring").closes_at == b.later(150)
        assert intakes.add(b.an_intake()).closes_at == b.later(150)
        assert intakes.find("dce") == intakes.find()
        assert intakes.find("other") == ()


def test_a_deadline_moved_for_one_case_is_theirs_alone(database: Database) -> None:
    with database.transaction() as session:
        intakes = IntakeRepository(session)
        intakes.add(b.an_intake())
        intakes.extend(b.an_extension(b.CASE))

        assert intakes.get("dce", "spring") == b.an_intake()
        assert intakes.extensions("dce", "spring") == ()
        assert intakes.extensions("dce", "spring", b.CASE) == (b.an_extension(b.CASE),)


def test_an_intake_that_is_not_open_cannot_be_extended(database: Database) -> None:
    with pytest.raises(UnknownRecordError, match="spring"), database.transaction() as session:
        IntakeRepository(session).extend(b.an_extension())


def test_a_file_is_kept_once_under_its_hash(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)

    assert store.put(b"diploma") == store.put(b"diploma")
    assert store.get(store.put(b"diploma")) == b"diploma"
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_file_that_was_changed_on_disk_is_not_given_out(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    sha256 = store.put(b"diploma")
    store.path(sha256).write_bytes(b"forged")

    with pytest.raises(UnknownRecordError, match="changed on disk"):
        store.get(sha256)


@pytest.mark.parametrize("reference", ["../../etc/passwd", "", "A" * 64, "a" * 64])
def test_what_is_no_file_of_the_store_is_not_given_out(tmp_path: Path, reference: str) -> None:
    with pytest.raises(UnknownRecordError):
        EvidenceStore(tmp_path).get(reference)


def test_evidence_tells_which_partners_have_seen_the_original(database: Database) -> None:
    with database.transaction() as session:
        b.with_case(session)
        admission = AdmissionRepository(session)
        admission.add_evidence(b.evidence())
        for partner in ("uma", "jyu", "jyu"):
            admission.verify_evidence("e1", partner, "lea", "d1", b.NOON)

        assert admission.evidence(b.CASE) == (b.evidence(),)
        assert admission.verified_by("e1") == ("jyu", "uma")
