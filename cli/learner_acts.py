"""What learners do themselves: answer an offer, choose, sign, withdraw, appeal, supply evidence."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from cli.application import keep_evidence
from cli.content import content_of
from cli.deciding import (
    AsPerson,
    Reason,
    Reference,
    actor_of,
    answer,
    find_case,
    installation_of,
    print_receipt,
    send,
    standing_decision,
    task_for,
)
from cli.errors import RefusedError, WrongUseError
from cli.installation import Installation
from cli.printing import AsJSON
from cli.values import read_moment
from cli.zones import Zones
from models.actor import Actor
from models.admission import Attainment, EvidenceKind
from models.application_form import EvidenceFile
from models.decision import DateChange, DecisionKind, EvidenceSupply, PathChoice
from models.task import TaskKind
from records.case import CaseView

MainPartner = Annotated[
    str | None, typer.Option("--main-partner", help="Where your main registration is to be.")
]


def _who(context: typer.Context, reference: str, person: str) -> tuple[Installation, CaseView, Actor]:
    installation = installation_of(context)
    case = find_case(installation, reference)
    return installation, case, actor_of(installation, person, case)


def accept(
    context: typer.Context,
    reference: Reference,
    *,
    person: AsPerson,
    main_partner: MainPartner = None,
    as_json: AsJSON = False,
) -> None:
    """Accept the place that is offered, and choose where the main registration is."""
    installation, case, actor = _who(context, reference, person)
    view = task_for(installation, case, (TaskKind.ANSWER_OFFER,), actor)
    content = content_of(view.task, {"main-partner": main_partner})
    print_receipt(send(installation, *answer(view, "accept", actor, "", content)), as_json=as_json)


def decline(
    context: typer.Context,
    reference: Reference,
    *,
    person: AsPerson,
    reason: Reason = "",
    as_json: AsJSON = False,
) -> None:
    """Decline the place that is offered."""
    installation, case, actor = _who(context, reference, person)
    view = task_for(installation, case, (TaskKind.ANSWER_OFFER,), actor)
    print_receipt(send(installation, *answer(view, "decline", actor, reason)), as_json=as_json)


def choose(
    context: typer.Context,
    reference: Reference,
    courses: Annotated[list[str], typer.Argument(metavar="COURSE...", help="All courses of the path.")],
    *,
    person: AsPerson,
    as_json: AsJSON = False,
) -> None:
    """Choose the courses of the individual study path."""
    installation, case, actor = _who(context, reference, person)
    view = task_for(installation, case, (TaskKind.CHOOSE_PATH,), actor)
    content = PathChoice(courses=tuple(courses))
    print_receipt(send(installation, *answer(view, "choose", actor, "", content)), as_json=as_json)


def change(
    context: typer.Context,
    reference: Reference,
    courses: Annotated[list[str], typer.Argument(metavar="COURSE...", help="All courses of the new path.")],
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why, in a sentence or two.")],
    person: AsPerson,
    as_json: AsJSON = False,
) -> None:
    """Ask for a change of the path after it is agreed; the learning agreement is then signed anew."""
    installation, case, actor = _who(context, reference, person)
    content = PathChoice(courses=tuple(courses))
    decision = standing_decision(DecisionKind.CHANGE_PATH, actor, reason, content)
    print_receipt(send(installation, f"learner/{case.case}", decision), as_json=as_json)


def sign(
    context: typer.Context,
    reference: Reference,
    *,
    person: AsPerson,
    as_json: AsJSON = False,
) -> None:
    """Sign the learning agreement, as the learner or for the partnership; or the award, as a signatory."""
    installation, case, actor = _who(context, reference, person)
    view = task_for(installation, case, (TaskKind.SIGN_AGREEMENT, TaskKind.SIGN_AWARD), actor)
    print_receipt(send(installation, *answer(view, "sign", actor)), as_json=as_json)


def withdraw(
    context: typer.Context,
    reference: Reference,
    *,
    person: AsPerson,
    reason: Annotated[str, typer.Option("--reason", help="Why, in a sentence or two.")],
    as_json: AsJSON = False,
) -> None:
    """Withdraw from the programme; registrations are undone at every partner."""
    installation, case, actor = _who(context, reference, person)
    decision = standing_decision(DecisionKind.WITHDRAW, actor, reason)
    print_receipt(send(installation, f"learner/{case.case}", decision), as_json=as_json)


def interrupt(
    context: typer.Context,
    reference: Reference,
    *,
    until: Annotated[str, typer.Option(help="Last day of the interruption, as 2026-09-30.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, in a sentence or two.")],
    person: AsPerson,
    as_json: AsJSON = False,
) -> None:
    """Interrupt a learner's study until a day, at the learner's request; the programme leader decides it."""
    installation, case, actor = _who(context, reference, person)
    last = read_moment(until, Zones(installation).of_case(case.case), "--until", end=True)
    decision = standing_decision(DecisionKind.INTERRUPT, actor, reason, DateChange(until=last))
    print_receipt(send(installation, f"learner/{case.case}", decision), as_json=as_json)


def appeal(
    context: typer.Context,
    reference: Reference,
    *,
    person: AsPerson,
    reason: Annotated[str, typer.Option("--reason", help="What the committee is to look at again.")],
    as_json: AsJSON = False,
) -> None:
    """Appeal against a refusal within the agreement's period."""
    installation, case, actor = _who(context, reference, person)
    view = task_for(installation, case, (TaskKind.ANSWER_REFUSAL,), actor)
    print_receipt(send(installation, *answer(view, "appeal", actor, reason)), as_json=as_json)


def supply(  # noqa: PLR0913 - the options of the command
    context: typer.Context,
    reference: Reference,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The evidence.")],
    *,
    kind: Annotated[EvidenceKind, typer.Option(help="What it is.")],
    person: AsPerson,
    eqf_level: Annotated[int | None, typer.Option(min=1, max=8, help="Level of a degree.")] = None,
    isced_f: Annotated[str | None, typer.Option(help="Field of a degree, as in 0111.")] = None,
    language: Annotated[str | None, typer.Option(help="Language that is proved, as in en.")] = None,
    cefr: Annotated[str | None, typer.Option(help="Level of the language, as in B2.")] = None,
    in_progress: Annotated[bool, typer.Option("--in-progress", help="The degree is still to come.")] = False,
    as_json: AsJSON = False,
) -> None:
    """Supply evidence that the application lacks."""
    installation, case, actor = _who(context, reference, person)
    view = task_for(installation, case, (TaskKind.SUPPLY_EVIDENCE,), actor)
    if view.task.assignee != actor.person:
        raise RefusedError("Only the learner can add evidence to the application. [NotYourTask]")
    shown = {
        "kind": kind,
        "eqf_level": eqf_level,
        "isced_f": isced_f,
        "language": language,
        "cefr": cefr,
        "in_progress": in_progress,
    }
    try:
        EvidenceFile.model_validate({"file": str(file), **shown})
    except ValidationError as problem:
        error = problem.errors()[0]
        option = str(error["loc"][-1]).replace("_", "-")
        raise WrongUseError(f"--{option}: {error['msg']}.") from problem
    kept = keep_evidence(installation, case.case, file, kind)
    content = EvidenceSupply(attainments=(Attainment.model_validate({"reference": kept.reference, **shown}),))
    receipt = send(installation, *answer(view, "supply", actor, "", content))
    print_receipt(receipt, as_json=as_json)
