"""What pydantic finds wrong, in plain sentences and at its place in the file."""

import types
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from models.problem import Path, Problem, ProblemCode, Severity
from programmes.document import Document

EXAMPLES = {
    r"^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$": "a short name of lower-case letters, digits and hyphens",
    r"^[a-z0-9-]{3,64}$": "3 to 64 lower-case letters, digits and hyphens",
    r"^[0-9]{4}\.[0-9]{1,3}$": "a year and a number in quotes, as in '2026.1'",
    r"^[A-Z]{2}$": "two capital letters (ISO 3166-1), as in FI",
    r"^[A-Z]{3}$": "three capital letters (ISO 4217), as in EUR",
    r"^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$": "a language (BCP 47), as in en or pt-PT",
    r"^[ABC][12]$": "a level of the Common European Framework, as in B2",
    r"^[0-9]{2,4}$": "two to four digits in quotes, as in '0111'",
    r"^[0-9]{9}$": "nine digits in quotes",
    r"^E[0-9]{8}$": "E and eight digits",
    r"^(?:[A-Z]  |[A-Z]{2} |[A-Z]{3})[A-Z][A-Z-]*[0-9]{2,3}$": (
        "a country of three characters, blanks included, then a name, as in 'D  AACHEN01'"
    ),
    r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$": (
        "a domain in lower case, as in example.edu"
    ),
    r"^[A-Z0-9-]{2,16}$": "2 to 16 capital letters, digits and hyphens",
    r"^[a-z_]{2,32}$": "2 to 32 lower-case letters and underscores",
    r"^(?:https?://\S+)?$": "a web address, as in https://sis.example.edu/v6",
    r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$": (
        "a UUID in lower case, as in 01d1d6a9-801c-5f1b-a184-321e143582d4"
    ),
}
"""What a pattern of the two files means, with an example."""


def explain(failure: ValidationError, document: Document, model: type[BaseModel]) -> tuple[Problem, ...]:
    """Turn every validation error into a problem with line and column."""
    return tuple(
        _problem(error, document, model)
        for error in failure.errors(include_url=False)
        if not _follows_from_another(error)
    )


def _follows_from_another(error: ErrorDetails) -> bool:
    """Tell whether a list is called too short only because some of its entries cannot be read."""
    return error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]


def _problem(error: ErrorDetails, document: Document, model: type[BaseModel]) -> Problem:
    path: Path = tuple(step for step in error["loc"] if step != "[key]")
    is_key = error["type"] == "extra_forbidden" or "[key]" in error["loc"]
    line, column = document.find(path, key=is_key)
    code, sentence = _say(error, path, model)
    return Problem(
        file=document.file,
        line=line,
        column=column,
        severity=Severity.ERROR,
        code=code,
        sentence=sentence,
    )


def _say(error: ErrorDetails, path: Path, model: type[BaseModel]) -> tuple[ProblemCode, str]:
    name = _name(path)
    if error["type"] == "missing":
        where = f" under {'.'.join(str(step) for step in path[:-1])}" if path[:-1] else ""
        return ProblemCode.VALUE_MISSING, f"{name} is missing{where}; add it."
    if error["type"] == "extra_forbidden":
        return (
            ProblemCode.UNKNOWN_KEY,
            f"There is no key {name!r} here; {_suggestion(name, path[:-1], model)}.",
        )
    if "[key]" in error["loc"]:
        name = f"A key of {_name(path[:-1])}"
    return ProblemCode.VALUE_NOT_ALLOWED, _value_sentence(error, name)


def _name(path: Path) -> str:
    """Name a place by the nearest key, with the number of an entry in its list."""
    if not path:
        return "the file"
    if isinstance(path[-1], int):
        return f"Entry {path[-1] + 1} of {_name(path[:-1])}"
    return path[-1]


def _value_sentence(error: ErrorDetails, name: str) -> str:
    context = error.get("ctx", {})
    say = SENTENCES.get(error["type"])
    if error["type"] == "value_error":
        text = str(context.get("error", error["msg"]))
        return f"{text[:1].upper()}{text[1:].rstrip('.')}."
    shown = _shown(error["input"])
    if say is None:
        return f"{name} cannot be {shown}: {error['msg'][:1].lower()}{error['msg'][1:]}."
    return f"{name} cannot be {shown}; {say(name, context)}."


