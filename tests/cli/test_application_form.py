"""The application file: an example to start from, and mistakes named at their line and column."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.application import hand_in
from cli.installation import Installation
from models.application_form import ApplicationFile
from models.case import Intake
from models.person import Person
from programmes.document import ProgrammeFileError, read_document
from programmes.loader import validate
from records.admission import AdmissionRepository, EvidenceStore
from records.consortium import ConsortiumRepository
from rules.admission import check_completeness
from tests.cli.command_line import CommandLine


def a_form(folder: Path, text: str) -> ApplicationFile:
    file = folder / "application.yaml"
    file.write_text(text, encoding="utf-8")
    return validate(read_document(file), ApplicationFile)


def the_example(folder: Path) -> str:
    said = CommandLine(folder / "nowhere")("learner", "apply", "--example")
    assert (said.status, said.err) == (0, "")
    assert not (folder / "nowhere").exists()
    return said.out


def test_the_example_is_a_complete_application_that_is_kept(tmp_path: Path) -> None:
    asked = a_form(tmp_path, the_example(tmp_path))
    made = Installation.create(tmp_path / "home")
    agreement, now = made.library.agreement("dce"), datetime.now(UTC)
    intake = Intake(
        programme="dce",
        cohort="2027-spring",
        agreement_version=agreement.version,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=1),
        ranked_at=now + timedelta(days=1),
        study_starts_at=now + timedelta(days=90),
    )
    with made.database.transaction() as session:
        ConsortiumRepository(session).add_version(agreement, "text", now)
    handed = hand_in(made, asked, intake, tmp_path)
    with made.database.reading() as session:
        kept = AdmissionRepository(session).evidence(handed.case)
    made.close()

    assert check_completeness(agreement.admission, handed.application).missing == ()
    assert [one.course for one in handed.application.claims] == ["introduction"]
    assert {one.reference for one in handed.application.attainments} == {one.reference for one in kept}
    passport = next(one for one in kept if one.kind == "identity")
    assert EvidenceStore(made.home / "evidence").get(passport.sha256) == b"Passport"


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ("cefr: C1", "cefr: c1", "17:73"),
        ("isced_f: '0111'", "isced_f: education", "16:71"),
        ("title: Passport", "title: ''", "13:5"),
        ("nationality: FI", "nationality: Finland", "10:16"),
        ("given_name: Aino", "given_name: ''", "6:15"),
        ("eqf_level: 7\n", "eqf_level: 9\n", "22:16"),
        ("years_ago: 2", "years_ago: two", "24:16"),
        ("# esi: urn:", "esi: nonsense:", "11:8"),
        ("main_partner: uab", "main_partner: UAB Lisboa", "25:15"),
    ],
)
def test_a_mistake_is_named_at_its_place(tmp_path: Path, right: str, wrong: str, place: str) -> None:
    text = the_example(tmp_path)
    assert right in text

    with pytest.raises(ProgrammeFileError) as caught:
        a_form(tmp_path, text.replace(right, wrong))
    assert [f"{one.line}:{one.column}" for one in caught.value.problems] == [place]


def test_whoever_the_form_takes_the_records_take(tmp_path: Path) -> None:
    """A value that passes the form must not be refused later, after files have been kept."""
    applicant = a_form(tmp_path, the_example(tmp_path)).person

    assert Person(ref="p-1", created_at=datetime.now(UTC), **applicant.model_dump()).called == "Aino Lehtinen"
