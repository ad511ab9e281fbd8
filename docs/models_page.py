"""The reference of the agreement and directory files, from the models that read them."""

import re
from collections.abc import Iterator
from typing import Any

from docs.vocabulary import all_enums, member_docs, plain, table
from programmes.schema import FileKind, json_schema

_PATTERNS = {
    r"^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$": "short name",
    r"^[A-Z]{2}$": "country code",
    r"^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$": "language",
    r"^[A-Z]{3}$": "currency code",
    r"^[0-9]{9}$": "nine digits",
    r"^[0-9]{4}\.[0-9]{1,3}$": 'year and number, as in `"2026.1"`',
    r"^[0-9]{2,4}$": "two to four digits, quoted",
    r"^(?:https?://\S+)?$": "web address",
    r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$": "UUID in lower case",
}
_LONG_PATTERN = 40
_TYPES = {"string": "text", "boolean": "true or false", "integer": "whole number", "number": "number"}
_LIMITS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "minItems": "at least {} of them",
    "maxLength": "at most {} characters",
}

Schema = dict[str, Any]


class ModelPage:
    """One page: a section for every mapping of the file, in the order in which they are met."""

    def __init__(self, kind: FileKind) -> None:
        self._schema = json_schema(kind)
        self._definitions: dict[str, Schema] = self._schema.get("$defs", {})
        self._places: dict[str, list[str]] = {}
        self._collect(self._schema, "")

    def __str__(self) -> str:
        """Give the page from its first table on."""
        sections = [self._table(self._schema)]
        mappings = {name: places for name, places in self._places.items() if self._is_mapping(name)}
        sections += [self._section(name, places) for name, places in mappings.items()]
        enums = [self._values(name) for name in sorted(self._places) if not self._is_mapping(name)]
        return "\n\n".join([*sections, "## Values", *enums])

    def _is_mapping(self, name: str) -> bool:
        return "properties" in self._definitions[name]

    def _collect(self, schema: Schema, path: str) -> None:
        """Note every definition with the places in the file where it is used."""
        for key, value in schema.get("properties", {}).items():
            place = f"{path}.{key}" if path else key
            for name, suffix in _references(value):
                known = self._places.setdefault(name, [])
                if f"{place}{suffix}" in known:
                    continue
                known.append(f"{place}{suffix}")
                self._collect(self._definitions[name], f"{place}{suffix}")

    def _section(self, name: str, places: list[str]) -> str:
        definition = self._definitions[name]
        where = ", ".join(f"`{place}`" for place in places)
        title = f"## {places[0]}" if len(places) == 1 else f"## {_words(name)}"
        meaning = f"{plain(definition['description'])} At {where}."
        return "\n\n".join([title, meaning, self._table(definition)])

    def _table(self, definition: Schema) -> str:
        required = set(definition.get("required", ()))
        rows: list[tuple[object, ...]] = [
            (
                *(f"`{key}`", self._type(value)),
                *(_default(key, value, required), plain(value.get("description", ""))),
            )
            for key, value in definition["properties"].items()
        ]
        return table(("key", "value", "if left out", "meaning"), rows)

    def _values(self, name: str) -> str:
        enum = all_enums()[name]
        docs = member_docs(enum)
        head = f"### {_words(name)}\n\n{plain(enum.__doc__ or '')}"
        if not docs:
            return f"{head} One of: {', '.join(f'`{one.value}`' for one in enum)}."
        rows: list[tuple[object, ...]] = [(f"`{one.value}`", docs.get(one.name, "")) for one in enum]
        return f"{head}\n\n{table(('value', 'meaning'), rows)}"

    def _type(self, value: Schema) -> str:
        """Say in words what is written at a key."""
        if "$ref" in value:
            return self._reference(value["$ref"])
        if "anyOf" in value:
            options = [one for one in value["anyOf"] if one.get("type") != "null"]
            numeric = [one for one in options if one.get("type") == "number"]
            return self._type((numeric or options)[0])
        if value.get("type") == "array":
            return f"list of {self._type(value['items'])}{_limits(value)}"
        if value.get("type") == "object":
            return self._mapping(value)
        return f"{_scalar(value)}{_limits(value)}"

    def _mapping(self, value: Schema) -> str:
        ((names, inside),) = _inside(value).items()
        if _PATTERNS.get(names) == "language":
            return "text per language, as in `{en: …}`"
        return f"mapping of names to {self._type(inside)}"

    def _reference(self, reference: str) -> str:
        name = reference.rpartition("/")[2]
        places = self._places[name]
        heading = _words(name) if len(places) > 1 or not self._is_mapping(name) else places[0]
        label = "mapping" if self._is_mapping(name) else "one of the values"
        return f"{label}: [{_words(name).lower()}](#{_anchor(heading)})"


def _references(value: Schema) -> Iterator[tuple[str, str]]:
    """List the definitions that a value may be, each with what its place is called."""
    if "$ref" in value:
        yield value["$ref"].rpartition("/")[2], ""
    for option in value.get("anyOf", ()):
        yield from _references(option)
    if "items" in value:
        yield from ((name, f"[]{suffix}") for name, suffix in _references(value["items"]))
    for inside in _inside(value).values():
        yield from ((name, f".*{suffix}") for name, suffix in _references(inside))


def _inside(value: Schema) -> dict[str, Schema]:
    """Tell what a mapping with free names holds, by the pattern of the names."""
    if isinstance(value.get("additionalProperties"), dict):
        return {"": value["additionalProperties"]}
    return dict(value.get("patternProperties", {}))


def _scalar(value: Schema) -> str:
    if "const" in value:
        return f"`{value['const']}`"
    if value.get("format") == "date":
        return "date, as in `2026-01-31`"
    pattern = value.get("pattern", "")
    if value.get("type") == "string" and pattern:
        return _PATTERNS.get(pattern) or _written_like(pattern)
    return _TYPES.get(value.get("type", ""), "value")


def _written_like(pattern: str) -> str:
    """Show a short pattern; the meaning of a long one is told in words."""
    return f"text like `{pattern}`" if len(pattern) < _LONG_PATTERN else "text of a fixed form"


def _limits(value: Schema) -> str:
    said = [text.format(f"{value[key]:g}") for key, text in _LIMITS.items() if key in value]
    return f", {', '.join(said)}" if said else ""


def _default(key: str, value: Schema, required: set[str]) -> str:
    if key in required:
        return "**needed**"
    default = value.get("default")
    if default is None or default in ([], {}, ""):
        return "nothing"
    if isinstance(default, dict):
        return "its own defaults"
    if isinstance(default, list):
        return "a usual one" if isinstance(default[0], dict) else ", ".join(f"`{one}`" for one in default)
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _words(name: str) -> str:
    """Write a class name as words: `BallotPolicy` becomes `Ballot policy`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name).capitalize()


def _anchor(heading: str) -> str:
    return re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-")
