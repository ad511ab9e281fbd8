"""`collegium registration`: registrations at the partners, one learner or many, each row with its answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from cli.content import content_of
from cli.deciding import (
    AsPerson,
    Reason,
    Sent,
    actor_of,
    answer,
    find_case,
    installation_of,
    send_all,
    task_for,
)
from cli.errors import REFUSED, RefusedError, WrongUseError, sentence_of
from cli.filters import NOTHING_FITS, check_filters
from cli.installation import Installation
from cli.printing import AsJSON, print_json, print_rows
from cli.zones import Zones, local
from models.actor import Actor
from models.decision import Decision
from models.registration import RegistrationState
from models.task import TaskKind
from records.case import CaseFilter, CaseRepository, CaseView
from records.registration import STUCK, RegistrationRepository, RegistrationView

app = typer.Typer(help="Register learners at the partners, confirm and repair it.", no_args_is_help=True)

References = Annotated[list[str], typer.Argument(metavar="REF...", help="Cases of the learners.")]
Prepare = Callable[[CaseView, Actor, str], tuple[str, Decision]]


@dataclass(frozen=True)
class Row:
    """What came of one learner."""

    reference: str
    done: bool
    code: str
    sentence: str


@app.command("trigger")
def trigger(
    context: typer.Context, references: References, *, person: AsPerson, as_json: AsJSON = False
) -> None:
    """Start the registration of learners at all partners."""
    installation = installation_of(context)

    def prepare(case: CaseView, actor: Actor, _: str) -> tuple[str, Decision]:
        view = task_for(installation, case, (TaskKind.TRIGGER_REGISTRATION,), actor)
        return answer(view, "register", actor)

    _for_each(installation, references, person, prepare, as_json=as_json)


@app.command("confirm")
def confirm(
    context: typer.Context,
    references: Annotated[
        list[str], typer.Argument(metavar="REF[=NUMBER]...", help="Cases, each with its student number.")
    ],
    *,
    person: AsPerson,
    number: Annotated[str, typer.Option(help="Student number, where one learner is confirmed.")] = "",
    evidence: Annotated[
        str | None, typer.Option(help="Where the registration can be seen in your system.")
    ] = None,
    as_json: AsJSON = False,
) -> None:
    """Confirm registrations made by hand, with the number in your system; or that one is cancelled there."""
    installation = installation_of(context)
    if number and len(references) > 1:
        raise WrongUseError("--number fits one learner only; write REF=NUMBER for each of several.")
    kinds = (TaskKind.CONFIRM_REGISTRATION, TaskKind.CONFIRM_CANCELLATION)

    def prepare(case: CaseView, actor: Actor, own: str) -> tuple[str, Decision]:
        view = task_for(installation, case, kinds, actor)
        if view.task.kind is TaskKind.CONFIRM_CANCELLATION:
            return answer(view, "confirm", actor)
        if not (own or number) or not evidence:
            raise WrongUseError("Give the student number (REF=NUMBER or --number) and --evidence.")
        return answer(view, "confirm", actor, "", content_of(view.task, {"number": own or number}, evidence))

    _for_each(installation, references, person, prepare, as_json=as_json)


@app.command("retry")
def retry(
    context: typer.Context,
    references: References,
    *,
    person: AsPerson,
    reason: Reason = "",
    as_json: AsJSON = False,
) -> None:
    """Try registrations again that a partner has refused, after what was wrong is corrected."""
    installation = installation_of(context)

    def prepare(case: CaseView, actor: Actor, _: str) -> tuple[str, Decision]:
        view = task_for(installation, case, (TaskKind.REPAIR_REGISTRATION,), actor)
        codes = [option.code for option in view.task.options]
        return answer(view, "retry" if "retry" in codes else codes[0], actor, reason)

    _for_each(installation, references, person, prepare, as_json=as_json)


def _for_each(
    installation: Installation, references: Sequence[str], person: str, prepare: Prepare, *, as_json: bool
) -> None:
    """Decide for each learner; one that cannot be done does not hold up the others."""
    _check_named_once(references)
    actor_of(installation, person, None)  # An unknown person is wrong use, not a row of each learner.
    rows: dict[str, Row] = {}
    decisions: dict[str, tuple[str, Decision]] = {}
    for reference in dict.fromkeys(references):
        name, _, number = reference.partition("=")
        try:
            case = find_case(installation, name)
            decisions[name] = prepare(case, actor_of(installation, person, case), number)
        except (WrongUseError, RefusedError) as problem:
            rows[name] = Row(name, False, type(problem).__name__.removesuffix("Error"), str(problem))
    sent = send_all(installation, tuple(decisions.values())) if decisions else ()
    rows |= {name: _row(name, one) for name, one in zip(decisions, sent, strict=True)}
    ordered = [rows[reference.partition("=")[0]] for reference in dict.fromkeys(references)]
    _print(ordered, as_json=as_json)
    if not all(row.done for row in ordered):
        raise typer.Exit(REFUSED)


def _check_named_once(references: Sequence[str]) -> None:
    """Refuse two numbers for one learner: which of them counts must not depend on their order."""
    named = [reference.partition("=")[0] for reference in dict.fromkeys(references)]
    twice = [name for name in named if named.count(name) > 1]
    if twice:
        raise WrongUseError(f"{twice[0]} is named twice with different numbers; name each learner once.")


def _row(reference: str, sent: Sent) -> Row:
    if sent.receipt is not None:
        return Row(reference, True, "done", sent.receipt.sentence)
    assert sent.problem is not None  # noqa: S101 - one of the two is there
    code = getattr(sent.problem, "code", type(sent.problem).__name__.removesuffix("Error"))
    return Row(reference, False, code, getattr(sent.problem, "sentence", "") or sentence_of(sent.problem))


def _print(rows: Sequence[Row], *, as_json: bool) -> None:
    if as_json:
        print_json({"rows": [vars(row) for row in rows]})
        return
    shown = ((row.reference, "done" if row.done else "refused", row.code, row.sentence) for row in rows)
    print_rows("Registrations", ("case", "", "code", "answer"), shown)


@app.command("list")
def list_registrations(
    context: typer.Context,
    *,
    partner: Annotated[str | None, typer.Option(help="Only at this partner.")] = None,
    state: Annotated[RegistrationState | None, typer.Option(help="Only in this state.")] = None,
    stuck: Annotated[
        bool, typer.Option("--stuck", help="Only those that wait for a partner or a person.")
    ] = False,
    programme: Annotated[str | None, typer.Option(help="Only of this programme.")] = None,
    as_json: AsJSON = False,
) -> None:
    """List the registrations at the partners as they stand."""
    installation = installation_of(context)
    check_filters(installation, programme=programme, partner=partner)
    with installation.database.reading() as session:
        cases = CaseRepository(session).find(CaseFilter(programme=programme))
        found = [view for case in cases for view in RegistrationRepository(session).of_case(case.case)]
    shown = [
        view
        for view in found
        if partner in (None, view.registration.partner)
        and state in (None, view.registration.state)
        and (not stuck or view.registration.state in STUCK)
    ]
    if as_json:
        print_json({"registrations": [_facts(view) for view in shown]})
        return
    columns = ("case", "partner", "kind", "course", "state", "student number", "since", "why")
    zones = Zones(installation)
    rows = (
        {**_facts(view), "since": local(view.registration.since, zones.of_case(view.case))}.values()
        for view in shown
    )
    print_rows(
        "Registrations",
        columns,
        (tuple(row) for row in rows),
        NOTHING_FITS if any((partner, state, stuck, programme)) else "Nobody is registered yet.",
    )


def _facts(view: RegistrationView) -> dict[str, object]:
    one = view.registration
    return {
        "case": view.case,
        "partner": one.partner,
        "kind": one.kind,
        "course": one.course,
        "state": one.state,
        "student_number": one.receipt.student_number if one.receipt else None,
        "since": one.since,
        "sentence": one.sentence,
    }
