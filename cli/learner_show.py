"""A whole case on the terminal: where it stands, the timeline, registrations, grades, what it waits for."""

import typer

from cli.deciding import who_is_asked
from cli.printing import print_rows
from cli.zones import day_of, local
from records.timeline import CaseFile


def print_case(whole: CaseFile, zone: str) -> None:
    """Print everything that the records know of a case, for a person."""
    case = whole.case
    typer.echo(f"{whole.person.called} ({case.person}), case {case.case}")
    typer.echo(f"{case.programme}, cohort {case.cohort}, agreement {case.agreement_version}")
    typer.echo(_standing(whole, zone) + "\n")
    _print_timeline(whole, zone)
    _print_registrations(whole)
    _print_results(whole)
    _print_award(whole, zone)
    _print_waiting(whole, zone)


def _standing(whole: CaseFile, zone: str) -> str:
    """Say where the case stands, and on whom it waits until when, the most urgent first."""
    case = whole.case
    phase = f"in phase {case.phase}, " if case.phase else ""
    said = f"{phase}{case.state}: {case.sentence}"
    if not whole.waits_for:
        return said
    first = min(whole.waits_for, key=lambda view: view.due_at)
    others = f", and for {len(whole.waits_for) - 1} more" if len(whole.waits_for) > 1 else ""
    since = f" (overdue since {day_of(first.overdue_since, zone)})" if first.overdue_since else ""
    until = day_of(first.due_at, zone)
    return f"{said} It waits for {who_is_asked(first)} until {until}{since}{others}."


def _print_timeline(whole: CaseFile, zone: str) -> None:
    rows = (
        (local(one.at, zone), one.kind, one.sentence, one.person, one.partner, one.course, one.reason)
        for one in whole.timeline
    )
    print_rows(
        f"What happened (time of {zone})", ("when", "", "what", "who", "partner", "course", "why"), rows
    )


def _print_registrations(whole: CaseFile) -> None:
    if not whole.registrations:
        return
    rows = (
        (
            *(one.registration.partner, one.registration.kind, one.course, one.registration.state),
            whole.student_numbers.get(one.registration.partner),
            one.registration.sentence,
        )
        for one in whole.registrations
    )
    print_rows("Registrations", ("partner", "kind", "course", "state", "student number", "why"), rows)


def _print_results(whole: CaseFile) -> None:
    if not whole.results:
        return
    rows = (
        (
            *(
                one.course,
                one.attempt,
                one.partner,
                f"{one.grade} ({one.scale})",
                one.joint_grade,
                one.outcome,
            ),
            *(one.ects_awarded, one.awarded_by),
        )
        for one in whole.results
    )
    columns = ("course", "attempt", "partner", "grade", "joint grade", "outcome", "ECTS", "awarded by")
    print_rows("Results", columns, rows)


def _print_award(whole: CaseFile, zone: str) -> None:
    award = whole.award
    if award is None:
        return
    signed = ", ".join(f"{one.name} ({one.partner})" for one in award.signatures)
    rows = (
        ("number", award.number),
        ("award", f"{award.award_type.replace('_', ' ')}, {award.form}"),
        ("ECTS", award.ects),
        ("classification", award.classification),
        ("average", award.average),
        ("awarded by", award.awarding),
        ("signed by", signed or "nobody yet"),
        ("in force since", local(award.conferred_at, zone) or "waits for signatures"),
    )
    print_rows("Award", ("", ""), [row for row in rows if row[1]])


def _print_waiting(whole: CaseFile, zone: str) -> None:
    rows = (
        (
            *(view.task.subject, who_is_asked(view), local(view.due_at, zone)),
            *(local(view.overdue_since, zone), view.escalation_level or "", view.task.task_id),
        )
        for view in whole.waits_for
    )
    columns = ("what", "whom", "until", "overdue since", "escalations", "task")
    print_rows("It waits for", columns, rows, "It waits for nobody.")
