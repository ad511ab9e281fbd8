"""The reference of commands, grading scales and settings."""

from enum import StrEnum
from typing import Any

import typer
from pydantic.fields import FieldInfo

from cli.root import app
from docs.vocabulary import cell, plain, table
from models.scale import Confidence, Scale
from rules.grading import describe, scales_with
from settings import Settings

_KNOWN = {
    Confidence.INSTITUTION: "A",
    Confidence.SECONDARY: "B",
    Confidence.UNCONFIRMED: "U",
}


def commands() -> str:
    """List every command with its arguments and options, from the program itself."""
    root = typer.main.get_command(app)
    general = table(("option", "meaning"), _options(root))
    return "\n\n".join([f"## For all commands\n\n{general}", *_sections(root, "")])


def _sections(group: Any, name: str) -> list[str]:
    sections = []
    for child in group.commands.values():
        path = f"{name} {child.name}".strip()
        if hasattr(child, "commands"):
            sections.append(f"## {path}\n\n{cell(child.help or '')}")
            sections += _sections(child, path)
        else:
            sections.append(_command(child, path))
    return sections


def _command(command: Any, path: str) -> str:
    heading = "##" if " " not in path else "###"
    words = [_argument(one) for one in command.params if one.param_type_name == "argument"]
    usage = " ".join(["./collegium", path, *words, "[options]"])
    parts = [f"{heading} {path}", plain(command.help or ""), f"    {usage}"]
    rows = _options(command)
    return "\n\n".join([*parts, table(("option or argument", "meaning"), rows)] if rows else parts)


def _argument(parameter: Any) -> str:
    """Write an argument as the help does, by its metavar or its name in capitals."""
    name = parameter.metavar or str(parameter.name).upper()
    return str(name) if parameter.required else f"[{name}]"


def _options(command: Any) -> list[tuple[object, ...]]:
    return [
        (_name(one), f"{one.help or ''}{_default(one)}{' **Needed.**' if one.required else ''}")
        for one in command.params
        if one.name != "help"
    ]


def _name(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        choices = _choices(parameter)
        return f"`{_argument(parameter)}`" + (f" ({choices})" if choices else "")
    names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
    choices = _choices(parameter)
    return f"{names} ({choices})" if choices else names


def _choices(parameter: Any) -> str:
    """Name the values that an option takes, where they are an enumeration."""
    kind = parameter.type_descriptor.annotation
    is_enum = isinstance(kind, type) and issubclass(kind, StrEnum)
    return ", ".join(one.value for one in kind) if is_enum else ""


def _default(parameter: Any) -> str:
    value = parameter.default
    if value in (None, "", False, True, ()) or parameter.required or callable(value):
        return ""
    return f" By default `{value}`." if isinstance(value, int | str) else ""


def scales() -> str:
    """List the catalogue of scales."""
    rows: list[tuple[object, ...]] = [
        (f"`{name}`", scale.title, _grades(scale), _passes(scale), _known(scale), scale.source, scale.note)
        for name, scale in sorted(scales_with(()).items())
    ]
    return table(("name", "scale", "grades", "passes from", "known", "source", "note"), rows)


def _grades(scale: Scale) -> str:
    special = ", ".join(f"`{one.code}`" for one in scale.special)
    return describe(scale).removeprefix("it ") + (f"; also {special}" if special else "")


def _passes(scale: Scale) -> str:
    by_level = ", ".join(f"{mark} at EQF level {level}" for level, mark in sorted(scale.pass_marks.items()))
    return f"`{scale.pass_mark}`" + (f"; {by_level}" if by_level else "")


def _known(scale: Scale) -> str:
    return _KNOWN[scale.confidence] if scale.confidence else ""


def settings() -> str:
    """List the settings with the variables that set them."""
    rows: list[tuple[object, ...]] = [
        (f"`COLLEGIUM_{name.upper()}`", _setting_default(field.default), _setting(field))
        for name, field in Settings.model_fields.items()
    ]
    return table(("variable", "by default", "meaning"), rows)


def _setting(field: FieldInfo) -> str:
    """Say what a setting means, with the values of an enumeration."""
    default, values = field.default, ""
    if isinstance(default, StrEnum):
        values = f" One of {', '.join(f'`{one.value}`' for one in type(default))}."
    return f"{plain(field.description or '')}{values}"


def _setting_default(value: object) -> str:
    return "" if value in (None, "") else f"`{getattr(value, 'value', value)}`"
