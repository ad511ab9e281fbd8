from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from models.award import AwardRecord
from records.award import AwardRepository
from records.course import CourseRepository
from records.database import Database
from records.errors import UnknownRecordError
from records.fee import FeeRepository
from tests.records import builders as b


def test_numbers_have_no_gaps_when_many_ask_at_once(database: Database) -> None:
    def number(index: int) -> str:
        with database.transaction() as session:
            return AwardRepository(session).next_number(f"case{index % 20:04}", "DCE", 2026)

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(number, range(40)))

    assert set(given) == {f"DCE-2026-{sequence:05}" for sequence in range(1, 21)}
    assert given[:20] == given[20:]


def test_a_number_that_was_not_committed_is_given_again(database: Database) -> None:
    def fail() -> None:
        with database.transaction() as session:
            AwardRepository(session).next_number("case0001", "DCE", 2026)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with database.transaction() as session:
        assert AwardRepository(session).next_number("case0002", "DCE", 2026) == "DCE-2026-00001"


def test_each_prefix_and_year_counts_by_itself(database: Database) -> None:
    with database.transaction() as session:
        awards = AwardRepository(session)
        awards.next_number("case0001", "DCE", 2026)

        assert awards.next_number("case0002", "DCE", 2027) == "DCE-2027-00001"
        assert awards.next_number("case0003", "CD", 2026) == "CD-2026-00001"


def test_an_award_carries_its_signatures_and_the_moment_of_its_effect(database: Database) -> None:
    with database.transaction() as session:
        awards = AwardRepository(session)
        number = awards.enter(b.an_award()).number
        for partner in ("jyu", "uma", "jyu"):
            awards.sign(b.a_signature(number, partner))
        awards.confer(number, b.later(9))

    with database.reading() as session:
        award = AwardRepository(session).of_case(b.CASE)
        assert isinstance(award, AwardRecord)
        assert [signature.partner for signature in award.signatures] == ["jyu", "uma"]
        assert award.conferred_at == b.later(9)
        assert AwardRepository(session).find("DCE", 2026) == (award,)
        assert AwardRepository(session).find("XX") == ()


def test_an_unknown_award_is_named(database: Database) -> None:
    with database.reading() as session, pytest.raises(UnknownRecordError, match="DCE-1"):
        AwardRepository(session).get("DCE-1")


def test_a_corrected_result_supersedes_the_earlier_one_and_both_stay(database: Database) -> None:
    with database.transaction() as session:
        b.with_case(session)
        courses = CourseRepository(session)
        courses.add_result(b.a_result("g1", "0", ects="0"))
        courses.add_result(b.a_result("g2", "4"))

        assert [result.decision_id for result in courses.results(b.CASE)] == ["g2"]
        assert [result.grade for result in courses.results(b.CASE, superseded=True)] == ["0", "4"]


def test_a_further_attempt_supersedes_nothing(database: Database) -> None:
    with database.transaction() as session:
        b.with_case(session)
        courses = CourseRepository(session)
        courses.add_result(b.a_result("g1", "0", ects="0"))
        courses.add_result(b.a_result("g2", "4", attempt=2))

        assert len(courses.results(b.CASE)) == 2
        assert [(credit.partner, credit.ects) for credit in courses.credits(b.CASE)] == [("jyu", Decimal(5))]


def test_a_fee_is_paid_once_and_exactly(database: Database) -> None:
    with database.transaction() as session:
        b.with_case(session)
        fees = FeeRepository(session)
        fees.charge(b.a_fee())
        fees.pay(b.CASE, 1, Decimal("450.00"), b.later())
        fees.pay(b.CASE, 1, Decimal("1.00"), b.later(5))

        assert fees.of_case(b.CASE) == (replace(b.a_fee(), paid=Decimal("450.00"), paid_at=b.later()),)


def test_the_database_may_lie_in_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'folder' / 'records.db'}")

    assert database.version() is None
    database.migrate()
    assert database.version() is not None
    database.close()
