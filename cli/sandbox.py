"""`collegium sandbox`: a partner's student system to try things with, and the ways in which it misbehaves."""

import json
import os
import sys
from typing import Annotated, Any

import httpx
import typer
from pydantic import ValidationError

from cli.deciding import installation_of
from cli.errors import RefusedError, WrongUseError, problem_sentence
from cli.printing import AsJSON, print_json, print_rows
from cli.processes import ROOT, sandbox_command
from models.partner import AdapterKind, PartnerEndpoint
from partners.sandbox.switches import Operation, Switch, SwitchKind

app = typer.Typer(help="Start a partner's test system, list them, let them misbehave.", no_args_is_help=True)
switches = typer.Typer(
    help="Show, set and clear the ways in which a test system misbehaves.", no_args_is_help=True
)
app.add_typer(switches, name="switches")

PartnerArgument = Annotated[
    str, typer.Argument(metavar="PARTNER", help="Partner, as the agreement names it.")
]


@app.command("start")
def start(
    context: typer.Context,
    partner: PartnerArgument,
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="On this machine; 0 takes any free one.")] = 0,
) -> None:
    """Start one partner's test system in this terminal; Ctrl-C stops it."""
    installation = installation_of(context)
    library = installation.library
    endpoints = [one for name in library.programmes() for one in library.directory(name).endpoints]
    command = sandbox_command(installation, _endpoint(endpoints, partner), port)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    sys.stdout.flush()
    os.execve(command[0], command, environment)  # noqa: S606 - our own program takes over this process


def _endpoint(endpoints: list[PartnerEndpoint], partner: str) -> PartnerEndpoint:
    called = {one.partner: one for one in endpoints if one.adapter is not AdapterKind.MANUAL}
    if partner not in called:
        raise WrongUseError(
            f"No partner {partner!r} has a system that is called; there are: {', '.join(called)}."
        )
    return called[partner]


@app.command("list")
def list_sandboxes(context: typer.Context, *, as_json: AsJSON = False) -> None:
    """List the test systems that run in this installation, and what they hold."""
    rows = []
    for partner, address in _addresses(context).items():
        summary = _try_ask(address)
        rows.append({"partner": partner, "address": address, "running": bool(summary), **summary})
    if as_json:
        print_json({"sandboxes": rows})
        return
    names = ("partner", "address", "running", "programme_registrations", "course_enrolments", "duplicates")
    shown = ([row.get(name) for name in names] for row in rows)
    print_rows("Test systems", [name.replace("_", " ") for name in names], shown, "None has been started.")


@switches.command("show")
def show_switches(context: typer.Context, partner: PartnerArgument, *, as_json: AsJSON = False) -> None:
    """Show how a test system misbehaves now."""
    _print_switches(_call(context, partner, "GET"), as_json=as_json)


@switches.command("set")
def set_switch(  # noqa: PLR0913 - the options of the command
    context: typer.Context,
    partner: PartnerArgument,
    kind: Annotated[SwitchKind, typer.Argument(help="In which way.")],
    *,
    times: Annotated[int, typer.Option(min=1, help="For how many calls.")] = 1,
    seconds: Annotated[
        float | None, typer.Option(min=0, help="How long, where the way has a length.")
    ] = None,
    operation: Annotated[Operation | None, typer.Option(help="Only for these calls.")] = None,
    reason: Annotated[str | None, typer.Option(help="What a refusal says.")] = None,
    as_json: AsJSON = False,
) -> None:
    """Let a test system misbehave in one more way."""
    asked = {"kind": kind, "times": times, "seconds": seconds, "operation": operation, "reason": reason}
    try:
        switch = Switch.model_validate({name: value for name, value in asked.items() if value is not None})
    except ValidationError as problem:
        raise WrongUseError(problem_sentence(problem)) from problem
    _print_switches(_call(context, partner, "POST", switch.model_dump(mode="json")), as_json=as_json)


@switches.command("clear")
def clear_switches(context: typer.Context, partner: PartnerArgument, *, as_json: AsJSON = False) -> None:
    """Let a test system behave again."""
    _print_switches(_call(context, partner, "PUT", {"switches": []}), as_json=as_json)


def _addresses(context: typer.Context) -> dict[str, str]:
    file = installation_of(context).home / "addresses.json"
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as problem:
        raise RefusedError(f"{file} cannot be read; start the installation again.") from problem
    return {partner: address.rsplit("/v", 1)[0] for partner, address in known.items()}


def _try_ask(address: str) -> dict[str, Any]:
    try:
        answer = httpx.get(f"{address}/sandbox/summary", trust_env=False, timeout=3)
        found: dict[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError):
        return {}
    return found


def _call(context: typer.Context, partner: str, method: str, body: object = None) -> list[dict[str, Any]]:
    known = _addresses(context)
    if partner not in known:
        names = ", ".join(known) or "none; start them with `./collegium up`"
        raise WrongUseError(f"No test system of {partner!r} has been started; there are: {names}.")
    url = f"{known[partner]}/sandbox/switches"
    try:
        answer = httpx.request(method, url, json=body, trust_env=False, timeout=10)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
    except (httpx.HTTPError, ValueError) as problem:
        raise RefusedError(
            f"The test system of {partner} does not answer at {known[partner]}. Is the installation running?"
        ) from problem
    return found


def _print_switches(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json({"switches": rows})
        return
    names = ("kind", "left", "seconds", "operation", "person", "reason")
    print_rows("Switches", names, ([row.get(name) for name in names] for row in rows), "It behaves well.")
