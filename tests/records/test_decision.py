import pytest

from models.decision import DecisionKind
from models.task import TaskKind
from records.database import Database
from records.decision import DecisionRepository
from records.errors import ConflictingRecordError, ErasedRecordError, UnknownRecordError
from records.intent import IntentRecords
from records.keys import KeyRecords
from records.task import TaskRepository
from tests.records import builders as b


def test_a_decision_comes_back_with_its_author_reason_and_receipt(database: Database) -> None:
    with database.transaction() as session:
        DecisionRepository(session).add(b.a_decision_record())

    with database.reading() as session:
        decision = DecisionRepository(session).get("d1")
        receipt = DecisionRepository(session).receipt_of("d1")

    assert (decision.person, decision.reason) == ("lea", "Strong portfolio")
    assert decision.actor == b.an_actor()
    assert receipt is not None
    assert (receipt.person, receipt.option, receipt.decided_at) == ("lea", "admit", b.later())


def test_precedents_are_decisions_on_the_same_question_with_the_same_answer(database: Database) -> None:
    with database.transaction() as session:
        TaskRepository(session).open(b.a_task())
        for decision_id, option in (("d1", "admit"), ("d2", "admit"), ("d3", "refuse")):
            DecisionRepository(session).add(b.a_decision_record(decision_id, option))

    with database.reading() as session:
        decisions = DecisionRepository(session)
        assert {found.decision_id for found in decisions.precedents(TaskKind.VOTE, "admit")} == {"d1", "d2"}
        assert decisions.precedents(TaskKind.VOTE, "admit", "100%") == ()
        assert len(decisions.precedents(TaskKind.VOTE, "refuse", "PORTFOLIO")) == 1
        assert decisions.precedents(TaskKind.SIGN_AWARD, "admit") == ()


def test_a_task_tells_the_decision_that_answered_it_not_the_one_that_extended_it(database: Database) -> None:
    record = b.a_decision_record()
    task = record.decision.task or ""
    longer = record.decision.model_copy(update={"kind": DecisionKind.EXTEND_DEADLINE})
    with database.transaction() as session:
        DecisionRepository(session).add(record.model_copy(update={"decision_id": "d0", "decision": longer}))
    intents = IntentRecords(database)
    assert intents.answer_to(task) is None

    with database.transaction() as session:
        DecisionRepository(session).add(record)

    receipt = intents.answer_to(task)
    assert receipt is not None
    assert (receipt.decision_id, receipt.decided_at) == ("d1", record.recorded_at)


def test_an_unknown_decision_has_no_receipt(database: Database) -> None:
    with database.reading() as session:
        assert DecisionRepository(session).receipt_of("d9") is None
        with pytest.raises(UnknownRecordError):
            DecisionRepository(session).get("d9")


def test_an_intent_is_open_until_it_is_answered_and_the_answer_stays(database: Database) -> None:
    intents = IntentRecords(database)
    intents.keep(b.an_intent())
    intents.keep(b.an_intent(seal="new"))

    assert list(intents.open()) == [b.an_intent(seal="new")]
    intents.answered("d1", b.a_receipt())
    intents.refused("d1", "CaseClosed", "Too late.")
    intents.keep(b.an_intent(seal="newer"))

    assert list(intents.open()) == []
    assert intents.receipt_of("d1") == b.a_receipt()


def test_a_refused_intent_is_not_sent_again(database: Database) -> None:
    intents = IntentRecords(database)
    intents.keep(b.an_intent())
    intents.refused("d1", "WrongRole", "Only members vote.")

    assert list(intents.open()) == []
    assert intents.receipt_of("d1") is None


def test_another_decision_under_a_kept_id_is_refused(database: Database) -> None:
    intents = IntentRecords(database)
    intents.keep(b.an_intent())

    with pytest.raises(ConflictingRecordError):
        intents.keep(b.an_intent("refuse"))


def test_a_decision_that_only_the_workflow_recorded_has_a_receipt(database: Database) -> None:
    with database.transaction() as session:
        DecisionRepository(session).add(b.a_decision_record())

    receipt = IntentRecords(database).receipt_of("d1")

    assert receipt is not None
    assert receipt.sentence == "Lea decided to admit."


def test_the_first_data_key_wins(database: Database) -> None:
    keys = KeyRecords(database)

    assert keys.load("person/1") is None
    assert keys.add("person/1", b"first") == b"first"
    assert keys.add("person/1", b"second") == b"first"
    assert keys.load("person/1") == b"first"
    assert not keys.is_destroyed("person/1")


def test_a_destroyed_data_key_is_gone_for_good(database: Database) -> None:
    keys = KeyRecords(database)
    keys.add("person/1", b"first")

    assert keys.destroy("person/1", "lea", b.NOON)
    assert not keys.destroy("person/1", "lea", b.NOON)
    assert keys.load("person/1") is None
    assert keys.is_destroyed("person/1")
    with pytest.raises(ErasedRecordError):
        keys.add("person/1", b"again")
