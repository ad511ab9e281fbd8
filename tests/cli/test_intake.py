"""Intakes: days of the programme's own zone, dates that move together, and nothing that has no effect."""

import shlex
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cli.applying import ApplicationRefusedError, check_window
from cli.installation import Installation
from cli.intake import moved_dates
from cli.values import read_moment
from models.case import Intake
from models.consortium import ConsortiumAgreement
from programmes.loader import SHIPPED, load_agreement
from records.consortium import ConsortiumRepository, IntakeRepository
from tests.cli.command_line import CommandLine
from tests.cli.lines import refused, wrongly_used

DCE = load_agreement(SHIPPED / "dce" / "agreement.yaml")
COASTAL = load_agreement(SHIPPED / "coastal-data" / "agreement.yaml")
HELSINKI = "Europe/Helsinki"
DAYS = "--opens 2099-01-01 --closes 2099-02-01 --study-starts 2099-04-01"
LEADERS = {"dce": "jyu-aino-lehto", "coastal-data": "armor-maelle-kervella"}


def an_intake(agreement: ConsortiumAgreement = DCE, **dates: str | None) -> Intake:
    """Make an intake that opens in spring, in the zone of its programme."""
    zone = agreement.zone
    given = {"opens": "2099-01-11", "closes": "2099-02-12", "study_starts": "2099-04-15", **dates}
    read = {
        f"{name}_at": read_moment(text, zone, name, end=name == "closes")
        for name, text in given.items()
        if text is not None
    }
    return Intake.model_validate(
        {
            "programme": agreement.id,
            "cohort": "spring",
            "agreement_version": agreement.version,
            "ranked_at": read["closes_at"],
            **read,
        }
    )


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation that does not run, with an intake of both programmes."""
    made = Installation.create(tmp_path / "home")
    with made.database.transaction() as session:
        for agreement in (DCE, COASTAL):
            ConsortiumRepository(session).add_version(agreement, "text", made.now())
        IntakeRepository(session).add(an_intake())
        limited = {"ranked": "2099-03-01", "release": "2099-03-05"}
        IntakeRepository(session).add(an_intake(COASTAL, **limited))
    yield made
    made.close()


def on_the_wall(moment: object, zone: str = HELSINKI) -> str:
    assert isinstance(moment, datetime)
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    ("opens", "closes", "study"),
    [
        ("2027-09-01", "2027-09-26 23:59:59", "2027-10-16 00:00:00"),
        ("2027-10-20", "2027-11-14 23:59:59", "2027-12-04 00:00:00"),
        ("2027-02-20", "2027-03-17 23:59:59", "2027-04-06 00:00:00"),
    ],
    ids=["in summer time", "across the end of summer time", "across its beginning"],
)
def test_the_dates_of_a_clone_move_by_days_whatever_the_clocks_do(
    opens: str, closes: str, study: str
) -> None:
    last = an_intake(opens="2027-03-01", closes="2027-03-26", study_starts="2027-04-15")

    moved = moved_dates(last, read_moment(opens, HELSINKI, "--opens"), DCE)

    assert on_the_wall(moved["opens_at"]) == f"{opens} 00:00:00"
    assert on_the_wall(moved["closes_at"]) == closes
    assert on_the_wall(moved["study_starts_at"]) == study


def test_a_clone_leaves_out_what_the_agreement_gives_no_effect_to() -> None:
    last = an_intake(DCE, ranked="2099-03-01", release="2099-03-05").model_copy(update={"places": 5})

    moved = moved_dates(last, read_moment("2100-01-11", HELSINKI, "--opens"), DCE)

    assert (moved["places"], moved.get("release_at")) == (None, None)
    assert moved["ranked_at"] == moved["closes_at"]


@pytest.mark.parametrize(
    ("now", "says"),
    [
        (datetime(2099, 1, 1, tzinfo=UTC), "Applications open on 11 January 2099."),
        (datetime(2099, 3, 1, tzinfo=UTC), "Applications closed on 12 February 2099."),
    ],
)
def test_the_window_is_told_in_days_of_the_programme(now: datetime, says: str) -> None:
    with pytest.raises(ApplicationRefusedError, match=says):
        check_window(an_intake(), now, DCE.zone)


WRONG = {
    "places without a limit": (f"open dce c1 {DAYS} --places 5", "--places has no effect"),
    "release without embargo": (f"open dce c1 {DAYS} --release 2099-03-01", "--release has no effect"),
    "ranked without need": (f"open dce c1 {DAYS} --ranked 2099-03-01", "--ranked has no effect"),
    "places of a clone": ("clone dce c1 --opens 2099-05-01 --places 5", "--places has no effect"),
    "no day of ranking": (f"open coastal-data c1 {DAYS}", "give --ranked"),
    "wrong order": (
        "open dce c1 --opens 2099-01-01 --closes 2099-02-01 --study-starts 2099-01-15",
        "--study-starts (2099-01-15, 00:00) is before --ranked (2099-02-01, 23:59)",
    ),
    "nobody can apply": (
        "open dce c1 --opens 2026-01-01 --closes 2026-02-01 --study-starts 2099-01-15",
        "--closes (2026-02-01, 23:59) is in the past",
    ),
    "day without dashes": (
        "open dce c1 --opens 20990101 --closes 2099-02-01 --study-starts 2099-04-01",
        "--opens '20990101' is no date",
    ),
    "same day": ("clone dce c1 --opens 2099-01-11", "the day on which spring opened"),
    "end of time": ("clone dce c1 --opens 9999-12-20", "--opens"),
}


@pytest.mark.parametrize(("line", "says"), WRONG.values(), ids=WRONG)
def test_what_does_not_fit_opens_no_intake(installation: Installation, line: str, says: str) -> None:
    assert says in wrongly_used(installation.home, "intake", *shlex.split(line))
    assert len(CommandLine(installation.home).done("intake", "list")["intakes"]) == 2


def programmes_with(folder: Path, file: str, old: str, new: str) -> Path:
    """Copy a programme with one change in one of its files."""
    (folder / "dce").mkdir(parents=True)
    for name in ("agreement.yaml", "directory.yaml"):
        text = (SHIPPED / "dce" / name).read_text("utf-8")
        assert name != file or old in text
        (folder / "dce" / name).write_text(text.replace(old, new) if name == file else text, "utf-8")
    return folder


def test_an_intake_does_not_open_before_its_agreement_is_valid(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = programmes_with(tmp_path / "own", "agreement.yaml", "valid_from: 2026", "valid_from: 2100")
    monkeypatch.setenv("COLLEGIUM_PROGRAMMES", str(changed))

    line = wrongly_used(installation.home, "intake", "open", "dce", "c1", *shlex.split(DAYS))
    assert "--opens (2099-01-01) is before 2100-" in line


def test_an_error_in_the_directory_opens_no_intake(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = "role: programme_leader"
    changed = programmes_with(tmp_path / "own", "directory.yaml", office, "role: operator")
    monkeypatch.setenv("COLLEGIUM_PROGRAMMES", str(changed))

    line = refused(installation.home, "intake", "open", "dce", "c1", *shlex.split(DAYS))
    assert "directory.yaml" in line


def test_a_window_is_not_extended_beyond_the_ranking(installation: Installation) -> None:
    extend = ("intake", "extend", "coastal-data", "spring", "--reason", "The portal was down")
    leader = ("--as", LEADERS["coastal-data"], "--until")

    late = refused(installation.home, *extend, *leader, "2099-03-02")
    early = refused(installation.home, *extend, *leader, "2099-02-12")
    moved = CommandLine(installation.home).done(*extend, *leader, "2099-02-28")

    assert "ranked on 1 March 2099" in late
    assert "closes on 12 February 2099" in early
    assert date.fromisoformat(moved["new"][:10]) == date(2099, 2, 28)


def test_without_embargo_there_is_nothing_to_release(installation: Installation) -> None:
    line = refused(installation.home, "intake", "release", "dce", "spring", "--as", LEADERS["dce"])

    assert "has no embargo" in line