def _shown(value: object) -> str:
    if isinstance(value, (dict, list)):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = "empty" if value is None else repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _bound(words: str, key: str) -> Callable[[str, Mapping[str, Any]], str]:
    return lambda _, context: f"it is {words} {context[key]}"


def _fixed(words: str) -> Callable[[str, Mapping[str, Any]], str]:
    return lambda _name, _context: words


def _pattern(_name: str, context: Mapping[str, Any]) -> str:
    return f"it is {EXAMPLES.get(context['pattern'], context['pattern'])}"


SENTENCES: dict[str, Callable[[str, Mapping[str, Any]], str]] = {
    "enum": lambda _, context: f"it is one of {context['expected']}".replace(" or ", ", "),
    "string_pattern_mismatch": _pattern,
    "string_type": lambda name, _: f"it is text{_quotes(name)}",
    "string_too_short": _bound("text with a length of at least", "min_length"),
    "string_too_long": _bound("no longer than", "max_length"),
    "greater_than": _bound("more than", "gt"),
    "greater_than_equal": _bound("at least", "ge"),
    "less_than": _bound("less than", "lt"),
    "less_than_equal": _bound("at most", "le"),
    "int_type": _fixed("it is a whole number"),
    "int_parsing": _fixed("it is a whole number"),
    "int_from_float": _fixed("it is a whole number"),
    "decimal_type": _fixed("it is a number"),
    "decimal_parsing": _fixed("it is a number"),
    "decimal_max_places": _bound("a number with decimals: at most", "decimal_places"),
    "bool_type": _fixed("it is true or false"),
    "bool_parsing": _fixed("it is true or false"),
    "date_type": _fixed("it is a date, as in 2026-09-01"),
    "date_parsing": _fixed("it is a date, as in 2026-09-01"),
    "date_from_datetime_parsing": _fixed("it is a date, as in 2026-09-01"),
    "tuple_type": _fixed("it is a list: one line with a hyphen for each entry"),
    "dict_type": _fixed("it is a mapping: one line `key: value` for each entry"),
    "model_type": _fixed("it is a mapping: one line `key: value` for each entry"),
    "too_short": _bound("a list or mapping of at least", "min_length"),
}


def _quotes(name: str) -> str:
    return "" if name == "the file" else ", so put it in quotes"


def _suggestion(name: str, path: Path, model: type[BaseModel]) -> str:
    known = sorted({field for found in _models_at(model, path) for field in found.model_fields})
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"write {near[0]} if that is meant, or remove it"
    return f"the keys are {', '.join(known)}" if known else "remove it"


def _models_at(model: type[BaseModel], path: Path) -> Iterator[type[BaseModel]]:
    """Find the models that a place in the file stands for."""
    kinds: list[Any] = [model]
    for step in path:
        kinds = [kind for outer in kinds for kind in _step(outer, step)]
    yield from (kind for outer in kinds for kind in _models_in(outer))


def _step(kind: Any, step: str | int) -> Iterator[Any]:
    for found in _unwrapped(kind):
        if isinstance(found, type) and issubclass(found, BaseModel):
            if step in found.model_fields:
                yield found.model_fields[str(step)].annotation
        elif get_origin(found) in (tuple, dict):
            yield get_args(found)[-1] if get_origin(found) is dict else get_args(found)[0]


def _models_in(kind: Any) -> Iterator[type[BaseModel]]:
    for found in _unwrapped(kind):
        if isinstance(found, type) and issubclass(found, BaseModel):
            yield found


def _unwrapped(kind: Any) -> Iterator[Any]:
    """Look into `X | None` and `Annotated[X, ...]`."""
    if get_origin(kind) in (Union, types.UnionType):
        for part in get_args(kind):
            yield from _unwrapped(part)
    elif hasattr(kind, "__metadata__"):
        yield from _unwrapped(get_args(kind)[0])
    else:
        yield kind
