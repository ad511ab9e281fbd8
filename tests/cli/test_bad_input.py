"""Bad files and values: one line that names what is wrong, and nothing half-written."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.application import hand_in
from cli.applying import ApplicationRefusedError
from cli.errors import RefusedError, WrongUseError
from cli.installation import Installation
from models.application_form import ApplicationFile
from models.case import Intake
from programmes.document import read_document
from programmes.loader import validate
from records.admission import AdmissionRepository
from records.case import CaseRepository
from records.consortium import ConsortiumRepository, IntakeRepository
from tests.cli.command_line import CommandLine
from tests.cli.lines import refused, wrongly_used

APPLICATION = """\
programme: dce
cohort: 2027-spring
person: {given_name: Anna, family_name: Virtanen, mail: anna@example.org, birth_date: 1990-04-01}
evidence:
  - {file: cv.txt, kind: cv}
acknowledged_notice: true
"""
PROGRAMME_LEADER = "jyu-aino-lehto"


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """An installation that does not run, with one intake that is open."""
    made = Installation.create(tmp_path / "home")
    agreement = made.library.agreement("dce")
    now = datetime.now(UTC)
    intake = Intake(
        programme="dce",
        cohort="2027-spring",
        agreement_version=agreement.version,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=10),
        ranked_at=now + timedelta(days=10),
        study_starts_at=now + timedelta(days=60),
    )
    source = made.library.agreement_file("dce").read_text(encoding="utf-8")
    with made.database.transaction() as session:
        ConsortiumRepository(session).add_version(agreement, source, now)
        IntakeRepository(session).add(intake)
    return made


def the_intake(installation: Installation) -> Intake:
    with installation.database.reading() as session:
        return IntakeRepository(session).get("dce", "2027-spring")


def an_application(folder: Path, text: str = APPLICATION) -> ApplicationFile:
    (folder / "cv.txt").write_text("Twelve years of teaching.", encoding="utf-8")
    (folder / "application.yaml").write_text(text, encoding="utf-8")
    return validate(read_document(folder / "application.yaml"), ApplicationFile)


def cases_in(installation: Installation) -> int:
    with installation.database.reading() as session:
        return len(CaseRepository(session).find())


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read"),
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\xff\xfe", "not text"),
        (b"- a\n- list\n", "does not start with a key"),
        (b"person: {given_name: A\n", "not YAML"),
        (b"programme: dce\ncohort: c\n", "person"),
        (APPLICATION.replace("kind: cv", "kind: poem").encode(), "poem"),
        (APPLICATION.replace("mail: anna@example.org", "mail: anna").encode(), "mail"),
        (APPLICATION.replace("1990-04-01", "yesterday").encode(), "birth_date"),
        (APPLICATION.replace("person:", "persona:").encode(), "persona"),
    ],
)
def test_an_unusable_application_file_is_refused(
    content: bytes | None, says: str, installation: Installation, tmp_path: Path
) -> None:
    file = tmp_path / "broken.yaml"
    if content is not None:
        file.write_bytes(content)

    said = CommandLine(installation.home)("learner", "apply", str(file))

    assert said.status == (2 if content is None else 1)
    assert says in said.err
    assert str(file) in said.err
    assert cases_in(installation) == 0


def test_nothing_is_written_while_nothing_runs(installation: Installation, tmp_path: Path) -> None:
    an_application(tmp_path)

    assert "./collegium up" in refused(installation.home, "learner", "apply", tmp_path / "application.yaml")
    assert cases_in(installation) == 0


def test_missing_evidence_is_named_and_nothing_is_written(installation: Installation, tmp_path: Path) -> None:
    asked = an_application(tmp_path, APPLICATION.replace("cv.txt", "nowhere.pdf"))

    with pytest.raises(WrongUseError, match=r"nowhere\.pdf"):
        hand_in(installation, asked, the_intake(installation), tmp_path)
    assert cases_in(installation) == 0


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("acknowledged_notice: true", "main_partner: nowhere\nacknowledged_notice: true", "nowhere"),
        ("acknowledged_notice: true", "fee_category: gold\nacknowledged_notice: true", "gold"),
        ("acknowledged_notice: true", "acknowledged_notice: false", "notice"),
        ("1990-04-01", "2099-04-01", "2099-04-01"),
        (
            "acknowledged_notice: true",
            "acknowledged_notice: true\nclaims: "
            "[{claim: one, course: cooking, kind: formal, eqf_level: 6, ects_claimed: 3}]",
            "cooking",
        ),
    ],
    ids=["main partner", "fee category", "notice", "birth date", "course"],
)
def test_what_the_agreement_does_not_have_is_refused(
    old: str, new: str, says: str, installation: Installation, tmp_path: Path
) -> None:
    asked = an_application(tmp_path, APPLICATION.replace(old, new))

    with pytest.raises(ApplicationRefusedError, match=says):
        hand_in(installation, asked, the_intake(installation), tmp_path)
    assert cases_in(installation) == 0


def test_an_application_is_kept_whole_and_once(installation: Installation, tmp_path: Path) -> None:
    asked, intake = an_application(tmp_path), the_intake(installation)

    first = hand_in(installation, asked, intake, tmp_path)
    second = hand_in(installation, asked, intake, tmp_path)

    assert (second.case, second.known) == (first.case, True)
    with installation.database.reading() as session:
        assert [one.file_name for one in AdmissionRepository(session).evidence(first.case)] == ["cv.txt"]
    assert "anna" not in first.case


def test_nobody_goes_through_a_programme_twice_at_once(installation: Installation, tmp_path: Path) -> None:
    asked, intake = an_application(tmp_path), the_intake(installation)
    first = hand_in(installation, asked, intake, tmp_path)

    with pytest.raises(ApplicationRefusedError, match=first.case):
        hand_in(installation, asked.model_copy(update={"key": "another"}), intake, tmp_path)


def test_a_key_belongs_to_one_intake(installation: Installation, tmp_path: Path) -> None:
    asked, intake = an_application(tmp_path).model_copy(update={"key": "mine"}), the_intake(installation)
    hand_in(installation, asked, intake, tmp_path)

    with pytest.raises(RefusedError, match="another key"):
        hand_in(installation, asked, intake.model_copy(update={"cohort": "2028-spring"}), tmp_path)


def test_after_the_window_nobody_can_apply(installation: Installation, tmp_path: Path) -> None:
    closed = the_intake(installation).model_copy(
        update={"closes_at": installation.now() - timedelta(seconds=1)}
    )

    with pytest.raises(ApplicationRefusedError, match="closed on"):
        hand_in(installation, an_application(tmp_path), closed, tmp_path)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("learner", "show", "zzz"), "zzz"),
        (("task", "show", "zzz"), "zzz"),
        (("task", "decide", "zzz", "yes", "--as", PROGRAMME_LEADER), "zzz"),
        (("task", "list", "--as", "nobody"), "nobody"),
        (("task", "list", "--as", "nobody@example.org"), "nobody@example.org"),
        (("registration", "trigger", "zzz", "--as", "nobody"), "nobody"),
        (("intake", "list", "--what"), "--what"),
        (("intake", "clone", "coastal-data", "x", "--opens", "2027-01-01"), "no intake"),
        (("intake", "clone", "nowhere", "x", "--opens", "2027-01-01"), "nowhere"),
        (("intake", "release", "dce", "zzz", "--as", PROGRAMME_LEADER), "2027-spring"),
        (("sandbox", "switches", "show", "jyu"), "jyu"),
        (("sandbox", "start", "anadolu"), "anadolu"),
        (("learner", "apply"), "FILE"),
        (("learner", "apply", "--given-name", "A", "--family-name", "B", "--mail", "x"), "mail"),
        (
            (
                *("learner", "apply", "--given-name", "A", "--family-name", "B", "--mail", "a@b.example"),
                *("--evidence", "poem=x"),
            ),
            "poem",
        ),
    ],
    ids=lambda words: " ".join(words[:3]) if isinstance(words, tuple) else "",
)
def test_what_does_not_exist_is_named(
    arguments: tuple[str, ...], says: str, installation: Installation
) -> None:
    assert says in wrongly_used(installation.home, *arguments)


@pytest.mark.parametrize(
    ("dates", "says"),
    [
        (("soon", "2099-02-01", "2099-03-01"), "soon"),
        (("2099-13-01", "2099-02-01", "2099-03-01"), "2099-13-01"),
        (("2099-02-01", "2099-01-01", "2099-03-01"), "before"),
        (("2099-01-01", "2099-02-01", "2099-01-15"), "before"),
        (("2001-01-01", "2001-02-01", "2001-03-01"), "past"),
    ],
)
def test_impossible_dates_open_no_intake(
    dates: tuple[str, str, str], says: str, installation: Installation
) -> None:
    options = zip(("--opens", "--closes", "--study-starts"), dates, strict=True)
    words = [word for pair in options for word in pair]

    line = wrongly_used(installation.home, "intake", "open", "dce", "new", *words)

    assert says in line
    assert len(CommandLine(installation.home).done("intake", "list")["intakes"]) == 1


def test_only_the_programme_leader_extends_a_window(installation: Installation) -> None:
    arguments = ("intake", "extend", "dce", "2027-spring", "--reason", "Holidays")
    until = (datetime.now(UTC) + timedelta(days=20)).date()

    assert "WrongRole" in refused(installation.home, *arguments, "--until", until, "--as", "jyu-sari-niemi")
    assert "later" in refused(
        installation.home, *arguments, "--until", "2026-01-01", "--as", PROGRAMME_LEADER
    )
    moved = CommandLine(installation.home).done(*arguments, "--until", str(until), "--as", PROGRAMME_LEADER)
    assert moved["reason"] == "Holidays"
    assert the_intake(installation).closes_at.isoformat() == moved["new"].replace("Z", "+00:00")
